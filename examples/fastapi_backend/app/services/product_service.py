"""Products: what is sold, and for how much."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import NotFound
from app.models import Product
from app.services.pricing import PriceList


async def add(db: AsyncSession, name: str, category: str, cents: int, stock: int) -> Product:
    product = Product(name=name, category=category, cents=PriceList().rounded(cents), stock=stock)
    db.add(product)
    await db.flush()
    return product


async def find(db: AsyncSession, product_id: int) -> Product:
    product = await db.get(Product, product_id)
    if product is None:
        raise NotFound(f"product {product_id}")
    return product


async def in_category(db: AsyncSession, category: str) -> list[Product]:
    return list(await db.scalars(select(Product).where(Product.category == category)))
