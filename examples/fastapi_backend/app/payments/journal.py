"""Every movement of money, in order."""

from app.core.money import format_cents

_entries: list[str] = []


def write(kind: str, customer_id: int, cents: int) -> str:
    _entries.append(f"{len(_entries) + 1}: {kind} {format_cents(cents)} customer {customer_id}")
    return _entries[-1]


def entries_of(customer_id: int) -> list[str]:
    return [entry for entry in _entries if entry.endswith(f" customer {customer_id}")]
