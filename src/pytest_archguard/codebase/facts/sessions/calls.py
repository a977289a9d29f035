"""The calls of a file that may have to do with sessions.

Which these are cannot be known from one file alone: `make()` opens a session if `make` is imported from a module where
it is another name of a factory. So a file is first read for the words of the resources, and for the names that it gives
itself to what they stand for; if other modules give one more names, it is read again with every call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pytest_archguard.codebase.facts.named_calls import last_identifier, named_calls
from pytest_archguard.codebase.facts.sessions.awaiting import is_forgotten
from pytest_archguard.codebase.facts.sessions.fates import (
    ASSIGN,
    ASYNC_WITH,
    DEFERRED,
    ITERATE,
    RETURN,
    WITH,
    YIELD,
    YIELD_FROM,
    fate,
)
from pytest_archguard.codebase.facts.sessions.hiding import bound_outside
from pytest_archguard.codebase.facts.sessions.names import names_of
from pytest_archguard.codebase.facts.sessions.records import FORGOTTEN, HANDLER
from pytest_archguard.codebase.facts.sessions.roots import imported, variables
from pytest_archguard.codebase.facts.sessions.scopes import Scopes, scopes_of
from pytest_archguard.codebase.facts.sessions.spreading import Spreading, Words
from pytest_archguard.codebase.facts.sessions.written import dotted, names_among
from pytest_archguard.codebase.source import Source

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

_NAMED = frozenset({ast.Name, ast.Attribute, ast.IfExp, ast.BoolOp, ast.Tuple})
_BINDING = frozenset({ASSIGN, WITH, ASYNC_WITH, ITERATE})
_LEAVING = frozenset({RETURN, YIELD, YIELD_FROM})


@lru_cache(maxsize=64)
def _with_own(words: Words) -> frozenset[str]:
    return WORDS | SPAWNERS | words.plain


class Calls:
    """Finds the calls of one file.

    words: every word that calls are looked for by. tracked: names that may hold a session, or what gives one; those
    that calls are bound to are added by `found`. imported: names of what is not in the standard library. left: the
    names that are returned or yielded, with RETURN or YIELD.
    """

    def __init__(self, source: Source, words: Words, untyped: Words, waiting: frozenset[str]) -> None:
        """words: the last parts of the names of what gives sessions, and of methods that matter. untyped: names that
        count as sessions. waiting: methods that must be awaited."""
        self.source = source
        self.waiting = waiting
        self.scopes: Scopes = source.once(scopes_of)
        self.named = source.once(named_calls)
        self.names = names_of(source, True)
        self.tracked = variables(self.names, untyped)
        self.imported = frozenset(imported(self.names))
        self.words = _with_own(words).union(words.among(self.named) if words.has_globs else ())
        self.left = [*self._left(ast.Return, RETURN), *self._left(ast.Yield, YIELD)]
        self._leaving: dict[str, list[ast.expr]] = {}
        for _, name in self.left:
            self._leaving.setdefault(last_identifier(name), []).append(name)
        self._spreading = Spreading(self.names, words, self.named, self._leaving)

    def _left(self, kind: type[ast.Return | ast.Yield], code: int) -> Iterator[tuple[int, ast.Name | ast.Attribute]]:
        for node in self.source.walk.every(kind):
            if type(node.value) in _NAMED:
                yield from ((code, name) for name in names_among(node.value))

    def found(self) -> list[tuple[Any, ...]]:
        """Every call of interest, in source order."""
        named = self.named
        found: dict[ast.Call, tuple[Any, ...]] = {}
        for word in self._spreading:
            for node in named.get(word, ()):
                found[node] = self._call(node, True)
                self._learn(found[node])
            for name in self._leaving.get(word, ()):
                self._add_function(self.scopes.at_line(name.lineno))
        for word in sorted(named.keys() & self.words):
            for node in named[word]:
                if node not in found:
                    found[node] = self._call(node, True)
        for node in named.get("", ()):
            found[node] = self._call(node, True)
        for word in sorted(named.keys() & self.waiting):
            for node in named[word]:
                if node not in found and self._may_be_on_session(node.func) and is_forgotten(node, self.source.walk):
                    found[node] = self._call(node, False)
        # Of calls in one place the outer one is longer: `Store().open()` before `Store()`.
        return sorted(found.values(), key=lambda call: (call[1], call[2], -len(call[3])))

    def _may_be_on_session(self, function: ast.expr) -> bool:
        """Whether what a method is called on may be a session: by any word in it, or by what it starts with."""
        seen = self._spreading.seen
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
        """The last parts of the calls that are left out; asked after `found`."""
        return (word for word in self.named if not self.is_sought(word))

    def may_give(self, word: str) -> bool:
        """Whether something of this name may give a session, by the names known so far."""
        return word in self._spreading.seen

    def is_sought(self, word: str) -> bool:
        """Whether calls of this name are looked for, or may be of what is looked for."""
        return word in self.words or word in self._spreading.seen

    def _learn(self, call: tuple[Any, ...]) -> None:
        """Follows what a call gives to the names it is known by next: variables, and the functions that return it."""
        scope, kind, targets, flags = call[0], call[6], call[7], call[8]
        if kind in _BINDING:
            for target in targets:
                self._spreading.add(target.rpartition(".")[2])
        elif kind in _LEAVING and not flags & DEFERRED:
            self._add_function(scope)

    def _add_function(self, scope: int) -> None:
        function = self.scopes.nodes[scope]
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._spreading.add(function.name)
            around = self.scopes.nodes[self.scopes.parents[scope]]
            if function.name == "__call__" and isinstance(around, ast.ClassDef):
                self._spreading.add_objects_of(around.name)

    def _call(self, node: ast.Call, known: bool) -> tuple[Any, ...]:
        """known: by its last part; what it is given is of no interest otherwise."""
        kind, targets, flags = fate(node, self.source.walk)
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
        if last_identifier(node.func) in self.waiting and is_forgotten(node, self.source.walk):
            flags |= FORGOTTEN
        if deferred:
            flags |= DEFERRED
        if deferred or loop:
            text = bound_outside(node, text, self.source.walk)
        return (scope, node.lineno, column, text, argument, made_of, kind, targets, flags, loop, closing)
