"""A service with all that people write into pydantic models, of version 1 or 2."""

import uuid
from datetime import date, datetime, time
from enum import Enum
from ipaddress import IPv4Address
from typing import Any, Dict, List, Literal, Optional, Tuple, Union

import pydantic
from fastapi import FastAPI, Header, Query
from pydantic import BaseModel, Field

NEW = pydantic.VERSION.startswith("2.")
PATTERN = "pattern" if NEW else "regex"
LEAST, MOST = ("min_length", "max_length") if NEW else ("min_items", "max_items")

app = FastAPI(title="Rich")


class Plan(str, Enum):
    monthly = "month-to-month"
    yearly = "one year"


class Level(int, Enum):
    low = 1
    high = 3


class Address(BaseModel):
    street: str = Field(min_length=1, max_length=40)
    zip: str = Field(**{PATTERN: r"^\d{5}(-\d{4})?$"})
    position: Optional[Tuple[float, float]] = None


class Customer(BaseModel):
    id: uuid.UUID
    name: str = Field(min_length=2, max_length=20)
    age: int = Field(ge=18, lt=120)
    score: float = Field(gt=0, le=1)
    plan: Plan
    level: Level = Level.low
    kind: Literal["person", "company"] = "person"
    born: date
    seen: datetime
    wakes: Optional[time] = None
    home: Address
    others: List[Address] = []
    tags: List[str] = Field(default=[], **{MOST: 4})
    limits: Dict[str, float] = {}
    ip: Optional[IPv4Address] = None
    ok: bool = True
    note: Union[int, str, None] = None


class Cat(BaseModel):
    type: Literal["cat"]
    lives: int = Field(ge=1, le=9)


class Dog(BaseModel):
    type: Literal["dog"]
    names: List[str] = Field(**{LEAST: 1, MOST: 3})


class Zoo(BaseModel):
    pets: List[Union[Cat, Dog]] = Field(**{LEAST: 1})


class Owner(BaseModel):
    pet: Union[Cat, Dog] = Field(discriminator="type")
    step: int = Field(default=5, multiple_of=5, ge=-20, le=20)


class Node(BaseModel):
    value: int
    left: Optional["Node"] = None
    children: List["Node"] = []


class Vector(BaseModel):
    rows: List[List[float]] = Field(**{LEAST: 1, MOST: 8})
    options: Dict[str, Any] = {}


class Example(BaseModel):
    text: str
    top_k: int = Field(ge=1, le=50)
    code: str = Field(min_length=3, **{PATTERN: r"^[A-Z]{2}[0-9]*$"})
    amount: float = Field(ge=-1e6, le=1e6, multiple_of=0.25)


if not NEW:
    Node.update_forward_refs()


@app.post("/predict")
def predict(customer: Customer):
    return {"p": customer.score}


@app.post("/zoo")
def zoo(body: Zoo):
    return len(body.pets)


@app.post("/owner")
def owner(body: Owner):
    return body.step


@app.post("/tree")
def tree(node: Node):
    return node.value


@app.post("/vectors")
def vectors(body: List[Vector]):
    return len(body)


@app.post("/models/{name}/score")
def score(name: Plan, body: Example, k: int = Query(ge=3, le=9), x_key: str = Header()):
    return {"k": k, "key": x_key}


@app.put("/embedded")
def embedded(customer: Address, node: Node):
    return node.value


@app.post("/any")
def anything(body: Any = None):
    return body
