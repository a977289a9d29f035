"""What sells."""

import asyncio
from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from app.api.product_routes import CATEGORY_NAMES
from app.db import AsyncSessionLocal
from app.models import Customer, Order, Product

_popular: Counter[str] = Counter()


class SalesAnalytics:
    """Counts over all orders."""

    def __init__(self) -> None:
        self.db = AsyncSessionLocal()

    async def by_category(self) -> dict[str, int]:
        rows = await self.db.execute(select(Product.category, func.count(Order.id)).join(Order).group_by(Product.category))
        return {CATEGORY_NAMES.get(category, category): count for category, count in rows.all()}


async def _count(db: AsyncSession, table: type[Customer] | type[Order]) -> int:
    return (await db.execute(select(func.count()).select_from(table))).scalar_one()


async def totals() -> dict[str, int]:
    db = AsyncSessionLocal()
    customers, orders = await asyncio.gather(_count(db, Customer), _count(db, Order))
    await db.close()
    return {"customers": customers, "orders": orders}


async def refresh_popular() -> None:
    global _popular
    async with AsyncSessionLocal() as db:
        names = await db.scalars(select(Product.name).join(Order))
        _popular = Counter(names)


async def popular(limit: int = 5) -> list[str]:
    if not _popular:
        await refresh_popular()
    return [name for name, _ in _popular.most_common(limit)]
