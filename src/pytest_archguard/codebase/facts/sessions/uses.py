"""Calls that may have to do with sessions, and what is done with the names that may hold one.

Which calls these are cannot be known from one file alone: `make()` opens a session if `make` is imported from a module
where it is another name of a factory. So a file is first read for the words of the resources, and for the names that it
gives itself to what they stand for; if other modules give one more names, it is read again for those.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.named_calls import named_calls
from pytest_archguard.codebase.facts.sessions.assigned import assignments
from pytest_archguard.codebase.facts.sessions.awaiting import is_forgotten
from pytest_archguard.codebase.facts.sessions.handed import given, handed
from pytest_archguard.codebase.facts.sessions.locals import Locals
from pytest_archguard.codebase.facts.sessions.mentions import mentions
from pytest_archguard.codebase.facts.sessions.names import names_of
from pytest_archguard.codebase.facts.sessions.parents import (
    ASSIGN,
    ASYNC_WITH,
    DEFERRED,
    ITERATE,
    RETURN,
    WITH,
    YIELD,
    YIELD_FROM,
    fate,
    outside_lambda,
)
from pytest_archguard.codebase.facts.sessions.records import (
    CLOSED,
    DECORATING,
    FORGOTTEN,
    HANDLER,
    REFERRED,
    SHARED,
    STORED,
)
from pytest_archguard.codebase.facts.sessions.roots import decorators, imported, variables
from pytest_archguard.codebase.facts.sessions.scopes import Scopes, dotted, scopes_of
from pytest_archguard.codebase.facts.sessions.spreading import Spreading, Words
from pytest_archguard.codebase.source import Source

VERSION = 9
EXTRACTOR = "pytest_archguard.codebase.facts.sessions.uses:extract"

# Further words that matter whatever the resources are called.
WORDS = frozenset(
    {
        "next", "anext", "__next__", "__anext__", "__enter__", "__aenter__", "contextmanager", "asynccontextmanager",
        "partial", "closing", "aclosing",
    }
)  # fmt: skip

# Calls that start something which runs beside the caller, with what is given to them.
SPAWNERS = frozenset(
    {
        "gather", "create_task", "ensure_future", "start_soon", "run_coroutine_threadsafe", "to_thread",
        "run_in_executor", "run_in_threadpool", "Thread", "Process", "Timer", "submit", "delay", "apply_async",
        "add_task", "add_job", "enqueue", "enqueue_job", "kiq", "defer_async",
    }
)  # fmt: skip

_CALLBACKS = frozenset({"callback", "push_async_callback", "addfinalizer", "finalize", "register", "push"})

_CLOSERS = frozenset({"closing", "aclosing"})
_HANDING = SPAWNERS | _CALLBACKS | _CLOSERS | {"enter_context", "enter_async_context"}
_NAMING = frozenset({ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp})
_LEFT = _NAMING | {ast.Tuple}
_BINDING = frozenset({ASSIGN, WITH, ASYNC_WITH, ITERATE})
_LEAVING = frozenset({RETURN, YIELD, YIELD_FROM})


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
    reader = _Reader(source, *_sought(params))
    calls = tuple(reader.calls())
    return calls, tuple(reader.uses()), tuple(reader.passed_over())


@lru_cache(maxsize=64)
def _sought(params: tuple[Parameter, ...]) -> tuple[Words, Words, frozenset[str]]:
    vocabulary, untyped, methods, waiting = (map(str, each) for each in params if isinstance(each, tuple))
    words = ("*",) if params[-1] else (*vocabulary, *methods)
    return Words(words), Words(untyped), frozenset(waiting)


class _Reader:
    """words: the last parts of the names of what gives sessions, and of methods that matter. untyped: names that count
    as sessions. waiting: methods that must be awaited."""

    def __init__(self, source: Source, words: Words, untyped: Words, waiting: frozenset[str]) -> None:
        self.waiting = waiting
        self.source = source
        self.walk = source.walk
        self.every = self.walk.every
        self.scopes: Scopes = source.once(scopes_of)
        self.named = source.once(named_calls)
        self.names = names = names_of(source, True)
        self.tracked = set(variables(names, untyped))
        self.imported = frozenset(imported(names))
        self.words = WORDS | SPAWNERS | words.plain | frozenset(words.among(self.named) if words.has_globs else ())
        self.left = [*self._left(ast.Return, RETURN), *self._left(ast.Yield, YIELD)]
        self.leaving: dict[str, list[ast.expr]] = {}
        for _, name in self.left:
            self.leaving.setdefault(_last(name), []).append(name)
        self.spreading = Spreading(names, words, (*self.named, *self.leaving))

    def _left(self, kind: type[ast.Return | ast.Yield], code: int) -> Iterator[tuple[int, ast.Name | ast.Attribute]]:
        """The names that are returned, or yielded."""
        for node in self.every(kind):
            if type(node.value) in _LEFT:
                yield from ((code, name) for name in _names_in(node.value))

    def calls(self) -> list[tuple[Any, ...]]:
        """Every call of interest, in source order."""
        named = self.named
        found: dict[ast.Call, tuple[Any, ...]] = {}
        for word in self.spreading:
            for node in named.get(word, ()):
                found[node] = self._call(node, True)
                self._learn(found[node])
            for name in self.leaving.get(word, ()):
                self._add_function(self.scopes.at_line(name.lineno))
        for word in ("", *self.words):
            for node in named.get(word, ()):
                if node not in found:
                    found[node] = self._call(node, True)
        for word in self.waiting:
            for node in named.get(word, ()):
                if node not in found and self._may_be_on_session(node.func) and is_forgotten(node, self.walk):
                    found[node] = self._call(node, False)
        # Of calls in one place the outer one is longer: `Store().open()` before `Store()`.
        return sorted(found.values(), key=lambda call: (call[1], call[2], -len(call[3])))

    def _may_be_on_session(self, function: ast.expr) -> bool:
        """Whether what a method is called on may be a session: by any word in it, or by what it starts with."""
        seen = self.spreading.seen
        while type(function) is ast.Attribute:
            function = function.value
            if type(function) is ast.Call:
                function = function.func
                if type(function) is ast.Name:
                    return function.id in seen
            if type(function) is ast.Attribute and function.attr in seen:
                return True
        name = getattr(function, "id", "")
        return name in ("self", "cls") or name in self.tracked or name in self.imported or name in seen

    def passed_over(self) -> Iterator[str]:
        """The last parts of the calls that are left out; asked after `calls`."""
        return (word for word in self.named if word not in self.spreading.seen and word not in self.words)

    def _learn(self, call: tuple[Any, ...]) -> None:
        """Follows what a call gives to the names it is known by next: variables, and the functions that return it."""
        scope, kind, targets, flags = call[0], call[6], call[7], call[8]
        if kind in _BINDING:
            for target in targets:
                self.spreading.add(target.rpartition(".")[2])
        elif kind in _LEAVING and not flags & DEFERRED:
            self._add_function(scope)

    def _add_function(self, scope: int) -> None:
        function = self.scopes.nodes[scope]
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self.spreading.add(function.name)
            around = self.scopes.nodes[self.scopes.parents[scope]]
            if function.name == "__call__" and isinstance(around, ast.ClassDef):
                self.spreading.add_objects_of(around.name)

    def _call(self, node: ast.Call, known: bool) -> tuple[Any, ...]:
        """known: by its last part; what it is given is of no interest otherwise."""
        kind, targets, flags = fate(node, self.walk)
        scope, loop, closing, handler, deferred = self.scopes.of(node)
        if targets and kind in _BINDING:
            self.tracked.update(target for target in targets if "?" not in target)
        argument = made_of = ""
        if known:
            if node.args and type(node.args[0]) is not ast.Constant:
                argument = dotted(node.args[0])
            for keyword in node.keywords:
                if keyword.arg == "class_":
                    made_of = dotted(keyword.value)
        text, column = dotted(node.func), self.source.column(node)
        if handler:
            flags |= HANDLER
        if _last(node.func) in self.waiting and is_forgotten(node, self.walk):
            flags |= FORGOTTEN
        if deferred:
            flags |= DEFERRED
            text = outside_lambda(node, text, self.walk)
        return (scope, node.lineno, column, text, argument, made_of, kind, targets, flags, loop, closing)

    def uses(self) -> Iterator[tuple[Any, ...]]:
        """Asked after `calls`, which finds the names that hold what the calls give."""
        at = self.scopes.at_line
        for code, name in self.left:
            yield from self._use(name, code, "", at(name.lineno))
        for scope, value, target in assignments(self.scopes):
            if type(value) in _NAMING:
                for use in self._use(value, STORED, dotted(target), scope):
                    if type(target) is ast.Name:
                        self.tracked.add(target.id)  # `also = db`, and then `self.db = also`
                    yield use
        for node in self.every(ast.withitem):
            if type(node.context_expr) in _NAMING:
                code = ASYNC_WITH if isinstance(self.walk.parent(node), ast.AsyncWith) else WITH
                bound = dotted(node.optional_vars) if node.optional_vars is not None else ""
                place = self.scopes.of(node.context_expr)
                yield from self._use(node.context_expr, code, bound, place.scope, place.loop)
        yield from self._arguments()
        for scope, item in decorators(self.scopes, self.names, self.words):
            yield (scope, DECORATING, dotted(item), "", item.lineno, self.source.column(item), 0)

    def _use(self, node: ast.expr, code: int, target: str, scope: int, loop: int = 0) -> Iterator[tuple[Any, ...]]:
        for each in _names_in(node):
            name = dotted(each)
            if self._may_be_ours(each, name, code):
                yield (scope, code, name, target, each.lineno, self.source.column(each), loop)

    def _may_be_ours(self, node: ast.Name | ast.Attribute, name: str, code: int) -> bool:
        """Whether a name may hold a session, or be returned as what gives one."""
        if name in self.tracked or name.startswith(("self.", "cls.")):
            return True
        return code == RETURN and (_last(node) in self.spreading.seen or name.partition(".")[0] in self.imported)

    def _arguments(self) -> Iterator[tuple[Any, ...]]:
        """What is done by calls to the sessions they are given."""
        for last in sorted(_HANDING & self.named.keys()):
            for node in self.named[last]:
                if last in SPAWNERS:
                    yield from self._shared(node, last)
                elif last in _CALLBACKS:
                    for value in node.args:
                        if isinstance(value, ast.Attribute):
                            yield from self._given(value.value, REFERRED, value.attr)
                elif last not in _CLOSERS:
                    for value in node.args:
                        yield from self._given(value, WITH, "")
                elif fate(node, self.walk).kind in (WITH, ASYNC_WITH):
                    for value in node.args:
                        yield from self._given(value, CLOSED, "")

    def _given(self, value: ast.expr, code: int, target: str) -> Iterator[tuple[Any, ...]]:
        if any(True for _ in _names_in(value)):
            place = self.scopes.of(value)
            yield from self._use(value, code, target, place.scope, place.loop)

    def _shared(self, call: ast.Call, spawner: str) -> Iterator[tuple[Any, ...]]:
        target, scope = dotted(call.func), self.scopes.of(call).scope
        for value in handed(call, spawner, self.words):
            reached = [value]
            if type(value) is ast.Name:
                around = self.source.once(Locals)
                reached += given(around.items(scope, value.id), spawner, self.words)
                reached += [name for each in reached if type(each) is ast.Name for name in around.taken(scope, each.id)]
            for each in reached:
                yield from self._given(each, SHARED, target)


def _names_in(value: ast.expr | None) -> Iterator[ast.Name | ast.Attribute]:
    """The names among which the value is, and those in a tuple."""
    if isinstance(value, (ast.Name, ast.Attribute)):
        yield value
    elif isinstance(value, ast.IfExp):
        yield from _names_in(value.body)
        yield from _names_in(value.orelse)
    elif isinstance(value, (ast.Tuple, ast.BoolOp)):
        for each in value.elts if isinstance(value, ast.Tuple) else value.values:
            yield from _names_in(each)


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
