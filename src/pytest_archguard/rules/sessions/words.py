"""What a zone can forbid by name, beyond the forms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pytest_archguard.codebase.facts.sessions.fates import (
    ASSIGN,
    ASYNC_WITH,
    AWAITED,
    CLOSING,
    DEFERRED,
    WITH,
)
from pytest_archguard.codebase.facts.sessions.names import ASYNC, GENERATOR
from pytest_archguard.codebase.facts.sessions.records import DECORATING, FORGOTTEN, SHARED, STORED, Call, Use
from pytest_archguard.codebase.facts.sessions.scopes import CLASS
from pytest_archguard.rules.sessions.forms import Acquisition
from pytest_archguard.rules.sessions.holders import Holders
from pytest_archguard.rules.sessions.injected import Given, place_of
from pytest_archguard.rules.sessions.roles import Role, Roles

# What is mixed up.
NOT_AWAITED = "an asynchronous session used without `await`"
PLAIN_WITH = "an asynchronous session in a plain `with`"
PLAIN_DEF = "an asynchronous session in a plain `def`"
IN_ASYNC = "a synchronous session in `async def`"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a word forbids. text: the code it is about, for the label and the identity."""

    word: str
    module: str
    scope: int
    text: str
    line: int
    column: int
    note: str = ""
    name: str = ""


class Words:
    """Finds what each word of `forbid` is about, module by module."""

    def __init__(
        self, roles: Roles, holders: Holders, acquisitions: dict[str, list[Acquisition]], given: dict[str, list[Given]]
    ) -> None:
        self.roles = roles
        self.index = roles.index
        self.driver = roles.driver
        self.holders = holders
        self.acquisitions = acquisitions
        self.given = given
        self.finders: dict[str, Callable[[str], Iterator[Finding]]] = {
            "hold": self._hold,
            "transaction": self._transaction,
            "engine": self._engine,
            "share": self._share,
            "async_mismatch": self._async_mismatch,
            "bare_provider": self._bare_provider,
            "commit_in_loop": self._commit_in_loop,
        }

    def find(self, word: str, module: str) -> Iterator[Finding]:
        """All findings of one word in a module."""
        return self.finders[word](module)

    def _hold(self, module: str) -> Iterator[Finding]:
        names = self.index.modules[module]
        stored = list(self._stored(module))
        yield from stored
        kept = {self.index.bound_name(module, each.scope, each.text.partition(" = ")[0]) for each in stored}
        for given in self.given[module]:
            if names.scopes[given.scope].kind != CLASS or self._is_protocol(module, given.scope):
                continue
            if f"{self.index.qualified(module, given.scope)}.{given.name}" not in kept:
                line, column = place_of(given, names)
                yield Finding("hold", module, given.scope, given.name, line, column, "an attribute of a class")

    def _stored(self, module: str) -> Iterator[Finding]:
        """Sessions that are assigned to what outlives the call."""
        for call, role in self.roles.opening(module):
            if call.kind in (ASSIGN, WITH, ASYNC_WITH) and role is Role.FACTORY and not call.flags & DEFERRED:
                for target in call.targets:
                    note = self._kept(module, call.scope, target)
                    if note:
                        text = f"{target} = {call.text}()"
                        yield Finding("hold", module, call.scope, text, call.line, call.column, note)
        for use in self.roles.readings.uses[module]:
            if use.kind == STORED and self._is_session(module, use):
                note = self._kept(module, use.scope, use.target)
                if note and not self._is_member(module, use.scope, use.name):
                    text = f"{use.target} = {use.name}"
                    yield Finding("hold", module, use.scope, text, use.line, use.column, note)

    def _is_session(self, module: str, use: Use) -> bool:
        held = self.holders.find(module, use.scope, use.name, use.line)
        return held is not None and not held.registry

    def _is_member(self, module: str, scope: int, name: str) -> bool:
        """`self.b = self.a` holds nothing that was not held before."""
        return "." in name and self._kept(module, scope, name) != ""

    def _is_protocol(self, module: str, scope: int) -> bool:
        bases = self.index.modules[module].scopes[scope].bases
        return any(isinstance(base, str) and base.rpartition(".")[2] == "Protocol" for base in bases)

    def _kept(self, module: str, scope: int, target: str) -> str:
        """Where a target keeps a session beyond the function; empty for local variables and unknown objects."""
        names = self.index.modules[module]
        owner = names.owner(scope, target)
        if owner is None or "?" in target or "[" in target:
            return ""
        place, _ = owner
        if place == 0:
            return "a global"
        if names.scopes[place].kind != CLASS:
            return ""
        return "an attribute of the class" if place == scope or target.startswith("cls.") else "an attribute of self"

    def _transaction(self, module: str) -> Iterator[Finding]:
        # A method is known by its name; the functions of a driver, which few have, may be called otherwise.
        readings = self.roles.readings
        every = readings.calls[module] if self.driver.transactions else readings.by_last(module, *self.driver.methods)
        for call in every:
            head, _, last = call.text.rpartition(".")
            is_method = last in self.driver.methods and head
            if is_method and self.holders.find(module, call.scope, head, call.line) and not self._begins(module, call):
                found = True
            else:
                name = readings.resolve(module, call)
                found, last = name in self.driver.transactions, name.rpartition(".")[2]
            if found and not self._is_implementation(module, call.scope):
                yield Finding("transaction", module, call.scope, f"{call.text}()", call.line, call.column, last)
        for use in self.roles.readings.uses[module]:
            name = self.index.resolve(module, use.scope, use.name) if use.kind == DECORATING else ""
            if name in self.driver.transactions:
                last = name.rpartition(".")[2]
                yield Finding("transaction", module, use.scope, f"@{use.name}", use.line, use.column, last)
            elif self._ends_with_block(module, use) and not self._is_implementation(module, use.scope):
                yield Finding("transaction", module, use.scope, f"with {use.name}", use.line, use.column, "commit")

    def _ends_with_block(self, module: str, use: Use) -> bool:
        """`with connection:` of a driver whose connections are not closed by it: it commits or rolls back."""
        return use.kind == WITH and not self.driver.releases and self._is_session(module, use)

    def _begins(self, module: str, call: Call) -> bool:
        """`SessionLocal.begin()` opens a session of its own: that is an acquisition, not a transaction on one."""
        return self.roles.of_call(module, call) is not None

    def _is_implementation(self, module: str, scope: int) -> bool:
        names = self.index.modules[module]
        while scope:
            if self.roles.is_configured(self.index.qualified(module, scope)):
                return True
            scope = names.scopes[scope].parent
        return False

    def _engine(self, module: str) -> Iterator[Finding]:
        for call, role in self.roles.opening(module):
            if role is Role.ENGINE or (role is Role.MAKER and self.roles.makes_ours(module, call)):
                name = self.roles.readings.resolve(module, call)
                if name in self.driver.makers or name in self.driver.engines:
                    yield Finding("engine", module, call.scope, f"{call.text}()", call.line, call.column)

    def _share(self, module: str) -> Iterator[Finding]:
        seen: set[tuple[int, str, int]] = set()
        for use in self.roles.readings.uses[module]:
            key = (use.scope, use.name, use.line)
            if use.kind != SHARED or key in seen or not self._is_session(module, use):
                continue
            seen.add(key)
            text = f"{use.target}({use.name})"
            yield Finding("share", module, use.scope, text, use.line, use.column, use.target, use.name)

    def _async_mismatch(self, module: str) -> Iterator[Finding]:
        for each in self.acquisitions[module]:
            mismatch = self._acquired_amiss(module, each)
            if mismatch:
                yield Finding("async_mismatch", module, each.scope, f"{each.text}()", each.line, each.column, mismatch)
        for given in self.given[module]:
            is_known = given.typed or given.form
            if is_known and self._is_async(module, given.scope) and self.holders.asynchronous(given.typed) is False:
                note = IN_ASYNC
                yield Finding("async_mismatch", module, given.scope, given.name, given.line, given.column, note)
        yield from self._not_awaited(module)

    def _is_async(self, module: str, scope: int) -> bool:
        names = self.index.modules[module]
        return bool(scope and names.scopes[scope].flags & ASYNC)

    def _acquired_amiss(self, module: str, each: Acquisition) -> str:
        call = each.call
        if call is None or call.flags & DEFERRED or each.form == "dependency":
            return ""
        asynchronous = self.holders.asynchronous(self.roles.readings.resolve(module, call))
        if self._is_async(module, call.scope):
            if asynchronous is False and call.kind != ASYNC_WITH and not call.flags & AWAITED:
                return IN_ASYNC
            if asynchronous and call.kind == WITH:
                return PLAIN_WITH
        elif asynchronous and call.kind == WITH:
            return PLAIN_WITH
        elif asynchronous and self._is_local(module, call) and self._is_plain(module, call.scope):
            return PLAIN_DEF if each.form in ("leak", "finally") else ""
        return ""

    def _is_local(self, module: str, call: Call) -> bool:
        """Whether the session is for this function alone: what it keeps may be used in another one."""
        names = self.index.modules[module]
        return call.kind == ASSIGN and all(
            target.isidentifier() and names.owner(call.scope, target) == (call.scope, target) for target in call.targets
        )

    def _is_plain(self, module: str, scope: int) -> bool:
        function = self.index.modules[module].function_of(scope)
        return function is not None and not self._is_async(module, function)

    def _not_awaited(self, module: str) -> Iterator[Finding]:
        """A coroutine of an asynchronous session that nobody awaits never runs."""
        waiting = {*self.driver.methods, *self.driver.blocking, *self.driver.closers} - {"begin", "begin_nested"}
        waiting -= {"transaction", "remove"}
        for call in self.roles.readings.by_last(module, *sorted(waiting)):
            head = call.text.rpartition(".")[0]
            if not head or call.flags & AWAITED or not call.flags & FORGOTTEN:
                continue
            held = self.holders.find(module, call.scope, head, call.line)
            if held is not None and held.asynchronous and self.roles.of_call(module, call) is None:
                note = NOT_AWAITED
                yield Finding("async_mismatch", module, call.scope, f"{call.text}()", call.line, call.column, note)

    def _bare_provider(self, module: str) -> Iterator[Finding]:
        for call, role in self.roles.opening(module):
            if call.kind not in (WITH, ASYNC_WITH) or call.text.endswith("()") or call.flags & CLOSING:
                continue
            if role not in (Role.PROVIDER, Role.DEPENDENCY):
                continue
            found = self.index.definition(self.roles.readings.resolve(module, call))
            if found is None:
                continue
            scope = found[0].scopes[found[1]]
            if scope.flags & GENERATOR and not scope.decorators:
                text = f"{call.text}()"
                yield Finding("bare_provider", module, call.scope, text, call.line, call.column, scope.name)

    def _commit_in_loop(self, module: str) -> Iterator[Finding]:
        for call in self.roles.readings.by_last(module, "commit", *self._committing):
            head, _, last = call.text.rpartition(".")
            if not call.loop or not head or (last != "commit" and call.kind not in (WITH, ASYNC_WITH)):
                continue
            if self._is_opened_before(module, head, call) and not self._begins(module, call):
                yield Finding("commit_in_loop", module, call.scope, f"{call.text}()", call.line, call.column)
        for use in self.roles.readings.uses[module]:
            if use.loop and self._ends_with_block(module, use) and self._is_opened_before(module, use.name, use):
                yield Finding("commit_in_loop", module, use.scope, f"with {use.name}", use.line, use.column)

    @property
    def _committing(self) -> tuple[str, ...]:
        """Methods whose `with` block ends in a commit."""
        return tuple(method for method in ("begin", "transaction") if method in self.driver.methods)

    def _is_opened_before(self, module: str, name: str, found: Call | Use) -> bool:
        """Whether a session was there before the loop."""
        held = self.holders.find(module, found.scope, name, found.line)
        return held is not None and (held.scope != found.scope or held.line < found.loop)
