"""Customers over HTTP."""

from fastapi import APIRouter, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.dependencies import DbSession
from app.api.schemas import CustomerIn, CustomerOut
from app.core.errors import ShopError
from app.models import Customer
from app.services import customer_service

router = APIRouter(prefix="/customers")


@router.post("", response_model=CustomerOut, status_code=201)
async def register(body: CustomerIn, db: DbSession) -> Customer:
    try:
        return await customer_service.register(db, body.name, body.email)
    except ShopError as error:
        raise HTTPException(409, str(error)) from error


@router.get("", response_model=list[CustomerOut])
async def customers(db: DbSession) -> list[Customer]:
    return await customer_service.all_customers(db)


async def rename(db: AsyncSession, customer: Customer, name: str) -> None:
    customer.name = name
    await db.commit()


@router.put("/{customer_id}/name", response_model=CustomerOut)
async def change_name(customer_id: int, name: str, db: DbSession) -> Customer:
    customer = await customer_service.find(db, customer_id)
    await rename(db, customer, name)
    return customer
