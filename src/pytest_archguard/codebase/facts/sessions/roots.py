"""The names in a file that may stand for something in the code base, or for a session."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator

from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.facts.sessions.names import Names, Scope
from pytest_archguard.codebase.facts.sessions.scopes import Scopes
from pytest_archguard.codebase.facts.sessions.spreading import Words


def imported(names: Names) -> Iterator[str]:
    """The names bound by imports of what is not the standard library."""
    for _, local, level, module, _ in names.imports:
        if level or module.partition(".")[0] not in sys.stdlib_module_names:
            yield local


def decorators(scopes: Scopes, names: Names, is_sought: Callable[[str], bool]) -> Iterator[tuple[int, ast.expr]]:
    """Decorators without brackets (with them they are calls) that end in a word that is looked for, each with the scope
    it is evaluated in."""
    for number, fields in enumerate(names.scopes):
        if fields[_DECORATORS] and any(is_sought(text.rpartition(".")[2]) for text in fields[_DECORATORS]):
            for item in scopes.nodes[number].decorator_list:  # type: ignore[attr-defined]
                if isinstance(item, (ast.Name, ast.Attribute)) and is_sought(last_identifier(item)):
                    yield scopes.parents[number], item


def variables(names: Names, untyped: Words) -> set[str]:
    """Parameters, annotated variables and other names of these that may hold sessions, or factories of them.

    untyped: names of parameters that count as sessions without an annotation.
    """
    found = {target for _, target, _, is_annotation, _, _ in names.values if is_annotation and "." not in target}
    for fields in names.scopes:
        for param in fields[_PARAMS]:
            name, annotation, default = (param, None, None) if type(param) is str else param[:3]
            if default is not None or (name in untyped if annotation is None else annotation not in _PLAIN):
                found.add(name)
    for _, target, shape, is_annotation, _, _ in names.values:  # in source order: `a = self.db`, `b = a`
        is_name = type(shape) is str and not is_annotation and "." not in target
        if is_name and (shape in found or shape.startswith(("self.", "cls."))):
            found.add(target)
    return found


_DECORATORS, _PARAMS = Scope._fields.index("decorators"), Scope._fields.index("params")
_PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "set", "tuple", "object", "Any", "type"})
