import pickletools
from pathlib import Path

import joblib
import pytest

from src import features, model, train

MODEL = Path(__file__).parent.parent / "models" / "churn_model.joblib"
LOYAL = {"tenure": 60, "monthly_charges": 30.0, "total_charges": 1800.0,
         "contract": "two-year", "payment_method": "credit-card"}
LEAVING = {"tenure": 1, "monthly_charges": 110.0, "total_charges": 110.0,
           "contract": "month-to-month", "payment_method": "electronic-check"}


def test_tells_a_leaving_customer_from_a_loyal_one():
    churn = model.load(MODEL)
    assert churn.probability(LOYAL) < 0.05
    assert churn.probability(LEAVING) > 0.8


def test_training_again_gives_the_model_that_is_shipped():
    shipped, trained = joblib.load(MODEL), train.train()
    assert trained["coefficients"] == pytest.approx(shipped["coefficients"], rel=1e-4)
    assert trained["auc"] == pytest.approx(shipped["auc"], abs=1e-3)


def test_the_file_holds_plain_values_only():
    opcodes = {opcode.name for opcode, _, _ in pickletools.genops(MODEL.read_bytes())}
    assert not opcodes & {"GLOBAL", "STACK_GLOBAL", "REDUCE", "BUILD", "INST", "OBJ", "NEWOBJ"}


def test_refuses_a_model_of_other_features(tmp_path, monkeypatch):
    path = tmp_path / "churn_model.joblib"
    model.save(path, train.train(rows=200))
    monkeypatch.setattr(model, "NAMES", [*features.NAMES, "region"])
    with pytest.raises(ValueError, match="other features"):
        model.load(path)
