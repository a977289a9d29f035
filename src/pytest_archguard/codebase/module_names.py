"""The names of one module, and what they are bound to, scope by scope."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.sessions.annotations import Shape
from pytest_archguard.codebase.facts.sessions.names import INSTANCE, Names, Scope, params_of
from pytest_archguard.codebase.facts.sessions.scopes import CLASS, FUNCTION


class Value(NamedTuple):
    """What a name is bound to: a shape to be read in a scope of a module."""

    module: str
    scope: int
    shape: Shape
    is_annotation: bool


class Import(NamedTuple):
    """What an import binds a name to; the symbol is None for a module itself."""

    level: int
    module: str
    symbol: str | None


Binding = Any  # Import | Value | Param | int (a scope: function or class)


def absolute(package: str, level: int, module: str) -> str:
    """The module that an import in a package names; level: how many dots it starts with."""
    if not level:
        return module
    parts = package.split(".") if package else []
    above = parts[: len(parts) - level + 1]
    return ".".join((*above, module)) if module else ".".join(above)


class ModuleNames:
    """The names of one module, indexed by scope."""

    def __init__(self, name: str, package: str, data: tuple[Any, ...]) -> None:
        self.name = name
        self.package = package
        names = Names(*data)
        self.scopes = [Scope(*scope) for scope in names.scopes]
        self.stars = names.stars
        self.bound: list[dict[str, Binding]] = [{} for _ in self.scopes]
        self.values: dict[tuple[int, str], list[Value]] = {}
        self.globals = frozenset(names.globals)
        self.nonlocals = frozenset(names.nonlocals)
        self.places: dict[tuple[int, str], tuple[int, int]] = {}
        self._fill(names)

    def _fill(self, names: Names) -> None:
        for number, scope in enumerate(self.scopes):
            if number and scope.name:
                self.bound[scope.parent][scope.name] = number
            for param in params_of(scope):
                self.bound[number][param.name] = param
        for number, target, shape, is_annotation, line, column in names.values:
            value = Value(self.name, number, shape, is_annotation)
            owner = self.owner(number, target)
            if owner is None:
                continue
            place, name = owner
            self.places.setdefault((place, name), (line, column))
            known = self.values.setdefault((place, name), [])
            known.append(value)
            here = self.bound[place]
            if name not in here or _gives_way(here[name], value):
                here[name] = value
        for number, local, level, module, symbol in names.imports:
            place = 0 if (number, local) in self.globals else number
            here = self.bound[place]
            is_other = not isinstance(here.get(local), (Import, Value)) and place == number
            # `try: import asyncpg` wins over `except ImportError: asyncpg = None`, an alias over the import.
            if local not in here or is_other or _says_little(here[local]):
                here[local] = Import(level, module, symbol)

    def owner(self, scope: int, target: str) -> tuple[int, str] | None:
        """The scope and name that an assignment in `scope` binds: the class for `self.x`, the module for a global."""
        root, dot, rest = target.partition(".")
        if not dot:
            if (scope, target) in self.globals:
                return 0, target
            while (scope, target) in self.nonlocals:
                scope = self.scopes[scope].parent
            return scope, target
        if "." in rest or root not in ("self", "cls"):
            return None
        around = self.class_of(scope)
        return None if around is None else (around, rest)

    def imported(self) -> Iterator[tuple[int, str]]:
        """(scope, local name) of every name that an import binds."""
        for scope, table in enumerate(self.bound):
            yield from ((scope, name) for name, binding in table.items() if isinstance(binding, Import))

    def note(self, scope: int, target: str) -> None:
        """Registers a name that is assigned a value which is no other name."""
        owner = self.owner(scope, target)
        if owner is not None and "?" not in target and "[" not in target:
            place, name = owner
            self.bound[place].setdefault(name, Value(self.name, scope, None, False))

    @cached_property
    def definitions(self) -> dict[str, int]:
        """The scopes of all functions and classes by qualified name; of equal names the first."""
        found: dict[str, int] = {}
        names = [""]
        for number in range(1, len(self.scopes)):
            scope = self.scopes[number]
            around = names[scope.parent]
            names.append(f"{around}.{scope.name}" if around else scope.name)
            found.setdefault(names[number], number)
        return found

    def class_of(self, scope: int) -> int | None:
        """The class whose method (or a function in one) this scope is; the scope itself if it is a class."""
        number = scope
        while number:
            if self.scopes[number].kind == CLASS:
                return number
            number = self.scopes[number].parent
        return None

    def chain(self, scope: int) -> Iterator[int]:
        """The scopes a name is looked up in, innermost first; classes are no scopes for what is nested in them."""
        yield scope
        while scope:
            scope = self.scopes[scope].parent
            if self.scopes[scope].kind != CLASS:
                yield scope

    def function_of(self, scope: int) -> int | None:
        """This scope if it is a function; None at module or class level."""
        return scope if self.scopes[scope].kind == FUNCTION else None

    def qualname(self, scope: int) -> str:
        """The dotted names of the definitions down to this scope; empty for the module."""
        parts: list[str] = []
        while scope:
            if self.scopes[scope].name:
                parts.append(self.scopes[scope].name)
            scope = self.scopes[scope].parent
        return ".".join(reversed(parts))


def _gives_way(known: Binding, value: Value) -> bool:
    """A definite alias wins over an assignment of something else, an annotation over nothing."""
    if _says_little(known):
        return True
    return isinstance(known, Value) and known.is_annotation and value.shape is not None and not value.is_annotation


def _says_little(known: Binding) -> bool:
    """Whether this is an assignment of what is no other name, or an instance of a class."""
    if not isinstance(known, Value):
        return False
    return known.shape is None or (isinstance(known.shape, tuple) and known.shape[0] == INSTANCE)
