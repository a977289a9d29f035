"""What reaches the things that a call starts: threads, tasks, jobs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pytest_archguard.codebase.facts.sessions.parents import parameters_of

_COROUTINES = frozenset({"gather", "create_task", "ensure_future", "run_coroutine_threadsafe"})


def handed(call: ast.Call, spawner: str, words: frozenset[str]) -> Iterator[ast.expr]:
    """The expressions that reach what a spawner starts: its arguments, and those of the coroutines it is given."""
    return given((*call.args, *(keyword.value for keyword in call.keywords)), spawner, words)


def given(values: Iterable[ast.expr], spawner: str, words: frozenset[str]) -> Iterator[ast.expr]:
    """The same for what a spawner is given in a list."""
    for value in values:
        for item in _elements(value):
            if isinstance(item, ast.Lambda):
                yield from _taken(item)
            elif isinstance(item, ast.Call):
                yield from (each for argument in item.args for each in _elements(argument))
                yield from (keyword.value for keyword in item.keywords)
                if isinstance(item.func, ast.Attribute) and spawner in _COROUTINES:
                    yield item.func.value
                elif isinstance(item.func, ast.Name):
                    yield item.func  # a function that may take a session from around it
            elif isinstance(item, ast.Attribute) and type(item.value) is ast.Name:
                yield item.value if item.attr in words else item
            else:
                yield item


def _elements(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Starred):
        yield from _elements(node.value)
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        for item in node.elts:
            yield from _elements(item)
    elif isinstance(node, ast.Dict):
        for item in node.values:
            yield from _elements(item)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        yield from _elements(node.elt)
    else:
        yield node


def _taken(function: ast.Lambda) -> Iterator[ast.expr]:
    """What a lambda takes from around it: `db` in `lambda: db.execute(query)`, `self.db` in `lambda: load(self.db)`."""
    own = parameters_of(function.args)
    stack: list[ast.AST] = [function.body]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            yield node
        elif isinstance(node, ast.Name):
            if node.id not in own:
                yield node
        else:
            stack.extend(ast.iter_child_nodes(node))
