"""Products over HTTP."""

from fastapi import APIRouter

from app.api.dependencies import DbSession
from app.api.schemas import ProductIn, ProductOut
from app.models import Product
from app.services import product_service

router = APIRouter(prefix="/products")
CATEGORY_NAMES = {"misc": "This and that", "tea": "Tea", "coffee": "Coffee"}


@router.post("", response_model=ProductOut, status_code=201)
async def add(body: ProductIn, db: DbSession) -> Product:
    return await product_service.add(db, body.name, body.category, body.cents, body.stock)


@router.get("/{category}", response_model=list[ProductOut])
async def in_category(category: str, db: DbSession) -> list[Product]:
    return await product_service.in_category(db, category)
