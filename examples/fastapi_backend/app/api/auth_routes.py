"""Logging in."""

from fastapi import APIRouter, HTTPException

from app.api.dependencies import DbSession
from app.core.errors import NotFound
from app.core.security import sign
from app.services import customer_service

router = APIRouter(prefix="/auth")
SENDER_ADDRESS = "no-reply@shop.example"


@router.post("/token/{customer_id}")
async def token(customer_id: int, db: DbSession) -> dict[str, str]:
    try:
        customer = await customer_service.find(db, customer_id)
    except NotFound as error:
        raise HTTPException(404, str(error)) from error
    return {"token": sign(customer.id)}
