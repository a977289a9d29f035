"""Session rules are tested on code bases made of strings; `app/orders.py` is the module in question."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.options import Context, read_table
from pytest_archguard.config.resources import read_resources
from pytest_archguard.config.selectors import read_groups
from pytest_archguard.model import Violation
from pytest_archguard.rules.sessions.snippets import APPLICATION, RESOURCE
from pytest_archguard.rules.sessions.zone import Sessions

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

Read = Callable[..., "tuple[Sessions | None, list[str]]"]
Found = Callable[..., list[Violation]]


def read_rule(rule: str, resources: str = RESOURCE) -> tuple[Sessions | None, list[str]]:
    """The rule, and what is wrong with the two tables."""
    context = Context()
    document: dict[str, Any] = tomllib.loads(textwrap.dedent(resources))
    table = document.get("tool", {}).get("archguard", {})
    context.groups = read_groups(table.get("groups", {}), "[tool.archguard.groups]", context)
    context.resources = read_resources(table.get("resources", {}), "[tool.archguard.resources]", context)
    options = tomllib.loads(textwrap.dedent(rule))
    options.setdefault("resource", next(iter(context.resources), "db"))
    options.setdefault("modules", ["app.orders"])
    read = read_table(Sessions, options, "sessions", context)
    return read, [str(problem) for problem in context.problems]


@pytest.fixture
def read() -> Read:
    return read_rule


@pytest.fixture
def found() -> Found:
    """The violations of a rule in `app/orders.py`, or in files given as `path -> source` beside the application's."""

    def judge(
        rule: str,
        code: str | Mapping[str, str],
        resources: str = RESOURCE,
        application: Mapping[str, str] = APPLICATION,
    ) -> list[Violation]:
        files = {"app/orders.py": code} if isinstance(code, str) else code
        sources = {**application, **{path: textwrap.dedent(text) for path, text in files.items()}}
        zone, problems = read_rule(rule, resources)
        assert zone is not None and not problems, problems
        codebase = codebase_of(sources, zone.needs())
        assert not codebase.unreadable, codebase.unreadable
        return list(zone.check(codebase))

    return judge


@pytest.fixture
def forms(found: Found) -> Callable[..., list[tuple[str, int]]]:
    """(form, line) of everything in `app/orders.py` that is looser than `open = "never"`."""

    def judge(code: str | Mapping[str, str], *more: Any, **keywords: Any) -> list[tuple[str, int]]:
        violations = found('open = "never"', code, *more, **keywords)
        return sorted(((v.check, v.sites[0].line) for v in violations), key=lambda each: each[1])

    return judge
