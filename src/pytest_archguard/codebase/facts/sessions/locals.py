"""What the local names stand for that are handed to what a call starts: `gather(*tasks)`, `Thread(target=work)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pytest_archguard.codebase.facts.named_calls import named_calls
from pytest_archguard.codebase.facts.sessions.assigned import assignments
from pytest_archguard.codebase.facts.sessions.handed import taken
from pytest_archguard.codebase.facts.sessions.scopes import scopes_of
from pytest_archguard.codebase.source import Source

_COLLECTIONS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Locals:
    """Lists that functions fill, and functions inside functions; ask for them with `source.once(Locals)`."""

    def __init__(self, source: Source) -> None:
        scopes = source.once(scopes_of)
        self._lists: dict[tuple[int, str], list[ast.expr]] = {}
        self._functions: dict[tuple[int, str], ast.AST] = {}
        for scope, value, target in assignments(scopes):
            if isinstance(value, _COLLECTIONS) and isinstance(target, ast.Name):
                self._lists.setdefault((scope, target.id), []).append(value)
        for call in source.once(named_calls).get("append", ()):
            function = call.func
            if isinstance(function, ast.Attribute) and type(function.value) is ast.Name:
                key = (scopes.of(call).scope, function.value.id)
                self._lists.setdefault(key, []).extend(call.args)
        for node, parent in zip(scopes.nodes, scopes.parents, strict=True):
            if isinstance(node, _FUNCTIONS) and isinstance(scopes.nodes[parent], _FUNCTIONS):
                self._functions[parent, node.name] = node

    def items(self, scope: int, name: str) -> list[ast.expr]:
        """What a list of this name is filled with."""
        return self._lists.get((scope, name), [])

    def taken(self, scope: int, name: str) -> Iterator[ast.Name]:
        """What a function inside this one takes from it."""
        function = self._functions.get((scope, name))
        return iter(()) if function is None else taken(function)
