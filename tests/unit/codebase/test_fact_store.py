"""Facts come out as they went in, and a word in them is never missed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.fact_store import FactStore, Unstorable, stored
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.model import Module

FACT = Fact("f", 1, "m:f")
OTHER = Fact("f", 1, "m:f", ("with", "parameters"))


def holding(data: Any) -> FactStore:
    return FactStore({"a.py": b"digest"}, lambda key: {b"digest": stored(data)} if key == FACT.key else {})


def test_a_fact_is_decoded_once() -> None:
    facts = holding([1, ("x",)])
    assert facts.get("a.py", FACT) == [1, ("x",)]
    assert facts.get("a.py", FACT) is facts.get("a.py", FACT)


def test_what_marshal_cannot_store_is_there_all_the_same() -> None:
    data = object()
    assert stored(data) == Unstorable(data)
    assert holding(data).get("a.py", FACT) is data


def test_a_fact_that_was_never_read_is_told_from_one_that_is_nothing() -> None:
    facts = holding(None)
    assert facts.has("a.py", FACT)
    assert facts.get("a.py", FACT) is None
    assert not facts.has("a.py", OTHER)
    assert not facts.has("b.py", FACT)
    with pytest.raises(KeyError):
        facts.get("a.py", OTHER)


def test_a_fact_that_is_read_later_is_known_from_then_on() -> None:
    facts = FactStore()
    facts.put("a.py", {FACT.key: None})
    assert facts.has("a.py", FACT)
    assert facts.get("a.py", FACT) is None


def test_files_whose_data_lacks_a_word_are_left_out() -> None:
    facts = FactStore(
        {"a.py": b"1", "b.py": b"2"}, lambda _: {b"1": stored(("sqlalchemy.orm",)), b"2": stored(("sql", "alchemy"))}
    )
    modules = [Module("a", "a.py"), Module("b", "b.py")]
    assert [module.name for module in facts.mentioning(modules, FACT, "sqlalchemy")] == ["a"]
    facts.put("c.py", {FACT.key: ()})
    assert [m.name for m in facts.mentioning([Module("c", "c.py")], FACT, "x")] == ["c"]  # not stored: it may


TEXT = st.text(st.characters(exclude_categories=()), max_size=300)


@given(st.tuples(TEXT, st.lists(TEXT), st.lists(st.tuples(TEXT, TEXT))), st.data())
def test_a_word_in_any_string_is_found_in_what_is_stored(data: Any, choose: st.DataObject) -> None:
    text = data[0]
    start = choose.draw(st.integers(0, len(text)))
    word = text[start : choose.draw(st.integers(start, len(text)))]
    facts = holding(data)
    assert facts.get("a.py", FACT) == data
    assert list(facts.mentioning([Module("a", "a.py")], FACT, word))
