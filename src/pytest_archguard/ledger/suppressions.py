"""Suppression comments: what they allow, and those that allow nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.suppressions import Suppression
from pytest_archguard.config.days import parse_day
from pytest_archguard.model import Stale, Violation
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.suppressions import suppressions


@dataclass(frozen=True, slots=True)
class _Placed:
    """A comment with the path of its file."""

    path: str
    suppression: Suppression


class Comments:
    """All suppression comments of a code base that can be read, by the rule they name."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase

    @cached_property
    def _by_rule(self) -> dict[str, list[_Placed]]:
        found: dict[str, list[_Placed]] = {}
        for name, suppression in suppressions(self._codebase):
            if suppression.fault is None:
                placed = _Placed(self._codebase.module(name).path, suppression)
                for rule_id in suppression.ids:
                    found.setdefault(rule_id, []).append(placed)
        return found

    def apply(
        self, rule: Rule, violations: Iterable[Violation], today: date
    ) -> tuple[list[Violation], tuple[Stale, ...]]:
        """The violations with those on a commented statement as `suppressed` (or `expired`), and the comments of no
        use.

        A violation is on the statement of its first site; one that consists of parts on that of any: a comment at one
        import of a cycle speaks for the cycle.
        """
        listed = [placed for name in (rule.id, rule.options.renamed_from) for placed in self._by_rule.get(name, ())]
        if not listed:
            return list(violations), ()
        by_path: dict[str, list[_Placed]] = {}
        for placed in listed:
            by_path.setdefault(placed.path, []).append(placed)
        used: set[_Placed] = set()
        judged = []
        for violation in violations:
            covering = _covering(violation, by_path)
            used.update(covering)
            judged.append(_suppressed(violation, covering, today))
        return judged, tuple(_unused(placed) for placed in listed if placed not in used)


def _covering(violation: Violation, by_path: dict[str, list[_Placed]]) -> list[_Placed]:
    sites = violation.sites if violation.parts else violation.sites[:1]
    return [placed for site in sites for placed in by_path.get(site.path, ()) if placed.suppression.covers(site.line)]


def _suppressed(violation: Violation, covering: list[_Placed], today: date) -> Violation:
    if not covering or violation.state != "new":
        return violation
    for placed in covering:
        until = placed.suppression.until
        if until is None or parse_day(until) >= today:
            return violation.with_state("suppressed", placed.suppression.reason)
    last = covering[0].suppression
    return violation.with_state("expired", f"suppressed until {last.until}: {last.reason}")


def _unused(placed: _Placed) -> Stale:
    suppression = placed.suppression
    text = f"the suppression at {placed.path}:{suppression.line} suppresses nothing"
    if not suppression.first:
        return Stale(f"{text}: it stands on no statement", "put the comment on the statement itself, or remove it")
    return Stale(text, "remove the comment")
