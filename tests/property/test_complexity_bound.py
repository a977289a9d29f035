"""The bound on complexity that the text gives is never below what radon counts."""

from __future__ import annotations

from hypothesis import given, reject
from hypothesis import strategies as st

from pytest_archguard.codebase.facts.branch_words import complexity_at_most
from pytest_archguard.codebase.facts.complexity import extract
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError

ATOMS = st.sampled_from(["a", "1", "0xf", "1e5", "'if'", "b.c", "(d)", "[]", "1.", "(lambda: a)"])
WORDS = st.sampled_from([" or ", " and ", "or ", "and "])


@st.composite
def expressions(draw: st.DrawFn) -> str:
    text = draw(ATOMS)
    for _ in range(draw(st.integers(0, 3))):
        # Behind a number or a bracket a word needs no space.
        word = draw(WORDS) if text[-1] in "1f5)]'." else draw(WORDS.filter(lambda each: each[0] == " "))
        text += word + draw(ATOMS)
    shape = draw(st.sampled_from(["{0}", "{0} if {0} else {0}", "[{0} for e in {0} if {0}]", "({0}) if({0})else({0})"]))
    return shape.format(text)


@st.composite
def functions(draw: st.DrawFn) -> str:
    lines = ["def f(a, b, c, d):"]
    for _ in range(draw(st.integers(1, 4))):
        given = draw(expressions())
        statement = draw(
            st.sampled_from(
                [
                    "x = {0}",
                    "if {0}: pass\n elif {0}: pass",
                    "for e in {0}: pass\n else: pass",
                    "while {0}: pass\n else: pass",
                    "try: pass\n except A: pass\n except B: pass\n else: pass",
                    "assert {0}",
                    "match {0}:\n  case 1: pass\n  case _ if {0}: pass",
                    "def g():\n  return {0}",
                    "class C:\n  def m(self): return {0}",
                ]
            )
        )
        lines.append(" " + statement.format(given))
    return "\n".join(lines)


@given(functions())
def test_no_function_is_more_complex_than_the_text_allows(text: str) -> None:
    try:
        rows = extract(Source("a.py", b"", text))
    except UnparsableError:  # some numbers go with some words only
        reject()
    worst = max(row[3] for row in rows)
    assert not complexity_at_most(text, worst - 1)
    for limit in range(worst + 2):
        assert extract(Source("a.py", b"", text), (limit,)) == tuple(row for row in rows if row[3] > limit)


def test_words_in_longer_words_do_not_count() -> None:
    text = "def f(command, order, different):\n    return format(command, order, different, forever, android, oracle)\n"
    assert complexity_at_most(text, 1)
    assert not complexity_at_most(text + "    if a: pass\n", 1)


def test_a_word_behind_a_number_counts() -> None:
    assert not complexity_at_most("def f():\n    return 0xfor 1", 1)
    assert not complexity_at_most("def f():\n    return 1if a else 2", 1)


def test_every_case_counts() -> None:
    text = "def f():\n    match a:\n        case 1: pass\n        case 2: pass\n        case 3: pass\n"
    assert not complexity_at_most(text, 3)
    assert complexity_at_most(text, 4)
