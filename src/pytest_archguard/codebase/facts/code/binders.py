"""What binds names in a file: imports, assignments, parameters, definitions, loops, handlers and patterns."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any

from pytest_archguard.codebase.facts.bound_names import CAPTURES, names_in_targets
from pytest_archguard.codebase.source import Source

Binder = ast.AST
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

_FEW = 8


class Binders:
    """The nodes of one file that bind names."""

    def __init__(self, source: Source) -> None:
        self._walk = source.walk
        every = source.walk.every
        targets: list[Any] = [target for node in every(ast.Assign) for target in node.targets]
        for kind, attribute in _TARGETS:
            targets += map(attrgetter(attribute), every(kind))
        nodes: list[Any] = list(names_in_targets(targets))
        names: list[str | None] = [node.id for node in nodes]
        for kind, attribute in _BINDING_FIELDS:
            found = every(kind)
            nodes += found
            names += map(attrgetter(attribute), found)
        # Two lists, for most are never asked about: to fill a dictionary takes several times as long.
        self._nodes, self._names = nodes, names
        self._known = frozenset(names)
        self._asked = 0
        self._imports = self._imported()

    def of(self, identifier: str) -> Sequence[tuple[Binder, str]]:
        """Every node that binds a name, with what is imported under it (else "")."""
        found: Sequence[tuple[Binder, str]] = self._imports.get(identifier, ())
        if identifier not in self._known:
            return found
        self._asked += 1
        if self._asked > _FEW:
            nodes = self._by_name[identifier]
        else:
            nodes = [node for node, name in zip(self._nodes, self._names, strict=True) if name == identifier]
        return [*((node, "") for node in nodes), *found]

    @cached_property
    def globals(self) -> frozenset[tuple[ast.AST | None, str]]:
        """The names that functions declare `global`, each with the function."""
        found: set[tuple[ast.AST | None, str]] = set()
        for node in self._walk.every(ast.Global):
            function = next((parent for parent in self._walk.parents(node) if isinstance(parent, FUNCTIONS)), None)
            found.update((function, name) for name in node.names)
        return frozenset(found)

    @cached_property
    def _by_name(self) -> dict[str | None, list[Binder]]:
        found: dict[str | None, list[Binder]] = {}
        for node, name in zip(self._nodes, self._names, strict=True):
            found.setdefault(name, []).append(node)
        return found

    def _imported(self) -> dict[str, list[tuple[Binder, str]]]:
        found: dict[str, list[tuple[Binder, str]]] = {}
        for node in self._walk.every(ast.Import):
            for alias in node.names:
                bound = alias.asname or alias.name.partition(".")[0]
                found.setdefault(bound, []).append((node, alias.name if alias.asname else bound))
        for statement in self._walk.every(ast.ImportFrom):
            prefix = _import_prefix(statement)
            for alias in statement.names:
                found.setdefault(alias.asname or alias.name, []).append((statement, prefix + alias.name))
        return found


# What holds, beside assignments, the names that are assigned to. To look at every name would take longer.
_TARGETS: tuple[tuple[type[ast.AST], str], ...] = (
    (ast.AnnAssign, "target"),
    (ast.AugAssign, "target"),
    (ast.For, "target"),
    (ast.AsyncFor, "target"),
    (ast.comprehension, "target"),
    (ast.withitem, "optional_vars"),
    (ast.NamedExpr, "target"),
)
_BINDING_FIELDS: tuple[tuple[type[ast.AST], str], ...] = (
    (ast.arg, "arg"),
    (ast.FunctionDef, "name"),
    (ast.AsyncFunctionDef, "name"),
    (ast.ClassDef, "name"),
    *CAPTURES,
)


def _import_prefix(node: ast.ImportFrom) -> str:
    """What stands before an imported name: `app.core.` in `from app.core import x`, `..` in `from .. import x`."""
    return "." * node.level + (f"{node.module}." if node.module else "")
