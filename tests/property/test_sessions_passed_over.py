"""Of a file only some calls are kept, of most files none: nothing is lost by that, whatever things are called."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.names import NAMES
from pytest_archguard.codebase.facts.sessions.uses import with_every_call
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.options import Context, read_table
from pytest_archguard.config.resources import Resource, read_resources
from pytest_archguard.rules.sessions import reading, zone
from pytest_archguard.rules.sessions.reading import facts_for
from pytest_archguard.rules.sessions.zone import Sessions

WORDS = [
    "hold",
    "transaction",
    "leak",
    "escape",
    "engine",
    "share",
    "async_mismatch",
    "bare_provider",
    "commit_in_loop",
]
MODULES = ["a", "b", "c", "d"]
HEAD = "from functools import partial\nfrom contextlib import contextmanager\n"
RESOURCE = """
from contextlib import contextmanager
from sqlalchemy.ext.asyncio import async_sessionmaker
SessionLocal = async_sessionmaker()
@contextmanager
def scope():
    with SessionLocal() as session:
        yield session
"""

# How to have a thing of another module; {m}: the module, {t}: the thing, {n}: a number of its own.
IMPORTS = [
    ("from app.{m} import {t}", "{t}"),
    ("from app.{m} import {t} as t{n}", "t{n}"),
    ("from app import {m}", "{m}.{t}"),
    ("from app import {m} as m{n}", "m{n}.{t}"),
    ("import app.{m} as m{n}", "m{n}.{t}"),
    ("import app.{m}", "app.{m}.{t}"),
    ("from app.{m} import *", "{t}"),
]
# What is made of things of a kind, {e}, and the kind of what is made, {u}.
MADE: dict[str, list[tuple[str, str]]] = {
    "opens": [
        ("{u} = {e}", "opens"),
        ("{u} = partial({e})", "opens"),
        ("{u} = lambda: {e}()", "opens"),
        ("def {u}():\n    return {e}()", "opens"),
        ("def {u}():\n    x = {e}()\n    return x", "opens"),
        ("def {u}(make={e}):\n    return make()", "opens"),
        ("def {u}():\n    return {e}", "gets"),
        ("class {u}:\n    make = {e}", "has"),
        ("class {u}:\n    make = staticmethod({e})", "has"),
        ("class {u}:\n    def make(self):\n        return {e}()", "has"),
        ("class {u}:\n    def __init__(self, make=None):\n        self.make = make or {e}", "has"),
        ("class {u}:\n    def __call__(self):\n        return {e}()", "is called"),
        ("def {u}():\n    with {e}() as x:\n        yield x", "yields"),
        ("@contextmanager\ndef {u}():\n    x = {e}()\n    yield x", "lends"),
    ],
    "gets": [("{u} = {e}", "gets"), ("{u} = {e}()", "opens"), ("def {u}():\n    return {e}()", "gets")],
    "has": [
        ("{u} = {e}", "has"),
        ("class {u}({e}):\n    pass", "has"),
        ("{u} = {e}()", "object"),
        ("class {u}:\n    def __init__(self, o: {e}):\n        self.o = o\n    def make(self):\n        return self.o.make()", "has"),
        ("def {u}(o: {e}):\n    return o.make()", "opens"),
        ("class {u}:\n    def __init__(self, o: {e}):\n        self.o = o", "holds"),
        ("class {u}:\n    o = {e}()", "holds"),
        ("class {u}:\n    o: {e}", "holds"),
    ],
    "holds": [
        ("{u} = {e}", "holds"),
        ("class {u}({e}):\n    pass", "holds"),
        ("class {u}:\n    def make(self, o: {e}):\n        return o.o.make()", "has"),
        ("def {u}(o: {e}):\n    return o.o.make()", "opens"),
    ],
    "object": [("{u} = {e}", "object"), ("{u} = {e}.make", "opens"), ("def {u}():\n    return {e}.make()", "opens")],
    "is called": [("{u} = {e}", "is called"), ("{u} = {e}()", "opens"), ("class {u}({e}):\n    pass", "is called")],
    "yields": [("{u} = {e}", "yields"), ("{u} = contextmanager({e})", "lends")],
    "lends": [("{u} = {e}", "lends"), ("{u} = partial({e})", "lends"), ("def {u}():\n    return {e}()", "lends")],
}  # fmt: skip
WITH_IT = [
    "x = {e}()\n    x.commit()",
    "with {e}() as x:\n        x.execute(1)",
    "x = {e}()\n    y = x\n    y.execute(1).all()",
    "x = {e}()\n    for y in x.execute(1):\n        x.commit()",
    "x = {e}()\n    gather(load(x), x.execute(1))",
    "x = {e}()\n    self.x = x",
    "global x\n    x = {e}()",
]
USES: dict[str, list[str]] = {
    "opens": [
        "x = {e}()",
        "with {e}() as x:\n        pass",
        "y = {e}\n    x = y()",
        "x = [{e}()]",
        "return {e}()",
        *WITH_IT,
    ],
    "gets": ["x = {e}()()", "y = {e}()\n    x = y()"],
    "has": ["x = {e}().make()", "y = {e}()\n    x = y.make()"],
    "holds": ["y = {e}()\n    x = y.o.make()"],
    "object": ["x = {e}.make()"],
    "is called": ["y = {e}()\n    x = y()"],
    "yields": ["x = next({e}())", "for x in {e}():\n        pass"],
    "lends": ["with {e}() as x:\n        x.commit()", "x = {e}().__enter__()"],
}


@dataclass
class Project:
    """Modules in which things are given name after name."""

    texts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(MODULES, HEAD))
    things: list[tuple[str, str, str]] = field(default_factory=lambda: [("database", "SessionLocal", "opens"), ("database", "scope", "lends")])  # fmt: skip
    number: int = 0

    def have(self, draw: st.DrawFn) -> tuple[str, str, str]:
        """(module, expression, kind) of something that is there, imported where that needs be."""
        module, thing, kind = draw(st.sampled_from(self.things))
        place = draw(st.sampled_from(MODULES))
        self.number += 1
        if place == module:
            return place, thing, kind
        statement, expression = draw(st.sampled_from(IMPORTS))
        words = {"m": module, "t": thing, "n": self.number}
        self.texts[place] += statement.format(**words) + "\n"
        return place, expression.format(**words), kind


@st.composite
def projects(draw: st.DrawFn) -> dict[str, str]:
    project = Project()
    for _ in range(draw(st.integers(0, 6))):
        place, expression, kind = project.have(draw)
        text, made = draw(st.sampled_from(MADE[kind]))
        name = draw(st.sampled_from(["one", "two", "three", f"u{project.number}"]))
        project.texts[place] += text.format(u=name, e=expression) + "\n"
        project.things.append((place, name, made))
    for number in range(draw(st.integers(1, 3))):
        place, expression, kind = project.have(draw)
        text = draw(st.sampled_from(USES[kind])).format(e=expression)
        kind_of = draw(st.sampled_from(["def", "async def"]))
        project.texts[place] += f"{kind_of} f{number}(self):\n    {text}\n"
    for place in draw(st.sets(st.sampled_from(MODULES))):
        project.texts[place] += "# SessionLocal\n"  # enough for the file to be looked at
    return {f"app/{name}.py": text for name, text in project.texts.items()}


def findings(files: dict[str, str]) -> list[Any]:
    context = Context()
    table = {"preset": "sqlalchemy-async", "home": ["app.database"], "factories": ["app.database.SessionLocal"]}
    context.resources = read_resources({"db": {**table, "providers": ["app.database.scope"]}}, "resources", context)
    options = {"resource": "db", "modules": ["app"], "open": "never", "forbid": WORDS}
    rule = read_table(Sessions, options, "sessions", context)
    assert rule is not None
    assert not context.problems, context.problems
    found = rule.check(codebase_of({"app/__init__.py": "", "app/database.py": RESOURCE, **files}, rule.needs()))
    return sorted((v.check, v.subject, v.scope or "", v.message, [(s.path, s.line) for s in v.sites]) for v in found)


def every_call(resource: Resource) -> tuple[Fact, Fact]:
    return NAMES, with_every_call(facts_for(resource)[1])


@given(projects())
def test_the_findings_are_those_of_every_call(files: dict[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading, "facts_for", every_call)
        patch.setattr(zone, "facts_for", every_call)
        expected = findings(files)
    assert findings(files) == expected
