"""Selectors: how rules name modules.

`app.services` is that package and everything below it; `*` stands for one level and `**` for one or more (grimp's
wildcards), each again with everything below; `=app.main` is exactly that module; `@services` is a group.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.options import Context

_SEGMENT = re.compile(r"[^\s.*=@|:()\[\]]+|\*{1,2}")
_SCHEMA: dict[str, Any] = {"type": "string", "minLength": 1}


@dataclass(frozen=True, slots=True, order=True)
class Expression:
    """One dotted name, possibly with wildcards. `exact`: without the modules below it."""

    name: str
    exact: bool = False

    @classmethod
    def parse(cls, text: str) -> Expression:
        """Reads `app.services`, `app.*.models` or `=app.main`; raises ValueError for anything else."""
        name = text.removeprefix("=")
        for segment in name.split("."):
            if not _SEGMENT.fullmatch(segment):
                raise ValueError(f'"{text}" is no module name (`app.services`, `app.*.models`, `=app.main`, `@group`)')
        return cls(name, text.startswith("="))

    @property
    def has_wildcard(self) -> bool:
        """Whether it can match more than one package."""
        return "*" in self.name

    def matches(self, name: str) -> bool:
        """Whether it selects the module of this name."""
        return _pattern(self.name, self.exact).fullmatch(name) is not None

    def heads(self, names: Iterable[str]) -> list[str]:
        """The packages or modules the name itself stands for: one, or with wildcards each match, in order.

        `names` are modules; folders without an `__init__.py` count through the modules below them.
        """
        pattern = _head(self.name)
        found = {match.group(1) for match in map(pattern.match, names) if match}
        return sorted(found)

    def select(self, names: Sequence[str]) -> list[str]:
        """The selected ones of these sorted names."""
        if self.has_wildcard:
            fullmatch = _pattern(self.name, self.exact).fullmatch
            return [name for name in names if fullmatch(name)]
        start = bisect_left(names, self.name)
        own = [self.name] if start < len(names) and names[start] == self.name else []
        if self.exact:
            return own
        # "." sorts before every character a name may hold but "-", so the modules below stand together.
        first, end = bisect_left(names, f"{self.name}."), bisect_left(names, f"{self.name}/")
        return own + list(names[first:end])


@dataclass(frozen=True, slots=True, order=True)
class Selector:
    """What stands in a rules file: one expression, or a group of them under one name.

    namesake: the group of the same name (`@services` of `services`), for when no module has it; "" where there is none.
    """

    text: str
    expressions: tuple[Expression, ...]
    namesake: str = field(default="", compare=False)

    @classmethod
    def parse(cls, text: str) -> Selector:
        """Reads a selector that is no group; raises ValueError with a sentence for people."""
        return cls(text, (Expression.parse(text),))

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Selector:
        """Reads a selector, a group of `[tool.archguard.groups]` included."""
        if not isinstance(value, str):
            raise ValueError(f"a selector must be a string, not {value!r}")
        text = value.strip()
        if not text.startswith("@"):
            return cls(text, (Expression.parse(text),), f"@{text}" if text in context.groups else "")
        name = text[1:]
        if name not in context.groups:
            known = ", ".join(sorted(context.groups)) or "none are declared in [tool.archguard.groups]"
            raise ValueError(f'no group "{name}"{did_you_mean(name, context.groups)}; the groups: {known}')
        return cls(text, tuple(Expression.parse(member) for member in context.groups[name]))

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: the grammar is checked when the file is read."""
        return dict(_SCHEMA)

    @property
    def hint(self) -> str:
        """What was meant where this matches nothing, with a leading `; `; empty where no group has its name."""
        return f"; the group of that name is written {self.namesake}" if self.namesake else ""

    @property
    def is_group(self) -> bool:
        """Whether it was written `@name`."""
        return self.text.startswith("@")

    def matches(self, name: str) -> bool:
        """Whether it selects the module of this name."""
        return any(expression.matches(name) for expression in self.expressions)

    def select(self, names: Sequence[str]) -> frozenset[str]:
        """The selected ones of these sorted names."""
        return frozenset(name for expression in self.expressions for name in expression.select(names))

    def below(self, container: str) -> Selector:
        """The same selector inside a container: `api` in `app.orders` is `app.orders.api`."""
        inside = (Expression(f"{container}.{e.name}", e.exact) for e in self.expressions)
        return Selector(f"{container}.{self.text.removeprefix('=')}", tuple(inside))

    def __str__(self) -> str:
        return self.text


Selectors = tuple[Selector, ...]

EVERYTHING = Selector.parse("**")
"""Every module: the default of rules that are not about some part."""


def named(selectors: Selectors) -> str:
    """The selectors as a rule's sentence names them."""
    return ", ".join("the code base" if selector == EVERYTHING else selector.text for selector in selectors)


def read_groups(table: Any, where: str, context: Context) -> dict[str, tuple[str, ...]]:
    """Reads `[tool.archguard.groups]`: name = array of selectors that are no groups themselves."""
    groups: dict[str, tuple[str, ...]] = {}
    if not isinstance(table, dict):
        context.report(where, "must be a table of arrays of selectors")
        return groups
    for name, value in table.items():
        members = [value] if isinstance(value, str) else value
        if not isinstance(members, list) or not members or not all(isinstance(member, str) for member in members):
            context.report(where, f'"{name}" must be an array of at least one selector')
            continue
        before = len(context.problems)
        for member in members:
            try:
                Expression.parse(member)
            except ValueError as error:
                context.report(where, f'"{name}": {error}')
        # A group with a mistake stays known by name, so that its users are not reported as well.
        groups[name] = tuple(members) if len(context.problems) == before else ("**",)
    return groups


def _regex(name: str) -> str:
    parts = {"*": r"[^.]+", "**": r"[^.]+(?:\.[^.]+)*"}
    return r"\.".join(parts.get(segment, re.escape(segment)) for segment in name.split("."))


@lru_cache(maxsize=1024)
def _pattern(name: str, exact: bool) -> re.Pattern[str]:
    return re.compile(_regex(name) if exact else rf"{_regex(name)}(?:\..+)?")


@lru_cache(maxsize=1024)
def _head(name: str) -> re.Pattern[str]:
    return re.compile(rf"({_regex(name)})(?=\.|$)")
