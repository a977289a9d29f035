"""Customers: registering and finding them."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound, ShopError
from app.models import Customer


async def register(db: AsyncSession, name: str, email: str) -> Customer:
    from app.services.notification_service import welcome

    customer = Customer(name=name, email=email)
    db.add(customer)
    try:
        await db.flush()
    except IntegrityError as error:
        if "UNIQUE" in str(error):
            raise ShopError(f"{email} is registered already") from error
        raise
    await welcome(customer)
    return customer


async def find(db: AsyncSession, customer_id: int) -> Customer:
    customer = await db.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"customer {customer_id}")
    return customer


async def all_customers(db: AsyncSession) -> list[Customer]:
    return list(await db.scalars(select(Customer).order_by(Customer.id)))
