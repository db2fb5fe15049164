from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.main import create_app
from api.schemas import EXAMPLE

MODEL = Path(__file__).parent.parent / "models" / "churn_model.joblib"


@pytest.fixture
def client():
    return TestClient(create_app(MODEL))


def test_predicts_the_example_that_the_schema_shows(client):
    operation = client.get("/openapi.json").json()["paths"]["/predict"]["post"]
    example = operation["requestBody"]["content"]["application/json"]["example"]
    answer = client.post("/predict", json=example)
    assert answer.status_code == 200
    assert answer.json()["churn"] is True
    assert 0.5 <= answer.json()["churn_probability"] <= 1


@pytest.mark.parametrize("change", [{"tenure": -1}, {"contract": "weekly"}, {"monthly_charges": "much"}, {"age": 40}])
def test_names_the_field_that_is_wrong(client, change):
    answer = client.post("/predict", json={**EXAMPLE, **change})
    assert answer.status_code == 422
    assert [e["loc"] for e in answer.json()["detail"]] == [["body", *change]]


def test_says_why_it_is_unhealthy(tmp_path):
    client = TestClient(create_app(tmp_path / "absent.joblib"))
    assert client.get("/health").status_code == 503
    assert "absent.joblib" in client.get("/health").json()["cause"]
    assert client.post("/predict", json=EXAMPLE).status_code == 503
    assert "churn_model_loaded 0.0" in client.get("/metrics").text


def test_counts_requests_by_handler_and_status(client):
    client.post("/predict", json=EXAMPLE)
    client.post("/predict", json={})
    client.get("/nothing/here")
    metrics = client.get("/metrics")
    assert metrics.headers["content-type"].count("charset") == 1
    for line in ('http_requests_total{handler="/predict",method="POST",status="200"} 1.0',
                 'http_requests_total{handler="/predict",method="POST",status="422"} 1.0',
                 'http_requests_total{handler="other",method="GET",status="404"} 1.0',
                 'http_request_duration_seconds_count{handler="/predict",method="POST"} 2.0',
                 'churn_predictions_total{churn="true"} 1.0'):
        assert line in metrics.text
