"""The one form of every acquisition: how a session is had, and who releases it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pytest_archguard.codebase.facts.sessions.fates import (
    ARGUMENT,
    ASSIGN,
    ATTRIBUTE,
    CALLED,
    CLOSING,
    DECORATOR,
    DEFERRED,
    ITERATE,
    RETURN,
    YIELD,
    YIELD_FROM,
)
from pytest_archguard.codebase.facts.sessions.names import GENERATOR
from pytest_archguard.codebase.facts.sessions.records import Call
from pytest_archguard.rules.sessions.releases import WITHS, Releases
from pytest_archguard.rules.sessions.roles import Role, Roles

# The scale: what must at least be allowed for each form.
SCALE = ("never", "inject", "provider", "with", "finally", "any")
LEVELS = {
    "dependency": 0,
    "alias": 1,
    "annotated": 1,
    "default": 1,
    "provider": 2,
    "with": 3,
    "finally": 4,
    "escape": 5,
    "leak": 5,
    "manual": 6,
}

_STEPS = ("next", "anext", "__next__", "__anext__", "send", "asend", "__enter__", "__aenter__")


@dataclass(frozen=True, slots=True)
class Acquisition:
    """One place where a session is had.

    note: what is particular about it, for people. shown: the code, where it is no call that is bound.
    """

    module: str
    scope: int
    form: str
    text: str
    targets: tuple[str, ...]
    line: int
    column: int
    role: Role
    note: str = ""
    call: Call | None = None
    shown: str = ""


class Forms:
    """Reads the form of each call that opens or lends a session."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.index = roles.index
        self.driver = roles.driver
        self.releases = Releases(roles)

    def acquisitions(self, module: str) -> Iterator[Acquisition]:
        """All of a module, in the order of the facts."""
        for call, role in self.roles.opening(module):
            if role not in (Role.FACTORY, Role.PROVIDER, Role.DEPENDENCY) or call.kind == CALLED:
                continue
            form, note = self._form(module, call, role)
            if form in ("with", "finally", "provider", "escape") and self._is_implementation(module, call):
                form = "dependency"
            yield Acquisition(
                module, call.scope, form, call.text, call.targets, call.line, call.column, role, note, call
            )

    def _is_implementation(self, module: str, call: Call) -> bool:
        """Whether this is in a function that the rules file lists as factory, provider or dependency."""
        names = self.index.modules[module]
        scope: int | None = call.scope
        while scope:
            if self.roles.is_configured(self.index.qualified(module, scope)):
                return True
            scope = names.scopes[scope].parent
        return False

    def _form(self, module: str, call: Call, role: Role) -> tuple[str, str]:
        if role is Role.FACTORY:
            return self._of_factory(module, call)
        if role is Role.PROVIDER:
            return self._of_provider(module, call)
        return self._of_dependency(module, call)

    def _of_factory(self, module: str, call: Call) -> tuple[str, str]:
        if call.kind in WITHS:
            return self._entered(module, call)
        if call.kind in (RETURN, YIELD, YIELD_FROM):
            return "escape", ""
        if call.kind == ASSIGN:
            return self._assigned(module, call)
        if call.kind == ATTRIBUTE:
            outer = self.roles.outer(module, call)
            if outer is not None and outer.kind in WITHS and call.targets == ("begin",):
                return ("with", "") if self.driver.releases else ("leak", "`with` ends the transaction only")
            if call.targets[0] in ("__enter__", "__aenter__"):
                return "leak", "entered by hand"
            return "leak", "used and dropped"
        if call.kind == ARGUMENT:
            return self._handed(module, call)
        return "leak", ""

    def _handed(self, module: str, call: Call) -> tuple[str, str]:
        """An argument: whoever gets it may close it, as `with session_scope(session=SessionLocal()):` does."""
        text = call.targets[0]
        name = self.index.resolve(module, call.scope, text)
        if self.roles.of_name(name, text) is Role.PROVIDER:
            return "with", ""
        form = self.releases.of_parameter(name)
        return (form, "") if form else ("leak", f"handed to {text}() without a name to close it by")

    def _entered(self, module: str, call: Call) -> tuple[str, str]:
        if not (self.driver.releases or call.flags & CLOSING):
            return "leak", "`with` ends the transaction and keeps the connection open"
        if not call.flags & CLOSING and self._cannot_be_entered(module, call):
            return "leak", "it is no context manager"
        if self.driver.keeps(call.text.rpartition(".")[2]):
            return "leak", "`with` ends the transaction and does not give the connection back to the pool"
        return self._returned_from_inside(module, call) or ("with", "")

    def _returned_from_inside(self, module: str, call: Call) -> tuple[str, str] | None:
        for target in call.targets:
            if any(use.kind == RETURN and use.scope == call.scope for use in self.releases.uses(module, target)):
                return "escape", "returned from inside its own `with`, so it is closed when the caller gets it"
        return None

    def _cannot_be_entered(self, module: str, call: Call) -> bool:
        return self.roles.readings.resolve(module, call) in ("asyncpg.connect", "asyncpg.connection.connect")

    def _assigned(self, module: str, call: Call) -> tuple[str, str]:
        if call.flags & DEFERRED:
            return "escape", "made by a lambda"
        found = [self.releases.of_target(module, call, target) for target in call.targets]
        # One good name is enough: `a = self.b = SessionLocal()`.
        return min(found, key=lambda each: LEVELS[each[0]] + (each[0] == "leak"), default=("leak", ""))

    def _of_provider(self, module: str, call: Call) -> tuple[str, str]:
        if call.kind in WITHS:
            return self._returned_from_inside(module, call) or ("provider", "")
        if call.kind in (RETURN, DECORATOR):
            return "provider", ""
        if call.kind == ARGUMENT and call.targets[0].rpartition(".")[2] in _STEPS:
            return "manual", f"{call.targets[0]}()"
        if call.kind == ATTRIBUTE and call.targets[0] in _STEPS:
            return "manual", f"{call.targets[0]}()"
        if call.kind == ITERATE:
            return "manual", "a loop over it"
        if call.kind == ASSIGN:
            return self._provider_variable(module, call)
        return "leak", "the context manager is never entered"

    def _provider_variable(self, module: str, call: Call) -> tuple[str, str]:
        for target in call.targets:
            for use in self.releases.uses(module, target):
                if use.kind in WITHS or (use.kind in (RETURN, YIELD) and use.scope == call.scope):
                    return "provider", ""
            for other in self.roles.readings.by_last(module, *_STEPS):
                head, _, last = other.text.rpartition(".")
                if head == target or (not head and other.argument == target):
                    return "manual", f"{last}()"
        return "leak", "the context manager is never entered"

    def _of_dependency(self, module: str, call: Call) -> tuple[str, str]:
        found = self.index.definition(self.roles.readings.resolve(module, call))
        if found is not None and not found[0].scopes[found[1]].flags & GENERATOR:
            if call.kind in (RETURN, YIELD, YIELD_FROM):
                return "dependency", ""
            return self._of_factory(module, call)
        if call.kind in (RETURN, YIELD_FROM):
            return "dependency", ""
        return self._of_provider(module, call)
