"""Orders over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.dependencies import CurrentCustomerId, DbSession
from app.api.schemas import OrderIn, OrderOut
from app.core.errors import ShopError
from app.db import get_db
from app.models import Order
from app.services import order_service
from app.shipping import returns

router = APIRouter(prefix="/orders")


@router.post("", response_model=OrderOut, status_code=201)
async def place(body: OrderIn, customer_id: CurrentCustomerId, db: DbSession) -> Order:
    try:
        return await order_service.place(db, customer_id, body.product_id, body.pieces)
    except ShopError as error:
        raise HTTPException(409, str(error)) from error


@router.post("/{order_id}/pay", response_model=OrderOut)
async def pay(order_id: int, db: AsyncSession = Depends(get_db)) -> Order:
    return await order_service.pay(db, order_id)


@router.post("/{order_id}/return")
async def take_back(order_id: int, db: Annotated[AsyncSession, Depends(get_db)]) -> dict[str, str]:
    order = await order_service.find(db, order_id)
    return {"journal": returns.take_back(order.customer_id, order.pieces, order.cents)}


@router.get("/history", response_model=list[str])
async def history(customer_id: CurrentCustomerId, db: DbSession) -> list[str]:
    return await order_service.history(db, customer_id)
