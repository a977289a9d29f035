"""The baseline after accepting: what is listed, plus what is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pytest_archguard.ledger.entries import Entry, entries_of
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Rule


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The new state of the file.

    changed: the entries that are new or allow more. fingerprints: what was accepted. towards: those of the changed
    entries that are about imports which lead to a target.
    """

    entries: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    fingerprints: frozenset[str]
    towards: frozenset[Entry]

    def lines(self, rule_id: str) -> list[str]:
        """The changed entries of a rule, for people; with the target where one import leads to several."""
        listed = [entry for entry in self.changed if entry.rule == rule_id]
        alike = Counter(map(str, listed))
        return [_shown(entry, alike[str(entry)] > 1 and entry in self.towards) for entry in listed]


def accept(
    entries: Sequence[Entry],
    unlisted: Iterable[tuple[Rule, Sequence[Violation]]],
    reason: str,
    until: date | None,
    only: Collection[str] | None = None,
) -> Acceptance:
    """Lists the violations that are not, or not fully, listed; of the entries nothing is removed.

    only: the fingerprints of those to list.
    """
    current: dict[str, str] = {}
    added: dict[tuple[str, ...], Entry] = {}
    fingerprints = set()
    towards = set()
    known = _by_key(entries)
    for rule, violations in unlisted:
        current[rule.options.renamed_from or rule.id] = rule.id
        for violation in violations:
            fingerprint = violation.fingerprint(rule.id)
            if only is not None and fingerprint not in only:
                continue
            fingerprints.add(fingerprint)
            for entry in entries_of(rule.id, violation, reason, until):
                key = (rule.id, *entry.key)
                # An import of a cycle may be listed already, for another cycle and with a reason of its own.
                former = known.get(key) or known.get((rule.options.renamed_from, *entry.key))
                if not violation.parts or former is None or former.until is not None:
                    added[key] = entry
                    if violation.chain and violation.detail and not violation.parts:
                        towards.add(entry)
    kept = [entry for entry in entries if (current.get(entry.rule, entry.rule), *entry.key) not in added]
    return Acceptance((*kept, *added.values()), tuple(added.values()), frozenset(fingerprints), frozenset(towards))


def _by_key(entries: Iterable[Entry]) -> dict[tuple[str, ...], Entry]:
    return {(entry.rule, *entry.key): entry for entry in entries}


def _shown(entry: Entry, with_target: bool) -> str:
    times = f", {entry.times} times" if entry.times > 1 else ""
    target = f" towards {entry.detail}" if with_target else ""
    return f"{entry}{target}{entry.bound}{times}"
