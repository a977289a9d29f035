"""The tables."""

from app.models.customer import Customer
from app.models.invoice import Invoice
from app.models.order import Order
from app.models.product import Product

__all__ = ["Customer", "Invoice", "Order", "Product"]
