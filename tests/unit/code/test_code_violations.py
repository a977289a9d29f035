"""What a violation of a `code` rule says, and what makes it the same one after other lines have changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.ledger.occurrences import counted
from pytest_archguard.rules.code import Code

CODE = """
import requests


class Client:
    def load(self):
        return requests.get("a")
"""


def test_a_violation_names_the_call_its_place_and_the_rule(found: Any) -> None:
    (violation,) = found("modules = ['app.module']\ncalls = ['requests.*']\nunless_keyword = ['timeout']", CODE)

    assert (violation.check, violation.subject, violation.object, violation.scope) == snapshot(
        ("calls", "app.module", "requests.get", "Client.load")
    )
    assert violation.message == snapshot("app.module may not call requests.* without the keyword timeout")
    assert violation.label == snapshot("app.module.Client.load calls requests.get")
    assert [(site.path, site.line, site.column, site.source) for site in violation.sites] == snapshot(
        [("app/module.py", 7, 16, 'return requests.get("a")')]
    )


CHECKS = [
    ("forbid = ['requests.get($...)']", "forbid"),
    ("literals = ['^a$']", "literal"),
    ("statements = ['class']", "statement"),
    ("parameters = ['self']", "parameter"),
    ("decorated = ['cached']", "decorated"),
    ("annotations = ['int']", "annotation"),
]


@pytest.mark.parametrize(("table", "check"), CHECKS)
def test_the_check_is_the_word_for_what_was_looked_for(table: str, check: str, found: Any) -> None:
    code = CODE + "\n\n@cached\ndef f(a: int): pass\n"
    assert [violation.check for violation in found(table, code)] == [check]


@pytest.mark.parametrize("table", [table for table, _ in CHECKS])
def test_moving_code_keeps_its_identity(table: str, found: Any) -> None:
    code = CODE + "\n\n@cached\ndef f(a: int): pass\n"
    moved = "# one more line\n" + code.replace('"a"', "'a'").replace("a: int", "a:int")
    before, after = found(table, code), found(table, moved)
    assert [v.fingerprint("x") for v in before] == [v.fingerprint("x") for v in after]
    assert [v.sites[0].line for v in before] != [v.sites[0].line for v in after]


def test_other_code_and_other_places_are_other_violations(found: Any) -> None:
    table = "calls = ['requests.*']"
    other = {
        violation.fingerprint("x")
        for code in (CODE, CODE.replace('"a"', '"b"'), CODE.replace("load", "read"), CODE.replace("get", "put"))
        for violation in found(table, code)
    }
    assert len(other) == 4


def test_what_stands_in_a_header_without_its_body_does_not_depend_on_the_body(found: Any) -> None:
    table = "forbid = ['except Exception']\nswallows = true"
    (one,) = found(table, "try: a\nexcept Exception: pass")
    (two,) = found(table, "try: b\nexcept Exception: return_value = 1")
    assert one.key == two.key


def test_equal_violations_are_counted(found: Any) -> None:
    violations = counted(found("calls = ['print']", "print(1)\nprint(1)\nprint(2)"))
    assert [(v.count, [site.line for site in v.sites]) for v in violations] == [(2, [1, 2]), (1, [3])]


def test_a_number_that_is_allowed_is_no_violation(found: Any) -> None:
    assert found("calls = ['print']\nmax = 2\nmax_per_module = 2", "print(1)\nprint(1)") == []


def test_a_number_that_is_exceeded_is_one_violation_with_all_places(found: Any) -> None:
    files = {"app/a.py": "print(1)\nprint(2)\n", "app/b.py": "print(3)\n"}
    (total,) = found("modules = ['app']\ncalls = ['print', 'open']\nmax = 2", files)
    assert (total.value, total.limit, total.subject, len(total.sites)) == (3, 2, "app", 3)
    assert total.message == snapshot("app may not call print or open (allowed: 2 in all)")

    (one,) = found("calls = ['print']\nmax_per_module = 1", files)
    assert (one.value, one.limit, one.subject, [site.line for site in one.sites]) == (2, 1, "app.a", [1, 2])
    assert total.key != replace(one, subject="app").key


def test_a_missing_keyword_is_named_and_advised(found: Any) -> None:
    table = "decorated = ['r.get']\nrequire_keyword = ['response_model', 'tags']"
    lacking = found(table, "@r.get('/', tags=[])\ndef f(): pass\n@r.get\ndef g(): pass")
    assert [(v.scope, v.detail.partition(" ")[2], v.advice) for v in lacking] == snapshot(
        [
            ("f", "keyword response_model", "add response_model=..."),
            ("g", "keyword response_model", "add response_model=..."),
            ("g", "keyword tags", "add tags=..."),
        ]
    )
    assert lacking[0].message == snapshot("what is decorated with r.get in the code needs the keyword response_model")


@pytest.mark.parametrize(
    ("code", "places"),
    [
        ('x = "one two"', [1]),
        ('x = "one " "two"', [1]),
        ('x = ("one "\n     "two")', [1]),
        ('x = """\n\none two\n"""', [3]),
        ('x = f"one {y}two"', []),
        ('x = f"one {y} and one two"', [1]),
        ("x = f\"{f'one two'}\"", [1]),
        ('x = f"{y:one two}"', []),
        ('x = b"one two"', []),
        ('"""one two"""', []),
        ('def f():\n    "one two"', []),
        ('class C:\n    a = 1\n    "one two"', []),
        ("# one two", []),
        ("one_two = one", []),
    ],
)
def test_strings_are_looked_at_as_the_program_sees_them(code: str, places: list[int], lines: Any) -> None:
    assert lines("literals = ['one two']", code) == places


def test_docstrings_are_looked_at_on_demand(lines: Any) -> None:
    code = '"""one two"""\nx = "one two"\nf"one {1} two"'
    assert lines("literals = ['one']\ndocstrings = true", code) == [1, 2, 3]
    assert lines("literals = ['one']", code) == [2]


def test_only_the_selected_modules_are_judged(lines: Any) -> None:
    files = {"app/a.py": "print(1)", "app/b.py": "\nprint(1)"}
    assert lines("modules = ['app.b']\ncalls = ['print']", files) == [2]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "forbid = ['await $A.run($...)']\nmatch = { A = ['*agent', 'llm'] }\ninside = ['class $C']",
            "the code may not contain `await $A.run($...)` ($A: *agent or llm) inside `class $C`",
        ),
        (
            "forbid = ['except E', 'except']\nswallows = true\nin_async = false",
            "the code may not contain `except E` or `except` that swallows the exception outside async functions",
        ),
        ("literals = ['a', 'b', 'c']", "no string in the code may match `a`, `b` or `c`"),
        ("statements = ['global']\nin_async = true", "the code may not use `global` in async functions"),
        ("parameters = ['$P: dict']", "the code may not have a parameter `$P: dict`"),
        ("annotations = ['Any']", "the code may not use the type `Any` in an annotation"),
        ("decorated = ['cached']", "the code may not use the decorator cached"),
        (
            "decorated = ['a.get']\nrequire_keyword = ['k']\nrequire_decorator = ['b', 'c']",
            "what is decorated with a.get in the code needs the keyword k and the decorator b or c",
        ),
    ],
)
def test_a_table_is_said_in_a_sentence(table: str, sentence: str, made: Any) -> None:
    rule: Code = made(table)
    assert rule.sentence() == sentence


def test_identities_are_the_same_on_every_version_of_python(found: Any) -> None:
    code = """
async def f(a: "int", /, *b, c={1: 2.5, **d}, **e) -> None:
    async with m(f"{x!r:>{y}} text") as (n, *o):
        g(*a, k=lambda z=None: (yield), **b)[1:, ...].h(not 1 if p else -2 @ q, b"x", 1j, [i async for i in j if k])
"""
    details = [v.detail for v in found("calls = ['*']", code)] + [
        v.detail for v in found("statements = ['with']", code)
    ]
    assert details == snapshot(["ecf059152eab", "37efba12b2b6", "8e671c4736ec", "a8af6b18a431"])


def test_code_that_is_nested_very_deeply_is_no_trouble(found: Any) -> None:
    assert len(found("calls = ['f']", f"f({' + '.join(['a'] * 900)})")) == 1


def test_a_parameter_stands_under_the_decorators_of_its_function_and_of_classes(found):
    code = """
        @cbv(router)
        class Orders:
            @router.post("/orders")
            def create(self, order: dict):
                def progress(event: dict): ...
    """

    own = found('parameters = ["$P: dict"]\ninside = ["@router.post($...)"]', code)
    of_class = found('parameters = ["$P: dict"]\ninside = ["@cbv($...)"]', code)

    assert [[site.line for v in each for site in v.sites] for each in (own, of_class)] == [[5], [5, 6]]
