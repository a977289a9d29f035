"""One accepted violation, as the baseline lists it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from pytest_archguard.model import Key, Violation

# A ceiling asks to be lowered once it is this share too high; smaller gains come and go with every edit.
SLACK = 0.05


class Entry(NamedTuple):
    """A key that is known, how much of it, and why.

    The fields before `times` are the key; empty where a violation of this check has none.
    times: how often the key may occur. ceiling: how large its value may be; floor: how small (for minima).
    reason: why it was accepted. until: the last day on which it is known.
    """

    rule: str
    check: str
    subject: str
    object: str = ""
    scope: str = ""
    detail: str = ""
    times: int = 1
    ceiling: float | None = None
    floor: float | None = None
    reason: str = ""
    until: date | None = None

    @property
    def key(self) -> Key:
        """The identity within the rule, as `Violation.key`."""
        return self[1:6]

    @property
    def names(self) -> tuple[str, ...]:
        """The modules, files or packages it is about."""
        return tuple(name for name in (self.subject, self.object, self.detail) if name)

    @property
    def bound(self) -> str:
        """` ceiling 2485`, with a leading space; empty for entries that are counted."""
        if self.ceiling is not None:
            return f" ceiling {number(self.ceiling)}"
        return "" if self.floor is None else f" floor {number(self.floor)}"

    def __str__(self) -> str:
        name = f"{self.subject}.{self.scope}" if self.scope else self.subject
        arrow = f" -> {self.object}" if self.object else ""
        return f"{name}{arrow} ({self.check})"

    def renamed(self, names: dict[str, str]) -> Entry:
        """The same entry about modules that have new names."""
        subject, imported, detail = (names.get(name, name) for name in (self.subject, self.object, self.detail))
        return self._replace(subject=subject, object=imported, detail=detail)

    def allows(self, violation: Violation) -> bool:
        """Whether the value is within the ceiling or floor; counts are another matter."""
        value = violation.value
        if value is None or violation.limit is None:
            return True
        if is_minimum(violation):
            return self.floor is None or value >= self.floor
        return self.ceiling is None or value <= self.ceiling

    def tightened(self, violation: Violation) -> Entry:
        """The entry that just covers the violation; never wider than this one, and this one if it fits."""
        entry = self if self.times <= violation.count else self._replace(times=violation.count)
        if violation.value is None or violation.limit is None:
            return entry
        if is_minimum(violation):
            if self.floor is not None and self.floor < violation.value:
                return entry._replace(floor=violation.value)
        elif self.ceiling is not None and self.ceiling > violation.value:
            return entry._replace(ceiling=violation.value)
        return entry

    def is_slack(self, tight: Entry) -> bool:
        """Whether the ceiling or floor is so far from that of the tightened entry that it has to be tightened."""
        if self.ceiling is not None and tight.ceiling is not None:
            return tight.ceiling < self.ceiling - SLACK * abs(self.ceiling)
        if self.floor is not None and tight.floor is not None:
            return tight.floor > self.floor + SLACK * abs(self.floor)
        return False

    def stricter(self, other: Entry) -> Entry:
        """The entry that allows only what both allow; the same for either order."""
        days = [day for day in (self.until, other.until) if day is not None]
        return self._replace(
            times=min(self.times, other.times),
            ceiling=_of_both(min, self.ceiling, other.ceiling),
            floor=_of_both(max, self.floor, other.floor),
            reason=min(self.reason, other.reason),
            until=min(days) if days else None,
        )


def entries_of(rule_id: str, violation: Violation, reason: str, until: date | None) -> list[Entry]:
    """The entries that make a violation known."""
    ceiling = floor = None
    if violation.value is not None and violation.limit is not None:
        if is_minimum(violation):
            floor = violation.value
        else:
            ceiling = violation.value
    times = 1 if violation.parts else violation.count
    return [Entry(rule_id, *key, times, ceiling, floor, reason, until) for key in violation.entry_keys]


def is_minimum(violation: Violation) -> bool:
    """Whether the limit is a smallest allowed value (`min_maintainability`)."""
    return violation.value is not None and violation.limit is not None and violation.value < violation.limit


def number(value: float) -> str:
    """`2485`, `12.5`: without a needless fraction."""
    return f"{value:.0f}" if value == int(value) else f"{value:g}"


def _of_both(choose: Callable[[float, float], float], a: float | None, b: float | None) -> float | None:
    if a is None or b is None:
        return a if b is None else b
    return choose(a, b)
