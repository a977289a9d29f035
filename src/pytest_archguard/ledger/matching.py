"""Violations against entries: what is known, what is more than was accepted, and what is listed in vain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from pytest_archguard.ledger.entries import Entry, is_minimum, number
from pytest_archguard.model import KNOWN_UNTIL, Key, Stale, Violation

PRUNE = "archguard prune"
_MOST_NOTED = 5


@dataclass(frozen=True, slots=True)
class Revision:
    """What pruning does: these lines of the file become one entry, or none."""

    lines: tuple[Entry, ...]
    entry: Entry | None


@dataclass(slots=True)
class Matched:
    """What became of one rule's violations and entries.

    violations: in the order they came, with their states. fewer: how many violations of those listed are gone.
    revisions: what pruning changes.
    unlisted: the violations that accepting would add, without their states.
    undecided: how many entries nothing was found for may hold all the same, because files could not be read.
    """

    violations: list[Violation] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    fewer: int = 0
    revisions: list[Revision] = field(default_factory=list)
    unlisted: list[Violation] = field(default_factory=list)
    undecided: int = 0


Moves = Callable[[Iterable[str]], Mapping[str, str]]
"""Names that are gone to their new names, where they moved."""


def match(
    rule_id: str,
    violations: Sequence[Violation],
    entries: Sequence[Entry],
    today: date,
    moves: Moves,
    is_undecided: Callable[[Entry], bool],
) -> Matched:
    """Judges the violations of state `new`; the others are passed on as they are.

    entries: those of the rule, under its former id too. moves: asked only when something is missing on both sides.
    is_undecided: whether an entry that nothing was found for may hold all the same.
    """
    matcher = _Matcher(rule_id, entries, today)
    open_ones = [v for v in violations if v.state == "new"]
    if any(matcher.misses(v) for v in open_ones):
        matcher.follow(moves, open_ones)
    for violation in violations:
        if violation.state == "new":
            matcher.judge(violation)
        else:
            matcher.matched.violations.append(violation)
    matcher.close(is_undecided)
    return matcher.matched


@dataclass(slots=True)
class _Listed:
    """One key as the file lists it: `lines` are the entries as they stand there, `entry` what they say together.

    found: the violation it was used for; for a part of several violations the last of them.
    """

    lines: list[Entry]
    entry: Entry
    found: Violation | None = None
    moved_from: Entry | None = None


class _Matcher:
    def __init__(self, rule_id: str, entries: Iterable[Entry], today: date) -> None:
        self.matched = Matched()
        self._today = today
        self._by_key: dict[Key, _Listed] = {}
        for entry in entries:
            current = entry if entry.rule == rule_id else entry._replace(rule=rule_id)
            listed = self._by_key.get(entry.key)
            if listed is None:
                self._by_key[entry.key] = _Listed([entry], current)
            else:
                listed.lines.append(entry)
                listed.entry = listed.entry.stricter(current)

    def misses(self, violation: Violation) -> bool:
        """Whether some key of the violation is not listed."""
        return not all(key in self._by_key for key in violation.entry_keys)

    def follow(self, moves: Moves, violations: Iterable[Violation]) -> None:
        """Lists entries whose modules moved under the new names, where a violation of that key is to be explained."""
        keys = {key for violation in violations for key in violation.entry_keys}
        missing = keys - self._by_key.keys()
        idle = [listed for key, listed in self._by_key.items() if key not in keys]
        if not missing or not idle:
            return
        names = dict(moves({name for listed in idle for name in listed.entry.names}))
        for listed in idle if names else ():
            entry = listed.entry.renamed(names)
            if entry.key in missing and entry.key not in self._by_key:
                del self._by_key[listed.entry.key]
                self._by_key[entry.key] = replace(listed, entry=entry, moved_from=listed.entry)

    def judge(self, violation: Violation) -> None:
        """Appends the violation with its state, in two where only part of it is known."""
        listed = [self._by_key.get(key) for key in violation.entry_keys]
        known = [one for one in listed if one is not None]
        for one in known:
            one.found = violation
        if len(known) < len(listed):
            self._new(violation)
        elif not all(one.entry.allows(violation) for one in known):
            self._new(_with_advice(violation, _former_value(known[0].entry)))
        else:
            self._known(violation, known)

    def _new(self, violation: Violation) -> None:
        self.matched.violations.append(violation)
        self.matched.unlisted.append(violation)

    def _known(self, violation: Violation, listed: Sequence[_Listed]) -> None:
        reason = "; ".join(dict.fromkeys(one.entry.reason for one in listed))
        days = [one.entry.until for one in listed if one.entry.until is not None]
        most = listed[0].entry.times
        if days and min(days) < self._today:
            self.matched.violations.append(violation.with_state("expired", f"{KNOWN_UNTIL} {min(days)}: {reason}"))
            self.matched.unlisted.append(violation)
        elif violation.parts or violation.count <= most:
            self.matched.violations.append(violation.with_state("known", reason))
        else:
            note = f"{most} of these {violation.count} are known; which of them are new cannot be told"
            self.matched.violations.append(replace(violation.with_state("known", reason), count=most))
            self.matched.violations.append(_with_advice(replace(violation, count=violation.count - most), note))
            self.matched.unlisted.append(violation)

    def close(self, is_undecided: Callable[[Entry], bool]) -> None:
        """Says which entries are more than what was found."""
        moved: dict[str, int] = {}
        slack = []
        for listed in self._by_key.values():
            entry, found = listed.entry, listed.found
            if found is None:
                if is_undecided(entry):
                    self.matched.undecided += 1
                    continue
                self.matched.fewer += entry.times
                self.matched.stale.append(Stale(f"{entry} is in the baseline, but it is gone", PRUNE))
                self._revise(listed, None)
                continue
            tight = entry if found.parts else entry.tightened(found)
            self._revise(listed, tight)
            if listed.moved_from is not None:
                for old, new in zip(listed.moved_from.names, entry.names, strict=True):
                    if old != new:
                        moved[f"{old} -> {new}"] = moved.get(f"{old} -> {new}", 0) + 1
            if tight.times < entry.times:
                self.matched.fewer += entry.times - tight.times
                text = f"{entry}: the baseline lists {entry.times}, only {tight.times} left"
                self.matched.stale.append(Stale(text, PRUNE))
            elif not found.parts and entry.is_slack(found):
                self.matched.stale.append(Stale(f"{_gain(entry, found)}; lower it", PRUNE))
            elif tight != entry:
                slack.append(_gain(entry, found))
        self.matched.notes.extend(f"moved: {names} ({_entries(count)})" for names, count in sorted(moved.items()))
        if slack:
            more = f", and {len(slack) - _MOST_NOTED} more" if len(slack) > _MOST_NOTED else ""
            self.matched.notes.append(f"better: {', '.join(slack[:_MOST_NOTED])}{more}")

    def _revise(self, listed: _Listed, tight: Entry | None) -> None:
        if listed.lines != [tight]:
            self.matched.revisions.append(Revision(tuple(listed.lines), tight))


def _former_value(entry: Entry) -> str:
    bound, value = ("floor", entry.floor) if entry.floor is not None else ("ceiling", entry.ceiling)
    return f"its {bound} in the baseline is {number(value or 0)}"


def _gain(entry: Entry, found: Violation) -> str:
    bound, value = ("floor", entry.floor) if is_minimum(found) else ("ceiling", entry.ceiling)
    return f"{entry} is at {number(found.value or 0)}, its {bound} is {number(value or 0)}"


def _entries(count: int) -> str:
    return f"{count} {'entry' if count == 1 else 'entries'}; {PRUNE} writes the new name"


def _with_advice(violation: Violation, text: str) -> Violation:
    return replace(violation, advice=f"{violation.advice}; {text}" if violation.advice else text)
