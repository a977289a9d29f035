"""The classes, functions and methods of a file by name, and what their bodies are, compared without decoration."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.docstrings import without_docstring
from pytest_archguard.codebase.nodes import BLOCKS
from pytest_archguard.codebase.source import Definition, Function, Source, fstring_parts

Kind = Literal["class", "function", "method"]


class Body(NamedTuple):
    """One definition at module level or in a class; closures belong to the function around them.

    qualname: dotted. line: of `def` or `class`. statements: in the body at any depth, without docstrings; 0 for
        classes.
    digest: equal for bodies that are equal without docstrings, annotations, decorators, parameter lists and the
        definition's own name; empty for classes and for bodies with fewer statements than asked for.
    """

    kind: Kind
    qualname: str
    line: int
    statements: int
    digest: str


def bodies(min_statements: int | None) -> Fact:
    """The definitions of a file, with a digest of each body of so many statements or more; None: without digests."""
    params = () if min_statements is None else (min_statements,)
    return Fact("bodies", 2, "pytest_archguard.codebase.facts.bodies:extract", params)


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[tuple[Any, ...], ...]:
    """One row a definition, in the order of lines; the fields of `Body`."""
    least = params[0] if params else None
    found = _bodies(source.tree.body, "", least if isinstance(least, int) else None)
    return tuple(tuple(body) for body in sorted(found, key=lambda body: body.line))


def _bodies(statements: list[ast.stmt], prefix: str, least: int | None) -> Iterator[Body]:
    for node in _in_blocks(statements):
        if isinstance(node, ast.ClassDef):
            yield Body("class", prefix + node.name, node.lineno, 0, "")
            yield from _bodies(node.body, f"{prefix}{node.name}.", least)
        elif isinstance(node, Function):
            kind: Kind = "method" if prefix else "function"
            count = 0 if least is None else _count(node)
            digest = _digest(node) if least is not None and count >= least else ""
            yield Body(kind, prefix + node.name, node.lineno, count, digest)


def _in_blocks(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The definitions that these statements make, whatever blocks they stand in."""
    stack: list[Any] = list(statements)
    while stack:
        node = stack.pop()
        if isinstance(node, Definition):
            yield node
        else:
            for blocks in BLOCKS[type(node)]:
                stack.extend(getattr(node, blocks))


def _count(function: Function) -> int:
    """Statements at any depth, docstrings left out."""
    count = 0
    stack: list[Any] = list(without_docstring(function.body))
    while stack:
        node = stack.pop()
        count += isinstance(node, ast.stmt)
        for blocks in BLOCKS[type(node)]:
            inner = getattr(node, blocks)
            stack.extend(without_docstring(inner) if isinstance(node, Definition) else inner)
    return count


def _digest(function: Function) -> str:
    """Of everything below `def`: parameters count by what the body does with them, so a method and a function may be
    equal; `async` counts, since it changes what the body means."""
    text = "\0".join((type(function).__name__, *_written(without_docstring(function.body), function.name)))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _written(body: list[ast.stmt], own_name: str) -> list[str]:
    """The tree as words, in source order: each node's type, its names and values, and how many parts follow."""
    words: list[str] = []
    add = words.append
    stack: list[Any] = body[::-1]
    while stack:
        node = stack.pop()
        kind = type(node)
        while kind is _ATTRIBUTE or kind is _CALL:  # chains, without a detour over the stack
            if kind is _ATTRIBUTE:
                add(f"Attribute.{node.attr}")
                node = node.value
            else:
                if keywords := node.keywords:
                    stack += keywords[::-1]
                if arguments := node.args:
                    stack += arguments[::-1]
                add(f"Call\0{len(keywords)}\0{len(arguments)}\0+")
                node = node.func
            kind = type(node)
        if kind is _NAME:
            name = node.id
            add("Name\0" if name == own_name else f"Name\0{name}")
        elif kind is _CONSTANT:
            add(repr(node.value))
        elif kind is ast.AnnAssign and node.value is not None:  # the same as without its annotation
            words += ("Assign", "+", "1")
            stack += (node.value, node.target)
        else:
            _add_parts(node, kind, words, stack)
    return words


_NAME, _ATTRIBUTE, _CALL, _CONSTANT = ast.Name, ast.Attribute, ast.Call, ast.Constant  # looked up once, not every time


def _add_parts(node: Any, kind: type[ast.AST], words: list[str], stack: list[Any]) -> None:
    name, values, parts = _SHAPES[kind]
    words.append(name)
    for field in values:
        value = getattr(node, field)
        words.append(value if type(value) is str else _value(value))
    for field in parts:
        part: Any = getattr(node, field, None)
        if part is None:
            words.append("-")
        elif type(part) is list:
            if field == "body" and isinstance(node, Definition):
                part = without_docstring(part)
            elif kind is ast.JoinedStr:
                part = fstring_parts(node)
            elif kind in _WITH_GAPS:
                part = [item or _NOTHING for item in part]
            words.append(str(len(part)))
            stack += part[::-1]
        else:
            words.append("+")
            stack.append(part)


def _value(value: Any) -> str:
    if isinstance(value, ast.AST):
        return type(value).__name__
    if isinstance(value, list):
        return f"{len(value)} " + " ".join(item if isinstance(item, str) else _value(item) for item in value)
    return repr(value)


_WITH_GAPS = frozenset({ast.Dict, ast.arguments})
_NOTHING = ast.Pass()  # the key of `**rest` in a dictionary, a keyword-only parameter without default


class _Shapes(dict[type[ast.AST], tuple[str, tuple[str, ...], tuple[str, ...]]]):
    """For a type of node its name, the fields with names and values, and the fields with nodes, the last first."""

    _NEVER = frozenset({"annotation", "returns", "type_comment", "decorator_list", "type_params", "ctx", "simple"})
    _VALUES = frozenset(
        {
            "arg", "asname", "conversion", "is_async", "kwd_attrs", "level", "module", "names", "op", "ops", "rest",
            "str",
        }
    )  # fmt: skip

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        values = set(self._VALUES)
        if kind in (ast.Import, ast.ImportFrom):
            values.discard("names")  # nodes there, and strings in `global`
        if kind.__name__ != "TypeAlias":  # everywhere else a string
            values.add("name")
        if kind is ast.MatchSingleton:
            values.add("value")
        fields = [field for field in kind._fields if field not in self._NEVER]
        parts = tuple(field for field in reversed(fields) if field not in values)
        self[kind] = (kind.__name__, tuple(field for field in fields if field in values), parts)
        return self[kind]


_SHAPES = _Shapes()
