"""One file, as extractors see it: text, tree and the walk that extractors share."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

from pytest_archguard.codebase.syntax import check, tree_of

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
        if compute not in self._made:
            self._made[compute] = compute(self)
        made: T = self._made[compute]
        return made

    def forget(self) -> None:
        """Lets go of what `once` kept. Most of it points back here, and with the collector off nothing else would
        ever free the tree."""
        self._made.clear()

    @cached_property
    def tree(self) -> ast.Module:
        """Parsed when an extractor first asks for it; raises UnparsableError."""
        return tree_of(self.text)

    @property
    def has_tree(self) -> bool:
        """Whether the tree has been made already, so that it costs nothing to ask for it."""
        return "tree" in self.__dict__

    def check(self) -> None:
        """Raises UnparsableError if the text cannot be parsed; makes no tree."""
        if not self.has_tree:
            check(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The physical lines as `ast` counts them: a form feed or a vertical tab does not end a line."""
        return self.text.split("\n")

    def column(self, node: ast.expr | ast.stmt) -> int:
        """The column of a node's first character, counted from 1 in characters (`ast` counts UTF-8 bytes from 0)."""
        offset = node.col_offset
        if offset == 0 or self._ascii:
            return offset + 1
        line = self.lines[node.lineno - 1]
        return len(line.encode("utf-8", "replace")[:offset].decode("utf-8", "replace")) + 1

    @cached_property
    def _ascii(self) -> bool:
        return self.text.isascii()

    @cached_property
    def walk(self) -> Walk:
        """Every node of the tree by type, with its parent. Made once, on first use, for all extractors."""
        return Walk(self.tree)


class Walk:
    """One pass over every node of a tree, in source order.

    Costs about 0.3 of a parse, so an extractor that needs statements only should not ask for it.
    """

    def __init__(self, tree: ast.Module) -> None:
        self.by_type: dict[type[ast.AST], list[ast.AST]] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        by_type, parents, node_fields = self.by_type, self._parents, _NODE_FIELDS
        stack: list[ast.AST] = [tree]
        pop, push = stack.pop, stack.append
        while stack:
            node = pop()
            kind = type(node)
            if kind in by_type:
                by_type[kind].append(node)
            else:
                by_type[kind] = [node]
            for name in node_fields[kind]:
                value = getattr(node, name)
                if value is None:
                    continue
                if type(value) is list:
                    for item in reversed(value):
                        if item is not None:
                            parents[item] = node
                            push(item)
                else:
                    parents[value] = node
                    push(value)

    @property
    def parent_of(self) -> Mapping[ast.AST, ast.AST]:
        """Every node but the module with the node that holds it: for extractors that ask often."""
        return self._parents

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node that holds this one; None for the module."""
        return self._parents.get(node)

    def parents(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around this one, innermost first, the module last."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

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


class _NodeFields(dict[type[ast.AST], tuple[str, ...]]):
    """The fields of a node that may hold nodes, the last first, so that they leave a stack in source order.

    Looking at these alone halves the cost of a walk. Left out are names, numbers and strings, and what has no parent
    of its own: Load, Store, Del and operators are singletons shared by all trees.
    """

    _NEVER = frozenset(
        {
            "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "kind", "kwd_attrs", "level", "module",
            "op", "ops", "rest", "simple", "str", "type_comment", "type_ignores",
        }
    )  # fmt: skip

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        never = set(self._NEVER)
        if kind in (ast.Constant, ast.MatchSingleton):
            never.add("value")
        if kind in (ast.Global, ast.Nonlocal):
            never.add("names")
        if kind.__name__ != "TypeAlias":  # everywhere else a string
            never.add("name")
        fields = tuple(name for name in reversed(kind._fields) if name not in never)
        self[kind] = fields
        return fields


_NODE_FIELDS = _NodeFields()


def fstring_parts(node: ast.JoinedStr) -> list[ast.expr]:
    """The parts of an f-string or of a format specification in one.

    Without the empty constant that Python 3.12.0 to 3.12.3 put at the end of some, so that equal code is equal
    everywhere.
    """
    return [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == "")]
