"""What goes over the wire."""

from pydantic import BaseModel, ConfigDict


class CustomerIn(BaseModel):
    name: str
    email: str


class CustomerOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class ProductIn(BaseModel):
    name: str
    category: str = "misc"
    cents: int
    stock: int = 0


class ProductOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    cents: int
    stock: int


class OrderIn(BaseModel):
    product_id: int
    pieces: int = 1


class OrderOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    state: str
    cents: int
