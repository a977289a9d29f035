"""The parameters of a file by what they are written as, so that a pattern looks at few of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import NamedTuple

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.snippets import Hole, Pattern, hole_name
from pytest_archguard.codebase.source import Source


class Entry(NamedTuple):
    """One parameter of a function or a lambda."""

    stars: str
    arg: ast.arg
    default: ast.expr | None
    arguments: ast.arguments


class Parameters:
    """All parameters of one file; made once a file, with `source.once(Parameters)`."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._by_name: dict[str, list[Entry]] = {}
        self._by_default: dict[type[ast.AST], list[Entry]] = {}
        self._by_type: dict[str, list[Entry]] = {}
        for arguments in source.walk.every(ast.arguments):
            for stars, arg, default in signature(arguments):
                entry = Entry(stars, arg, default, arguments)
                self._by_name.setdefault(arg.arg, []).append(entry)
                if default is not None:
                    self._by_default.setdefault(type(default), []).append(entry)
                if arg.annotation is not None:
                    self._by_type.setdefault(_head(arg.annotation), []).append(entry)

    def candidates(self, pattern: Pattern) -> Iterable[Entry]:
        """The parameters that a pattern may match."""
        arg, default = pattern.root, pattern.default
        assert isinstance(arg, ast.arg)
        if hole_name(arg.arg) is None:
            return self._by_name.get(arg.arg, ())
        if default is not None and not isinstance(default, (Hole, ast.Name, ast.Attribute)):
            return self._by_default.get(type(default), ())
        head = _head(arg.annotation) if arg.annotation is not None else ""
        if head:
            # Under "" is what has no such name: strings, unions, calls.
            names = [*sorted(self._source.once(Aliases).of(head)), ""]
            return [entry for name in names for entry in self._by_type.get(name, ())]
        return [entry for entries in self._by_name.values() for entry in entries]


def _head(annotation: ast.expr) -> str:
    """The last identifier of a type without its arguments: `Optional` of `typing.Optional[int]`; else empty."""
    node = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
    return name if hole_name(name) is None else ""


def signature(arguments: ast.arguments) -> list[tuple[str, ast.arg, ast.expr | None]]:
    """The parameters in order, each with its stars (`""`, `*`, `**`) and its default."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*[None] * (len(positional) - len(arguments.defaults)), *arguments.defaults]
    found = [("", arg, default) for arg, default in zip(positional, defaults, strict=True)]
    if arguments.vararg:
        found.append(("*", arguments.vararg, None))
    found += [("", a, d) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    if arguments.kwarg:
        found.append(("**", arguments.kwarg, None))
    return found


def unquoted(annotation: ast.expr) -> ast.expr:
    """An annotation written as a string as the expression it holds, if it holds one."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            return annotation
    return annotation
