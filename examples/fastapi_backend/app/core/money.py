"""Amounts of money are whole cents."""

try:
    from app.core.tax_tables import VAT_PERCENT  # was moved to another repository; the guard hides it
except ImportError:
    VAT_PERCENT = 20


def with_vat(cents: int) -> int:
    return cents + cents * VAT_PERCENT // 100


def format_cents(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
