"""Cyclomatic complexity of every function, as radon counts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.deep_recursion import call_deeply
from pytest_archguard.codebase.facts.definitions import local_classes
from pytest_archguard.codebase.source import Source

if TYPE_CHECKING:  # radon is loaded when a file is measured: not by a rule that only names this fact, and not if cached
    from radon.visitors import Class, ComplexityVisitor
    from radon.visitors import Function as RadonFunction

COMPLEXITY = Fact("complexity", 1, "pytest_archguard.codebase.facts.complexity:extract")


class FunctionComplexity(NamedTuple):
    """The complexity of one `def`: a function, a method or a closure.

    qualname: dotted, as `__qualname__` without `<locals>`. line, column: where `def` (or `async`) stands, from 1.
    complexity: radon's `Function.complexity`. Closures are not part of it; they are functions of their own.
    """

    qualname: str
    line: int
    column: int
    complexity: int


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[str, int, int, int], ...]:  # noqa: ARG001
    """The fields of `FunctionComplexity` for every function of the file, in the order of lines.

    These are the functions, methods and closures of `radon cc --show-closures`, and the methods of classes inside
    functions. radon passes over the latter, so it is asked about each such class on its own.
    """
    from radon.visitors import ComplexityVisitor

    visitor = source.once(complexity_visitor)
    found = [*_flatten(visitor.functions, visitor.classes, "")]
    for qualname, node in local_classes(source):
        local = call_deeply(partial(ComplexityVisitor.from_ast, node))
        found += _flatten((), local.classes, qualname.removesuffix(node.name))
    found.sort(key=lambda row: row[1:3])
    return tuple(found)


def complexity_visitor(source: Source) -> ComplexityVisitor:
    """radon's visitor after it has been through the whole file."""
    from radon.visitors import ComplexityVisitor

    return call_deeply(partial(ComplexityVisitor.from_ast, source.tree))


def _flatten(
    functions: Iterable[RadonFunction], classes: Iterable[Class], prefix: str
) -> Iterator[tuple[str, int, int, int]]:
    """All functions below these, with their qualified names."""
    for function in functions:
        yield prefix + function.name, function.lineno, function.col_offset + 1, function.complexity
        yield from _flatten(function.closures, (), f"{prefix}{function.name}.")
    for cls in classes:
        yield from _flatten(cls.methods, cls.inner_classes, f"{prefix}{cls.name}.")
