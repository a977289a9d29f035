"""The names in a file that may stand for something in the code base, or for a session."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from pytest_archguard.codebase.facts.sessions.scopes import Scopes


def imported(froms: Iterable[ast.AST], plain: Iterable[ast.AST]) -> Iterator[str]:
    """The names bound by imports of what is not the standard library."""
    for node in froms:
        assert isinstance(node, ast.ImportFrom)
        if node.level or (node.module or "").partition(".")[0] not in sys.stdlib_module_names:
            yield from (alias.asname or alias.name for alias in node.names)
    for node in plain:
        assert isinstance(node, ast.Import)
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if top not in sys.stdlib_module_names:
                yield alias.asname or top


def functions(scopes: Scopes) -> Iterator[str]:
    """The names of functions that are no methods, nested ones among them."""
    for node, parent in zip(scopes.nodes, scopes.parents, strict=True):
        is_function = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        if is_function and not isinstance(scopes.nodes[parent], ast.ClassDef):
            yield node.name  # type: ignore[attr-defined]


def decorators(scopes: Scopes) -> Iterator[tuple[int, ast.expr]]:
    """Decorators without brackets (with them they are calls), each with the scope it is evaluated in."""
    for node, parent in zip(scopes.nodes, scopes.parents, strict=True):
        for item in getattr(node, "decorator_list", ()):
            if isinstance(item, (ast.Name, ast.Attribute)):
                yield parent, item


def parameters(scopes: Scopes, untyped: tuple[str, ...]) -> set[str]:
    """The names of parameters, and of annotated variables, that may be sessions, or factories of them."""
    found = {node.target.id for _, node in scopes.statements[ast.AnnAssign] if type(node.target) is ast.Name}
    for node in scopes.nodes:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            arguments = node.args
            for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
                if argument.annotation is not None:
                    kind = type(argument.annotation)
                    if kind is not ast.Name or argument.annotation.id not in _PLAIN:  # type: ignore[attr-defined]
                        found.add(argument.arg)
                elif any(fnmatchcase(argument.arg, glob) for glob in untyped):
                    found.add(argument.arg)
            found.update(
                argument.arg
                for argument, default in zip(reversed(arguments.args), reversed(arguments.defaults), strict=False)
                if isinstance(default, (ast.Call, ast.Name))
            )
    return found


_PLAIN = frozenset({"str", "int", "float", "bool", "bytes", "dict", "list", "set", "tuple", "object", "Any", "type"})
