"""Calls that may have to do with sessions, and what is done with the names that may hold one.

Which calls these are cannot be known from one file alone: `make()` opens a session if `make` is imported from a module
where it is another name of a factory. So a call is kept if its last part is a word of some resource, or if it starts
with a name that may come from the code base. Calls on other local variables, of built-ins and of the standard library
are not kept.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from pytest_archguard.codebase.facts.base import Fact, Parameter
from pytest_archguard.codebase.facts.sessions.assigned import assignments
from pytest_archguard.codebase.facts.sessions.awaiting import is_forgotten
from pytest_archguard.codebase.facts.sessions.handed import given, handed
from pytest_archguard.codebase.facts.sessions.locals import Locals
from pytest_archguard.codebase.facts.sessions.mentions import mentions
from pytest_archguard.codebase.facts.sessions.parents import (
    ASSIGN,
    ASYNC_WITH,
    DEFERRED,
    ITERATE,
    RETURN,
    WITH,
    YIELD,
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
from pytest_archguard.codebase.facts.sessions.roots import decorators, functions, imported, parameters
from pytest_archguard.codebase.facts.sessions.scopes import Scopes, dotted, scopes_of
from pytest_archguard.codebase.source import Source

VERSION = 8
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
_BUILT_IN = frozenset(dir(builtins))
_BINDING = frozenset({ASSIGN, WITH, ASYNC_WITH, ITERATE})
_IDLE = frozenset({ast.Expr, ast.Raise})


def uses_fact(
    vocabulary: Iterable[str], methods: Iterable[str], untyped: Iterable[str], waiting: Iterable[str] = ()
) -> Fact:
    """The fact for these words.

    vocabulary: the last parts of names that the resources mention. methods: further words of interest. untyped: globs
    of parameter names. waiting: methods that are of interest only where their value is dropped, because they must be
    awaited. A file in which no word of `vocabulary` and `untyped` stands is not looked at: its data is None.
    """
    params = tuple(tuple(sorted(each)) for each in (vocabulary, untyped, methods, waiting))
    return Fact("session-uses", VERSION, EXTRACTOR, (*params, True))


def without_test(fact: Fact) -> Fact:
    """The same for files that must be looked at whatever words stand in them."""
    return replace(fact, params=(*fact.params[:-1], False))


def extract(source: Source, params: tuple[Parameter, ...]) -> tuple[Any, ...] | None:
    """(calls, uses): plain tuples as `Call` and `Use`; None for a file that was not looked at."""
    if params[-1] and not mentions(source, params):
        return None
    vocabulary, untyped, methods, waiting = (
        frozenset(map(str, each)) for each in params[:-1] if isinstance(each, tuple)
    )
    reader = _Reader(source, WORDS | SPAWNERS | vocabulary | methods, tuple(sorted(untyped)), waiting)
    calls = tuple(reader.calls())
    return calls, tuple(reader.uses())


class _Reader:
    def __init__(
        self, source: Source, words: frozenset[str], untyped: tuple[str, ...], waiting: frozenset[str]
    ) -> None:
        self.waiting = waiting
        self.source = source
        self.walk = source.walk
        self.every = self.walk.every
        self.scopes: Scopes = source.once(scopes_of)
        self.words = words | self._matching([word for word in words if "*" in word])
        self.tracked = parameters(self.scopes, untyped)
        self.handing: list[tuple[str, ast.Call]] = []  # calls that do something to the sessions they are given
        self.results: set[str] = set()  # names bound to what a function of the code base gives
        self.roots = self._roots()

    def _matching(self, globs: list[str]) -> set[str]:
        """The last parts of calls that match a name glob such as `*agent`."""
        lasts = {_last(node.func) for node in self.every(ast.Call)} if globs else set()
        return {last for last in lasts if any(fnmatchcase(last, glob) for glob in globs)}

    def _roots(self) -> frozenset[str]:
        """Names a call may start with that may be another name of something in the code base."""
        roots = {"self", "cls", *imported(self.every(ast.ImportFrom), self.every(ast.Import)), *self.tracked}
        roots.update(functions(self.scopes))
        roots.update(f.name for f in self.every(ast.ClassDef))
        for _, node in self.scopes.statements[ast.Assign]:
            target, value = node.targets[0], node.value
            if type(target) is not ast.Name:
                continue
            if self._may_be_factory(value, roots):
                roots.add(target.id)
            elif type(value) is ast.Call and type(value.func) is ast.Name and value.func.id in roots:
                # An instance has methods that may open a session; what a function gives may be called.
                (roots if value.func.id.lstrip("_")[:1].isupper() else self.results).add(target.id)
        return frozenset(roots)

    def _may_be_factory(self, value: ast.expr, roots: set[str]) -> bool:
        if isinstance(value, ast.Call):
            function = value.func
            last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            return last in self.words or last == "getattr"
        if isinstance(value, (ast.Name, ast.Attribute)):
            return dotted(value).partition(".")[0] in roots
        return isinstance(value, (ast.IfExp, ast.BoolOp, ast.Lambda))

    def calls(self) -> Iterator[tuple[Any, ...]]:
        words = self.words
        plain = words | self.roots | self.results
        star = "*" in self.roots
        parent_of = self.walk.parent_of
        for node in self.every(ast.Call):
            function: ast.expr = node.func
            kind = type(function)
            if kind is ast.Name:
                last = function.id  # type: ignore[attr-defined]
                if last not in plain and not (star and last not in _BUILT_IN):
                    continue
            elif kind is ast.Attribute:
                last = function.attr  # type: ignore[attr-defined]
                if last not in words and not self._may_be_ours(function.value):  # type: ignore[attr-defined]
                    if last in _HANDING:
                        self.handing.append((last, node))
                    if last in self.waiting and is_forgotten(node, self.walk):
                        yield self._call(node, False)
                    continue
            elif kind is ast.Call:
                last = ""
            else:
                continue
            if last in _HANDING:
                self.handing.append((last, node))
            if last in words or not last:
                yield self._call(node, True)
            # Nobody opens a session and drops it at once: a call for its effect alone matters by its word only.
            elif type(parent_of[node]) not in _IDLE or last in self.waiting:
                yield self._call(node, False)

    def _may_be_ours(self, base: ast.expr) -> bool:
        while type(base) is ast.Attribute:
            base = base.value
        if type(base) is ast.Call:
            base = base.func  # `Store().open()`, `stores.Store().open()`, `super().open()`
            last = _last(base)
            if not last[:1].isupper() and last != "super":
                return False
            if last == "super":
                return True
            while type(base) is ast.Attribute:
                base = base.value
        return type(base) is ast.Name and base.id in self.roots

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
        for kind, code in ((ast.Return, RETURN), (ast.Yield, YIELD)):
            for node in self.every(kind):
                value = node.value  # type: ignore[attr-defined]
                if type(value) is ast.Tuple:
                    for item in value.elts:
                        yield from self._use(item, code, "")
                elif type(value) in _NAMING:
                    yield from self._use(value, code, "")
        for value, target in assignments(self.scopes):
            if type(value) in _NAMING:
                yield from self._stored(value, target)
        for node in self.every(ast.withitem):
            assert isinstance(node, ast.withitem)
            if type(node.context_expr) in _NAMING:
                code = ASYNC_WITH if isinstance(self.walk.parent(node), ast.AsyncWith) else WITH
                bound = dotted(node.optional_vars) if node.optional_vars is not None else ""
                yield from self._use(node.context_expr, code, bound)
        yield from self._arguments()
        for scope, item in decorators(self.scopes):
            if _last(item) in self.words:
                yield (scope, DECORATING, dotted(item), "", item.lineno, self.source.column(item), 0, 0)

    def _stored(self, value: ast.expr, target: ast.expr) -> Iterator[tuple[Any, ...]]:
        for use in self._use(value, STORED, dotted(target)):
            if type(target) is ast.Name:
                self.tracked.add(target.id)  # `also = db`, and then `self.db = also`
            yield use

    def _use(self, node: ast.expr | None, code: int, target: str) -> Iterator[tuple[Any, ...]]:
        if isinstance(node, ast.IfExp):
            yield from self._use(node.body, code, target)
            yield from self._use(node.orelse, code, target)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                yield from self._use(value, code, target)
        elif isinstance(node, (ast.Name, ast.Attribute)):
            name = dotted(node)
            is_ours = code == RETURN and name.partition(".")[0] in self.roots
            if is_ours or name in self.tracked or name.startswith(("self.", "cls.")):
                place = self.scopes.of(node)
                column = self.source.column(node)
                yield (place.scope, code, name, target, node.lineno, column, place.loop, place.closing)

    def _arguments(self) -> Iterator[tuple[Any, ...]]:
        for last, node in self.handing:
            if last in SPAWNERS:
                yield from self._shared(node, last)
            elif last in _CALLBACKS:
                for value in node.args:
                    if isinstance(value, ast.Attribute):
                        yield from self._use(value.value, REFERRED, value.attr)
            else:
                closes = last in _CLOSERS
                if not closes or fate(node, self.walk).kind in (WITH, ASYNC_WITH):
                    for value in node.args:
                        yield from self._use(value, CLOSED if closes else WITH, "")

    def _shared(self, call: ast.Call, spawner: str) -> Iterator[tuple[Any, ...]]:
        target, scope = dotted(call.func), self.scopes.of(call).scope
        for value in handed(call, spawner, self.words):
            reached = [value]
            if type(value) is ast.Name:
                around = self.source.once(Locals)
                reached += given(around.items(scope, value.id), spawner, self.words)
                reached += [name for each in reached if type(each) is ast.Name for name in around.taken(scope, each.id)]
            for each in reached:
                yield from self._use(each, SHARED, target)


def _last(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
