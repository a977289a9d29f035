"""What a file does with sessions, and with the names that may hold one."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.facts.sessions.assigned import assignments
from pytest_archguard.codebase.facts.sessions.calls import SPAWNERS, Calls
from pytest_archguard.codebase.facts.sessions.fates import ASYNC_WITH, RETURN, WITH, fate
from pytest_archguard.codebase.facts.sessions.handed import given, handed
from pytest_archguard.codebase.facts.sessions.locals import Locals
from pytest_archguard.codebase.facts.sessions.mentions import mentions
from pytest_archguard.codebase.facts.sessions.records import CLOSED, DECORATING, REFERRED, SHARED, STORED
from pytest_archguard.codebase.facts.sessions.roots import decorators
from pytest_archguard.codebase.facts.sessions.scopes import Place, Scopes
from pytest_archguard.codebase.facts.sessions.spreading import Words
from pytest_archguard.codebase.facts.sessions.written import dotted, names_among
from pytest_archguard.codebase.source import Source

VERSION = 9
EXTRACTOR = "pytest_archguard.codebase.facts.sessions.uses:extract"

_CALLBACKS = frozenset({"callback", "push_async_callback", "addfinalizer", "finalize", "register", "push"})
_CLOSERS = frozenset({"closing", "aclosing"})
_HANDING = SPAWNERS | _CALLBACKS | _CLOSERS | {"enter_context", "enter_async_context"}
_NAMING = frozenset({ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp})


def uses_fact(
    vocabulary: Iterable[str], methods: Iterable[str], untyped: Iterable[str], waiting: Iterable[str] = ()
) -> Fact:
    """The fact for these words.

    vocabulary: the last parts of names that the resources mention. methods: further words of interest. untyped: globs
    of parameter names. waiting: methods that are of interest only where their value is dropped, because they must be
    awaited. A file in which no word of `vocabulary` and `untyped` stands is not looked at: its data is None.
    """
    params = tuple(tuple(sorted(each)) for each in (vocabulary, untyped, methods, waiting))
    return Fact("session-uses", VERSION, EXTRACTOR, (*params, False))


def with_every_call(fact: Fact) -> Fact:
    """The same for a file that must be looked at whatever stands in it."""
    return replace(fact, params=(*fact.params[:-1], True))


def extract(source: Source, params: tuple[Parameter, ...]) -> tuple[Any, ...] | None:
    """(calls, uses, passed over): plain tuples as `Call` and `Use`, and the last parts of the calls that are not among
    them; None for a file that was not looked at."""
    if not params[-1] and not mentions(source, params):
        return None
    calls = Calls(source, *_sought(params))
    return tuple(calls.found()), tuple(_Uses(source, calls).found()), tuple(calls.passed_over())


@lru_cache(maxsize=64)
def _sought(params: tuple[Parameter, ...]) -> tuple[Words, Words, frozenset[str]]:
    vocabulary, untyped, methods, waiting = (map(str, each) for each in params if isinstance(each, tuple))
    words = ("*",) if params[-1] else (*vocabulary, *methods)
    return Words(words), Words(untyped), frozenset(waiting)


class _Uses:
    def __init__(self, source: Source, calls: Calls) -> None:
        self.source = source
        self.calls = calls
        self.scopes: Scopes = calls.scopes

    def found(self) -> Iterator[tuple[Any, ...]]:
        """All of them; asked after the calls were found, which tells the names that hold what they give."""
        at = self.scopes.at_line
        for code, name in self.calls.left:
            yield from self._use(name, code, "", at(name.lineno))
        for scope, value, target in assignments(self.scopes):
            if type(value) in _NAMING:
                for use in self._use(value, STORED, dotted(target), scope):
                    if type(target) is ast.Name:
                        self.calls.tracked.add(target.id)  # `also = db`, and then `self.db = also`
                    yield use
        for node in self.source.walk.every(ast.withitem):
            if type(node.context_expr) in _NAMING:
                code = ASYNC_WITH if isinstance(self.source.walk.parent(node), ast.AsyncWith) else WITH
                bound = dotted(node.optional_vars) if node.optional_vars is not None else ""
                yield from self._use(node.context_expr, code, bound)
        yield from sorted(self._arguments(), key=itemgetter(4, 5))
        for scope, item in decorators(self.scopes, self.calls.names, self.calls.is_sought):
            yield (scope, DECORATING, dotted(item), "", item.lineno, self.source.column(item), 0)

    def _use(self, node: ast.expr, code: int, target: str, scope: int | None = None) -> Iterator[tuple[Any, ...]]:
        """scope: where it is known, and nobody asks for the loop."""
        for each in names_among(node):
            name = dotted(each)
            if self._may_be_ours(each, name, code):
                place = self.scopes.of(each) if scope is None else Place(scope)
                yield (place.scope, code, name, target, each.lineno, self.source.column(each), place.loop)

    def _may_be_ours(self, node: ast.Name | ast.Attribute, name: str, code: int) -> bool:
        """Whether a name may hold a session, or be returned as what gives one."""
        if name in self.calls.tracked or name.startswith(("self.", "cls.")):
            return True
        return code == RETURN and (
            self.calls.may_give(last_identifier(node)) or name.partition(".")[0] in self.calls.imported
        )

    def _arguments(self) -> Iterator[tuple[Any, ...]]:
        """What is done by calls to the sessions they are given."""
        for last in sorted(_HANDING & self.calls.named.keys()):
            for node in self.calls.named[last]:
                if last in SPAWNERS:
                    yield from self._shared(node, last)
                elif last in _CALLBACKS:
                    for value in node.args:
                        if isinstance(value, ast.Attribute):
                            yield from self._use(value.value, REFERRED, value.attr)
                elif last not in _CLOSERS:
                    for value in node.args:
                        yield from self._use(value, WITH, "")
                elif fate(node, self.source.walk).kind in (WITH, ASYNC_WITH):
                    for value in node.args:
                        yield from self._use(value, CLOSED, "")

    def _shared(self, call: ast.Call, spawner: str) -> Iterator[tuple[Any, ...]]:
        target, scope = dotted(call.func), self.scopes.of(call).scope
        for value in handed(call, spawner, self.calls.words):
            reached = [value]
            if type(value) is ast.Name:
                around = self.source.once(Locals)
                reached += given(around.items(scope, value.id), spawner, self.calls.words)
                reached += [name for each in reached if type(each) is ast.Name for name in around.taken(scope, each.id)]
            for each in reached:
                yield from self._use(each, SHARED, target)
