"""One file, as extractors see it: text, tree and the walk that extractors share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, Protocol, TypeVar

from pytest_archguard.codebase.collector import collector_off, made_between, set_apart
from pytest_archguard.codebase.nodes import ByType, walk
from pytest_archguard.codebase.parents import Parents
from pytest_archguard.codebase.syntax import check, tree_of

N = TypeVar("N", bound=ast.AST)
T = TypeVar("T")

Function = ast.FunctionDef | ast.AsyncFunctionDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Source:
    """One file: its bytes, its text (decoded, newlines normalised) and its tree, parsed once for all extractors."""

    def __init__(self, path: str, data: bytes, text: str) -> None:
        self.path = path
        self.data = data
        self.text = text
        self._made: dict[Callable[[Source], Any], Any] = {}

    def once(self, compute: Callable[[Source], T]) -> T:
        """What `compute` makes of this file, kept for the extractors after the first that build on the same."""
        try:
            made: T = self._made[compute]
        except KeyError:
            made = self._made[compute] = compute(self)
        return made

    def forget(self) -> None:
        """Lets go of what `once` kept. Most of it points back here, and with the collector off nothing else would
        ever free the tree."""
        self._made.clear()

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed when an extractor first asks for it; raises UnparsableError."""
        self._is_listed = lists_trees() and set_apart()
        tree = tree_of(self.text)
        self._end: list[object] = []
        return tree

    @property
    def has_tree(self) -> bool:
        """Whether the tree has been made already, so that it costs nothing to ask for it."""
        return "tree" in self.__dict__

    @property
    def has_walk(self) -> bool:
        """Whether the nodes have been listed already."""
        return "walk" in self.__dict__

    def check(self) -> None:
        """Raises UnparsableError if the text cannot be parsed; makes no tree."""
        if not self.has_tree:
            check(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The physical lines as `ast` counts them: a form feed or a vertical tab does not end a line."""
        return self.text.split("\n")

    def column(self, node: ast.expr | ast.stmt | ast.arg | ast.ExceptHandler | ast.pattern) -> int:
        """The column of a node's first character, counted from 1 in characters (`ast` counts UTF-8 bytes from 0)."""
        offset = node.col_offset
        if self._ascii or offset == 0:
            return offset + 1
        line = self.lines[node.lineno - 1]
        return len(line.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @cached_property
    def walk(self) -> Walk:
        """Every node of the tree by type, with its parent. Made once, on first use, for all extractors."""
        tree = self.tree
        return Walk(tree, made_between(tree, self._end) if self._is_listed else None)


class Every(Protocol):
    """All nodes of exactly this type, in source order."""

    def __call__(self, kind: type[N], /) -> list[N]: ...


class Walk:
    """Every node of one tree by type, and what holds it."""

    def __init__(self, tree: ast.Module, objects: Sequence[object] | None = None) -> None:
        """objects: all nodes in source order among whatever else, where somebody has them already."""
        self._tree = tree
        self.every: Every = ByType(list(walk(tree)) if objects is None else objects).__getitem__
        """All nodes of exactly a type, in source order."""
        self.parent_of = Parents(tree)
        """Every node but the module with the node that holds it."""

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one; None for the module."""
        if node is self._tree:
            return None
        try:
            return self.parent_of[node]
        except KeyError:  # of another tree: what stands in a string
            return None

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around this one, innermost first, the module last."""
        parent = self.parent(node)
        while parent is not None:
            yield parent
            parent = self.parent(parent)

    def enclosing_function(self, node: ast.AST) -> Function | ast.Lambda | None:
        """The innermost function whose body (not decorators, defaults or annotations) holds this node."""
        child = node
        for parent in self.parents(node):
            if isinstance(parent, ast.Lambda) and child is parent.body:
                return parent
            if isinstance(parent, Function) and child in parent.body:
                return parent
            child = parent
        return None

    def qualname(self, node: ast.AST) -> str:
        """The dotted names of the definitions around this node, its own included; empty at module level.

        As `__qualname__`, without `<locals>`: a closure `inner` in a method `C.f` is `C.f.inner`.
        """
        names = [node.name] if isinstance(node, Definition) else []
        names.extend(parent.name for parent in self.parents(node) if isinstance(parent, Definition))
        return ".".join(reversed(names))


_SAMPLE = """
import a
@b
def f(x, *y: c, **z) -> d:
    with a as e:
        return [i + f'{x.e}' for i in y(-1, k=z) if i]
"""


@lru_cache(maxsize=1)
def lists_trees() -> bool:
    """Whether the collector of this Python lists the nodes of a tree as a walk finds them.

    CPython's does: what can be part of a cycle is listed as it is made, and a parse makes each node before the nodes
    in it. That is how it works, not what is promised, so it is tried once a process; a walk takes three times as long.
    """
    with collector_off():
        if not set_apart():
            return False
        tree, end = tree_of(_SAMPLE), list[object]()
        listed = made_between(tree, end)
    walked = list(walk(tree))
    kinds = {type(node) for node in walked}
    return listed is not None and list(map(id, walked)) == [id(each) for each in listed if type(each) in kinds]


def fstring_parts(node: ast.JoinedStr) -> list[ast.expr]:
    """The parts of an f-string or of a format specification in one.

    Without the empty constant that Python 3.12.0 to 3.12.3 put at the end of some, so that equal code is equal
    everywhere.
    """
    return [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == "")]
