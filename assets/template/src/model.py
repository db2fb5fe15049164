"""The trained model: what is in its file, and how it is used.

The file holds plain Python values (names, coefficients, an intercept), and the scikit-learn estimator is made from
them when it is loaded. A pickled estimator loads only in the scikit-learn that wrote it, and NumPy 2's arrays do not
load in NumPy 1: this file outlives both, and an upgrade of the requirements needs no new training.
"""

import os
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression

from src.features import NAMES, vector

FORMAT = 1


class ChurnModel:
    """Predicts the probability that a customer leaves."""

    def __init__(self, parameters: dict[str, Any]):
        self.auc: float = parameters["auc"]
        self.rows: int = parameters["rows"]
        self.trained_with: str = parameters["trained_with"]
        self._estimator = LogisticRegression()
        self._estimator.classes_ = np.array([0, 1])
        self._estimator.coef_ = np.array([parameters["coefficients"]])
        self._estimator.intercept_ = np.array([parameters["intercept"]])
        self._estimator.n_features_in_ = len(NAMES)

    def probability(self, customer: dict[str, Any]) -> float:
        return float(self._estimator.predict_proba(np.array([vector(customer)]))[0, 1])


def save(path: Path, parameters: dict[str, Any]) -> None:
    """Writes the file in one step, so that a service that starts meanwhile reads the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".unfinished")
    joblib.dump({"format": FORMAT, "features": NAMES, **parameters}, unfinished)
    os.replace(unfinished, path)


def load(path: Path) -> ChurnModel:
    """Reads a file that save wrote. Raises ValueError when it is not one for this code."""
    content = joblib.load(path)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ValueError(f"{path} is not a model file of format {FORMAT}; train again: python -m src.train")
    if content["features"] != NAMES:
        raise ValueError(f"{path} was trained on other features: {content['features']}, the code makes {NAMES}")
    return ChurnModel(content)
