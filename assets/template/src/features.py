"""The features, in one place: training and serving turn a customer into the same numbers."""

from typing import Any, Literal, get_args

Contract = Literal["month-to-month", "one-year", "two-year"]
PaymentMethod = Literal["electronic-check", "mailed-check", "bank-transfer", "credit-card"]

NUMERIC = ("tenure", "monthly_charges", "total_charges")
CATEGORICAL = {"contract": get_args(Contract), "payment_method": get_args(PaymentMethod)}

# A model file records these: serving refuses one that was trained on others.
NAMES = [*NUMERIC, *(f"{column}={value}" for column, values in CATEGORICAL.items() for value in values)]


def vector(customer: dict[str, Any]) -> list[float]:
    """The numbers for one customer, in the order of NAMES."""
    numbers = [float(customer[column]) for column in NUMERIC]
    flags = [float(customer[column] == value) for column, values in CATEGORICAL.items() for value in values]
    return numbers + flags
