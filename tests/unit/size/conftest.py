"""Sizes are tested on code bases written as strings; the rule is TOML, as users write it."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from pytest_archguard.check import Analysis
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.parse import parse
from pytest_archguard.codebase.source import Source
from pytest_archguard.config.options import Context, read_table
from pytest_archguard.model import RuleResult, Violation
from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.size import Size


@pytest.fixture
def source() -> Callable[[str], Source]:
    """A parsed file."""

    def parsed(text: str) -> Source:
        made = parse("a.py", "a", text.encode())
        assert isinstance(made, Source), made
        return made

    return parsed


@pytest.fixture
def oversized() -> Callable[[str, Mapping[str, str]], list[Violation]]:
    """The violations of a `size` table (TOML, without its header) on files given as `path -> source`."""

    def violations(toml: str, files: Mapping[str, str]) -> list[Violation]:
        context = Context()
        rule = read_table(Size, tomllib.loads(toml), "size", context)
        assert rule is not None, context.problems
        sources = {path: textwrap.dedent(text) for path, text in files.items()}
        return list(rule.check(codebase_of(sources, rule.needs())))

    return violations


@pytest.fixture
def judge(tmp_path: Path) -> Callable[[str, Mapping[str, str]], RuleResult]:
    """The whole verdict on a `size` table, from files on disk."""

    def verdict(toml: str, files: Mapping[str, str]) -> RuleResult:
        for path, text in files.items():
            (tmp_path / path).write_text(textwrap.dedent(text), encoding="utf-8")
        rules_file = tmp_path / "pyproject.toml"
        rules_file.write_text(f'[tool.archguard]\n[[tool.archguard.size]]\nid = "sizes"\n{toml}', encoding="utf-8")
        return Analysis(load_configuration(rules_file), {"sizes"}).judge("sizes")

    return verdict
