"""Which modules can reach a session although no word of a resource stands in them.

`from app.helpers import make` is enough if `make` is another name of a factory. A file without any word of a resource
is not looked at when files are read; here such modules are found by what they import.
"""

from __future__ import annotations

from pytest_archguard.codebase.facts.sessions.scopes import CLASS
from pytest_archguard.codebase.module_names import ModuleNames, Value
from pytest_archguard.rules.sessions.holders import Holders
from pytest_archguard.rules.sessions.roles import Role, Roles


class Reach:
    """Holds the imports of the unread modules against all names that have to do with sessions."""

    def __init__(self, roles: Roles, holders: Holders) -> None:
        self.roles = roles
        self.index = roles.index
        self.names = {*roles.names, *holders.members, *roles.driver.types}
        # Classes with a factory, a helper or a session among their members.
        heads = {name.rpartition(".")[0] for name in self.names}
        self.classes = {head for head in heads if self._is_class(head)}
        self._known: dict[str, bool] = {}
        self._exposing: dict[str, bool] = {}

    def unread(self) -> set[str]:
        """The unread modules that must be read."""
        return {name for name in self.roles.readings.unread if self._touches(self.index.modules[name])}

    def _is_class(self, name: str) -> bool:
        found = self.index.definition(name)
        return found is not None and found[0].scopes[found[1]].kind == CLASS

    def _touches(self, names: ModuleNames) -> bool:
        for scope, local in names.imported():
            if self._matters(self.index.resolve(names.name, scope, local)):
                return True
        return any(self._exposes(module) for module in self.index.star_modules(names))

    def _matters(self, name: str) -> bool:
        if name not in self._known:
            self._known[name] = False  # an answer for circles
            self._known[name] = self._look_at(name)
        return self._known[name]

    def _look_at(self, name: str) -> bool:
        if name in self.names or self.roles.of_name(name, name) not in (None, Role.POOL):
            return True
        if name in self.index.modules:
            return self._exposes(name)
        if self._is_class(name):
            return any(a in self.classes or a in self.roles.driver.types for a in self.index.ancestors(name))
        value = self.index.value_of(name)
        return value is not None and self._is_type(value)

    def _is_type(self, value: Value) -> bool:
        """Whether an alias stands for a session, or for an injected one."""
        for shape, module, scope, _ in self.index.parts(value):
            texts = [shape] if isinstance(shape, str) else [item for item in shape[1:] if isinstance(item, str)]
            for text in texts:
                name = self.index.resolve(module, scope, text)
                if name in self.names or self.roles.is_session_type(name):
                    return True
        return False

    def _exposes(self, module: str) -> bool:
        """Whether something in a module has to do with sessions under a name that is no word of a resource."""
        if module not in self._exposing:
            self._exposing[module] = False
            names = self.index.modules[module]
            words = set(self.roles.resource.vocabulary)
            self._exposing[module] = any(
                local not in words and self._matters(self.index.resolve(module, 0, local)) for local in names.bound[0]
            )
        return self._exposing[module]
