"""Counting: how much of a violation an entry covers, and how much of an entry is still there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from inline_snapshot import snapshot

from pytest_archguard.ledger.entries import Entry
from pytest_archguard.ledger.matching import Matched, match
from pytest_archguard.ledger.occurrences import counted
from pytest_archguard.ledger.pruning import prune
from pytest_archguard.model import Site, Violation

TODAY = date(2026, 11, 21)


def entry(subject: str, **fields: Any) -> Entry:
    return Entry("r", "c", subject, **{"reason": "why", **fields})


def violation(subject: str, **fields: Any) -> Violation:
    return Violation("c", subject, "message", **fields)


def matched(
    found: list[Violation], entries: list[Entry], moves: Mapping[str, str] | None = None, undecided: str = ""
) -> Matched:
    def follow(names: Any) -> Mapping[str, str]:
        return {name: new for name, new in (moves or {}).items() if name in names}

    return match("r", found, entries, TODAY, follow, lambda entry: entry.subject == undecided)


def states(found: Matched) -> list[tuple[str, str, int]]:
    return [(v.subject, v.state, v.count) for v in found.violations]


def left(entries: list[Entry], found: Matched) -> list[tuple[str, int]]:
    return sorted((e.subject, e.times) for e in prune(entries, found.revisions))


def test_more_of_a_kind_than_listed_is_known_in_part() -> None:
    result = matched([violation("a", count=5)], [entry("a", times=3)])
    assert states(result) == [("a", "known", 3), ("a", "new", 2)]
    assert result.violations[1].advice == "3 of these 5 are known; which of them are new cannot be told"
    assert [v.count for v in result.unlisted] == [5]
    assert (result.stale, result.revisions) == ([], [])


def test_fewer_of_a_kind_than_listed_is_surplus() -> None:
    entries = [entry("a", times=3)]
    result = matched([violation("a")], entries)
    assert (states(result), result.fewer) == ([("a", "known", 1)], 2)
    assert [s.text for s in result.stale] == snapshot(["a (c): the baseline lists 3, only 1 left"])
    assert left(entries, result) == [("a", 1)]


def test_what_was_excepted_before_needs_no_entry() -> None:
    result = matched([violation("a").with_state("suppressed")], [entry("a")])
    assert (states(result), len(result.stale)) == ([("a", "suppressed", 1)], 1)


def test_of_two_lines_for_one_key_the_stricter_holds_and_one_is_left() -> None:
    entries = [entry("a", times=5), entry("a", times=2)]
    result = matched([violation("a", count=3)], entries)
    assert states(result) == [("a", "known", 2), ("a", "new", 1)]
    assert left(entries, result) == [("a", 2)]
    twins = [entry("a", ceiling=9.0), entry("a", ceiling=9.0)]
    assert left(twins, matched([violation("a", value=9, limit=5)], twins)) == [("a", 1)]


def test_the_stricter_of_two_entries_is_strict_in_everything() -> None:
    one = entry("a", times=2, ceiling=9.0, floor=1.0, until=date(2027, 1, 1), reason="b")
    other = entry("a", times=3, ceiling=8.0, floor=2.0, until=None, reason="a")
    both = entry("a", times=2, ceiling=8.0, floor=2.0, until=date(2027, 1, 1), reason="a")
    assert one.stricter(other) == other.stricter(one) == both


def test_entries_under_a_former_id_count_and_are_rewritten() -> None:
    entries = [entry("a")._replace(rule="old"), entry("b")._replace(rule="old")]
    result = matched([violation("a"), violation("b")], entries)
    assert [state for _, state, _ in states(result)] == ["known", "known"]
    assert {e.rule for e in prune(entries, result.revisions)} == {"r"}


def test_a_violation_of_several_parts_needs_an_entry_for_each() -> None:
    cycle = violation("a", object="b", detail="a b a", parts=(("a", "b"), ("b", "a")))
    hops = [entry("a", object="b", reason="one"), entry("b", object="a", reason="two")]
    known = matched([cycle], hops)
    assert (states(known), known.violations[0].reason) == ([("a", "known", 1)], "one; two")
    new = matched([cycle], hops[:1])
    assert (states(new), new.violations[0].advice) == ([("a", "new", 1)], "new: b -> a")
    assert matched([cycle], []).violations[0].advice is None
    expired = [hops[0], hops[1]._replace(until=date(2026, 11, 20))]
    assert states(matched([cycle], expired)) == [("a", "expired", 1)]


def test_a_part_of_several_violations_is_stale_only_without_all_of_them() -> None:
    first = violation("a", detail="1", parts=(("a", "b"), ("b", "a")))
    second = violation("a", detail="2", parts=(("a", "b"), ("b", "c"), ("c", "a")))
    hops = [entry(x, object=y) for x, y in ("ab", "ba", "bc", "ca")]
    assert matched([first, second], hops).stale == []
    assert [s.text.split(" is ")[0] for s in matched([first], hops).stale] == ["b -> c (c)", "c -> a (c)"]


def test_moved_modules_keep_their_entries() -> None:
    entries = [entry("old", object="x", times=2)]
    result = matched([violation("new", object="y", count=2)], entries, {"old": "new", "x": "y"})
    assert (states(result), result.stale) == ([("new", "known", 2)], [])
    assert result.notes == snapshot(
        [
            "moved: old -> new (1 entry; archguard prune writes the new name)",
            "moved: x -> y (1 entry; archguard prune writes the new name)",
        ]
    )
    assert [(e.subject, e.object) for e in prune(entries, result.revisions)] == [("new", "y")]


def test_a_move_covers_no_more_than_was_listed() -> None:
    entries = [entry("old", times=1)]
    result = matched([violation("new", count=2)], entries, {"old": "new"})
    assert states(result) == [("new", "known", 1), ("new", "new", 1)]


def test_what_was_fixed_while_it_moved_is_stale_under_its_old_name() -> None:
    entries = [entry("old"), entry("old", object="x")]
    result = matched([violation("new")], entries, {"old": "new"})
    assert [s.text for s in result.stale] == ["old -> x (c) is in the baseline, but it is gone"]


def test_an_entry_of_the_new_name_wins_over_a_moved_one() -> None:
    entries = [entry("old"), entry("new")]
    result = matched([violation("new")], entries, {"old": "new"})
    assert (states(result), [s.text for s in result.stale]) == (
        [("new", "known", 1)],
        ["old (c) is in the baseline, but it is gone"],
    )


def test_nobody_is_asked_about_moves_while_nothing_is_new() -> None:
    def fail(names: Any) -> Mapping[str, str]:
        raise AssertionError("asked in vain")

    match("r", [violation("a")], [entry("a"), entry("b")], TODAY, fail, lambda _: False)
    match("r", [violation("a")], [], TODAY, fail, lambda _: False)


def test_what_cannot_be_decided_is_not_stale() -> None:
    entries = [entry("a")]
    result = matched([], entries, undecided="a")
    assert (result.stale, result.fewer, result.undecided, left(entries, result)) == ([], 0, 1, [("a", 1)])


def test_equal_violations_are_counted_and_the_worst_value_is_kept() -> None:
    found = [
        violation("a", value=9, limit=5, sites=(Site("a.py", 1),)),
        violation("a", value=12, limit=5, sites=(Site("a.py", 7),)),
        violation("a", value=8, limit=5, sites=(Site("a.py", 9),)),
        violation("a", value=7, limit=5).with_state("suppressed"),
    ]
    first, second = counted(found)
    assert (first.count, first.value, [site.line for site in first.sites]) == (3, 12, [1, 7, 9])
    assert (second.count, second.state) == (1, "suppressed")
