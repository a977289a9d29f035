"""Who releases a session that a name holds."""

from __future__ import annotations

from collections.abc import Iterator

from pytest_archguard.codebase.facts.sessions.fates import ASYNC_WITH, RETURN, WITH, YIELD
from pytest_archguard.codebase.facts.sessions.names import params_of
from pytest_archguard.codebase.facts.sessions.records import CLOSED, HANDLER, REFERRED, STORED, Call, Use
from pytest_archguard.rules.sessions.roles import Roles

WITHS = (WITH, ASYNC_WITH)


class Releases:
    """Reads what becomes of the sessions that calls are assigned to names."""

    def __init__(self, roles: Roles) -> None:
        self.roles = roles
        self.index = roles.index
        self.driver = roles.driver
        self._closings: dict[str, list[Call]] = {}
        self._uses: dict[str, dict[str, list[Use]]] = {}
        words = sorted({*self.driver.closers, *self.driver.returners})
        for module in roles.readings.read:
            self._closings[module] = list(roles.readings.by_last(module, *words))
            by_name: dict[str, list[Use]] = {}
            for use in roles.readings.uses[module]:
                by_name.setdefault(use.name, []).append(use)
            self._uses[module] = by_name

    def uses(self, module: str, name: str) -> list[Use]:
        """What is done with a name, in all scopes of a module."""
        return self._uses[module].get(name, [])

    def of_target(self, module: str, call: Call, target: str) -> tuple[str, str]:
        """The form of a call whose session is assigned to this target, and what is particular about it."""
        names = self.index.modules[module]
        owner = names.owner(call.scope, target)
        if "." in target or owner is None or owner[0] == 0:
            return self._kept(module, call, target)
        place = owner[0]
        closings = list(self._closings_of(module, place, target, call.line))
        if any(closing.closing or closing.flags & HANDLER for closing in closings):
            return "finally", ""
        later = [use for use in self.uses(module, target) if self._sees(module, use.scope, place)]
        given = self._given_to_closer(later, call)
        if given or self._begins_in_with(module, place, target, call.line):
            return given or "with", ""
        leaves = self._leaving(module, call, [use for use in later if use.line >= call.line], place)
        if leaves and not (leaves == YIELD and closings):
            return "escape", ""
        return "leak", "closed only where nothing goes wrong" if closings else "nothing closes it"

    def of_parameter(self, name: str) -> str:
        """The form of a session that is handed to this function: `finally` or `with` if it closes a parameter so."""
        found = self.index.definition(name)
        if found is None:
            return ""
        module, scope = found[0].name, found[1]
        for param in params_of(found[0].scopes[scope]):
            closings = self._closings_of(module, scope, param.name, 0)
            if any(closing.closing or closing.flags & HANDLER for closing in closings):
                return "finally"
            given = any(use.kind in (CLOSED, *WITHS) and use.scope == scope for use in self.uses(module, param.name))
            if given and self.driver.releases:
                return "with"
        return ""

    def _given_to_closer(self, uses: list[Use], call: Call) -> str:
        """The form where something else closes: `stack.callback(db.close)`, `closing(db)`, `with db`."""
        releases = self.driver.releases and not self.driver.keeps(call.text.rpartition(".")[2])
        for use in uses:
            if use.kind == REFERRED and use.target in self.driver.closers:
                return "finally"
            if use.kind == CLOSED or (use.kind in WITHS and use.line >= call.line and releases):
                return "with"
        return ""

    def _begins_in_with(self, module: str, place: int, target: str, line: int) -> bool:
        """`with db.begin():` gives the connection back, too."""
        return "begin" in self.driver.methods and any(
            other.kind in WITHS and other.line >= line and self._sees(module, other.scope, place)
            for other in self.roles.readings.by_last(module, "begin")
            if other.text == f"{target}.begin"
        )

    def _leaving(self, module: str, call: Call, uses: list[Use], place: int) -> int:
        """How a session leaves its function: RETURN, YIELD, STORED with an owner that closes it; 0 if it does not."""
        leaves = 0
        for use in uses:
            if use.kind in (RETURN, YIELD) and use.scope == place:
                leaves = use.kind
            elif use.kind == STORED and "." in use.target and not leaves:
                leaves = STORED if self._kept(module, call, use.target)[0] == "escape" else 0
        return leaves

    def _kept(self, module: str, call: Call, target: str) -> tuple[str, str]:
        """A session on an object or in a global: it outlives the function; whether its owner closes it is the point."""
        wanted = self.index.bound_name(module, call.scope, target)
        for other in self._closings[module]:
            receiver = self._receiver(other)
            closed = self.index.bound_name(module, other.scope, receiver) if receiver else None
            if receiver and (receiver == target if wanted is None else closed == wanted):
                return "escape", "closed by its owner"
        return "leak", "kept beyond the function and never closed"

    def _closings_of(self, module: str, place: int, target: str, line: int) -> Iterator[Call]:
        for other in self._closings[module]:
            is_later = other.line >= line and self._receiver(other) == target
            if is_later and self._sees(module, other.scope, place):
                yield other

    def _receiver(self, call: Call) -> str:
        """The session that a call closes: `db` in `db.close()` and in `pool.release(db)`."""
        head, _, last = call.text.rpartition(".")
        if last in self.driver.returners:
            return call.argument
        return head if last in self.driver.closers else ""

    def _sees(self, module: str, inner: int, outer: int) -> bool:
        return outer in self.index.modules[module].chain(inner)
