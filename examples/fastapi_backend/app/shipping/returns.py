"""Parcels that come back."""

from app.payments import refund
from app.shipping.rates import shipping_cents


def take_back(customer_id: int, pieces: int, cents: int) -> str:
    return refund(customer_id, cents - shipping_cents(pieces))
