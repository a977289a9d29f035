"""Which calls open a session, lend one, make a factory or an engine: as configured, and as derived from that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from fnmatch import translate
from functools import lru_cache

from pytest_archguard.codebase.facts.sessions.fates import (
    ASSIGN,
    ASYNC_WITH,
    ATTRIBUTE,
    DEFERRED,
    RETURN,
    WITH,
    YIELD,
    YIELD_FROM,
)
from pytest_archguard.codebase.facts.sessions.names import GENERATOR
from pytest_archguard.codebase.facts.sessions.records import Call, Use
from pytest_archguard.config.resources import Resource
from pytest_archguard.rules.sessions.readings import Readings
from pytest_archguard.rules.sessions.typed_factories import TypedFactories

_MOST_ROUNDS = 8
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
PROPERTIES = frozenset({"property", "cached_property"})


class Role(Enum):
    """What calling a name gives: a session, a context manager around one, a generator of one; or what the name is."""

    FACTORY = "factory"
    PROVIDER = "provider"
    DEPENDENCY = "dependency"
    MAKER = "maker"  # calling it gives a factory
    ENGINE = "engine"  # calling it gives an engine or a pool
    POOL = "pool"  # an engine or a pool


class Roles:
    """The role of each name, and of each call."""

    def __init__(self, readings: Readings, resource: Resource) -> None:
        self.readings = readings
        self.index = readings.index
        self.resource = resource
        self.driver = resource.driver
        self.names: dict[str, Role] = {}
        self.configured: set[str] = set()
        self.globs: list[tuple[re.Pattern[str], Role]] = []
        self._types = frozenset(self.driver.types)
        self._callable_objects = False
        self._opening: dict[str, list[tuple[Call, Role]]] = {}
        self._fixed: dict[tuple[str, str], Role | None] = {}
        self._at: dict[tuple[str, int, int], list[Call]] = {}
        self._configure()
        self.typed = TypedFactories(self.index, self.driver)
        for name, gives_context in self.typed.found(readings.read):
            self.names.setdefault(name, Role.PROVIDER if gives_context else Role.FACTORY)
        self._derive()

    def opening(self, module: str) -> list[tuple[Call, Role]]:
        """The calls of a module that have a role."""
        if module not in self._opening:
            found = ((call, self.of_call(module, call)) for call in self.readings.calls[module])
            self._opening[module] = [(call, role) for call, role in found if role is not None]
        return self._opening[module]

    def is_session_type(self, name: str) -> bool:
        """Whether a resolved class is a session class or inherits from one."""
        return any(ancestor in self._types for ancestor in self.index.ancestors(name))

    def of_call(self, module: str, call: Call) -> Role | None:
        """The role of what is called here."""
        if call.text.endswith("()"):
            return self._of_called_call(module, call)
        name = self.readings.resolve(module, call)
        role = self.of_name(name, call.text)
        if role is None and self._callable_objects and self.index.definition(name) is None:
            # `make()` where `make` is an object of a class whose `__call__` opens a session
            return self.names.get(self.index.resolve(module, call.scope, f"{call.text}.__call__"))
        return role

    def of_name(self, name: str, text: str) -> Role | None:
        """The role of a resolved name, or of the text as it is written."""
        role = self.names.get(name)
        if role is not None:
            return role
        head, _, last = name.rpartition(".")
        if head:
            owner = self.names.get(head)
            if owner is None and last == "begin" and text.endswith(".begin"):
                owner = self._fixed_role_of(head, text.removesuffix(".begin"))  # a factory by its name alone
            is_maker = owner is Role.FACTORY and last == "begin" and "begin" in self.driver.methods
            if is_maker and not self.is_session_type(head):
                return Role.PROVIDER  # sessionmaker.begin()
            if owner is Role.POOL or head in self.driver.pools:
                if last in self.driver.pooled:
                    return Role.FACTORY
                if last in self.driver.lent:
                    return Role.PROVIDER
        return self._fixed_role_of(name, text)

    def _fixed_role_of(self, name: str, text: str) -> Role | None:
        key = (name, text)
        if key not in self._fixed:
            self._fixed[key] = self._fixed_role(name, text)
        return self._fixed[key]

    def _fixed_role(self, name: str, text: str) -> Role | None:
        """What does not depend on what was derived so far."""
        for pattern, found in self.globs:
            if pattern.match(text) or pattern.match(name):
                return found
        if self.driver.constructed and self._is_own_session_class(name):
            return Role.FACTORY
        return None

    def is_configured(self, name: str) -> bool:
        """Whether the rules file lists this function: what it does inside is its own business."""
        return name in self.configured or any(pattern.match(name) for pattern, _ in self.globs)

    def _is_own_session_class(self, name: str) -> bool:
        return self.index.definition(name) is not None and self.is_session_type(name)

    def _of_called_call(self, module: str, call: Call) -> Role | None:
        """`contextmanager(get_db)()`, `sessionmaker(engine)()`, `get_factory()()`."""
        inner = next((c for c in self._at_start(module, call) if f"{c.text}()" == call.text), None)
        if inner is None:
            return None
        role = self.of_call(module, inner)
        if role is Role.MAKER and self.makes_ours(module, inner):
            return Role.FACTORY
        if inner.text.rpartition(".")[2] in _MANAGERS:
            given = self._of_argument(module, inner)
            return Role.PROVIDER if given in (Role.DEPENDENCY, Role.PROVIDER) else None
        return None

    def _at_start(self, module: str, call: Call) -> Iterable[Call]:
        if not self._at:
            for name, calls in self.readings.calls.items():
                for each in calls:
                    self._at.setdefault((name, each.line, each.column), []).append(each)
        return self._at.get((module, call.line, call.column), ())

    def outer(self, module: str, call: Call) -> Call | None:
        """The call of the attribute that is taken from this call's value: `.begin()` in `Session().begin()`."""
        if call.kind != ATTRIBUTE:
            return None
        wanted = f"{call.text}().{call.targets[0]}"
        return next((c for c in self._at_start(module, call) if c.text == wanted), None)

    def _of_argument(self, module: str, call: Call) -> Role | None:
        if not call.argument:
            return None
        return self.of_name(self.index.resolve(module, call.scope, call.argument), call.argument)

    def _configure(self) -> None:
        options, driver = self.resource.options, self.driver
        listed = (
            (options.factories, Role.FACTORY, True),
            (options.providers, Role.PROVIDER, True),
            (options.dependencies, Role.DEPENDENCY, True),
            (driver.factories, Role.FACTORY, False),
            (driver.providers, Role.PROVIDER, False),
            (driver.types if driver.constructed else (), Role.FACTORY, False),
            (driver.makers, Role.MAKER, False),
            (driver.engines, Role.ENGINE, False),
        )
        for names, role, own in listed:
            for name in names:
                if "*" in name:
                    self.globs.append((name_glob(name), role))
                    continue
                resolved = self.index.canonical(name)
                self.names.setdefault(resolved, role)
                if own:
                    self.configured.add(resolved)

    def _derive(self) -> None:
        """Until nothing new is found: names bound to factories, functions that return what a factory gives."""
        read = self.readings.read
        calls = [each for module in read for each in self._telling(module)]
        for _ in range(_MOST_ROUNDS):
            before = len(self.names)
            for module, call, name, head in calls:
                if name is None or name in self.names or head in self.names or self._callable_objects:
                    self._derive_from(module, call)
            for module in read:
                for use in self.readings.uses[module]:
                    if use.kind == RETURN:
                        self._derive_getter(module, use)
            if len(self.names) == before:
                return

    def _telling(self, module: str) -> Iterator[tuple[str, Call, str | None, str]]:
        """(module, call, resolved name, what that is an attribute of): a call tells something as soon as one of the
        two names has a role. Without a name: it must be looked at in any case."""
        for call in self.readings.calls[module]:
            head, _, last = call.text.rpartition(".")
            name = None
            if last not in _MANAGERS and last != "partial" and not last.endswith("()"):
                name = self.readings.resolve(module, call)
                head = name.rpartition(".")[0]
                if head in self.driver.pools or self._fixed_role_of(name, call.text) is not None:
                    name = None
            yield module, call, name, head

    def _derive_getter(self, module: str, use: Use) -> None:
        """A function that returns a factory; a property that does is one."""
        if self.of_name(self.index.resolve(module, use.scope, use.name), use.name) is Role.FACTORY:
            decorators = self.index.modules[module].scopes[use.scope].decorators
            is_property = any(each.rpartition(".")[2] in PROPERTIES for each in decorators)
            self._add_function(module, use.scope, Role.FACTORY if is_property else Role.MAKER)

    def _derive_from(self, module: str, call: Call) -> None:
        role = self.of_call(module, call)
        last = call.text.rpartition(".")[2]
        if role is None and last in _MANAGERS | {"partial"}:
            given = self._of_argument(module, call)
            if given is not None and call.kind == ASSIGN:
                self._bind(module, call, given if last == "partial" else Role.PROVIDER)
        elif role is Role.MAKER and self.makes_ours(module, call):
            if call.kind == ASSIGN:
                self._bind(module, call, Role.FACTORY)
            elif call.kind == RETURN and not call.flags & DEFERRED:
                self._add_function(module, call.scope, Role.MAKER)
        elif role is Role.ENGINE and call.kind in (ASSIGN, WITH, ASYNC_WITH):
            self._bind(module, call, Role.POOL)
        elif role in (Role.FACTORY, Role.PROVIDER, Role.DEPENDENCY):
            if call.kind == ASSIGN and call.flags & DEFERRED:  # `make = lambda: SessionLocal()`
                self._bind(module, call, role)
            self._derive_function(module, call, role)

    def makes_ours(self, module: str, call: Call) -> bool:
        """Whether a `sessionmaker` makes sessions of this resource: by `class_`, or by the factory it wraps."""
        if call.made_of:
            return self.is_session_type(self.index.resolve(module, call.scope, call.made_of))
        name = self.readings.resolve(module, call)
        if "scoped_session" in name and call.argument:
            given = self._of_argument(module, call)
            if call.argument.endswith("()"):
                given = self.of_name(self.index.resolve(module, call.scope, call.argument[:-2]), call.argument[:-2])
            return given in (Role.FACTORY, Role.MAKER)
        return not self.driver.asynchronous or "async" in name or name not in self.driver.makers

    def _bind(self, module: str, call: Call, role: Role) -> None:
        for target in call.targets:
            name = self.index.bound_name(module, call.scope, target)
            if name is not None:
                self.names.setdefault(name, role)

    def _derive_function(self, module: str, call: Call, role: Role) -> None:
        names = self.index.modules[module]
        scope = names.function_of(call.scope)
        if scope is None or call.flags & DEFERRED:
            return
        generator = names.scopes[scope].flags & GENERATOR
        if not generator:
            if call.kind == RETURN or (call.kind == ASSIGN and self._leaves(module, call, RETURN)):
                self._add_function(module, scope, role)
        elif call.kind in (YIELD, YIELD_FROM) or (
            call.kind in (ASSIGN, WITH, ASYNC_WITH) and self._leaves(module, call, YIELD)
        ):
            managed = any(d.rpartition(".")[2] in _MANAGERS for d in names.scopes[scope].decorators)
            self._add_function(module, scope, Role.PROVIDER if managed else Role.DEPENDENCY)

    def _leaves(self, module: str, call: Call, kind: int) -> bool:
        return any(
            use.kind == kind and use.name in call.targets and use.scope == call.scope
            for use in self.readings.uses[module]
        )

    def _add_function(self, module: str, scope: int, role: Role) -> None:
        function = self.index.modules[module].function_of(scope)
        if function is not None:
            name = self.index.qualified(module, function)
            self.names.setdefault(name, role)
            self._callable_objects |= name.endswith(".__call__")


@lru_cache(maxsize=512)
def name_glob(text: str) -> re.Pattern[str]:
    """A name glob as a pattern: `*` crosses dots, everything else stands for itself."""
    return re.compile(translate(text.replace("[", "[[]")))
