"""Orders: placing, paying, cancelling."""

from fastapi import HTTPException
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.errors import OutOfStock
from app.models import Order, Product
from app.payments import charge
from app.payments.journal import entries_of
from app.services import customer_service, product_service
from app.shipping.rates import shipping_cents


async def place(db: AsyncSession, customer_id: int, product_id: int, pieces: int) -> Order:
    from app.services.invoice_service import write_invoice

    customer = await customer_service.find(db, customer_id)
    product = await product_service.find(db, product_id)
    if product.stock < pieces:
        raise OutOfStock(f"{product.name}: {product.stock} left")
    product.stock -= pieces
    order = Order(customer=customer, product=product, pieces=pieces)
    db.add(order)
    await db.flush()
    await write_invoice(db, order)
    return order


async def pay(db: AsyncSession, order_id: int) -> Order:
    order = await find(db, order_id)
    charge(order.customer_id, order.cents + shipping_cents(order.pieces))
    order.state = "paid"
    await db.commit()
    return order


async def find(db: AsyncSession, order_id: int) -> Order:
    order = await db.get(Order, order_id)
    if order is None:
        raise HTTPException(404, f"order {order_id}")
    return order


async def cancel_all(db: AsyncSession, product: Product) -> int:
    orders = list(await db.scalars(select(Order).where(Order.product_id == product.id, Order.state == "open")))
    for order in orders:
        order.state = "cancelled"
        product.stock += order.pieces
        await db.commit()
    return len(orders)


async def history(db: AsyncSession, customer_id: int) -> list[str]:
    customer = await customer_service.find(db, customer_id)
    return entries_of(customer.id)
