"""Holds patterns against syntax trees.

Expressions match exactly, apart from holes. Of statements only what the snippet has is looked at: `raise E($...)` also
matches `raise E(...) from error`, `class A` matches `class A(Base)`. A dotted name in a snippet matches where it is
written and where an imported name means it: `asyncio.wait_for` matches `wait_for` after `from asyncio import wait_for`.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.code.parameters import signature, unquoted
from pytest_archguard.codebase.facts.code.shape import shape
from pytest_archguard.codebase.facts.code.snippets import Hole, Pattern, hole_name
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
        self._holes: Bindings = {}

    def match(self, node: ast.AST) -> Bindings | None:
        """What the holes stand for if the node matches, else None."""
        self._holes = {}
        return self._holes if self._node(self.pattern.root, node) else None

    def match_parameter(self, stars: str, arg: ast.arg, default: ast.expr | None) -> Bindings | None:
        """The same for a parameter and its default, if it has one."""
        self._holes = {}
        wanted = (self.pattern.stars, self.pattern.root, self.pattern.default)
        return self._holes if self._parameter(wanted, (stars, arg, default)) else None

    # Nodes

    def _node(self, expected: ast.AST, node: ast.AST) -> bool:
        if isinstance(expected, Hole):
            return self._hole(expected, node)
        if type(expected) is not type(node):
            return self._close(expected, node) or self._means(expected, node)
        special = _SPECIAL.get(type(expected).__name__)
        if special is not None:
            return special(self, expected, node)
        return self._fields(expected, node) or self._means(expected, node)

    def _fields(self, expected: ast.AST, node: ast.AST, without: Sequence[str] = ()) -> bool:
        optional = _OPTIONAL.get(type(expected).__name__, ())
        for name in expected._fields:
            if name in _SILENT or name in without:
                continue
            wanted, value = getattr(expected, name, None), getattr(node, name, None)
            if name in optional and (wanted is None or wanted == []):
                continue
            if not self._value(wanted, value):
                return False
        return True

    def _value(self, wanted: Any, value: Any) -> bool:
        if isinstance(wanted, list):
            return isinstance(value, list) and self._sequence(wanted, value)
        if isinstance(wanted, Hole) and wanted.rest and not wanted.string:
            return True
        if isinstance(wanted, ast.AST):
            return isinstance(value, ast.AST) and self._node(wanted, value)
        if isinstance(wanted, str):
            return self._name(wanted, value)
        return type(wanted) is type(value) and bool(wanted == value)

    def _name(self, wanted: str, value: Any) -> bool:
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
        if name in self._holes:
            return _same(self._holes[name]) == _same(value)
        self._holes[name] = value
        return True

    def _means(self, expected: ast.AST, node: ast.AST) -> bool:
        """Whether the node is a name that an import makes mean the dotted name of the snippet."""
        chain = self.pattern.chains.get(expected)
        if chain is None or not isinstance(node, (ast.Name, ast.Attribute)):
            return False
        if not self._source.once(Aliases).may_mean(node, chain):
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

    def _sequence(self, wanted: Sequence[Any], values: Sequence[Any]) -> bool:
        """Each of the wanted matches a value, in order; `$...` takes any number of them."""
        if not any(map(_is_rest, wanted)):
            if len(wanted) != len(values):
                return False
            return all(self._value(w, v) for w, v in zip(wanted, values, strict=True))
        if _is_rest(wanted[0]):
            if len(wanted) == 1:
                return True
            return any(self._sequence(wanted[1:], values[n:]) for n in self._attempts(len(values) + 1))
        return bool(values) and self._value(_bare(wanted[0]), values[0]) and self._sequence(wanted[1:], values[1:])

    def _subsequence(self, wanted: Sequence[Any], values: Sequence[Any]) -> bool:
        """Each of the wanted matches a value, in order, others may stand between."""
        if not wanted:
            return True
        return any(
            self._value(wanted[0], values[n]) and self._subsequence(wanted[1:], values[n + 1 :])
            for n in self._attempts(len(values))
        )

    def _each(self, wanted: Sequence[Any], values: Sequence[Any], open_: bool) -> bool:
        """Each of the wanted matches a value of its own, in any order; without `open_` none is left over."""
        if not wanted:
            return open_ or not values
        return any(
            self._value(wanted[0], values[n]) and self._each(wanted[1:], [*values[:n], *values[n + 1 :]], open_)
            for n in self._attempts(len(values))
        )

    def _attempts(self, count: int) -> Iterator[int]:
        """0 to `count` - 1; what the holes stand for is as before at each, and after the last."""
        kept = self._holes
        for number in range(count):
            self._holes = dict(kept)
            yield number
        self._holes = dict(kept)

    # Nodes with a rule of their own

    def _call(self, expected: Any, node: Any) -> bool:
        return self._value(expected.func, node.func) and self._arguments(
            expected.args, expected.keywords, node.args, node.keywords
        )

    def _arguments(self, args: Any, keywords: Any, found: Any, found_keywords: Any) -> bool:
        named = [keyword for keyword in keywords if not _is_rest(keyword.value)]
        open_ = any(map(_is_rest, args)) or len(named) < len(keywords)
        return self._sequence(args, found) and self._each(named, found_keywords, open_)

    def _dict(self, expected: Any, node: Any) -> bool:
        pairs = list(zip(expected.keys, expected.values, strict=True))
        named = [_entry(key, value) for key, value in pairs if not (key is None and _is_rest(value))]
        found = [_entry(key, value) for key, value in zip(node.keys, node.values, strict=True)]
        if len(named) < len(pairs):
            return self._each(named, found, True)
        return self._sequence(named, found)

    def _class(self, expected: Any, node: Any) -> bool:
        if not self._name(expected.name, node.name) or not self._decorators(expected, node):
            return False
        if (expected.bases or expected.keywords) and not self._arguments(
            expected.bases, expected.keywords, node.bases, node.keywords
        ):
            return False
        return self._body(expected, node)

    def _function(self, expected: Any, node: Any) -> bool:
        if not self._fields(expected, node, ("args", "body", "decorator_list")):
            return False
        return (
            self._signature(expected.args, node.args)
            and self._decorators(expected, node)
            and self._body(expected, node)
        )

    def _signature(self, expected: Any, node: Any) -> bool:
        return self._parameters(signature(expected), signature(node))

    def _parameters(self, wanted: list[Any], found: list[Any]) -> bool:
        if not wanted:
            return not found
        if hole_name(wanted[0][1].arg) == "...":
            return any(self._parameters(wanted[1:], found[n:]) for n in self._attempts(len(found) + 1))
        return bool(found) and self._parameter(wanted[0], found[0]) and self._parameters(wanted[1:], found[1:])

    def _parameter(self, wanted: Any, found: Any) -> bool:
        (stars, arg, default), (found_stars, found_arg, found_default) = wanted, found
        if stars != found_stars or not self._name(arg.arg, found_arg.arg):
            return False
        if arg.annotation is not None:
            annotation = found_arg.annotation
            if annotation is None or not self._value(arg.annotation, unquoted(annotation)):
                return False
        return default is None or (found_default is not None and self._value(default, found_default))

    def _decorators(self, expected: Any, node: Any) -> bool:
        return self._subsequence(expected.decorator_list, node.decorator_list)

    def _body(self, expected: Any, node: Any) -> bool:
        body = node.body
        if _is_text(body) and not _is_text(expected.body):
            body = body[1:]
        return self._sequence(expected.body, body)

    def _with(self, expected: Any, node: Any) -> bool:
        return self._subsequence(expected.items, node.items) and self._sequence(expected.body, node.body)

    def _try(self, expected: Any, node: Any) -> bool:
        return self._fields(expected, node, ("handlers",)) and self._subsequence(expected.handlers, node.handlers)

    def _handler(self, expected: Any, node: Any) -> bool:
        wanted, found = expected.type, node.type
        if isinstance(found, ast.Tuple) and wanted is not None and not isinstance(wanted, (ast.Tuple, Hole)):
            if not any(self._value(wanted, found.elts[n]) for n in self._attempts(len(found.elts))):
                return False
        elif not self._value(wanted, found):
            return False
        if expected.name is not None and not self._name(expected.name, node.name):
            return False
        return self._sequence(expected.body, node.body)

    def _raise(self, expected: Any, node: Any) -> bool:
        if expected.cause is not None and not self._value(expected.cause, node.cause):
            return False
        wanted, found = expected.exc, node.exc
        kept = dict(self._holes)
        if self._value(wanted, found):
            return True
        self._holes = kept
        # `raise E` makes an instance: it says `raise E()`.
        if isinstance(wanted, (ast.Name, ast.Attribute)) and isinstance(found, ast.Call):
            return self._value(wanted, found.func)
        if isinstance(wanted, ast.Call) and isinstance(found, (ast.Name, ast.Attribute)):
            return self._arguments(wanted.args, wanted.keywords, [], []) and self._value(wanted.func, found)
        return False


_SPECIAL: dict[str, Callable[[Matcher, Any, Any], bool]] = {
    "arguments": Matcher._signature,
    "Call": Matcher._call,
    "Dict": Matcher._dict,
    "ClassDef": Matcher._class,
    "FunctionDef": Matcher._function,
    "AsyncFunctionDef": Matcher._function,
    "With": Matcher._with,
    "AsyncWith": Matcher._with,
    "Try": Matcher._try,
    "TryStar": Matcher._try,
    "ExceptHandler": Matcher._handler,
    "Raise": Matcher._raise,
}


def _is_rest(node: Any) -> bool:
    if isinstance(node, ast.alias):
        return hole_name(node.name) == "..."
    return isinstance(_bare(node), Hole) and _bare(node).rest


def _bare(node: Any) -> Any:
    """The hole of a statement that is a hole; `$X` in a body is any one statement."""
    return node.value if isinstance(node, ast.Expr) and isinstance(node.value, Hole) else node


def _is_text(body: list[ast.stmt]) -> bool:
    first = body[0] if body else None
    return isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)


class _Entry(ast.AST):
    """One entry of a dictionary; two are compared field by field like any node."""

    _fields = ("key", "value")
    key: ast.expr | None
    value: ast.expr


def _entry(key: ast.expr | None, value: ast.expr) -> _Entry:
    entry = _Entry()
    entry.key, entry.value = key, value
    return entry


def _same(value: Any) -> str:
    if isinstance(value, ast.Name):
        return value.id
    return value if isinstance(value, str) else shape(value)
