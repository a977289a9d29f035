"""What surprises people about radon's raw counts, and what is counted where radon fails; docs/rules/size.md says so."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from radon.raw import analyze

from pytest_archguard.codebase.facts.lines import extract as count_lines
from pytest_archguard.codebase.facts.raw import RawCounts, raw_counts
from pytest_archguard.codebase.source import Source

Parse = Callable[[str], Source]


@pytest.mark.parametrize(
    ("text", "lloc"),
    [
        ("if x: return_", 2),
        ("d = {1: 2}", 2),
        ("x: int = 1", 2),
        ("x[1:]", 2),
        ("if d[1:2]:\n    pass", 2),
        ("f(\n    lambda: 1,\n)", 2),
        ("(y := 1)", 1),
        ("x: int", 2),
        ("x: int; pass", 2),
        ("x: int = 1; pass", 3),
        ("if x: y; z", 2),
        ("x;", 1),
        ("else_ = 1  # if x: y", 1),
        ("f'a: {x}'", 1),
        ("try:\n    pass\nexcept E:\n    pass\nelse:\n    pass", 6),
    ],
)
def test_logical_lines_have_radons_idea_of_colons(source: Parse, text: str, lloc: int) -> None:
    assert raw_counts(source(text)).lloc == analyze(text).lloc == lloc


@pytest.mark.parametrize(
    ("text", "sloc", "multi", "single_comments"),
    [
        ("'''a\n\nb'''", 0, 2, 0),
        ("'a'", 0, 0, 1),
        ("'a' # comment", 1, 0, 0),
        ("('a')", 1, 0, 0),
        ("'a' 'b'", 1, 0, 0),
        ("x = '''a\nb'''", 2, 0, 0),
        ("f(\n    # a\n)", 3, 0, 0),
        ("# a\nx  # b", 1, 0, 1),
    ],
)
def test_only_a_string_or_comment_all_by_itself_is_no_source_line(
    source: Parse, text: str, sloc: int, multi: int, single_comments: int
) -> None:
    counts = raw_counts(source(text))

    assert counts == RawCounts(**analyze(text)._asdict())
    assert (counts.sloc, counts.multi, counts.single_comments) == (sloc, multi, single_comments)


def test_a_format_in_an_fstring_is_a_colon_since_python_3_12(source: Parse) -> None:
    text = "f'{x:>10}'"

    assert raw_counts(source(text)).lloc == analyze(text).lloc == (2 if sys.version_info >= (3, 12) else 1)


def test_a_backslash_before_an_empty_line_joins_the_next_statement(source: Parse) -> None:
    text = "x = 1 \\\n\ny = 2\n"

    counts = raw_counts(source(text))

    assert counts == RawCounts(**analyze(text)._asdict())
    assert counts.lloc == 1


def test_a_form_feed_ends_a_line_for_radon_and_not_for_max_lines(source: Parse) -> None:
    text = "import a\n\x0c\nimport b\n"

    assert raw_counts(source(text)).loc == analyze(text).loc == 4
    assert count_lines(source(text)) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = '\x0c'\n", RawCounts(1, 1, 1, 0, 0, 0, 0)),
        ("x = '\u2028'; y = 2\n", RawCounts(1, 2, 1, 0, 0, 0, 0)),
        ("x = 1 \\\n\n", RawCounts(2, 1, 1, 0, 0, 1, 0)),
        ("x = 1  # it is\x0c(open\n", RawCounts(1, 1, 1, 1, 0, 0, 0)),
    ],
)
def test_where_radon_fails_its_definitions_hold(source: Parse, text: str, expected: RawCounts) -> None:
    with pytest.raises(SyntaxError):
        analyze(text)

    assert raw_counts(source(text)) == expected


def test_the_rest_of_a_comment_behind_a_form_feed_is_code_only_if_its_brackets_balance(source: Parse) -> None:
    assert raw_counts(source("x = 1  # a\x0cb()\n")) == RawCounts(2, 2, 2, 1, 0, 0, 0)
    assert raw_counts(source("x = 1  # a\x0cb)\n")) == RawCounts(1, 1, 1, 1, 0, 0, 0)
    assert raw_counts(source("x = 1  # a\x0cb)\ny = 2  # \x0c(\n")) == RawCounts(2, 2, 2, 2, 0, 0, 0)


def test_an_identifier_that_is_no_word_for_a_regular_expression_is_one_here(source: Parse) -> None:
    text = "x = \u2118\n"  # a letter to Python, a symbol to `\w`

    assert raw_counts(source(text)) == RawCounts(1, 1, 1, 0, 0, 0, 0)
    if sys.version_info < (3, 12):
        with pytest.raises(SyntaxError):
            analyze(text)


@pytest.mark.parametrize(
    ("text", "lines"),
    [("", 0), ("\n", 1), ("x", 1), ("x\n", 1), ("x\r\ny", 2), ("x\ry\r", 2), ("'''\n\n'''\n", 3), ("# \u2028\n", 1)],
)
def test_lines_are_those_of_wc_and_a_last_one_without_newline(source: Parse, text: str, lines: int) -> None:
    assert count_lines(source(text)) == lines


def test_a_statement_of_ten_thousand_lines_is_counted_at_once(source: Parse) -> None:
    rows = 10_000  # radon takes minutes for it
    text = "x = {\n" + "    'key': [1, 2],  # comment\n" * rows + "}\n"

    assert raw_counts(source(text)) == RawCounts(rows + 2, 2, rows + 2, rows, 0, 0, 0)


def test_strings_that_are_not_closed_where_they_seem_cost_no_time(source: Parse) -> None:
    text = "# " + "'\"(" * 20_000 + "\nx = '" + "\\'" * 20_000 + "'\n" + "y = (" + "[1], " * 20_000 + ")\n"

    assert raw_counts(source(text)) == RawCounts(3, 2, 2, 1, 0, 0, 1)
