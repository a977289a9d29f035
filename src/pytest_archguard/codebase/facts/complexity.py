"""Cyclomatic complexity of every function, as radon counts it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.branch_words import complexity_at_most
from pytest_archguard.codebase.facts.deep_recursion import call_deeply
from pytest_archguard.codebase.facts.definitions import functions, local_classes
from pytest_archguard.codebase.source import Source

if TYPE_CHECKING:  # radon is loaded when a file is measured: not by a rule that only names this fact, and not if cached
    from radon.visitors import Class, ComplexityVisitor
    from radon.visitors import Function as RadonFunction

COMPLEXITY = Fact("complexity", 1, "pytest_archguard.codebase.facts.complexity:extract")


def complexity_above(limit: int) -> Fact:
    """The fact that lists only what is above a limit, so that radon need not look at a file without any."""
    return replace(COMPLEXITY, params=(limit,), from_text=True)


class FunctionComplexity(NamedTuple):
    """The complexity of one `def`: a function, a method or a closure.

    qualname: dotted, as `__qualname__` without `<locals>`. line, column: where `def` (or `async`) stands, from 1.
    complexity: radon's `Function.complexity`. Closures are not part of it; they are functions of their own.
    """

    qualname: str
    line: int
    column: int
    complexity: int


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[str, int, int, int], ...]:
    """The fields of `FunctionComplexity` for every function of the file, in the order of lines.

    params: a limit, to leave out the functions that are within it.

    These are the functions, methods and closures of `radon cc --show-closures`, and the methods of classes inside
    functions. radon passes over the latter, so it is asked about each such class on its own.
    """
    limit = params[0] if params else None
    found = _above(source, limit) if isinstance(limit, int) else _all(source)
    return tuple(sorted(found, key=lambda row: row[1:3]))


def _above(source: Source, limit: int) -> Iterator[tuple[str, int, int, int]]:
    """The functions above a limit; radon is asked about those of which the text does not show that they are not."""
    if complexity_at_most(source.text, limit):
        return
    for qualname, node in functions(source):
        text = "\n".join(source.lines[node.lineno - 1 : node.end_lineno])
        if not complexity_at_most(text, limit):
            (found,) = _visited(node).functions
            if found.complexity > limit:
                yield qualname, found.lineno, found.col_offset + 1, found.complexity


def _all(source: Source) -> Iterator[tuple[str, int, int, int]]:
    visitor = source.once(complexity_visitor)
    yield from _flatten(visitor.functions, visitor.classes, "")
    for qualname, node in local_classes(source):
        yield from _flatten((), _visited(node).classes, qualname.removesuffix(node.name))


def complexity_visitor(source: Source) -> ComplexityVisitor:
    """radon's visitor after it has been through the whole file."""
    return _visited(source.tree)


def _visited(node: ast.AST) -> ComplexityVisitor:
    from radon.visitors import ComplexityVisitor

    return call_deeply(partial(ComplexityVisitor.from_ast, node))


def _flatten(
    found: Iterable[RadonFunction], classes: Iterable[Class], prefix: str
) -> Iterator[tuple[str, int, int, int]]:
    """All functions below these, with their qualified names."""
    for function in found:
        yield prefix + function.name, function.lineno, function.col_offset + 1, function.complexity
        yield from _flatten(function.closures, (), f"{prefix}{function.name}.")
    for cls in classes:
        yield from _flatten(cls.methods, cls.inner_classes, f"{prefix}{cls.name}.")
