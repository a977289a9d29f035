"""What happens every hour without anybody asking."""

import asyncio

from app.db import session_scope
from app.integrations.mail_gateway import send_mail
from app.services import invoice_service


async def remind() -> int:
    async with session_scope() as db:
        invoices = await invoice_service.unpaid(db)
    for invoice in invoices:
        await send_mail("accounts@shop.example", f"invoice {invoice.id}", f"{invoice.cents} cents are due")
    return len(invoices)


async def every_hour() -> None:
    while True:
        await remind()
        await asyncio.sleep(3600)


def start() -> "asyncio.Task[None]":
    return asyncio.create_task(every_hour())
