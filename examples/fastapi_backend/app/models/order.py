from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base

if TYPE_CHECKING:
    from app.models.customer import Customer
    from app.models.product import Product


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    product_id: Mapped[int] = mapped_column(ForeignKey("products.id"))
    pieces: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(default="open")
    placed_at: Mapped[datetime] = mapped_column(default=_now)
    customer: Mapped[Customer] = relationship("Customer", back_populates="orders", lazy="joined")
    product: Mapped[Product] = relationship("Product", lazy="joined")

    @property
    def cents(self) -> int:
        return self.pieces * self.product.cents
