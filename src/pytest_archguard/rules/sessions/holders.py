"""Which names hold a session: variables, parameters, attributes, globals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_archguard.codebase.facts.sessions.fates import ASSIGN, ASYNC_WITH, DEFERRED, RETURN, WITH
from pytest_archguard.codebase.facts.sessions.records import CLOSED, STORED, Call, Use
from pytest_archguard.codebase.facts.sessions.scopes import CLASS
from pytest_archguard.rules.sessions.injected import Given
from pytest_archguard.rules.sessions.roles import PROPERTIES, Role, Roles, name_glob


@dataclass(frozen=True, slots=True)
class Holder:
    """A name that holds a session from `line` on. asynchronous: None where that is not known. registry: whether it is
    a factory that may be a scoped session: it has the methods of one, and can be kept and handed on."""

    scope: int
    name: str
    line: int
    asynchronous: bool | None
    given: Given | None = None
    registry: bool = False


class Holders:
    """Answers whether an expression is a session."""

    def __init__(self, roles: Roles, given: dict[str, list[Given]]) -> None:
        self.roles = roles
        self.index = roles.index
        self.untyped = [name_glob(name) for name in roles.resource.options.names]
        self._local: dict[tuple[str, int, str], list[Holder]] = {}
        self.members: dict[str, Holder] = {}
        read = roles.readings.read
        for module in read:
            self._add_given(module, given[module])
            self._add_annotated(module)
        for _ in range(3):  # `a = SessionLocal(); b = a; self.c = b`
            for module in read:
                self._read(module)

    def _add_given(self, module: str, given: Iterable[Given]) -> None:
        names = self.index.modules[module]
        for each in given:
            holder = Holder(each.scope, each.name, each.line, self.asynchronous(each.typed), each)
            if names.scopes[each.scope].kind == CLASS:
                self.members.setdefault(f"{self.index.qualified(module, each.scope)}.{each.name}", holder)
            else:
                self._local.setdefault((module, each.scope, each.name), []).append(holder)

    def _add_annotated(self, module: str) -> None:
        """Variables that are sessions by their annotation: `db: Session = inspect(row).session`."""
        names = self.index.modules[module]
        for (place, name), values in names.values.items():
            annotation = next((value for value in values if value.is_annotation), None)
            if annotation is None or names.scopes[place].kind == CLASS:
                continue
            typed = next((each for each in self.index.types(annotation) if self.roles.is_session_type(each)), None)
            if typed is not None:
                self._bind(module, place, (name,), names.places[place, name][0], self.asynchronous(typed))

    def asynchronous(self, name: str) -> bool | None:
        """Whether a session of this type or from this factory is used with `await`."""
        if self.roles.driver.asynchronous is not None:
            return self.roles.driver.asynchronous
        driver = self.roles.resource.options.preset
        return "Async" in name if driver == "psycopg" and name else None

    def _read(self, module: str) -> None:
        readings = self.roles.readings
        for call, role in self.roles.opening(module):
            if call.flags & DEFERRED:
                continue  # what a lambda gives is had where it is called
            holds = role is Role.FACTORY and call.kind in (ASSIGN, WITH, ASYNC_WITH)
            if holds or (role in (Role.PROVIDER, Role.DEPENDENCY) and call.kind in (WITH, ASYNC_WITH)):
                self._bind(module, call.scope, call.targets, call.line, self._of_call(module, call))
        for call in readings.by_last(module, "next", "anext"):
            if call.kind == ASSIGN and self._is_generator(module, call):
                self._bind(module, call.scope, call.targets, call.line, self.asynchronous(""))
        for use in readings.uses[module]:
            if use.kind == RETURN:
                self._read_property(module, use)
            elif use.target and use.kind in (STORED, WITH, ASYNC_WITH, CLOSED):
                held = self.find(module, use.scope, use.name, use.line)
                if held is not None and not held.registry:
                    self._bind(module, use.scope, (use.target,), use.line, held.asynchronous)
                elif use.kind in (WITH, ASYNC_WITH) and self._holds_provider(module, use):
                    self._bind(module, use.scope, (use.target,), use.line, self.asynchronous(""))

    def _read_property(self, module: str, use: Use) -> None:
        """A property that returns a session is one."""
        names = self.index.modules[module]
        if any(each.rpartition(".")[2] in PROPERTIES for each in names.scopes[use.scope].decorators):
            held = self.find(module, use.scope, use.name, use.line)
            if held is not None:
                self.members.setdefault(self.index.qualified(module, use.scope), held)

    def _of_call(self, module: str, call: Call) -> bool | None:
        return self.asynchronous(self.roles.readings.resolve(module, call))

    def _is_generator(self, module: str, call: Call) -> bool:
        if not call.argument.endswith("()"):
            return False
        text = call.argument[:-2]
        role = self.roles.of_name(self.index.resolve(module, call.scope, text), text)
        return role in (Role.PROVIDER, Role.DEPENDENCY)

    def _holds_provider(self, module: str, use: Use) -> bool:
        return any(
            call.scope == use.scope and call.kind == ASSIGN and use.name in call.targets and role is Role.PROVIDER
            for call, role in self.roles.opening(module)
        )

    def _bind(self, module: str, scope: int, targets: Iterable[str], line: int, asynchronous: bool | None) -> None:
        names = self.index.modules[module]
        for target in targets:
            owner = names.owner(scope, target)
            if owner is None:
                continue
            place, name = owner
            holder = Holder(place, name, line, asynchronous)
            if place == 0 or names.scopes[place].kind == CLASS:
                member = self.index.bound_name(module, scope, target)
                if member is not None:
                    self.members.setdefault(member, holder)
                    # `self.db = db or SessionLocal()` is another name of the parameter, too.
                    self.members.setdefault(self.index.resolve(module, scope, target), holder)
            else:
                known = self._local.setdefault((module, place, name), [])
                if all(each.line != line for each in known):
                    known.append(holder)
                    known.sort(key=lambda each: each.line)

    def find(self, module: str, scope: int, text: str, line: int = 0) -> Holder | None:
        """What an expression in a scope holds, if it is a session; `line`: as bound last before it."""
        if not text or "?" in text:
            return None
        if text.endswith("()"):
            return self._of_value(module, scope, text[:-2], line)
        if "." not in text:
            local = self._variable(module, scope, text, line)
            if local is not None:
                return local
        elif any(pattern.match(text) for pattern in self.untyped):
            return Holder(0, text, 0, self.asynchronous(""))
        resolved = self.index.resolve(module, scope, text)
        found_member = self.members.get(resolved) or self._parameter(resolved)
        if found_member is None and self.roles.names.get(resolved) is Role.FACTORY and self._is_registry(resolved):
            return Holder(0, text, 0, self.asynchronous(resolved), registry=True)
        return found_member

    def _variable(self, module: str, scope: int, name: str, line: int) -> Holder | None:
        names = self.index.modules[module]
        for place in names.chain(scope):
            found = self._local.get((module, place, name))
            if found:
                before = [each for each in found if each.line <= line] if place == scope else []
                return before[-1] if before else found[0]
            if place and name in names.bound[place]:
                return None
        return None

    def _parameter(self, name: str) -> Holder | None:
        """What `self.db` holds after `self.db = db`: the name resolves to the parameter."""
        head, bracket, rest = name.partition(".<")
        number, _, local = rest.partition(">.")
        found = self._local.get((head, int(number), local)) if bracket else None
        return found[0] if found else None

    def _is_registry(self, name: str) -> bool:
        """A scoped session is factory and session in one; a plain factory has no method of a session but `begin`."""
        return not self.roles.is_session_type(name) and "begin" in self.roles.driver.methods

    def _of_value(self, module: str, scope: int, text: str, line: int) -> Holder | None:
        role = self.roles.of_name(self.index.resolve(module, scope, text), text)
        if role is not Role.FACTORY:
            return None
        return Holder(scope, text, line, self.asynchronous(self.index.resolve(module, scope, text)))
