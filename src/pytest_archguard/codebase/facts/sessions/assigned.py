"""What is assigned to what."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_archguard.codebase.facts.sessions.scopes import Scopes


def assignments(scopes: Scopes) -> Iterator[tuple[int, ast.expr, ast.expr]]:
    """(scope, value, target) of every assignment; `a, b = c, d` is two."""
    for scope, node in (*scopes.statements[ast.Assign], *scopes.statements[ast.AnnAssign]):
        for target in node.targets if type(node) is ast.Assign else [node.target]:
            if type(node.value) is ast.Tuple and isinstance(target, (ast.Tuple, ast.List)):
                if len(target.elts) == len(node.value.elts):
                    for value, inner in zip(node.value.elts, target.elts, strict=True):
                        yield scope, value, inner
            elif node.value is not None:
                yield scope, node.value, target
