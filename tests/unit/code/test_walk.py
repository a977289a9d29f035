"""The walk that all extractors share finds what `ast` itself would, as the collector lists it or node by node."""

from __future__ import annotations

import ast
import random
import sys
from pathlib import Path

import pytest

from pytest_archguard.codebase import source as sources
from pytest_archguard.codebase.collector import collector_off
from pytest_archguard.codebase.source import Source, Walk, lists_trees

_SHARED = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.type_ignore)

# Big and small, with match statements, type parameters where the interpreter knows them, nested f-strings.
_STANDARD_LIBRARY = (
    "ast.py", "contextlib.py", "dataclasses.py", "functools.py", "http/client.py", "typing.py", "asyncio/timeouts.py",
    "test/test_patma.py", "test/test_type_params.py", "test/test_fstring.py", "test/test_grammar.py",
)  # fmt: skip


def _in_source_order(node: ast.AST) -> list[ast.AST]:
    children = [child for child in ast.iter_child_nodes(node) if not isinstance(child, _SHARED)]
    return [node, *(inner for child in children for inner in _in_source_order(child))]


def _text(name: str) -> str:
    path = Path(ast.__file__).parent / name
    if not path.exists():  # asyncio.timeouts is as old as Python 3.11, and not every Python comes with its tests
        pytest.skip(f"Python {sys.version_info[0]}.{sys.version_info[1]} has no {name}")
    return path.read_text(encoding="utf-8")


def _assert_finds_all(walk: Walk, tree: ast.Module, seed: int) -> None:
    nodes = _in_source_order(tree)
    expected: dict[type[ast.AST], list[ast.AST]] = {}
    for node in nodes:
        expected.setdefault(type(node), []).append(node)
    assert {kind: walk.every(kind) for kind in expected} == expected
    parents = {child: node for node in nodes for child in ast.iter_child_nodes(node)}
    # What is asked first decides what is looked at.
    for node in random.Random(seed).sample(nodes, len(nodes)):
        assert walk.parent(node) is (None if node is tree else parents[node])


@pytest.mark.parametrize("name", _STANDARD_LIBRARY)
def test_every_node_is_found_in_source_order_with_its_parent(name: str) -> None:
    tree = ast.parse(_text(name))
    _assert_finds_all(Walk(tree), tree, 1)


@pytest.mark.parametrize("name", _STANDARD_LIBRARY)
def test_the_collector_lists_what_a_walk_finds(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = _text(name)
    if not lists_trees():
        pytest.skip("this Python's collector lists trees otherwise")
    monkeypatch.setattr(sources, "walk", None)  # nobody walks
    with collector_off():
        source = Source("m.py", b"", text)
        assert [Source("other.py", b"", "x = 1").text, source.tree]
        _assert_finds_all(source.walk, source.tree, 2)


def test_a_tree_that_is_no_longer_listed_is_walked() -> None:
    with collector_off():
        first, second = Source("a.py", b"", "a = f(1)\n"), Source("b.py", b"", "b = g(2)\n")
        assert [first.tree, second.tree]
        for source in (first, second):
            _assert_finds_all(source.walk, source.tree, 3)


def test_a_tree_is_walked_while_the_collector_is_on() -> None:
    source = Source("a.py", b"", "a = f(1)\n")
    _assert_finds_all(source.walk, source.tree, 3)


def test_what_another_tree_holds_has_no_parent() -> None:
    source = Source("a.py", b"", "a = f(1)\n")
    other = ast.parse("a = f(1)\n")
    assert source.walk.parent(other.body[0]) is None
    assert list(source.walk.parents(other.body[0])) == []


def test_fields_that_hold_names_instead_of_nodes_are_no_trouble() -> None:
    code = "def f():\n    global a, b\n    match x:\n        case P(q=1) | [*s] | None: pass\n"
    tree = ast.parse(code)
    _assert_finds_all(Walk(tree), tree, 4)


_FAR = "".join(f"far_{number} = call(a, b, [c, d])\n" for number in range(50))


@pytest.mark.parametrize(
    "near",
    [
        "near()",
        "x = 1; near()",
        "if a:\n    pass\nelif near():\n    pass",
        "@near()\ndef f(): pass",
        "class C:\n    @other\n    @near()\n    async def f(self): pass",
        "try:\n    pass\nexcept near() as e:\n    pass",
        "try:\n    pass\nfinally:\n    near()",
        "match a:\n    case [x] if near():\n        pass\n    case _:\n        pass",
        "with a as b, near() as c: pass",
    ],
)
def test_only_the_statement_around_a_node_is_looked_at(near: str) -> None:
    tree = ast.parse(f"{_FAR}{near}\n{_FAR}")
    walk = Walk(tree)
    (call,) = (node for node in walk.every(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "near")
    assert list(walk.parents(call))[-1] is tree
    assert len(walk.parent_of) < 30  # of eight hundred
