"""A text is known to be Python or not, whether a tree is made of it or not."""

from __future__ import annotations

import warnings

import pytest

from pytest_archguard.codebase import source as source_module
from pytest_archguard.codebase.extract import extract, extract_file
from pytest_archguard.codebase.facts.bindings import BINDINGS
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.facts.lines import LINES
from pytest_archguard.codebase.facts.suppressions import SUPPRESSIONS
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError, check, tree_of
from pytest_archguard.model import Module

INVALID = ["def f(:", "x = = 1", "if a:\nb = 1", "'''", "f(a for a in b, c)", "(" * 300 + ")" * 300, "x = '\udc80'"]
# Python compiles none of these, but its grammar and so the tree have nothing against them.
PARSED_ALL_THE_SAME = [
    "nonlocal a",
    "def f(a, a): pass",
    "def f():\n    a = 1\n    global a",
    "def f():\n from a import *",
]


@pytest.mark.parametrize("text", INVALID)
def test_a_check_finds_the_fault_that_parsing_finds(text: str) -> None:
    with pytest.raises(UnparsableError) as parsed:
        tree_of(text)
    with pytest.raises(UnparsableError) as checked:
        check(text)
    assert checked.value.args == parsed.value.args


@pytest.mark.parametrize("text", PARSED_ALL_THE_SAME)
def test_a_check_objects_to_the_grammar_only(text: str) -> None:
    check(text)


@pytest.mark.parametrize("facts", [[], [BINDINGS]], ids=["checked", "parsed"])
def test_files_are_read_in_silence_whatever_the_filters(facts: list) -> None:  # type: ignore[type-arg]
    data = b"x = '\\d'\ny = 1 is 1\nassert (x, y)\n"
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        ((_, found),) = extract(lambda _: data, [Module("a", "a.py")], facts)
    assert isinstance(found, dict)
    assert not warned


def no_tree(text: str) -> None:
    pytest.fail("a tree was made")


def test_facts_that_the_text_shows_are_read_without_a_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "tree_of", no_tree)
    found = extract_file(
        Module("a", "a.py"), b"import b\nfrom c import d  # archguard: ignore[x] y\n", [IMPORTS, LINES]
    )
    assert isinstance(found, dict)
    assert [statement[6] for statement in found[IMPORTS.key]] == [("b",), ("d",)]


@pytest.mark.parametrize("facts", [[], [IMPORTS, SUPPRESSIONS, LINES], [BINDINGS], [BINDINGS, IMPORTS]])
def test_a_file_that_is_no_python_is_a_fault_whichever_facts_are_asked_for(facts: list) -> None:  # type: ignore[type-arg]
    found = extract_file(Module("a", "a.py"), b"import b\nx = = 1\n", facts)
    assert found == Unreadable("a.py", "a", 2, 5, "invalid syntax", "syntax")


def test_a_tree_that_is_there_is_used_for_all_facts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_archguard.codebase.source.check", no_tree)
    monkeypatch.setattr("pytest_archguard.codebase.facts.imports.statements_in", no_tree)
    found = extract_file(Module("a", "a.py"), b"import b\n", sorted([IMPORTS, BINDINGS], key=lambda f: f.from_text))
    assert isinstance(found, dict)


def test_a_tree_is_made_once() -> None:
    made = Source("a.py", b"", "x = 1")
    assert not made.has_tree
    assert made.tree is made.tree
    assert made.has_tree
