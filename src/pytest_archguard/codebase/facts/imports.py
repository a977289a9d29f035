"""The import statements of a file: what is written, in which style, with which traits, where.

Where the text shows them for certain no tree is asked for. In a tree only statements are walked, since nothing else
can hold an import; expressions are looked at only in files that mention `import_module` or `__import__`.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable
from typing import Any

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.dynamic import dynamic_imports
from pytest_archguard.codebase.facts.import_text import statements_in
from pytest_archguard.codebase.facts.statements import (
    FUNCTION,
    GUARDED,
    RELATIVE,
    STAR,
    STYLE_BITS,
    TOP,
    TYPE_CHECKING,
    Statement,
)
from pytest_archguard.codebase.source import Source

IMPORTS = Fact("imports", 1, "pytest_archguard.codebase.facts.imports:extract", from_text=True)

_CATCHES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def extract(source: Source, params: tuple[Parameter, ...] = ()) -> tuple[Statement, ...]:  # noqa: ARG001
    """All imports of the file in the order of their lines.

    The style is exactly one. `type_checking` wins over the others: an import under `if TYPE_CHECKING` in a function,
    and one in a function under `if TYPE_CHECKING`, are never run. What counts is what grimp's
    `exclude_type_checking_imports` leaves out: the body of an `if` or `elif` whose test is a name or an attribute
    `TYPE_CHECKING`; not its `else`, no `not TYPE_CHECKING`, no alias. A class body is `top` where the class is.

    `guarded`: in the body of a `try` that catches ImportError or wider, or of `with suppress(ImportError)`. A function
    defined there is not guarded: it runs later.
    """
    return source.once(statements)


def statements(source: Source) -> tuple[Statement, ...]:
    """The same, for `Source.once`."""
    found = None if source.has_tree else statements_in(source.text, _in_part)
    return _in_tree(source) if found is None else tuple(found)


def _in_part(text: str) -> list[Statement]:
    return _walk(Source("", b"", text))


def _in_tree(source: Source) -> tuple[Statement, ...]:
    found = _walk(source)
    if "import_module" in source.text or "__import__" in source.text:
        found += dynamic_imports(source)
        found.sort()
    return tuple(found)


def _walk(source: Source) -> list[Statement]:
    found: list[Statement] = []
    # Where the word stands in the text, so that statements without it are passed over whole.
    lines = _lines_with_import(source.text)
    if not lines:
        return found
    # Bodies still to be walked with the style and traits of what is directly in them; no recursion, because an
    # `elif` chain nests one level a branch.
    stack: list[tuple[Iterable[ast.stmt], int]] = [(source.tree.body, TOP)]
    simple = _SIMPLE
    while stack:
        body, bits = stack.pop()
        for node in body:
            kind = type(node)
            if kind in simple:
                continue
            if kind is ast.ImportFrom:
                found.append(_from(source, node, bits))  # type: ignore[arg-type]
            elif kind is ast.Import:
                found.append(_plain(source, node, bits))  # type: ignore[arg-type]
            else:
                following = bisect_left(lines, node.lineno)
                if following < len(lines) and lines[following] <= (node.end_lineno or node.lineno):
                    _descend(node, bits, stack)
    found.sort(key=_position)
    return found


def _lines_with_import(text: str) -> list[int]:
    lines: list[int] = []
    line, last = 1, 0
    position = text.find("import")
    while position >= 0:
        line += text.count("\n", last, position)
        lines.append(line)
        last = position
        position = text.find("import", position + 6)
    return lines


_SIMPLE = frozenset(
    {
        ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Return, ast.Raise, ast.Assert, ast.Delete, ast.Pass,
        ast.Break, ast.Continue, ast.Global, ast.Nonlocal,
    }
)  # fmt: skip


def _position(statement: Statement) -> tuple[int, int]:
    return statement[:2]


def _descend(node: Any, bits: int, stack: list[tuple[Iterable[ast.stmt], int]]) -> None:
    """Puts the bodies of a compound statement on the stack."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        style = bits & STYLE_BITS
        stack.append((node.body, FUNCTION if style == TOP else style))
    elif isinstance(node, ast.If):
        stack.append((node.body, TYPE_CHECKING | (bits & ~STYLE_BITS) if is_type_checking(node.test) else bits))
        stack.append((node.orelse, bits))
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        stack.append((node.body, bits | GUARDED if _suppresses(node) else bits))
    elif isinstance(node, ast.Match):
        stack.extend((case.body, bits) for case in node.cases)
    elif hasattr(node, "handlers"):  # Try, and TryStar from Python 3.11 on
        stack.append((node.body, bits | GUARDED if any(map(_catches, node.handlers)) else bits))
        stack.extend((handler.body, bits) for handler in node.handlers)
        stack.append((node.orelse, bits))
        stack.append((node.finalbody, bits))
    else:  # a class, a loop
        stack.append((getattr(node, "body", ()), bits))
        stack.append((getattr(node, "orelse", ()), bits))


def is_type_checking(test: ast.expr) -> bool:
    """Whether a condition is `TYPE_CHECKING`, plain or as an attribute of anything."""
    if isinstance(test, ast.Name):
        return test.id == "TYPE_CHECKING"
    return isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"


def _catches(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or _names_import_error(handler.type)


def _names_import_error(node: ast.expr) -> bool:
    if isinstance(node, ast.Tuple):
        return any(map(_names_import_error, node.elts))
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    return name in _CATCHES_IMPORT_ERROR


def _suppresses(node: ast.With | ast.AsyncWith) -> bool:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call):
            function = call.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", None)
            if name == "suppress" and any(map(_names_import_error, call.args)):
                return True
    return False


def _plain(source: Source, node: ast.Import, bits: int) -> Statement:
    names, aliases = _names(node.names)
    return (node.lineno, source.column(node), node.end_lineno or node.lineno, bits, -1, "", names, aliases)


def _from(source: Source, node: ast.ImportFrom, bits: int) -> Statement:
    names, aliases = _names(node.names)
    if names == ("*",):
        bits |= STAR
    if node.level:
        bits |= RELATIVE
    end = node.end_lineno or node.lineno
    return (node.lineno, source.column(node), end, bits, node.level, node.module or "", names, aliases)


def _names(written: list[ast.alias]) -> tuple[tuple[str, ...], tuple[str | None, ...] | None]:
    names = tuple([alias.name for alias in written])
    for alias in written:
        if alias.asname is not None:
            return names, tuple([alias.asname for alias in written])
    return names, None
