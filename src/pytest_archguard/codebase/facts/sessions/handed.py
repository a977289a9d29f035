"""What reaches the things that a call starts: threads, tasks, jobs."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

_COROUTINES = frozenset({"gather", "create_task", "ensure_future", "run_coroutine_threadsafe"})


def handed(call: ast.Call, spawner: str, words: frozenset[str]) -> Iterator[ast.expr]:
    """The expressions that reach what a spawner starts: its arguments, and those of the coroutines it is given."""
    return given((*call.args, *(keyword.value for keyword in call.keywords)), spawner, words)


def given(values: Iterable[ast.expr], spawner: str, words: frozenset[str]) -> Iterator[ast.expr]:
    """The same for what a spawner is given in a list."""
    for value in values:
        for item in _elements(value):
            if isinstance(item, ast.Lambda):
                yield from _taken_by_lambda(item)
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


def _taken_by_lambda(function: ast.Lambda) -> Iterator[ast.expr]:
    """`db` in `lambda: db.execute(query)`, `self.db` in `lambda: load(self.db)`."""
    yield from taken(function)
    for node in ast.walk(function.body):
        if isinstance(node, ast.Attribute) and type(node.value) is ast.Name and node.value.id in ("self", "cls"):
            yield node


def taken(function: ast.AST) -> Iterator[ast.Name]:
    """What a function takes from around it: the first mention of each name that is not its own."""
    names = [node for node in ast.walk(function) if isinstance(node, ast.Name)]
    own = {node.id for node in names if not isinstance(node.ctx, ast.Load)}
    own.update(node.arg for node in ast.walk(function) if isinstance(node, ast.arg))
    for node in sorted(names, key=lambda each: (each.lineno, each.col_offset)):
        if node.id not in own:
            own.add(node.id)
            yield node
