"""What is assigned to what."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_archguard.codebase.facts.sessions.scopes import Scopes


def assignments(scopes: Scopes) -> Iterator[tuple[ast.expr, ast.expr]]:
    """(value, target) of every assignment; `a, b = c, d` is two."""
    for _, node in (*scopes.statements[ast.Assign], *scopes.statements[ast.AnnAssign]):
        for target in node.targets if type(node) is ast.Assign else [node.target]:
            if type(node.value) is ast.Tuple and isinstance(target, (ast.Tuple, ast.List)):
                if len(target.elts) == len(node.value.elts):
                    yield from zip(node.value.elts, target.elts, strict=True)
            elif node.value is not None:
                yield node.value, target
