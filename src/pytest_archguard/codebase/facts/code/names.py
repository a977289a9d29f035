"""What the names in a file mean: the imports in scope, function level first, through aliases.

Names are written as `name_globs` says: absolute, or beginning with `=`, dots or `~`. What cannot be told is not
guessed: a local variable stays a local variable, whatever it may hold.
"""

from __future__ import annotations

import ast
from functools import cached_property

from pytest_archguard.codebase.facts.code.binders import FUNCTIONS, Binder, Binders
from pytest_archguard.codebase.source import Definition, Source

Scope = ast.AST

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_RECEIVERS = frozenset({"self", "cls"})


class Names:
    """Resolves names of one file; made once a file, with `source.once(Names)`."""

    def __init__(self, source: Source) -> None:
        self._walk = source.walk
        self._module = source.tree
        self._scopes: dict[str, dict[Scope, tuple[str, ...]]] = {}
        self._source = source

    def of(self, node: ast.AST) -> tuple[str, ...]:
        """The names that a name or an attribute may mean: several where an import is chosen by a condition.

        An attribute of something that has no name (`f().x`) is `~.x`; nothing for other nodes.
        """
        attributes: list[str] = []
        while isinstance(node, ast.Attribute):
            attributes.append(node.attr)
            node = node.value
        attributes.reverse()
        if isinstance(node, ast.Name):
            roots = self._root(node)
            return tuple(".".join([root, *attributes]) for root in roots) if attributes else roots
        return (".".join(["~", *attributes]),) if attributes else ()

    def _root(self, node: ast.Name) -> tuple[str, ...]:
        scopes = self._scopes_of(node.id)
        if not scopes:
            return (node.id,)
        if len(scopes) == 1 and self._module in scopes:
            return scopes[self._module]
        return self._lookup(node, scopes) or (node.id,)

    def _lookup(self, node: ast.AST, scopes: dict[Scope, tuple[str, ...]]) -> tuple[str, ...] | None:
        child, in_function = node, False
        for parent in self._walk.parents(node):
            if isinstance(parent, FUNCTIONS) and _in_body(parent, child):
                if parent in scopes:
                    return scopes[parent]
                in_function = True
            elif isinstance(parent, ast.ClassDef):
                # A class body's names are seen in the body itself, not in the functions inside it.
                if parent in scopes and not in_function and _in_body(parent, child):
                    return scopes[parent]
                in_function = True
            elif isinstance(parent, _COMPREHENSIONS) and parent in scopes:
                return scopes[parent]
            child = parent
        return scopes.get(self._module)

    @cached_property
    def _binders(self) -> Binders:
        return Binders(self._source)

    def _scopes_of(self, identifier: str) -> dict[Scope, tuple[str, ...]]:
        found = self._scopes.get(identifier)
        if found is None:
            # Present while it is worked out, so that `a = b; b = a` ends.
            self._scopes[identifier] = {}
            found = self._scopes[identifier] = self._bindings(identifier)
        return found

    def _bindings(self, identifier: str) -> dict[Scope, tuple[str, ...]]:
        by_scope: dict[Scope, list[tuple[Binder, str]]] = {}
        for binder, target in self._binders.of(identifier):
            by_scope.setdefault(self._owner(binder, identifier), []).append((binder, target))
        return {scope: self._meaning(identifier, scope, found) for scope, found in by_scope.items()}

    def _meaning(self, identifier: str, scope: Scope, binders: list[tuple[Binder, str]]) -> tuple[str, ...]:
        imported = tuple(dict.fromkeys(target for _, target in binders if target))
        if imported:
            return imported
        if len(binders) == 1:
            alias = self._assigned(binders[0][0])
            if alias:
                return alias
        if scope is self._module:
            return (f"={identifier}",)
        if isinstance(scope, ast.ClassDef):
            return (f"={self._walk.qualname(scope)}.{identifier}",)
        return (identifier,) if identifier in _RECEIVERS else (f"~{identifier}",)

    def _assigned(self, binder: Binder) -> tuple[str, ...]:
        """What `get = requests.get` makes of `get`, if it is something imported."""
        statement = self._walk.parent(binder)
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return ()
        if not isinstance(statement.value, (ast.Name, ast.Attribute)):
            return ()
        names = self.of(statement.value)
        return names if not any(name.startswith(("=", "~")) for name in names) else ()

    def _owner(self, binder: Binder, identifier: str) -> Scope:
        """The scope that a binder binds its name in."""
        walrus = isinstance(self._walk.parent(binder), ast.NamedExpr)
        for parent in self._walk.parents(binder):
            if isinstance(parent, FUNCTIONS):
                return self._module if (parent, identifier) in self._binders.globals else parent
            if isinstance(parent, (ast.ClassDef, ast.Module)):
                return parent
            if isinstance(parent, _COMPREHENSIONS) and not walrus:
                return parent
        return self._module


def _in_body(scope: ast.AST, child: ast.AST) -> bool:
    """Whether a child of a definition is in its body; decorators, defaults and bases belong to the scope around."""
    if isinstance(scope, ast.Lambda):
        return child is scope.body
    assert isinstance(scope, Definition)
    if child in scope.decorator_list:
        return False
    if isinstance(scope, ast.ClassDef):
        return child not in scope.bases and child not in scope.keywords
    return child is not scope.args and child is not scope.returns
