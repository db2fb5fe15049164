"""The churn service: /predict, and what it takes to run it: /health and /metrics."""

import logging
import os
import time
from pathlib import Path

from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api import logs
from api.metrics import Metrics, Observe
from api.schemas import EXAMPLE, Customer, Healthy, Prediction, Unhealthy
from src.model import ChurnModel, load

log = logging.getLogger(__name__)


def load_model(path: Path) -> tuple[ChurnModel | None, str]:
    """The model, or the cause why there is none.

    Whatever is wrong with the file, the service stays up and says so in /health: a restart would not mend it, and a
    container that restarts all the time is hard to look into.
    """
    started = time.perf_counter()
    try:
        model = load(path)
    except Exception as error:
        cause = f"cannot load {path}: {type(error).__name__}: {error}"
        log.error(cause)
        return None, cause
    log.info("model loaded from %s in %.1f ms: AUC %.3f, trained on %d customers with %s",
             path, (time.perf_counter() - started) * 1000, model.auc, model.rows, model.trained_with)
    return model, ""


def create_app(model_path: Path) -> FastAPI:
    # The model is loaded before uvicorn listens: who gets an answer gets one from a service that is ready. No startup
    # event and no lifespan, of which old and new versions of FastAPI have no common form.
    model, cause = load_model(model_path)
    metrics = Metrics()
    metrics.loaded.set(model is not None)
    if model is not None:
        metrics.auc.set(model.auc)
        metrics.model.info({"path": str(model_path), "trained_with": model.trained_with, "rows": str(model.rows)})

    app = FastAPI(title="Churn prediction", version="1.0.0",
                  description="How likely a customer is to leave, and how the service is doing.")
    app.add_middleware(Observe, metrics=metrics)
    no_model = {503: {"model": Unhealthy, "description": "No model is loaded"}}

    @app.get("/health", response_model=Healthy, responses=no_model, summary="Whether predictions can be made")
    def health():
        if model is None:
            return JSONResponse({"status": "unhealthy", "cause": cause}, status_code=503)
        return Healthy(auc=model.auc, trained_with=model.trained_with)

    @app.post("/predict", response_model=Prediction, summary="Predict whether one customer leaves",
              responses={503: {"description": "No model is loaded"}},
              openapi_extra={"requestBody": {"content": {"application/json": {"example": EXAMPLE}}}})
    def predict(customer: Customer):
        if model is None:
            raise HTTPException(503, cause)
        probability = model.probability(dict(customer))
        churn = probability >= 0.5
        metrics.predictions.labels(str(churn).lower()).inc()
        return Prediction(churn_probability=probability, churn=churn)

    @app.get("/metrics", response_class=Response, include_in_schema=False)
    def scrape():
        # As a header: Starlette would add a second charset to a media_type, and Prometheus refuses that.
        return Response(generate_latest(metrics.registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return app


logs.configure(os.environ.get("LOG_LEVEL", "INFO"))
app = create_app(Path(os.environ.get("MODEL_PATH", "models/churn_model.joblib")))
