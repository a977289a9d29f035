"""Charging and refunding, each written to the journal."""

from app.core.errors import PaymentRefused
from app.payments import journal


def charge(customer_id: int, cents: int) -> str:
    if cents <= 0:
        raise PaymentRefused(f"nothing to charge: {cents}")
    return journal.write("charge", customer_id, cents)


def refund(customer_id: int, cents: int) -> str:
    return journal.write("refund", customer_id, cents)
