"""The functions and classes of a file, and how large each is."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.docstrings import without_docstring
from pytest_archguard.codebase.facts.lines import extract as line_count
from pytest_archguard.codebase.nodes import BLOCKS
from pytest_archguard.codebase.source import Definition, Function, Source

DEFINITIONS = Fact("definitions", 2, "pytest_archguard.codebase.facts.definitions:extract")


def definitions_longer_than(lines: int) -> Fact:
    """The fact about files that may hold a definition of more lines; of shorter files it says that they are empty."""
    return replace(DEFINITIONS, params=(lines,), from_text=True)


class FunctionSize(NamedTuple):
    """One `def`: a function, a method or a closure.

    qualname: dotted, as `__qualname__` without `<locals>`. line, column: where `def` (or `async`) stands, from 1.
    lines: from `def` to the last line of the body; decorators are not part of it.
    arguments: parameters, `*args` and `**kwargs` as one each; without the first one of a method that is not static.
    nesting: how many blocks (`if`, `for`, `while`, `try`, `with`, `match`) are inside each other at the deepest place.
        `elif`, `else`, `except`, `finally` and `case` are as deep as their statement's body; blocks in a definition
        inside belong to that one.
    statements: in the body at any depth, those of definitions inside too. An `elif` counts, `else` and the like do
        not, nor do docstrings.
    """

    qualname: str
    line: int
    column: int
    lines: int
    arguments: int
    nesting: int
    statements: int


class ClassSize(NamedTuple):
    """One `class`.

    qualname, line, column, lines: as of a function.
    methods: the `def`s of its body (not of classes inside), each counted: radon's `Class.methods`.
    attributes: the different names assigned or annotated in its body, or assigned on the first parameter of one of
        its methods (`self.name = ...`), outside closures.
    """

    qualname: str
    line: int
    column: int
    lines: int
    methods: int
    attributes: int


class Definitions(NamedTuple):
    """All definitions of a file, each kind in the order of lines.

    top_functions, top_classes: how many are neither in a function nor in a class (under an `if` or `try` they are
    still at the top).
    """

    functions: tuple[tuple[str, int, int, int, int, int, int], ...]
    classes: tuple[tuple[str, int, int, int, int, int], ...]
    top_functions: int
    top_classes: int


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[object, ...]:
    """The fields of `Definitions`; its rows are those of `FunctionSize` and `ClassSize`, as plain tuples.

    params: a number of lines, to pass over files that are not longer.
    """
    enough = params[0] if params else None
    if isinstance(enough, int) and line_count(source) <= enough:
        return ((), (), 0, 0)
    module, *scopes = source.once(_scopes)
    defs: list[tuple[object, ...]] = []
    classes: list[tuple[object, ...]] = []
    for scope in scopes:
        node = scope.node
        assert node is not None  # of scopes, only the module has none
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        # Nothing but white space can stand before a definition, so bytes and characters are the same here.
        start = (scope.qualname, node.lineno, node.col_offset + 1, lines)
        if isinstance(node, ast.ClassDef):
            classes.append((*start, scope.functions, len(scope.names or ())))
        else:
            defs.append((*start, _count_arguments(node, scope), scope.nesting, scope.statements))
    defs.sort(key=_position)
    classes.sort(key=_position)
    return (tuple(defs), tuple(classes), module.functions, module.classes)


def functions(source: Source) -> list[tuple[str, Function]]:
    """All functions, methods and closures, with their qualified names."""
    return [(scope.qualname, scope.node) for scope in source.once(_scopes) if isinstance(scope.node, Function)]


def local_classes(source: Source) -> list[tuple[str, ast.ClassDef]]:
    """The classes whose nearest enclosing definition is a function, with their qualified names."""
    return [
        (scope.qualname, scope.node)
        for scope in source.once(_scopes)
        if isinstance(scope.node, ast.ClassDef) and scope.parent and isinstance(scope.parent.node, Function)
    ]


def _position(row: tuple[Any, ...]) -> tuple[int, int]:
    return (row[1], row[2])


@dataclass(slots=True)
class _Scope:
    """A module, class or function while it is walked.

    names: of the attributes found, in a class; its methods share it. owner: the first parameter, in a method.
    functions, classes: how many are defined directly in it.
    """

    node: Definition | None
    parent: _Scope | None
    qualname: str
    names: set[str] | None = None
    owner: str | None = None
    functions: int = 0
    classes: int = 0
    nesting: int = 0
    statements: int = 0


def _scopes(source: Source) -> list[_Scope]:
    """The module and every definition in it, each after the one around it. Looks at statements only."""
    module = _Scope(None, None, "")
    scopes = [module]
    # Blocks still to be walked, with how deeply they are nested in their scope; no recursion, because an `elif`
    # chain nests one level a branch.
    stack: list[tuple[list[ast.stmt], _Scope, int]] = [(source.tree.body, module, 0)]
    while stack:
        body, scope, depth = stack.pop()
        scope.statements += len(body)
        for node in body:
            kind = type(node)
            if kind in _SIMPLE:
                if scope.names is not None and kind in _ASSIGNMENTS:
                    _collect_names(node, scope, scope.names)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                inner = _enter(node, scope)
                scopes.append(inner)
                stack.append((node.body, inner, 0))
            else:
                scope.nesting = max(scope.nesting, depth + 1)
                stack.extend((block, scope, depth + deeper) for block, deeper in _blocks(node))
    # From the back, each is complete when it is added to the one around it.
    for scope in reversed(scopes):
        if scope.parent is not None:
            scope.parent.statements += scope.statements
    return scopes


_ASSIGNMENTS = frozenset({ast.Assign, ast.AnnAssign, ast.AugAssign})
_SIMPLE = _ASSIGNMENTS | {
    ast.Expr, ast.Return, ast.Import, ast.ImportFrom, ast.Raise, ast.Assert, ast.Delete, ast.Pass, ast.Break,
    ast.Continue, ast.Global, ast.Nonlocal,
}  # fmt: skip


def _enter(node: Definition, scope: _Scope) -> _Scope:
    qualname = f"{scope.qualname}.{node.name}" if scope.qualname else node.name
    inner = _Scope(node, scope, qualname)
    if isinstance(node, ast.ClassDef):
        scope.classes += 1
        inner.names = set()
    else:
        scope.functions += 1
        if isinstance(scope.node, ast.ClassDef) and not _is_static(node):
            first = (node.args.posonlyargs or node.args.args)[:1]
            if first:
                inner.owner, inner.names = first[0].arg, scope.names
    inner.statements = len(without_docstring(node.body)) - len(node.body)
    return inner


def _is_static(node: Function) -> bool:
    return any(isinstance(item, ast.Name) and item.id == "staticmethod" for item in node.decorator_list)


def _count_arguments(node: Function, scope: _Scope) -> int:
    given = node.args
    named = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return named + (given.vararg is not None) + (given.kwarg is not None) - (scope.owner is not None)


def _blocks(node: Any) -> Iterator[tuple[list[ast.stmt], int]]:
    """The blocks of a compound statement, each with how much deeper it is: an `elif` is where its `if` is."""
    if isinstance(node, ast.If):
        yield node.body, 1
        if node.orelse:
            yield node.orelse, 0 if _is_elif(node) else 1
        return
    for name in BLOCKS[type(node)]:
        inner = getattr(node, name)
        if name == "handlers" or name == "cases":
            for clause in inner:
                yield clause.body, 1
        elif inner:
            yield inner, 1


def _is_elif(node: ast.If) -> bool:
    # The tree has an `elif` as an `if` inside `else`; only there it stands in the column of the first `if`.
    return len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If) and node.orelse[0].col_offset == node.col_offset


def _collect_names(node: Any, scope: _Scope, names: set[str]) -> None:
    """Adds the attributes that an assignment in a class body or in a method makes."""
    in_class = type(scope.node) is ast.ClassDef
    targets: list[Any] = node.targets[:] if type(node) is ast.Assign else [node.target]
    while targets:
        target = targets.pop()
        kind = type(target)
        if kind is ast.Name:
            if in_class:
                names.add(target.id)
        elif kind is ast.Attribute:
            if not in_class and getattr(target.value, "id", None) == scope.owner:
                names.add(target.attr)
        elif kind is ast.Starred:
            targets.append(target.value)
        elif kind is not ast.Subscript:
            targets += target.elts
