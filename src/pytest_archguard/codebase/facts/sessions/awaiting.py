"""Whether the coroutine that a call gives is used as if it were its result."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_archguard.codebase.source import Walk

_LOOPS = (ast.For, ast.comprehension)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_forgotten(call: ast.Call, walk: Walk) -> bool:
    """Whether a call that should be awaited is dropped, looped over, or asked for an attribute.

    `rows = db.execute(query)` counts if `rows` is asked for an attribute or looped over, and awaited nowhere in the
    function.
    """
    parent = walk.parent_of[call]
    if isinstance(parent, (ast.Expr, ast.Attribute)):
        return True
    if isinstance(parent, _LOOPS):
        return parent.iter is call
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        function = next((each for each in walk.parents(parent) if isinstance(each, _FUNCTIONS)), None)
        return isinstance(function, ast.AsyncFunctionDef) and _is_taken_as_result(function, parent.targets[0].id, walk)
    return False


def _is_taken_as_result(function: ast.AsyncFunctionDef, name: str, walk: Walk) -> bool:
    taken = False
    for node in _loads(function, name):
        parent = walk.parent_of[node]
        if not isinstance(parent, ast.Attribute) and not (isinstance(parent, _LOOPS) and parent.iter is node):
            return False  # awaited, handed on, kept: somebody may await it
        taken = True
    return taken


def _loads(function: ast.AsyncFunctionDef, name: str) -> Iterator[ast.Name]:
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
            yield node
