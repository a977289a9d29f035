"""What is wrong with a `code` table is said by name, with the snippet and the place."""

from __future__ import annotations

import typing
from typing import Any

import pytest

from pytest_archguard.codebase.facts.code.matchers import STATEMENTS
from pytest_archguard.rules.code import Statement

MISTAKES = [
    (
        'forbid = ["await $AGENT.run($..."]',
        "\"forbid\": this is not Python: '(' was never closed\n    await $AGENT.run($...\n                    ^",
    ),
    ('forbid = ["f($agent)"]', '"forbid": this is not Python: invalid syntax; a hole is `$` and capital letters'),
    ('forbid = ["f(timeout=1, $...)"]', "write `$...` before the keywords, it stands for them too"),
    ('forbid = ["$X"]', '"forbid": a hole alone matches everything\n    $X'),
    ('forbid = ["a = 1\\nb = 2"]', '"forbid": a snippet is one expression or one statement, not 2 statements'),
    ('forbid = ["# nothing"]', "not nothing"),
    ('forbid = [" "]', '"forbid": must be a Python snippet, not an empty string'),
    ("forbid = [1]", '"forbid": must be a Python snippet, not 1'),
    ("forbid = []", '"forbid" is empty; name at least one'),
    ('forbid = ["f()"]\ncalls = ["g"]', "a table has exactly one of forbid, calls, literals, statements, decorated, "
     "parameters, annotations, not 2 (forbid, calls); write a table for each"),
    ("max = 1", "a table has exactly one of forbid, calls, literals, statements, decorated, parameters, annotations, "
     "not none"),
    ('forbid = ["$AGENT.run()"]\nmatch = { AGNET = "*agent" }',
     '"match": there is no hole "AGNET" (did you mean "AGENT"?); the holes are AGENT'),
    ('forbid = ["f()"]\nmatch = { X = "a" }', 'there is no hole "X"; the snippets have no named holes'),
    ('forbid = ["f($X)"]\nmatch = { X = [] }', '"match.X": must be a glob for the source text of the hole'),
    ('calls = ["print"]\nmatch = { X = "a" }', '"match" goes with forbid or parameters, not with calls'),
    ("literals = ['(<div']", '"literals": this is no regular expression: missing ), unterminated subpattern\n'
     "    (<div\n    ^"),
    ('statements = ["globl"]', 'must be one of "assert", "async def", "class", "def", "del", "global", "lambda", '
     '"match", "nonlocal", "try", "while", "with", not "globl" (did you mean "global"?)'),
    ('calls = ["requests.get()"]', "a name glob has no parentheses (`requests.get`)"),
    ('calls = ["requests get"]', '"requests get" is no name glob'),
    ('decorated = ["@router.get"]', "a name glob has no @"),
    ('forbid = ["raise E($...)"]\nswallows = true', '"swallows" is about handlers (`except Exception`), not about'),
    ('forbid = ["except E"]\nhandled_by = ["tell"]', "it needs swallows = true"),
    ('calls = ["f"]\nswallows = true', '"swallows" goes with forbid, not with calls'),
    ('calls = ["f"]\ndocstrings = true', '"docstrings" goes with literals, not with calls'),
    ('calls = ["f"]\nrequire_keyword = ["x"]', '"require_keyword" goes with decorated, not with calls'),
    ('forbid = ["x + 1"]\nunless_keyword = ["timeout"]', "`x + 1` has no call that could be given a keyword"),
    ('calls = ["f"]\nunless_keyword = ["time out"]', '"time out" is not the name of a keyword'),
    ('calls = ["f"]\ninside = ["with $L"]\nunless_inside = ["with  $L"]',
     '"inside" and "unless_inside" both have `with $L`, so nothing can match'),
    ('calls = ["f"]\ninside = ["TYPE_CHECKING"]', "nothing is inside `TYPE_CHECKING`; write a call, a header"),
    ('calls = ["f"]\nmax = 1\nmax_per_module = 2', '"max_per_module" is larger than "max"'),
    ('calls = ["f"]\nmax = -1', '"max" must be at least 0, not -1'),
    ('parameters = ["$P"]', "a hole alone matches every parameter"),
    ('parameters = ["a, b"]', "one parameter a snippet"),
    ('parameters = ["a: "]', '"parameters": this is not Python'),
    ('forbid = ["@router.get($..."]', "this is not Python"),
    ('forbid = ["@a\\n@b"]', "one decorator a snippet"),
    ('forbid = ["class $C(Base"]', "this is not Python"),
    ('forbid = ["except A: pass\\nexcept B: pass"]', "a snippet has one `except`"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "text"), MISTAKES, ids=[table for table, _ in MISTAKES])
def test_a_mistake_is_named(table: str, text: str, mistakes: Any) -> None:
    (problem,) = mistakes(table)
    assert text in problem


def test_all_mistakes_of_a_table_are_named_at_once(mistakes: Any) -> None:
    assert len(mistakes('forbid = ["f(", "$X"]\nstatements = ["goto"]\nmax = -1')) == 4


def test_the_caret_points_into_the_line_of_a_longer_snippet(mistakes: Any) -> None:
    (problem,) = mistakes("forbid = ['''\ntry:\n    $...\nexcept E:\n    f(1 2)\n''']")
    shown = problem.split("\n")
    assert shown[4] == "        f(1 2)"
    assert shown[5] == "          ^"


def test_every_statement_word_of_the_option_is_known_to_the_matcher() -> None:
    assert set(typing.get_args(Statement)) == set(STATEMENTS)


def test_a_misspelt_decorator_fails_with_the_nearest(found: Any) -> None:
    code = "@router.get('/')\ndef f(): pass\n"
    with pytest.raises(Exception, match="nothing in .* is decorated with router.gte; the nearest: router.get"):
        found('decorated = ["router.gte"]\nrequire_keyword = ["response_model"]', code)


def test_a_decorator_that_is_always_right_is_not_misspelt(found: Any) -> None:
    code = "@router.get('/', response_model=X)\ndef f(): pass\n"
    assert found('decorated = ["router.get"]\nrequire_keyword = ["response_model"]', code) == []


def test_decorators_left_out_by_their_surroundings_are_not_misspelt(found: Any) -> None:
    table = 'decorated = ["router.get"]\nrequire_keyword = ["response_model"]\nunless_inside = ["def $F($...) -> $R"]'
    assert found(table, "@router.get('/')\ndef f() -> int: pass\n") == []


def test_a_decorator_that_is_only_forbidden_need_not_exist(found: Any) -> None:
    assert found('decorated = ["router.gte"]', "@router.get('/')\ndef f(): pass\n") == []
