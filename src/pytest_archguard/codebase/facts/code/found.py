"""What a matcher hands on before it is known whether it counts."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass

from pytest_archguard.codebase.source import Source


@dataclass(frozen=True, slots=True)
class Found:
    """A match: its place, the node whose surroundings count, and what identifies it (made when it is needed).

    itself: `node` is a definition that counts as one of its own surroundings. line: where it is not the node's.
    """

    pattern: int
    at: ast.AST
    node: ast.AST
    identity: Callable[[], str]
    names: tuple[str, ...] = ()
    lacks: str = ""
    itself: bool = False
    line: int = 0


def source_text(node: ast.AST, source: Source) -> str:
    """A node as it is written, on one line."""
    first, last = node.lineno - 1, node.end_lineno - 1  # type: ignore[attr-defined]
    lines = [line.encode("utf-8", "surrogatepass") for line in source.lines[first : last + 1]]
    lines[-1] = lines[-1][: node.end_col_offset]  # type: ignore[attr-defined]
    lines[0] = lines[0][node.col_offset :]  # type: ignore[attr-defined]
    return " ".join(b"\n".join(lines).decode("utf-8", "replace").split())
