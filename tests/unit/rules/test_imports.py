from __future__ import annotations

from typing import Any

import pytest

RULE = '[[tool.archguard.imports]]\nid = "x"\n'


def found(result: Any) -> list[tuple[str, str | None, list[int]]]:
    return [(v.subject, v.object, [site.line for site in v.sites]) for v in result.violations]


def test_a_symbol_is_forbidden_wherever_it_is_imported(judge: Any, package: Any) -> None:
    files = package(
        db="SessionLocal = object\nengine = 1\n",
        a="from app.db import SessionLocal\ndef f():\n    from app.db import SessionLocal as S\n",
        b="from .db import engine\nimport app.db\n",
    )
    assert found(judge(RULE + 'forbid = ["app.db:SessionLocal"]', files)) == [("app.a", "app.db:SessionLocal", [1, 3])]


def test_a_symbol_nobody_defines_is_an_error_with_the_nearest_name(judge: Any, package: Any) -> None:
    result = judge(RULE + 'forbid = ["app.db:SesionLocal"]', package(db="SessionLocal = object\n"))
    assert result.error == '"app.db:SesionLocal": app.db has no SesionLocal; the nearest: SessionLocal'


def test_symbols_take_wildcards(judge: Any, package: Any) -> None:
    files = package(db="Session = SessionLocal = 1", a="from app.db import Session, SessionLocal")
    assert len(judge(RULE + 'forbid = ["app.db:Session*"]', files).violations) == 1


def test_only_allows_what_it_names_and_the_standard_library(judge: Any, package: Any) -> None:
    files = package(core="import os\nimport requests\nfrom app import models\nfrom app import api", models="", api="")
    rule = RULE + 'modules = ["app.core"]\nonly = ["app.models"]\n'
    assert found(judge(rule, files)) == [("app.core", "app.api", [4]), ("app.core", "requests", [2])]
    assert ("app.core", "os", [1]) in found(judge(rule + "stdlib = false\n", files))


def test_only_nothing_means_no_import_at_all(judge: Any, package: Any) -> None:
    files = package(core="import os\nimport app.api", api="")
    result = judge(RULE + 'modules = ["app.core"]\nonly = []\n', files)
    assert found(result) == [("app.core", "app.api", [2])]


def test_only_with_a_symbol_allows_that_symbol_alone(judge: Any, package: Any) -> None:
    files = package(core="from app.db import a\nfrom app.db import a, b\n", db="a = b = 1")
    assert found(judge(RULE + 'modules = ["app.core"]\nonly = ["app.db:a"]\n', files)) == [("app.core", "app.db", [2])]


def test_function_level_imports_are_counted_against_a_limit(judge: Any, package: Any) -> None:
    body = "".join(f"def f{n}():\n    import app.b\n" for n in range(4))
    (violation,) = judge(RULE + 'styles = ["function"]\nmax_per_module = 3\n', package(a=body, b="")).violations
    assert (violation.subject, violation.value, violation.limit, len(violation.sites)) == ("app.a", 4, 3, 4)
    assert judge(RULE + 'styles = ["function"]\nmax_per_module = 4\n', package(a=body, b="")).outcome == "passed"


@pytest.mark.parametrize(("trait", "line"), [("star", 1), ("relative", 2), ("guarded", 4)])
def test_traits_choose_statements(judge: Any, package: Any, trait: str, line: int) -> None:
    source = "from app.b import *\nfrom . import b\ntry:\n    import app.b\nexcept ImportError:\n    pass\n"
    (violation,) = judge(RULE + f'traits = ["{trait}"]\n', package(a=source, b="")).violations
    assert [site.line for site in violation.sites] == [line]


def test_splitting_a_statement_changes_no_fingerprint(judge: Any, package: Any) -> None:
    rule = RULE + 'forbid = ["app.db"]\n'
    one = judge(rule, package(a="from app.db import x, y", db="x = y = 1")).violations
    two = judge(rule, package(a="from app.db import x\nfrom app.db import y", db="x = y = 1")).violations
    assert [(v.fingerprint("x"), v.count) for v in one] == [(v.fingerprint("x"), v.count) for v in two]


@pytest.mark.parametrize(
    ("options", "mistake"),
    [
        ("", "this forbids every import"),
        ('forbid = ["a"]\nonly = ["b"]', "contradict each other"),
        ('forbid = ["a:"]', "names no symbol"),
        ('traits = ["lazy"]', 'must be one of "guarded"'),
    ],
)
def test_contradictions_are_usage_errors(judge: Any, package: Any, options: str, mistake: str) -> None:
    with pytest.raises(Exception, match=mistake):
        judge(RULE + options, package(a=""))


def test_the_sentence_about_all_modules_is_one(judge: Any, package: Any) -> None:
    toml = '[[tool.archguard.imports]]\nid = "no-star"\ntraits = ["star"]\n'
    assert judge(toml, package(api="")).sentence == "no module may import with a star"
