"""The file of accepted violations: its form, and what is wrong with a wrong one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pytest_archguard.ledger.baseline_file import BaselineError, parse_baseline, read_baseline, render
from pytest_archguard.ledger.entries import Entry

HEADER = '{"archguard-baseline": 1}\n'
A = '{"rule": "r", "check": "c", "subject": "a", "reason": "why"}\n'
B = '{"rule": "r", "check": "c", "subject": "b", "reason": "why"}\n'


def faults(text: str) -> list[str]:
    return [f"{fault.line} {fault.text}" for fault in parse_baseline(text.encode()).faults]


def test_an_entry_is_one_sorted_line() -> None:
    entries = [
        Entry("size", "max_lines", "app.big", ceiling=2485.0, reason="17 tables"),
        Entry("r", "layer", "b", "app.api", detail="app.api", times=2, reason="y"),
        Entry("r", "layer", "a", "app.api", scope="f", reason="x", until=date(2027, 3, 1)),
        Entry("size", "min_maintainability", "app.big", floor=12.5, reason="17 tables"),
    ]
    assert render(entries).decode() == snapshot("""\
{"archguard-baseline": 1}
{"rule": "r", "check": "layer", "subject": "a", "object": "app.api", "scope": "f", "reason": "x", "until": "2027-03-01"}
{"rule": "r", "check": "layer", "subject": "b", "object": "app.api", "detail": "app.api", "count": 2, "reason": "y"}
{"rule": "size", "check": "max_lines", "subject": "app.big", "ceiling": 2485, "reason": "17 tables"}
{"rule": "size", "check": "min_maintainability", "subject": "app.big", "floor": 12.5, "reason": "17 tables"}
""")


def test_what_is_written_is_what_is_read() -> None:
    entries = [
        Entry("r", "c", "a\u2028b", "ö\n", "\x85", '"', 7, None, None, "Größe \udce4 # because", date(2030, 1, 1)),
        Entry("r", "c", "a", floor=0.25, reason="x"),
        Entry("r", "d", "a", ceiling=10**6 + 0.5, reason="x"),
    ]
    assert sorted(map(str, parse_baseline(render(entries)).entries)) == sorted(map(str, entries))
    assert set(parse_baseline(render(entries)).entries) == set(entries)
    assert parse_baseline(render(entries)).faults == ()


def test_no_file_is_an_empty_baseline(tmp_path: Path) -> None:
    assert read_baseline(tmp_path / "none").faults == ()
    assert read_baseline(tmp_path / "none").data is None


def test_blank_lines_and_windows_line_ends_mean_nothing() -> None:
    read = parse_baseline(f"\ufeff{HEADER}\n{A}\n\n".replace("\n", "\r\n").encode())
    assert (len(read.entries), read.faults) == (1, ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", snapshot(['1 is empty; its first line must be {"archguard-baseline": 1}'])),
        (A, snapshot(['1 has no header; its first line must be {"archguard-baseline": 1}'])),
        (
            '{"archguard-baseline": 2}\n' + A,
            snapshot(["1 has format version 2; this release of pytest-archguard reads version 1"]),
        ),
        (
            '{"archguard-baseline": true}\n',
            snapshot(["1 has format version true; this release of pytest-archguard reads version 1"]),
        ),
        (HEADER + "nonsense\n" + A, snapshot(["2 is no JSON (Expecting value: line 1 column 1 (char 0))"])),
        (HEADER + "[1]\n", snapshot(["2 is no entry: a table is needed"])),
        (HEADER + '"is it"\n', snapshot(["2 is no entry: a table is needed"])),
        (HEADER + A.replace("reason", "raeson"), snapshot(['2 has an unknown key "raeson" (did you mean "reason"?)'])),
        (HEADER + '{"rule": "r", "check": "c", "subject": "a"}\n', snapshot(['2 has no "reason"'])),
        (HEADER + A.replace('"why"', '"  "'), snapshot(["2 gives no reason"])),
        (HEADER + A.replace('"why"', '"why", "count": 0'), snapshot(['2 "count" must be a whole number above 0'])),
        (HEADER + A.replace('"why"', '"why", "count": true'), snapshot(['2 "count" must be a whole number above 0'])),
        (HEADER + A.replace('"why"', '"why", "ceiling": "9"'), snapshot(['2 "ceiling" must be a number'])),
        (HEADER + A.replace('"why"', '"why", "ceiling": NaN'), snapshot(['2 "ceiling" must be a number'])),
        (
            HEADER + A.replace('"why"', '"why", "until": "soon"'),
            snapshot(['2 "until": "soon" is no date such as 2027-03-01']),
        ),
        (
            HEADER + A.replace('"why"', '"why", "until": "2027-02-30"'),
            snapshot(['2 "until": "2027-02-30" is no day of the calendar']),
        ),
        (HEADER + A.replace('"a"', "7"), snapshot(['2 "subject" must be a string'])),
    ],
)
def test_every_wrong_line_is_named(text: str, expected: list[str]) -> None:
    assert faults(text) == expected


def test_one_wrong_line_hides_no_other() -> None:
    read = parse_baseline(f"{HEADER}{{\n{A}[]\n{B}".encode())
    assert [entry.subject for entry in read.entries] == ["a", "b"]
    assert [fault.line for fault in read.faults] == [2, 4]


def test_conflict_markers_are_named_and_both_sides_count() -> None:
    text = f"{HEADER}<<<<<<< HEAD\n{A}||||||| base\n=======\n{B}>>>>>>> other\n"
    assert faults(text) == snapshot(
        ["2 holds merge conflict markers; keep the lines of both sides, delete the markers"]
    )
    assert [entry.subject for entry in parse_baseline(text.encode()).entries] == ["a", "b"]


def test_bytes_that_are_no_text_are_named() -> None:
    read = parse_baseline(HEADER.encode() + b'{"rule": "\xff"}')
    assert ([f"{f.line} {f.text}" for f in read.faults], read.usable) == (["2 byte 0xff is not UTF-8"], False)


def test_a_key_may_be_listed_only_once() -> None:
    other_reason = A.replace("why", "else")
    assert faults(HEADER + A + B + A) == snapshot(["4 lists a (c) of r again (line 2)"])
    assert faults(HEADER + A + other_reason) == snapshot(["3 lists a (c) of r again (line 2)"])


def test_lines_that_differ_in_nothing_but_the_number_are_what_a_union_merge_leaves() -> None:
    lowered = A.replace('"why"', '"why", "count": 3')
    assert faults(HEADER + lowered + A) == []
    assert faults(HEADER + HEADER + A) == []


def test_a_file_that_would_lose_something_is_not_written_over() -> None:
    parse_baseline((HEADER + A + A).encode()).check_writable()
    with pytest.raises(BaselineError) as error:
        parse_baseline((HEADER + A + "[]\n").encode()).check_writable()
    assert str(error.value) == snapshot(
        "archguard-baseline.jsonl:3 is no entry: a table is needed; mend it first, nothing was written"
    )
