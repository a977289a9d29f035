from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from pytest_archguard.codebase.facts.definitions import extract as definitions
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.source import Source
from pytest_archguard.model import RuleResult, Violation
from pytest_archguard.rules.size import Size

Oversized = Callable[[str, Mapping[str, str]], list[Violation]]
Judge = Callable[[str, Mapping[str, str]], RuleResult]

# One file that breaks every limit of 1 there is for one module, function or class.
BIG = """\
import app.other
import app.third


class First:
    one: int = 1
    two = 2

    def a(self, x, y):
        if x:
            if y:
                return 1

    def b(self): pass


class Second: pass


def f(): pass


def g(): pass
"""
OTHERS = {"app/__init__.py": "", "app/other.py": "import app.big", "app/third.py": "def late():\n    import app.big"}


@pytest.mark.parametrize(
    ("key", "scope", "value", "line"),
    [
        ("max_lines", None, 23, 1),
        ("max_sloc", None, 13, 1),
        ("max_lloc", None, 18, 1),
        ("max_classes", None, 2, 1),
        ("max_functions", None, 2, 1),
        ("max_imports", None, 2, 1),
        ("max_importers", None, 2, 1),
        ("max_function_lines", "First.a", 4, 9),
        ("max_complexity", "First.a", 3, 9),
        ("max_arguments", "First.a", 2, 9),
        ("max_nesting", "First.a", 2, 9),
        ("max_statements", "First.a", 3, 9),
        ("max_class_lines", "First", 10, 5),
        ("max_methods", "First", 2, 5),
        ("max_attributes", "First", 2, 5),
    ],
)
def test_each_limit_names_what_is_over_it(
    oversized: Oversized, key: str, scope: str | None, value: int, line: int
) -> None:
    files = {**OTHERS, "app/big.py": BIG}

    (over,) = oversized(f'modules = ["=app.big"]\n{key} = 1', files)
    within = oversized(f'modules = ["=app.big"]\n{key} = {value}', files)

    assert (over.check, over.subject, over.scope, over.value, over.limit) == (key, "app.big", scope, value, 1)
    assert [(site.path, site.line) for site in over.sites] == [("app/big.py", line)]
    assert within == []


def test_maintainability_has_a_floor(oversized: Oversized) -> None:
    files = {"a.py": "x = y + z\n" * 30, "b.py": "x = 1"}

    (low,) = oversized("min_maintainability = 60", files)

    assert (low.check, low.subject, low.limit) == ("min_maintainability", "a", 60)
    assert low.value is not None
    assert 0 < low.value < 60
    assert low.message == "modules must have a maintainability index of at least 60"


def test_the_worst_offender_comes_first_over_all_limits(oversized: Oversized) -> None:
    files = {
        "a.py": "x = 1\n" * 12,
        "b.py": "x = 1\n" * 30,
        "c.py": "def f(a, b, c, d, e, f, g, h): pass\n",
        "d.py": "def f(a, b, c): pass\n",
    }

    found = oversized("max_lines = 10\nmax_arguments = 2", files)

    assert [(v.subject, v.value) for v in found] == [("c", 8), ("b", 30), ("d", 3), ("a", 12)]


def test_keys_hold_no_numbers(oversized: Oversized) -> None:
    before = oversized("max_lines = 1", {"a.py": "x = 1\n" * 5})
    after = oversized("max_lines = 2", {"a.py": "x = 1\n" * 9})

    assert [v.fingerprint("r") for v in before] == [v.fingerprint("r") for v in after]


def test_definitions_of_one_name_are_told_apart_by_rank(oversized: Oversized) -> None:
    small, long, longer = (
        "def f(): pass\n",
        "def f():\n    pass\n    pass\n",
        "def f():\n    pass\n    pass\n    pass\n",
    )

    def keys(*definitions: str) -> list[tuple[str | None, float | None, int]]:
        found = oversized("max_function_lines = 2", {"a.py": "".join(definitions)})
        return [(v.detail, v.value, v.sites[0].line) for v in found]

    assert keys(long, longer, small) == [(None, 4, 4), ("2", 3, 1)]
    assert keys(small, long, longer) == [(None, 4, 5), ("2", 3, 2)]
    assert keys(small, small, long) == [(None, 3, 3)]


def test_the_last_override_that_sets_a_limit_wins(oversized: Oversized) -> None:
    files = {f"app/{name}.py": "def f(a, b): pass\n" * 5 for name in ("one", "two", "three")}
    rule = """
        max_lines = 3
        max_arguments = 1
        overrides = [
            { modules = ["app"], max_lines = 4, reason = "old" },
            { modules = ["app.two", "app.three"], max_lines = 9, reason = "generated" },
            { modules = ["=app.three"], max_lines = 2, max_functions = 1, reason = "was split" },
        ]
    """

    found = oversized(rule, files)

    lines = {(v.subject, v.limit, v.message) for v in found if v.check == "max_lines"}
    assert lines == {
        ("app.one", 4, "modules may have at most 4 lines (old)"),
        ("app.three", 2, "modules may have at most 2 lines (was split)"),
    }
    assert {v.subject for v in found if v.check == "max_functions"} == {"app.three"}
    assert sum(v.check == "max_arguments" for v in found) == 15


def test_imports_count_modules_of_the_code_base_once(oversized: Oversized) -> None:
    files = {
        "app/__init__.py": "",
        "app/a.py": """\
            import os, sys, json
            from app.b import x, y
            import app.b
            from typing import TYPE_CHECKING
            if TYPE_CHECKING:
                from app import c
            from importlib import import_module
            import_module("app.d")
            import app.a
        """,
        "app/b.py": "x = y = 1",
        "app/c.py": "",
        "app/d.py": "",
    }

    (over,) = oversized("max_imports = 1", files)

    assert (over.subject, over.value) == ("app.a", 2)


def test_importers_are_not_what_is_imported(oversized: Oversized) -> None:
    files = {"a.py": "import c", "b.py": "import c", "c.py": "import d", "d.py": "", "e.py": "import b, c, d"}

    found = oversized("max_importers = 1", files)

    assert [(v.subject, v.value) for v in found] == [("c", 3), ("d", 2)]


def test_tests_are_no_importers() -> None:
    files = {"a.py": "", "b.py": "import a", "c.py": "import a", "tests/test_a.py": "import a"}
    rule = Size(max_importers=1)

    (found,) = rule.check(codebase_of(files, rule.needs(), tests=["tests"]))

    assert found.value == 2


def test_the_least_maintainable_comes_first(oversized: Oversized) -> None:
    files = {"a.py": "x = y + z\n" * 30, "b.py": "x = y + z\n" * 90, "c.py": "x = y + z\n" * 60}

    assert [v.subject for v in oversized("min_maintainability = 90", files)] == ["b", "c", "a"]


def test_selections_have_limits_of_their_own(oversized: Oversized) -> None:
    files = {
        "app/__init__.py": "",
        "app/a.py": "class UserManager:\n    class SubManager: pass\nclass Managerial: pass\n",
        "app/b.py": "def f():\n    class Manager: pass\n",
    }

    found = oversized('modules = ["app"]\nmax_modules = 2\nmax_classes_named = { "*Manager" = 1 }', files)

    named, modules = found
    assert (named.check, named.subject, named.detail, named.value, named.limit) == (
        "max_classes_named", "app", "*Manager", 3, 1,
    )  # fmt: skip
    assert [(site.path, site.line) for site in named.sites] == [("app/a.py", 1), ("app/a.py", 2), ("app/b.py", 2)]
    assert (modules.check, modules.subject, modules.value, modules.limit) == ("max_modules", "app", 3, 2)
    assert modules.message == "there may be at most 2 modules"


def test_an_override_that_matches_no_module_fails_with_the_nearest_names(judge: Judge) -> None:
    rule = 'max_lines = 1\noverrides = [{ modules = ["=modles"], max_lines = 2, reason = "x" }]'

    result = judge(rule, {"models.py": "x = 1\ny = 2\n"})

    assert result.outcome == "error"
    assert result.error == '"overrides[0].modules": =modles matches no module; the nearest: models'
    assert [v.subject for v in result.violations] == ["models"]


def test_an_override_beside_the_modules_of_the_rule_fails(judge: Judge) -> None:
    rule = 'modules = ["a"]\nmax_lines = 1\noverrides = [{ modules = ["b"], max_lines = 2, reason = "x" }]'

    result = judge(rule, {"a.py": "", "b.py": ""})

    assert result.error == '"overrides[0].modules": b matches none of the modules of this rule (a)'


def test_a_file_that_cannot_be_parsed_is_named_as_not_measured(judge: Judge) -> None:
    result = judge("max_lines = 1", {"a.py": "x = 1\ny = 2\n", "b.py": "x = (\n"})

    assert [v.subject for v in result.violations] == ["a"]
    assert result.examined == {"modules": 1}
    (note,) = result.notes
    assert note.startswith("b.py is not measured: line 1: ")


@pytest.mark.parametrize("text", ["x = (\n", "x = 1;\ny = (\n", 'x = """\n', "a; b)\nc\n"])
@pytest.mark.parametrize("limit", [1, 100])
def test_a_file_that_cannot_be_parsed_is_not_counted(judge: Judge, text: str, limit: int) -> None:
    result = judge(f"max_sloc = {limit}", {"a.py": text, "b.py": "x = 1\n"})

    assert [note.partition(" is not measured: ")[0] for note in result.notes] == ["a.py"]
    assert list(result.violations) == []


def test_only_what_a_limit_is_about_is_computed() -> None:
    def facts(**limits: int) -> set[str]:
        return {fact.name for fact in Size(**limits).needs()}

    assert facts(max_lines=1) == {"lines"}
    assert facts(max_imports=1) == set()  # the import graph is always there
    assert facts(max_modules=1) == set()
    assert facts(max_arguments=1, max_methods=1) == {"definitions"}
    assert facts(max_lloc=1, max_complexity=1) == {"raw", "complexity"}
    assert "definitions" in {fact.name for fact in Size(max_classes_named={"*Manager": 1}).needs()}


def test_the_sentence_says_all_limits(judge: Judge) -> None:
    rule = """modules = ["a"]
max_complexity = 12
max_lines = 500
max_modules = 3
max_classes_named = { "*Manager" = 8 }
overrides = [{ modules = ["a"], max_lines = 900, reason = "17 tables" }]
"""

    assert judge(rule, {"a.py": ""}).sentence == (
        "in a: modules may have at most 500 lines; functions may have a complexity of at most 12; there may be at most "
        "8 classes named *Manager; there may be at most 3 modules; 1 override"
    )


@pytest.mark.parametrize("size", [10_000_000])
def test_a_file_of_ten_megabytes_is_measured(oversized: Oversized, size: int) -> None:
    line = "x = 'a line of forty characters or so'\n"
    rows = size // len(line)

    (lines, sloc) = oversized("max_lines = 1\nmax_sloc = 1", {"a.py": line * rows})

    assert lines.value == sloc.value == rows


def test_files_that_cannot_be_over_a_limit_are_not_parsed(
    oversized: Oversized, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_archguard.codebase.source.tree_of", lambda _: pytest.fail("a tree was made"))
    short = {"a.py": "def f():\n    x = 1\n    y = 2\n    return x if y else 3\n", "b.py": "class A:\n    x = 1\n"}
    assert oversized("max_function_lines = 4\nmax_class_lines = 5\nmax_complexity = 3\nmax_lines = 9", short) == []
    assert oversized("max_sloc = 4\nmax_lloc = 5", short) == []


def test_the_lowest_limit_of_all_tables_decides_which_files_are_looked_at(oversized: Oversized) -> None:
    found = oversized(
        """
        max_function_lines = 100
        max_complexity = 100
        overrides = [{ modules = ["b"], max_function_lines = 3, max_complexity = 1, reason = "young" }]
        """,
        {
            "a.py": "def f():\n    if a:\n        return b\n    c\n",
            "b.py": "def f():\n    if a:\n        return b\n    c\n",
        },
    )
    assert {(v.check, v.subject, v.value) for v in found} == {
        ("max_function_lines", "b", 4),
        ("max_complexity", "b", 2),
    }


def test_a_definition_as_long_as_its_file_is_found() -> None:
    for text in ("def f():\n    a\n    b", "def f():\n    a\n    b\n"):
        source = Source("a.py", b"", text)
        assert definitions(source, (2,)) == definitions(source)
        assert definitions(source, (3,)) == ((), (), 0, 0)


def test_the_lowest_of_two_limits_decides_which_files_are_looked_at(oversized: Oversized) -> None:
    (found,) = oversized("max_function_lines = 9\nmax_class_lines = 2", {"a.py": "class A:\n    x = 1\n    y = 2\n"})
    assert found.check == "max_class_lines"


def test_nothing_is_counted_where_the_text_shows_that_a_file_is_within_the_limits(
    oversized: Oversized, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pytest_archguard.codebase.facts.raw._scan", lambda _: pytest.fail("a file was counted"))
    assert oversized("max_sloc = 2\nmax_lloc = 4", {"a.py": "if a: b\n\nc; d\n"}) == []


def test_the_lowest_limit_of_all_tables_decides_which_files_are_counted(oversized: Oversized) -> None:
    rule = """
    max_sloc = 100
    overrides = [
        { modules = ["b"], max_sloc = 2, reason = "young" },
        { modules = ["c"], max_lloc = 3, reason = "old" },
    ]
    """
    text = "a\nb\nif c: d\n"
    found = oversized(rule, {"a.py": text, "b.py": text, "c.py": text})
    assert {(v.check, v.subject, v.value) for v in found} == {("max_sloc", "b", 3), ("max_lloc", "c", 4)}


def test_classes_are_counted_by_name_in_the_shortest_files(oversized: Oversized) -> None:
    rule = 'max_function_lines = 100\nmax_classes_named = { "*Manager" = 1 }'
    (found,) = oversized(rule, {"a.py": "class AManager: ...\n", "b.py": "class BManager: ...\n"})
    assert (found.check, found.value) == ("max_classes_named", 2)
