"""Which modules can reach a session although no word of a resource stands in them.

`from app.helpers import make` is enough if `make` is another name of a factory. A file without any word of a resource
is not looked at when files are read; here such modules are found by what they import.
"""

from __future__ import annotations

from collections.abc import Iterator

from pytest_archguard.codebase.dotted import prefixes
from pytest_archguard.codebase.facts.sessions.names import INSTANCE
from pytest_archguard.codebase.facts.sessions.scopes import CLASS
from pytest_archguard.codebase.module_names import ModuleNames, Value
from pytest_archguard.rules.sessions.holders import Holders
from pytest_archguard.rules.sessions.importers import Importers
from pytest_archguard.rules.sessions.roles import Role, Roles


class Reach:
    """Follows the names that have to do with sessions to whoever imports them.

    What an unread module has of sessions it has by an import. So the search starts at the modules that were read, and
    goes on to those whose import statements hold the name under which something is to be had there. All others are
    never looked at, which are most of a project.
    """

    def __init__(self, roles: Roles, holders: Holders) -> None:
        self.roles = roles
        self.index = roles.index
        self.names = {*roles.names, *holders.members, *roles.driver.types, *roles.driver.transactions}
        # Classes with a factory, a helper or a session among their members.
        heads = {name.rpartition(".")[0] for name in self.names}
        self.classes = self._closed({head for head in heads if self._is_class(head)})
        self._vocabulary = frozenset(roles.resource.vocabulary)
        self._known: dict[str, bool] = {}
        # Modules that have something to do with sessions under a name that is no word of a resource.
        self._exposing: set[str] = set()
        # The packages of those: `import app.helpers` binds `app`, and `app.helpers.make()` is to be had by that.
        self._above: set[str] = set()
        self._waiting: dict[str, list[tuple[str, str]]] = {}
        self._words: list[str] = []

    def unread(self) -> set[str]:
        """The unread modules that must be read."""
        readings = self.roles.readings
        importers = Importers(self.index.modules, sorted(readings.unread))
        self._words = sorted({name.rpartition(".")[2] for name in self.names})
        for name in readings.read:
            self._look_for_names(name)
        candidates: set[str] = set()
        tried: set[str] = set()
        while self._words:
            word = self._words.pop()
            if word in tried:
                continue
            tried.add(word)
            near = {*importers.of_word(word), *importers.of_everything_in(word)} - candidates
            candidates |= near
            for name in sorted(near):
                self._look_for_names(name)
        return {name for name in candidates if self._touches(self.index.modules[name])}

    def _closed(self, classes: set[str]) -> set[str]:
        """The classes, and those that have one of the names as an attribute (`make = SessionLocal`), or an object of
        such a class (`self.store = store`)."""
        found, others = set(classes), list(self._attributes())
        while True:
            reached = {
                owner
                for owner, kind in others
                if owner not in found and (not kind or not found.isdisjoint(self.index.ancestors(kind)))
            }
            if not reached:
                return found
            found |= reached

    def _attributes(self) -> Iterator[tuple[str, str]]:
        """(class, class of an attribute) for the classes of the modules that were read; the second is empty where the
        attribute is another name of one of the names."""
        for module in self.roles.readings.read:
            names = self.index.modules[module]
            for (place, attribute), values in names.values.items():
                if names.scopes[place].kind != CLASS or all(value.shape is None for value in values):
                    continue
                name = self.index.resolve(module, place, attribute)
                kind = "" if name in self.names else self.index.class_of(name)
                if kind is not None:
                    yield self.index.qualified(module, place), kind

    def _is_class(self, name: str) -> bool:
        found = self.index.definition(name)
        return found is not None and found[0].scopes[found[1]].kind == CLASS

    def _look_for_names(self, module: str) -> None:
        """Notes under which names a module has something to do with sessions."""
        for local in self.index.modules[module].bound[0]:
            if local in self._vocabulary:
                continue  # whoever imports it was read
            name = self.index.resolve(module, 0, local)
            if self._matters(name):
                self._expose(module, local)
            elif name in self.index.modules:
                self._waiting.setdefault(name, []).append((module, local))

    def _expose(self, module: str, local: str) -> None:
        """Notes one name, and those of the modules that import this module as a whole."""
        found = [(module, local)]
        while found:
            module, local = found.pop()
            self._words.append(local)
            if module not in self._exposing:
                self._exposing.add(module)
                self._above.update(prefixes(module))
                self._words.append(module)
                self._words.extend(module.split("."))
                found.extend(self._waiting.pop(module, ()))

    def _touches(self, names: ModuleNames) -> bool:
        for scope, local in names.imported():
            name = self.index.resolve(names.name, scope, local)
            if self._matters(name) or (name in self._above and self._is_gone_through(names.name, local, name)):
                return True
        if not self._exposing.isdisjoint(self.index.star_modules(names)):
            return True
        # A type that is reached through a package, `app.db.Maker`, is no name that is imported.
        annotations = (value for values in names.values.values() for value in values if value.is_annotation)
        return any(self._is_type(value) for value in annotations)

    def _is_gone_through(self, module: str, local: str, package: str) -> bool:
        """Whether a module writes the way from a package that it imports to a module below: `app.helpers.make`."""
        written = self.roles.readings.written_after(module, local)
        below = {name for way in written for name in prefixes(f"{package}{way}") if len(name) > len(package)}
        return not self._exposing.isdisjoint(below)

    def _matters(self, name: str) -> bool:
        if name in self._exposing:
            return True
        if name not in self._known:
            self._known[name] = self._look_at(name)
        return self._known[name]

    def _look_at(self, name: str) -> bool:
        if name in self.names or self.roles.of_name(name, name) not in (None, Role.POOL):
            return True
        if name in self.index.modules:
            return False
        if self._is_class(name):
            return any(a in self.classes or a in self.roles.driver.types for a in self.index.ancestors(name))
        value = self.index.value_of(name)
        return value is not None and self._is_type(value)

    def _is_type(self, value: Value) -> bool:
        """Whether a type stands for a session, for an injected one, or for what gives one; or an object is of such."""
        if isinstance(value.shape, tuple) and value.shape[0] == INSTANCE:
            return self._matters(self.index.resolve(value.module, value.scope, value.shape[1]))
        for shape, module, scope, _ in self.index.parts(value):
            texts = [shape] if isinstance(shape, str) else [item for item in shape[1:] if isinstance(item, str)]
            for text in texts:
                name = self.index.resolve(module, scope, text)
                if name in self.names or self.roles.is_session_type(name):
                    return True
        return self.roles.typed.gives(value) is not None
