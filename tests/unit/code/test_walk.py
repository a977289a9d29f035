"""The walk that all extractors share visits what `ast` itself would."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from pytest_archguard.codebase.source import Walk

_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.type_ignore)

# Big and small, with match statements, type parameters where the interpreter knows them, nested f-strings.
_STANDARD_LIBRARY = ("ast.py", "dataclasses.py", "functools.py", "http/client.py", "typing.py", "asyncio/timeouts.py")


def _in_source_order(node: ast.AST) -> list[ast.AST]:
    children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, _SHARED)]
    return [node, *(inner for child in children for inner in _in_source_order(child))]


@pytest.mark.parametrize("name", _STANDARD_LIBRARY)
def test_the_walk_finds_every_node_in_source_order_with_its_parent(name: str) -> None:
    path = Path(ast.__file__).parent / name
    if not path.exists():  # asyncio.timeouts is as old as Python 3.11
        pytest.skip(f"Python {sys.version_info[0]}.{sys.version_info[1]} has no {name}")
    tree = ast.parse(path.read_bytes())
    walk = Walk(tree)
    expected: dict[type[ast.AST], list[ast.AST]] = {}
    for node in _in_source_order(tree):
        expected.setdefault(type(node), []).append(node)
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, _SHARED):
                assert walk.parent(child) is node
    assert walk.by_type == expected


def test_fields_that_hold_names_instead_of_nodes_are_no_trouble() -> None:
    code = "def f():\n    global a, b\n    match x:\n        case P(q=1) | [*s] | None: pass\n"
    kinds = {type(node) for node in _in_source_order(ast.parse(code))}
    assert set(Walk(ast.parse(code)).by_type) == kinds
