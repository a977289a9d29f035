"""Tells customers what happens to their orders."""

from app.db.session import get_db
from app.integrations.webhooks import publish
from app.models import Customer


async def welcome(customer: Customer) -> None:
    publish("customer.registered", customer=customer.id, email=customer.email)


async def broadcast(text: str) -> int:
    from app.services.customer_service import all_customers

    db = await anext(get_db())
    customers = await all_customers(db)
    for customer in customers:
        publish("broadcast", customer=customer.id, text=text)
    return len(customers)
