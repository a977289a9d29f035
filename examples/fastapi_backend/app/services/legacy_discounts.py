"""The discounts of last summer. Nobody imports this any more."""

from app.core.money import format_cents

SUMMER_PERCENT = 15


def summer_price(cents: int) -> str:
    return format_cents(cents - cents * SUMMER_PERCENT // 100)
