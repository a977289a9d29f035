"""Whatever is found and listed: accepting makes it green, pruning only shrinks, merging and sorting change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.ledger.acceptance import accept
from pytest_archguard.ledger.baseline_file import parse_baseline, render
from pytest_archguard.ledger.entries import Entry
from pytest_archguard.ledger.matching import Matched, match
from pytest_archguard.ledger.pruning import prune
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Rule, RuleOptions
from pytest_archguard.rules.readable import Readable

TODAY = date(2026, 11, 21)
HEADER = '{"archguard-baseline": 1}'
RULE = Rule(RuleOptions(id="r"), Readable())
PARTS = tuple((a, b) for a in "pqr" for b in "pqr" if a != b)

# What a rule can find: occurrences that are counted, values over or under a limit, things made of parts.
counts = st.dictionaries(st.sampled_from(["a", "b", "c", "d"]), st.integers(1, 4), max_size=4)
values = st.dictionaries(st.sampled_from(["e", "f", "g"]), st.sampled_from([11, 50, 96, 97, 99, 100]), max_size=3)
minima = st.dictionaries(st.sampled_from(["h", "i"]), st.sampled_from([1.0, 8.5, 9.0, 9.5]), max_size=2)
cycles = st.lists(st.lists(st.sampled_from(PARTS), min_size=2, max_size=4, unique=True), max_size=3, unique_by=str)


def violations(counts: Mapping[str, int], over: Mapping[str, int], under: Mapping[str, float], rings: Sequence[Any]) -> list[Violation]:  # fmt: skip
    return [
        *(Violation("count", name, "m", count=count) for name, count in sorted(counts.items())),
        *(Violation("max", name, "m", value=value, limit=10) for name, value in sorted(over.items())),
        *(Violation("min", name, "m", value=value, limit=10) for name, value in sorted(under.items())),
        *(Violation("ring", "x", "m", detail=str(ring), parts=tuple(ring)) for ring in rings),
    ]


states = st.builds(violations, counts, values, minima, cycles)
entries = st.lists(
    st.builds(
        Entry, st.just("r"), st.sampled_from(["count", "max", "min", "ring"]), st.sampled_from("abcdefghipqr"),
        st.sampled_from(["", "p", "q", "r"]), st.just(""), st.just(""), st.integers(1, 5),
        st.none() | st.sampled_from([20.0, 98.0]), st.none() | st.sampled_from([2.0, 9.0]), st.sampled_from(["x", "y"]),
        st.none() | st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)]),
    ),
    max_size=12,
)  # fmt: skip


def judged(found: Sequence[Violation], listed: Sequence[Entry], moves: Mapping[str, str] | None = None) -> Matched:
    def follow(names: Any) -> Mapping[str, str]:
        return {name: new for name, new in (moves or {}).items() if name in names}

    return match("r", found, listed, TODAY, follow, lambda _: False)


def accepted(found: Sequence[Violation], listed: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    return accept(listed, [(RULE, judged(found, listed).unlisted)], "because", None).entries


def pruned(found: Sequence[Violation], listed: Sequence[Entry]) -> tuple[Entry, ...]:
    return prune(listed, judged(found, listed).revisions)


def new_in(matched: Matched) -> list[Violation]:
    return [violation for violation in matched.violations if violation.state != "known"]


def allowance(listed: Sequence[Entry]) -> dict[Any, Entry]:
    strictest: dict[Any, Entry] = {}
    for entry in listed:
        strictest[entry.key] = strictest[entry.key].stricter(entry) if entry.key in strictest else entry
    return strictest


def improve(draw: Callable[..., Any], found: Sequence[Violation]) -> list[Violation]:
    """Some of it fixed, or less of it."""
    better = []
    for violation in found:
        step = draw(st.sampled_from(["keep", "less", "fix"]))
        if step == "less" and violation.check == "count":
            better.append(Violation("count", violation.subject, "m", count=draw(st.integers(1, violation.count))))
        elif step == "less" and violation.check == "max":
            value = draw(st.integers(11, int(violation.value or 0)))
            better.append(Violation("max", violation.subject, "m", value=value, limit=10))
        elif step != "fix":
            better.append(violation)
    return better


@given(states, entries)
def test_what_was_accepted_is_green(found: list[Violation], listed: list[Entry]) -> None:
    after = accepted(found, listed)
    assert new_in(judged(found, after)) == []
    left = pruned(found, after)
    matched = judged(found, left)
    assert (new_in(matched), matched.stale, matched.revisions) == ([], [], [])


@given(states, entries)
def test_pruning_never_allows_more(found: list[Violation], listed: list[Entry]) -> None:
    left = pruned(found, listed)
    before = allowance(listed)
    assert len(left) <= len(listed)
    for entry in left:
        assert entry == entry.stricter(before[entry.key])
    assert new_in(judged(found, left)) == new_in(judged(found, listed))


@given(states, entries)
def test_pruning_twice_is_pruning_once(found: list[Violation], listed: list[Entry]) -> None:
    left = pruned(found, listed)
    assert sorted(map(repr, pruned(found, left))) == sorted(map(repr, left))


@given(st.data(), states)
def test_fixing_makes_nothing_new(data: st.DataObject, found: list[Violation]) -> None:
    listed = accepted(found)
    assert new_in(judged(improve(data.draw, found), listed)) == []


@given(st.data(), states)
def test_two_prunes_can_be_merged_line_by_line(data: st.DataObject, found: list[Violation]) -> None:
    listed = accepted(found)
    ours, theirs = improve(data.draw, found), improve(data.draw, found)
    sides = [render(pruned(side, listed)).decode().splitlines()[1:] for side in (ours, theirs)]
    lines = data.draw(st.permutations(sorted({*sides[0], *sides[1]})))
    merged = parse_baseline("\n".join([HEADER, *lines]).encode())
    assert merged.faults == ()
    together = in_both(ours, theirs)
    assert new_in(judged(together, merged.entries)) == []
    left = judged(together, pruned(together, merged.entries))
    assert (new_in(left), left.stale) == ([], [])


@given(states, entries, st.randoms(use_true_random=False))
def test_the_order_of_entries_means_nothing(found: list[Violation], listed: list[Entry], rng: random.Random) -> None:
    written = render(listed)
    lines = written.decode().splitlines()[1:]
    rng.shuffle(lines)
    read = parse_baseline("\n".join([HEADER, *lines]).encode())
    in_order = judged(found, parse_baseline(written).entries)
    shuffled = judged(found, read.entries)
    assert shuffled.violations == in_order.violations
    assert sorted(map(str, shuffled.stale)) == sorted(map(str, in_order.stale))
    assert render(read.entries) == written


@given(states)
def test_what_is_listed_survives_the_file(found: list[Violation]) -> None:
    listed = accepted(found)
    read = parse_baseline(render(listed))
    assert (set(read.entries), read.faults) == (set(listed), ())


def in_both(ours: Sequence[Violation], theirs: Sequence[Violation]) -> list[Violation]:
    """What is left when both sides' fixes come together."""
    by_key = {violation.key: violation for violation in theirs}
    left = []
    for violation in ours:
        other = by_key.get(violation.key)
        if other is None:
            continue
        value = violation.value
        if value is not None and other.value is not None:
            value = max(value, other.value) if violation.check == "min" else min(value, other.value)
        left.append(replace(violation, count=min(violation.count, other.count), value=value))
    return left
