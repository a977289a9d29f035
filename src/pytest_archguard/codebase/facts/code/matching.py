"""Holds patterns against syntax trees.

Expressions match exactly, apart from holes. Of statements only what the snippet has is looked at: `raise E($...)` also
matches `raise E(...) from error`, `class A` matches `class A(Base)`. A dotted name in a snippet matches where it is
written and where an imported name means it: `asyncio.wait_for` matches `wait_for` after `from asyncio import wait_for`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.matching_rules import RULES, parameter
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.code.shape import shape
from pytest_archguard.codebase.facts.code.snippets import Hole, Pattern, bare, hole_name, is_rest
from pytest_archguard.codebase.source import Source

Bindings = dict[str, Any]
"""What each named hole stands for: a node or, where only a name fits, a string."""

_SILENT = frozenset({"ctx", "kind", "type_comment", "type_ignores", "simple"})
# What a snippet may leave out of a statement without saying that it is not there.
_OPTIONAL = {
    "FunctionDef": ("returns", "type_params"),
    "AsyncFunctionDef": ("returns", "type_params"),
    "ClassDef": ("type_params",),
    "arg": ("annotation",),
    "Raise": ("cause",),
    "ExceptHandler": ("name",),
    "withitem": ("optional_vars",),
    "If": ("orelse",),
    "For": ("orelse",),
    "AsyncFor": ("orelse",),
    "While": ("orelse",),
    "Try": ("orelse", "finalbody", "handlers"),
    "TryStar": ("orelse", "finalbody", "handlers"),
    "alias": ("asname",),
    "Assert": ("msg",),
    "AnnAssign": ("value",),
}
_STRINGS = tuple(getattr(ast, name) for name in ("JoinedStr", "TemplateStr") if hasattr(ast, name))


class Matcher:
    """Matches one pattern against nodes of one file."""

    def __init__(self, pattern: Pattern, source: Source) -> None:
        self.pattern = pattern
        self._source = source
        self.holes: Bindings = {}

    def match(self, node: ast.AST) -> Bindings | None:
        """What the holes stand for if the node matches, else None."""
        self.holes = {}
        return self.holes if self._node(self.pattern.root, node) else None

    def match_parameter(self, stars: str, arg: ast.arg, default: ast.expr | None) -> Bindings | None:
        """The same for a parameter and its default, if it has one."""
        self.holes = {}
        wanted = (self.pattern.stars, self.pattern.root, self.pattern.default)
        return self.holes if parameter(self, wanted, (stars, arg, default)) else None

    # Nodes

    def _node(self, expected: ast.AST, node: ast.AST) -> bool:
        if isinstance(expected, Hole):
            return self._hole(expected, node)
        if type(expected) is not type(node):
            return self._close(expected, node) or self._means(expected, node)
        special = RULES.get(type(expected).__name__)
        if special is not None:
            return special(self, expected, node)
        return self.fields(expected, node) or self._means(expected, node)

    def fields(self, expected: ast.AST, node: ast.AST, without: Sequence[str] = ()) -> bool:
        """Whether all fields are alike, but for those the snippet leaves open."""
        optional = _OPTIONAL.get(type(expected).__name__, ())
        for name in expected._fields:
            if name in _SILENT or name in without:
                continue
            wanted, value = getattr(expected, name, None), getattr(node, name, None)
            if name in optional and (wanted is None or wanted == []):
                continue
            if not self.value(wanted, value):
                return False
        return True

    def value(self, wanted: Any, value: Any) -> bool:
        """Whether one value of a field is like the wanted one."""
        if isinstance(wanted, list):
            return isinstance(value, list) and self.sequence(wanted, value)
        if isinstance(wanted, Hole) and wanted.rest and not wanted.string:
            return True
        if isinstance(wanted, ast.AST):
            return isinstance(value, ast.AST) and self._node(wanted, value)
        if isinstance(wanted, str):
            return self.name(wanted, value)
        return type(wanted) is type(value) and bool(wanted == value)

    def name(self, wanted: str, value: Any) -> bool:
        """Whether a name is the wanted one, or a hole for it."""
        name = hole_name(wanted)
        if name is None or not isinstance(value, str):
            return bool(wanted == value)
        return name in ("", "...") or self._bind(name, value)

    def _hole(self, hole: Hole, node: ast.AST) -> bool:
        is_string = isinstance(node, _STRINGS) or (isinstance(node, ast.Constant) and isinstance(node.value, str))
        if hole.string and not is_string:
            return False
        return hole.rest or not hole.name or self._bind(hole.name, node)

    def _bind(self, name: str, value: Any) -> bool:
        if name in self.holes:
            return _same(self.holes[name]) == _same(value)
        self.holes[name] = value
        return True

    def _means(self, expected: ast.AST, node: ast.AST) -> bool:
        """Whether the node is a name that an import makes mean the dotted name of the snippet."""
        chain = self.pattern.chains.get(expected)
        if chain is None or not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        if not self._source.once(Aliases).may_mean(chain)(node):
            return False
        return chain in self._source.once(Names).of(node)

    def _close(self, expected: ast.AST, node: ast.AST) -> bool:
        """Different types that say the same: `x = 1` and `x: int = 1`; `raise E` and `raise E()`."""
        if isinstance(expected, ast.Assign) and isinstance(node, ast.AnnAssign) and len(expected.targets) == 1:
            return (
                node.value is not None
                and self._node(expected.targets[0], node.target)
                and self._node(expected.value, node.value)
            )
        return False

    # Sequences

    def sequence(self, wanted: Sequence[Any], values: Sequence[Any]) -> bool:
        """Each of the wanted matches a value, in order; `$...` takes any number of them."""
        if not any(map(is_rest, wanted)):
            if len(wanted) != len(values):
                return False
            return all(self.value(w, v) for w, v in zip(wanted, values, strict=True))
        if is_rest(wanted[0]):
            if len(wanted) == 1:
                return True
            return any(self.sequence(wanted[1:], values[n:]) for n in self.attempts(len(values) + 1))
        return bool(values) and self.value(bare(wanted[0]), values[0]) and self.sequence(wanted[1:], values[1:])

    def subsequence(self, wanted: Sequence[Any], values: Sequence[Any]) -> bool:
        """Each of the wanted matches a value, in order, others may stand between."""
        if not wanted:
            return True
        return any(
            self.value(wanted[0], values[n]) and self.subsequence(wanted[1:], values[n + 1 :])
            for n in self.attempts(len(values))
        )

    def each(self, wanted: Sequence[Any], values: Sequence[Any], open_: bool) -> bool:
        """Each of the wanted matches a value of its own, in any order; without `open_` none is left over."""
        if not wanted:
            return open_ or not values
        return any(
            self.value(wanted[0], values[n]) and self.each(wanted[1:], [*values[:n], *values[n + 1 :]], open_)
            for n in self.attempts(len(values))
        )

    def attempts(self, count: int) -> Iterator[int]:
        """0 to `count` - 1; what the holes stand for is as before at each, and after the last."""
        kept = self.holes
        for number in range(count):
            self.holes = dict(kept)
            yield number
        self.holes = dict(kept)


def _same(value: Any) -> str:
    if isinstance(value, ast.Name):
        return value.id
    return value if isinstance(value, str) else shape(value)
