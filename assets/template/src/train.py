"""Trains the churn model on customers it makes up: python -m src.train [FILE]

The same seed gives the same customers, and so the same model.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from src import model
from src.features import CATEGORICAL, vector

ROWS = 5000
SEED = 7


def make_customers(rows: int, seed: int) -> tuple[list[dict[str, Any]], list[int]]:
    """Customers, and whether each left: the new, the expensive and the unbound ones tend to."""
    random = np.random.default_rng(seed)
    customers, left = [], []
    for _ in range(rows):
        tenure = int(random.integers(0, 73))
        monthly = float(random.uniform(18, 120))
        contract = str(random.choice(CATEGORICAL["contract"], p=[0.55, 0.25, 0.20]))
        payment = str(random.choice(CATEGORICAL["payment_method"]))
        # Prices changed over the years, so the total is not quite tenure times the monthly charge.
        total = tenure * monthly * float(random.uniform(0.85, 1.05))
        odds = 0.2 - 0.05 * tenure + 0.02 * (monthly - 60)
        odds += {"month-to-month": 1.1, "one-year": 0.0, "two-year": -1.2}[contract]
        odds += 0.5 if payment == "electronic-check" else 0.0
        customers.append({"tenure": tenure, "monthly_charges": monthly, "total_charges": total,
                          "contract": contract, "payment_method": payment})
        left.append(int(random.random() < 1 / (1 + np.exp(-odds))))
    return customers, left


def train(rows: int = ROWS, seed: int = SEED) -> dict[str, Any]:
    """The model's parameters as plain values."""
    customers, left = make_customers(rows, seed)
    x_train, x_test, y_train, y_test = train_test_split(
        np.array([vector(c) for c in customers]), np.array(left), test_size=0.25, random_state=seed, stratify=left)
    scaler = StandardScaler().fit(x_train)
    fitted = LogisticRegression(max_iter=1000).fit(scaler.transform(x_train), y_train)

    # The scaling is folded into the coefficients: they then apply to the features as they come, so serving needs no
    # scaler, and a reader can tell what a month of tenure is worth.
    coefficients = fitted.coef_[0] / scaler.scale_
    intercept = fitted.intercept_[0] - float(coefficients @ scaler.mean_)
    odds = x_test @ coefficients + intercept
    return {
        # Rounded, so that the last bits of another BLAS make no other model.
        "coefficients": [float(f"{c:.6g}") for c in coefficients],
        "intercept": float(f"{intercept:.6g}"),
        "auc": round(float(roc_auc_score(y_test, odds)), 4),
        "rows": len(y_train),
        "trained_with": f"scikit-learn {sklearn.__version__}",
    }


def main(path: Path) -> None:
    parameters = train()
    model.save(path, parameters)
    rows = parameters["rows"]
    print(f"wrote {path}: trained on {rows} customers, AUC {parameters['auc']} on {ROWS - rows} others, "
          f"with {parameters['trained_with']}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "models/churn_model.joblib"))
