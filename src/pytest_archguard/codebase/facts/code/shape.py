"""What a piece of code is, without where it stands: the same for equal code on every Python version."""

from __future__ import annotations

import ast
import hashlib

from pytest_archguard.codebase.source import fstring_parts

# `kind` and `type_comment` are no code; contexts follow from the place.
_SILENT = frozenset({"ctx", "kind", "type_comment", "type_ignores", "simple"})
_BODIES = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


def shape(node: ast.AST, header_only: bool = False) -> str:
    """A text that is equal for two nodes exactly if their code is; fields that are empty are left out, since newer
    versions of Python add some. header_only: without the statements inside."""
    parts: list[str] = []
    stack: list[str | ast.AST] = [*reversed(_parts(node, header_only))]
    while stack:  # not by recursion: sums of a thousand terms are nested a thousand deep
        part = stack.pop()
        if isinstance(part, str):
            parts.append(part)
        else:
            stack.extend(reversed(_parts(part, False)))
    return "".join(parts)


def digest(text: str) -> str:
    """A short hash of such a text: 12 hexadecimal digits."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def _parts(node: ast.AST, header_only: bool) -> list[str | ast.AST]:
    parts: list[str | ast.AST] = [f"{type(node).__name__}("]
    for name in node._fields:
        value = getattr(node, name, None)
        if value is None and not isinstance(node, ast.Constant):
            continue
        if name in _SILENT or value == [] or (header_only and name in _BODIES and isinstance(value, list)):
            continue
        parts.append(f"{name}=")
        if isinstance(node, ast.JoinedStr):
            value = fstring_parts(node)
        for item in value if isinstance(value, list) else (value,):
            parts += [item if isinstance(item, ast.AST) else repr(item), ","]
    parts.append(")")
    return parts
