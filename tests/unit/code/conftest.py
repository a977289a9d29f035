"""`code` rules are tested on one module, `app.module`, unless a test is about more of them."""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.options import Context, read_table
from pytest_archguard.model import Violation
from pytest_archguard.rules.code import Code

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

Found = Callable[..., list[Violation]]


def make_rule(toml: str) -> Code:
    context = Context()
    rule = read_table(Code, tomllib.loads(textwrap.dedent(toml)), "code", context)
    assert rule is not None, [str(problem) for problem in context.problems]
    return rule


@pytest.fixture
def mistakes() -> Callable[[str], list[str]]:
    """What is wrong with a table."""

    def read(toml: str) -> list[str]:
        context = Context()
        read_table(Code, tomllib.loads(textwrap.dedent(toml)), "code", context)
        return [problem.text for problem in context.problems]

    return read


@pytest.fixture
def found() -> Found:
    """The violations of a table in `app/module.py`, or in the files given as `path -> source`."""

    def judge(toml: str, code: str | dict[str, str]) -> list[Violation]:
        files = {"app/module.py": code} if isinstance(code, str) else code
        sources = {"app/__init__.py": "", **{path: textwrap.dedent(source) for path, source in files.items()}}
        rule = make_rule(toml)
        codebase: Codebase = codebase_of(sources, rule.needs())
        assert not codebase.unreadable, codebase.unreadable
        return list(rule.check(codebase))

    return judge


@pytest.fixture
def lines(found: Found) -> Callable[..., list[int]]:
    """The lines on which a table finds something."""

    def judge(toml: str, code: str | dict[str, str]) -> list[int]:
        return sorted(site.line for violation in found(toml, code) for site in violation.sites)

    return judge


@pytest.fixture
def made() -> Callable[[str], Code]:
    """The rule that a table makes."""
    return make_rule
