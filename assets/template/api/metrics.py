"""What Prometheus scrapes: request rate, errors and latency per handler, predictions, and the model that is served."""

import logging
import time
from urllib.parse import quote

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)

log = logging.getLogger(__name__)

# A prediction takes about 2 ms. Finer there, so that a quantile is not a guess; the top is what a client gives up at.
BUCKETS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)

# Asked for every few seconds by machines: logged at DEBUG while all is well.
QUIET = {"/health", "/metrics"}

# Labels must not grow with what a client sends.
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        labels = ["handler", "method", "status"]
        self.requests = Counter("http_requests", "Requests answered", labels, registry=self.registry)
        self.latency = Histogram("http_request_duration_seconds", "Time to the end of the answer", labels[:2],
                                 buckets=BUCKETS, registry=self.registry)
        self.predictions = Counter("churn_predictions", "Predictions made", ["churn"], registry=self.registry)
        self.loaded = Gauge("churn_model_loaded", "1 when a model is served", registry=self.registry)
        self.auc = Gauge("churn_model_auc", "The model's AUC when it was trained", registry=self.registry)
        self.model = Info("churn_model", "The model that is served", registry=self.registry)


class Observe:
    """Counts, times and logs each request. Plain ASGI, which costs less than Starlette's BaseHTTPMiddleware."""

    def __init__(self, app, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500  # what the server answers for an exception that nobody caught

        async def noting_status(message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noting_status)
        finally:
            self.record(scope, status, time.perf_counter() - started)

    def record(self, scope, status: int, seconds: float) -> None:
        handler = getattr(scope.get("route"), "path", "other")
        method = scope["method"] if scope["method"] in METHODS else "other"
        self.metrics.requests.labels(handler, method, str(status)).inc()
        self.metrics.latency.labels(handler, method).observe(seconds)
        level = logging.ERROR if status >= 500 else logging.WARNING if status >= 400 else logging.INFO
        if level == logging.INFO and handler in QUIET:
            level = logging.DEBUG
        # Quoted, so that a path with a line break cannot forge a line of the log.
        log.log(level, "%s %s %d %.1f ms", method, quote(scope["path"]), status, seconds * 1000)
