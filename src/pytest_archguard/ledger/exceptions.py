"""The `except` tables of a rule: what they allow, and those that allow nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pytest_archguard.model import Stale, Violation
from pytest_archguard.rules.base import Exemption, Rule


def apply_exceptions(
    rule: Rule, violations: Iterable[Violation], today: date
) -> tuple[tuple[Violation, ...], tuple[Stale, ...]]:
    """The violations with those an exception covers as `suppressed` (or `expired`), and the exceptions of no use."""
    if not rule.options.except_:
        return tuple(violations), ()
    used: set[int] = set()
    judged = []
    for violation in violations:
        covering = [(n, e) for n, e in enumerate(rule.options.except_) if e.covers(violation)]
        used.update(number for number, _ in covering)
        running = [e for _, e in covering if e.until is None or e.until >= today]
        if running:
            judged.append(violation.with_state("suppressed", running[0].reason))
        elif covering:
            exemption = covering[0][1]
            judged.append(violation.with_state("expired", f"allowed until {exemption.until}: {exemption.reason}"))
        else:
            judged.append(violation)
    stale = tuple(
        Stale(f"except {exemption} matches no violation{_hint(exemption)}", "remove it from the rule")
        for number, exemption in enumerate(rule.options.except_)
        if number not in used
    )
    return tuple(judged), stale


def _hint(exemption: Exemption) -> str:
    return "".join(end.hint for end in (exemption.from_, exemption.to) if end is not None)
