"""What goes in and what comes out. Only what pydantic 1 and 2 have in common is used."""

from pydantic import BaseModel, Field

from src.features import Contract, PaymentMethod


class Customer(BaseModel, extra="forbid"):
    tenure: int = Field(..., ge=0, le=600, description="Months since the customer joined")
    monthly_charges: float = Field(..., ge=0, le=10_000, description="What the customer pays a month")
    total_charges: float = Field(..., ge=0, le=6_000_000, description="What the customer has paid so far")
    contract: Contract
    payment_method: PaymentMethod


class Prediction(BaseModel):
    churn_probability: float = Field(..., ge=0, le=1, description="How likely the customer is to leave")
    churn: bool = Field(..., description="Whether that is at least one half")


class Healthy(BaseModel):
    status: str = "healthy"
    auc: float
    trained_with: str


class Unhealthy(BaseModel):
    status: str = "unhealthy"
    cause: str


EXAMPLE = {
    "tenure": 4,
    "monthly_charges": 89.5,
    "total_charges": 358.0,
    "contract": "month-to-month",
    "payment_method": "electronic-check",
}
