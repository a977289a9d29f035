"""Invoices: one for each order."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.core.money import with_vat
from app.models import Invoice, Order


async def write_invoice(db: AsyncSession, order: Order) -> Invoice:
    invoice = Invoice(order_id=order.id, cents=with_vat(order.cents))
    db.add(invoice)
    await db.flush()
    return invoice


async def settle(db: AsyncSession, invoice_id: int) -> Invoice | None:
    from app.services.order_service import pay

    invoice = await db.get(Invoice, invoice_id)
    if invoice is not None and not invoice.paid:
        await pay(db, invoice.order_id)
        invoice.paid = True
    return invoice


async def unpaid(db: AsyncSession) -> list[Invoice]:
    return list(await db.scalars(select(Invoice).where(Invoice.paid.is_(False))))
