"""Equal violations become one that is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pytest_archguard.model import State, Violation


def counted(violations: Iterable[Violation]) -> list[Violation]:
    """Violations of equal key and state become one that is counted and has all the sites; the order is kept.

    Of several values the worst is kept: two methods of one name may be too long.
    """
    merged: dict[tuple[tuple[str, ...], State], Violation] = {}
    for violation in violations:
        identity = (violation.key, violation.state)
        first = merged.get(identity)
        if first is not None:
            worst = max(first, violation, key=_excess)
            violation = replace(
                worst, count=first.count + violation.count, sites=tuple(dict.fromkeys(first.sites + violation.sites))
            )
        merged[identity] = violation
    return list(merged.values())


def _excess(violation: Violation) -> float:
    if violation.value is None or violation.limit is None:
        return 0.0
    return abs(violation.value - violation.limit)
