"""Violations against entries: what is known, what is more than was accepted, and what is listed in vain."""

from __future__ import annotations

from collections import Counter
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
    matcher.judge_all(violations)
    if matcher.matched.unlisted and matcher.follow(moves):
        matcher.judge_all(violations)
    matcher.close(is_undecided)
    return matcher.matched


@dataclass(slots=True)
class _Listed:
    """One key as the file lists it: `line` is the entry as it stands there, `more` are further ones of the same key,
    `entry` is what they say together.

    found: the violation it was used for; for a part of several violations the last of them.
    """

    line: Entry
    entry: Entry
    more: tuple[Entry, ...] = ()
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
                self._by_key[entry.key] = _Listed(entry, current)
            else:
                listed.more = (*listed.more, entry)
                listed.entry = listed.entry.stricter(current)

    def judge_all(self, violations: Iterable[Violation]) -> None:
        """Judges the violations, from the start."""
        self.matched = Matched()
        for violation in violations:
            if violation.state == "new":
                self.judge(violation)
            else:
                self.matched.violations.append(violation)

    def follow(self, moves: Moves) -> bool:
        """Lists entries whose modules moved under the new names, where that explains a violation; whether it did."""
        missing = {key for violation in self.matched.unlisted for key in violation.entry_keys} - self._by_key.keys()
        idle = [listed for listed in self._by_key.values() if listed.found is None]
        if not missing or not idle:
            return False
        names = dict(moves({name for listed in idle for name in listed.entry.names}))
        followed = False
        for listed in idle if names else ():
            entry = listed.entry.renamed(names)
            if entry.key in missing and entry.key not in self._by_key:
                del self._by_key[listed.entry.key]
                self._by_key[entry.key] = replace(listed, entry=entry, moved_from=listed.entry)
                followed = True
        return followed

    def judge(self, violation: Violation) -> None:
        """Appends the violation with its state, in two where only part of it is known."""
        if not violation.parts and self._is_plainly_known(violation):
            return
        known = []
        for key in violation.entry_keys:
            one = self._by_key.get(key)
            if one is not None:
                one.found = violation
                known.append(one)
        if len(known) < len(violation.parts or (None,)):
            self._new(_with_advice(violation, self._new_parts(violation)) if known else violation)
        elif all(one.entry.allows(violation) for one in known):
            self._known(violation, known)
        else:
            self._new(_with_advice(violation, _former_value(known[0].entry)))

    def _is_plainly_known(self, violation: Violation) -> bool:
        """The short way for nearly all violations of a large baseline: one entry that covers it without a date."""
        listed = self._by_key.get(violation.key)
        if listed is None:
            return False
        entry = listed.entry
        if entry.until is not None or violation.count > entry.times or not entry.allows(violation):
            return False
        listed.found = violation
        self.matched.violations.append(violation.with_state("known", entry.reason))
        return True

    def _new_parts(self, violation: Violation) -> str:
        """Which parts are new: one new import can close dozens of cycles."""
        keyed = zip(violation.parts, violation.entry_keys, strict=True)
        names = [
            f"{subject} -> {imported}" if imported else subject
            for (subject, imported), key in keyed
            if key not in self._by_key
        ]
        return f"new: {', '.join(names[:2])}" + (f" and {len(names) - 2} more" if len(names) > 2 else "")

    def _new(self, violation: Violation) -> None:
        self.matched.violations.append(violation)
        self.matched.unlisted.append(violation)

    def _known(self, violation: Violation, listed: Sequence[_Listed]) -> None:
        reason = "; ".join(dict.fromkeys([one.entry.reason for one in listed]))
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
        moved: Counter[str] = Counter()
        gains: list[str] = []
        for listed in self._by_key.values():
            if listed.found is not None:
                self._tighten(listed, listed.found, gains)
                if listed.moved_from is not None:
                    pairs = zip(listed.moved_from.names, listed.entry.names, strict=True)
                    moved.update(f"{old} -> {new}" for old, new in pairs if old != new)
            elif is_undecided(listed.entry):
                self.matched.undecided += 1
            else:
                self.matched.fewer += listed.entry.times
                self.matched.stale.append(Stale(f"{listed.entry} is in the baseline, but it is gone", PRUNE))
                self._revise(listed, None)
        self.matched.notes.extend(f"moved: {names} ({_entries(times)})" for names, times in sorted(moved.items()))
        if gains:
            more = f", and {len(gains) - _MOST_NOTED} more" if len(gains) > _MOST_NOTED else ""
            self.matched.notes.append(f"better: {', '.join(gains[:_MOST_NOTED])}{more}")

    def _tighten(self, listed: _Listed, found: Violation, gains: list[str]) -> None:
        """Asks for what is listed in surplus; gains that are too small for that are collected."""
        entry = listed.entry
        tight = entry if found.parts else entry.tightened(found)
        self._revise(listed, tight)
        if tight is entry:
            return
        if tight.times < entry.times:
            self.matched.fewer += entry.times - tight.times
            text = f"{entry}: the baseline lists {entry.times}, only {tight.times} left"
            self.matched.stale.append(Stale(text, PRUNE))
        elif entry.is_slack(tight):
            self.matched.stale.append(Stale(f"{_gain(entry, found)}; lower it", PRUNE))
        else:
            gains.append(_gain(entry, found))

    def _revise(self, listed: _Listed, tight: Entry | None) -> None:
        if listed.more or listed.line != tight:
            self.matched.revisions.append(Revision((listed.line, *listed.more), tight))


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
