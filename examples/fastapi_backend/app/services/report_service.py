"""Every report of the shop. Grew with the shop."""

import csv
import io
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.core.money import format_cents, with_vat
from app.db.sync_session import SyncSessionLocal
from app.models import Customer, Invoice, Order, Product

PAGE = """<html>
<head><title>{title}</title></head>
<body>
<h1>{title}</h1>
<table>
{rows}
</table>
</body>
</html>
"""


@dataclass(frozen=True)
class OrderLine:
    """One line of a report about orders."""

    number: int
    customer: str
    product: str
    category: str
    pieces: int
    cents: int
    state: str
    placed_at: datetime


@dataclass(frozen=True)
class CustomerLine:
    """One line of a report about customers."""

    number: int
    name: str
    email: str
    orders: int
    cents: int


@dataclass(frozen=True)
class StockLine:
    """One line of a report about stock."""

    number: int
    product: str
    stock: int
    cents: int


def load_orders() -> list[OrderLine]:
    db = SyncSessionLocal()
    lines = []
    for order in db.scalars(select(Order)).unique():
        lines.append(
            OrderLine(
                number=order.id,
                customer=order.customer.name,
                product=order.product.name,
                category=order.product.category,
                pieces=order.pieces,
                cents=order.cents,
                state=order.state,
                placed_at=order.placed_at,
            )
        )
    db.close()
    return lines


def load_customers() -> list[CustomerLine]:
    db = SyncSessionLocal()
    lines = []
    for customer in db.scalars(select(Customer)):
        lines.append(
            CustomerLine(
                number=customer.id,
                name=customer.name,
                email=customer.email,
                orders=len(customer.orders),
                cents=sum(order.cents for order in customer.orders),
            )
        )
    db.close()
    return lines


def load_stock() -> list[StockLine]:
    db = SyncSessionLocal()
    lines = []
    for product in db.scalars(select(Product)):
        lines.append(StockLine(number=product.id, product=product.name, stock=product.stock, cents=product.cents))
    db.close()
    return lines


async def order_report(form: str, state: str, sort: str) -> tuple[str, str]:
    """The orders as text of the wanted form, and its media type."""
    lines = load_orders()
    if state:
        if state == "open":
            lines = [line for line in lines if line.state == "open"]
        elif state == "paid":
            lines = [line for line in lines if line.state == "paid"]
        elif state == "cancelled":
            lines = [line for line in lines if line.state == "cancelled"]
        elif state == "big":
            lines = [line for line in lines if line.cents > 10_000 and line.state != "cancelled"]
        else:
            lines = []
    if sort == "id":
        lines.sort(key=lambda line: line.number)
    elif sort == "customer":
        lines.sort(key=lambda line: line.customer)
    elif sort == "value":
        lines.sort(key=lambda line: -line.cents)
    elif sort == "age":
        lines.sort(key=lambda line: line.placed_at)
    if form == "csv":
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow(["number", "customer", "product", "pieces", "amount", "with VAT", "state"])
        for line in lines:
            if line.state == "cancelled":
                amount = "0.00"
                gross = "0.00"
            elif line.pieces == 0:
                amount = "-"
                gross = "-"
            else:
                amount = format_cents(line.cents)
                gross = format_cents(with_vat(line.cents))
            writer.writerow([line.number, line.customer, line.product, line.pieces, amount, gross, line.state])
        return target.getvalue(), "text/csv"
    if form == "json":
        rows = []
        for line in lines:
            row: dict[str, object] = {"number": line.number, "customer": line.customer, "product": line.product}
            if line.state != "cancelled":
                row["cents"] = line.cents
                if line.pieces > 1:
                    row["pieces"] = line.pieces
                    row["each"] = line.cents // line.pieces
            rows.append(row)
        return json.dumps(rows), "application/json"
    if form == "html":
        cells = []
        for line in lines:
            colour = "black"
            if line.state == "cancelled":
                colour = "grey"
            elif line.state == "open" and line.cents > 10_000:
                colour = "red"
            cells.append(f"<tr style='color:{colour}'><td>{line.number}</td><td>{line.customer}</td></tr>")
        return PAGE.format(title="Orders", rows="\n".join(cells)), "text/html"
    return "\n".join(f"{line.number} {line.customer} {line.product}" for line in lines), "text/plain"


def customer_report(form: str) -> str:
    lines = load_customers()
    if form == "csv":
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow(["number", "name", "email", "orders", "amount"])
        for line in lines:
            writer.writerow([line.number, line.name, line.email, line.orders, format_cents(line.cents)])
        return target.getvalue()
    if form == "html":
        rows = [f"<tr><td>{line.number}</td><td>{line.name}</td><td>{line.orders}</td></tr>" for line in lines]
        return PAGE.format(title="Customers", rows="\n".join(rows))
    return "\n".join(f"{line.number} {line.name}" for line in lines)


def stock_report(form: str) -> str:
    lines = load_stock()
    if form == "csv":
        target = io.StringIO()
        writer = csv.writer(target)
        writer.writerow(["number", "product", "stock", "price"])
        for line in lines:
            writer.writerow([line.number, line.product, line.stock, format_cents(line.cents)])
        return target.getvalue()
    if form == "html":
        rows = [f"<tr><td>{line.number}</td><td>{line.product}</td><td>{line.stock}</td></tr>" for line in lines]
        return PAGE.format(title="Stock", rows="\n".join(rows))
    return "\n".join(f"{line.number} {line.product}" for line in lines)


async def unpaid_report() -> str:
    """Which invoices are due."""
    with SyncSessionLocal() as db:
        invoices = db.scalars(select(Invoice).where(Invoice.paid.is_(False)))
        return "\n".join(f"{invoice.id}: {format_cents(invoice.cents)}" for invoice in invoices)


def monthly_totals() -> dict[str, int]:
    totals: dict[str, int] = {}
    for line in load_orders():
        if line.state == "cancelled":
            continue
        month = line.placed_at.strftime("%Y-%m")
        totals[month] = totals.get(month, 0) + line.cents
    return totals


def best_month() -> str:
    totals = monthly_totals()
    if not totals:
        return "no orders yet"
    month = max(totals, key=lambda name: totals[name])
    return f"{month}: {format_cents(totals[month])}"


def average_order() -> int:
    lines = [line for line in load_orders() if line.state != "cancelled"]
    if not lines:
        return 0
    return sum(line.cents for line in lines) // len(lines)


def best_customers(limit: int) -> list[str]:
    lines = sorted(load_customers(), key=lambda line: -line.cents)
    return [f"{line.name}: {format_cents(line.cents)}" for line in lines[:limit]]


def sold_out() -> list[str]:
    return [line.product for line in load_stock() if line.stock == 0]


def nearly_sold_out(below: int = 5) -> list[str]:
    return [line.product for line in load_stock() if 0 < line.stock < below]
