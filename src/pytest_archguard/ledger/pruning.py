"""The baseline after pruning: what is listed, minus what is gone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from pytest_archguard.ledger.entries import Entry
from pytest_archguard.ledger.matching import Revision


def prune(entries: Iterable[Entry], revisions: Iterable[Revision]) -> tuple[Entry, ...]:
    """The entries with those of the revisions replaced; the number of entries never grows."""
    revised = list(revisions)
    left = Counter(entries)
    left.subtract(Counter(line for revision in revised for line in revision.lines))
    return (*left.elements(), *(revision.entry for revision in revised if revision.entry is not None))


def describe(revision: Revision) -> Iterator[str]:
    """What the revision changes, for people."""
    old, new = revision.lines[0], revision.entry
    if new is None:
        yield f"removed: {old}"
        return
    if old.key != new.key:
        yield f"moved: {old} is {new} now"
    if old.rule != new.rule:
        yield f"renamed: {new} was of the rule {old.rule}"
    if new.times < old.times:
        yield f"lowered: {new} from {old.times} times to {new.times}"
    if (old.ceiling, old.floor) != (new.ceiling, new.floor):
        yield f"lowered: {new} from{old.bound} to{new.bound}"
    if len(revision.lines) > 1:
        yield f"joined: {new} was listed {len(revision.lines)} times"
