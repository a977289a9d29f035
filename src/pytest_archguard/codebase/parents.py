"""What holds each node of a tree."""

from __future__ import annotations

import ast
from bisect import bisect_right
from operator import attrgetter
from typing import Any

from pytest_archguard.codebase.nodes import BLOCKS, FIELDS

_Position = tuple[int, int]


class _Headers(dict[type[ast.AST], tuple[str, ...]]):
    """The other fields of a statement that may hold nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        self[kind] = found = tuple(name for name in FIELDS[kind] if name not in BLOCKS[kind])
        return found


_HEADERS = _Headers()


class Parents(dict[ast.AST, ast.AST]):
    """Every node but the module with the node that holds it; worked out for what is asked about.

    The statement that a node is in is found by its place in the file, and then only that statement is looked at.
    """

    def __init__(self, tree: ast.Module) -> None:
        super().__init__()
        self._tree = tree
        self._known: set[ast.AST] = set()
        self._last: ast.AST = tree  # the statement that was looked at last: the next node is mostly near

    def __missing__(self, node: ast.AST) -> ast.AST:
        if self._tree not in self._known:
            position = _position(node)
            if position is not None:
                self._descend(node, position)
            if node not in self:
                # Nodes without a place, and those in f-strings, which are elsewhere than older Pythons say.
                self._known.add(self._tree)
                self._fill(self._tree, FIELDS[ast.Module])
        if node not in self:
            raise KeyError(node)
        return self[node]

    def _descend(self, node: ast.AST, position: _Position) -> None:
        """Looks at the statements around a place, and at everything in the innermost but further statements."""
        holder: Any = self._last
        while holder is not self._tree and not _spans(holder, position):
            holder = self[holder]
        while holder is not node:
            for name in BLOCKS[type(holder)]:
                child = _at(getattr(holder, name), position)
                if child is not None:
                    break
            else:
                break
            self[child] = holder
            holder = child
        else:
            return
        self._last = holder
        if holder not in self._known:
            self._known.add(holder)
            self._fill(holder, _HEADERS[type(holder)])

    def _fill(self, node: ast.AST, names: tuple[str, ...]) -> None:
        """Looks at everything in these fields of a node."""
        stack: list[ast.AST] = []
        pop, push, fields = stack.pop, stack.append, FIELDS
        while True:
            for name in names:
                value = getattr(node, name)
                if value is None:
                    continue
                if type(value) is list:
                    for item in value:
                        if item is not None:
                            self[item] = node
                            push(item)
                else:
                    self[value] = node
                    push(value)
            if not stack:
                return
            node = pop()
            names = fields[type(node)]


_STATEMENT = attrgetter("lineno"), attrgetter("col_offset")
_CASE = attrgetter("pattern.lineno"), attrgetter("pattern.col_offset")


def _at(block: list[Any], position: _Position) -> Any:
    """The statement, handler or case that a place is in."""
    if not block:
        return None
    line, column = position
    is_case = type(block[0]) is ast.match_case
    line_of, column_of = _CASE if is_case else _STATEMENT
    number = bisect_right(block, line, key=line_of)
    if number < len(block) and _is_decorated_at(block[number], line):
        return block[number]
    while number and line_of(block[number - 1]) == line and column_of(block[number - 1]) > column:
        number -= 1  # `a = 1; b = 2`
    if not number:
        return None
    found = block[number - 1]
    return found if position < _end(found) else None


def _spans(node: Any, position: _Position) -> bool:
    """Whether a place is surely in a statement, handler or case."""
    start = _position(node)
    return start is not None and start <= position < _end(node)


def _end(node: Any) -> _Position:
    last: Any = node.body[-1] if type(node) is ast.match_case else node
    return (last.end_lineno, last.end_col_offset)


def _is_decorated_at(node: Any, line: int) -> bool:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return bool(decorators) and decorators[0].lineno <= line


def _position(node: Any) -> _Position | None:
    """Where a node starts; of those without a place of their own where something in them starts."""
    line = getattr(node, "lineno", None)
    if line is not None:
        return (line, node.col_offset)
    within = _WITHIN.get(type(node))
    return None if within is None else _position(getattr(node, within))


_WITHIN: dict[type[ast.AST], str] = {
    ast.withitem: "context_expr",
    ast.comprehension: "target",
    ast.match_case: "pattern",
}
