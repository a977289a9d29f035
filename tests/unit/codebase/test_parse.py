"""Parsing: what cannot be parsed is a record, never an exception, and never a warning."""

from __future__ import annotations

import gc
import sys
import warnings
from pathlib import Path

import pytest

from pytest_archguard.codebase.codebase import read_codebase
from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.layout import discover
from pytest_archguard.codebase.newer_syntax import blame
from pytest_archguard.codebase.parse import Unreadable, parse, python_version
from pytest_archguard.codebase.source import Source


def fault(text: str | bytes) -> Unreadable:
    found = parse("app/m.py", "app.m", text.encode() if isinstance(text, str) else text)
    assert isinstance(found, Unreadable)
    return found


def test_a_syntax_error_has_line_and_column() -> None:
    assert fault("x = 1\ny = = 2\n") == Unreadable("app/m.py", "app.m", 2, 5, "invalid syntax", "syntax")


def test_bytes_that_do_not_decode_have_a_line() -> None:
    found = fault(b"x = 1\ny = '\xe9'\n")
    assert (found.line, found.fault) == (2, "file")
    assert found.message == "byte 0xe9 is not UTF-8; the file declares no encoding"


@pytest.mark.parametrize(
    "text",
    ["(" * 300 + ")" * 300, "x = " + "2 ** " * 20_000 + "1", "[" * 5_000, "x = " + "-" * 100_000 + "1"],
    ids=["parentheses", "powers", "brackets", "minus"],
)
def test_nesting_without_end_is_a_record(text: str) -> None:
    found = parse("m.py", "m", text.encode())
    assert isinstance(found, (Unreadable, Source))
    if isinstance(found, Unreadable):
        assert found.message


def test_code_python_warns_about_is_read_in_silence_whatever_the_filters() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = parse("m.py", "m", b"x = '\\d'\ny = 1 is 1\nassert (x, y)\nz = 1if x else 2\n")
    assert isinstance(found, Source)


def test_the_filters_are_left_as_they_were() -> None:
    before = list(warnings.filters)
    parse("m.py", "m", b"x = '\\d'\n")
    assert list(warnings.filters) == before


def test_the_collector_is_switched_back_on() -> None:
    assert gc.isenabled()
    with collector_off():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with collector_off():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_without_the_collector_is_not_looked_at_right_afterwards() -> None:
    looked_at: list[int] = []

    def note(phase: str, _: dict[str, int]) -> None:
        if phase == "start":  # one of the youngest may be due in any case
            looked_at.append(len(gc.get_objects(generation=0)))

    gc.callbacks.append(note)
    try:
        with collector_off():
            kept = [[number] for number in range(50_000)]
        more = [[number] for number in range(2_000)]
    finally:
        gc.callbacks.remove(note)
    assert (len(kept), len(more)) == (50_000, 2_000)
    assert max(looked_at, default=0) < 10_000


def test_what_somebody_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        with collector_off():
            pass
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


# Syntax no Python that this project supports can parse yet, or only the newest; grimp's parser knows it.
_NEWER = {
    (3, 12): "type Pair[T] = tuple[T, T]\n",
    (3, 13): "def f[T = int](): pass\n",
    (3, 14): "x = t'{y}'\n",
    (3, 15): "lazy import json\n",
}


def _newer_than_this() -> str:
    return next(text for version, text in _NEWER.items() if sys.version_info < version)


def test_syntax_of_a_newer_python_is_the_interpreters_fault(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(f"import os\nfrom .... import x\n{_newer_than_this()}")
    (tmp_path / "__init__.py").write_text(_newer_than_this())
    (tmp_path / "__init__.pyc").write_bytes(b"")
    for fault in read_codebase(discover(tmp_path, ["."]), ()).unreadable:
        assert fault.fault == "interpreter"
        assert fault.message.startswith(f"Python {python_version()} cannot parse it (")
        assert fault.message.endswith("), a newer Python can")


@pytest.mark.parametrize(
    "text", ["print 'x'\n", "def f(:\n", "x = (\n", "x = 'a\n", "if x:\npass\n", "exec 'x'\n", "x = " + "9" * 5000]
)
def test_what_no_python_can_parse_is_the_files_fault(tmp_path: Path, text: str) -> None:
    (tmp_path / "old.py").write_text(text)
    codebase = read_codebase(discover(tmp_path, ["."]), ())
    assert [fault.fault for fault in codebase.unreadable] == ["file"] or python_version() == "3.10"


def test_nobody_is_asked_about_a_file_that_is_only_a_string() -> None:
    (found,) = codebase_of({"app.py": "x ="}).unreadable
    assert (found.path, found.fault, found.message) == ("app.py", "file", "invalid syntax")


def test_a_file_that_does_not_decode_is_not_judged_by_its_syntax(tmp_path: Path) -> None:
    found = Unreadable("m.py", "m", 1, 1, "null byte", "file")
    assert blame(tmp_path, found) is found
