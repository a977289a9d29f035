"""The extractor: one search in one file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache

from pytest_archguard.codebase.facts.base import Parameter
from pytest_archguard.codebase.facts.code import matchers, signatures
from pytest_archguard.codebase.facts.code.candidates import DEFINITIONS, kinds_like
from pytest_archguard.codebase.facts.code.contexts import is_inside, runs_async
from pytest_archguard.codebase.facts.code.found import Found
from pytest_archguard.codebase.facts.code.needed_words import NeededWords
from pytest_archguard.codebase.facts.code.search import Match, Matches, Search
from pytest_archguard.codebase.facts.code.shape import digest
from pytest_archguard.codebase.facts.code.snippets import read_snippet
from pytest_archguard.codebase.source import Source

MATCHERS: dict[str, Callable[[Source, Search], Iterator[Found]]] = {
    "forbid": matchers.snippets,
    "calls": matchers.calls,
    "literals": matchers.literals,
    "statements": matchers.statements,
    "decorated": signatures.decorated,
    "parameters": signatures.parameters,
    "annotations": signatures.annotated,
}


def extract(source: Source, params: tuple[Parameter, ...]) -> tuple[tuple[object, ...], ...] | None:
    """`Matches` as plain tuples; None for a file without any, which is most of them."""
    task = _task(params)
    if not task.may_match(source):
        return None
    search = task.search
    found = []
    satisfied = []
    for hit in MATCHERS[search.matcher](source, search):
        counts = task.counts(hit, source)
        if search.demands and (not counts or hit.lacks == signatures.SATISFIED):
            satisfied.append(hit.names)
        elif counts:
            found.append(_match(hit, source))
    if not (found or satisfied):
        return None
    found.sort()
    return tuple(tuple(match) for match in found), tuple(satisfied)


def read_matches(data: tuple[tuple[object, ...], ...] | None) -> Matches:
    """What `extract` stored."""
    if data is None:
        return Matches()
    found, satisfied = data
    return Matches(tuple(Match(*match) for match in found), satisfied)  # type: ignore[misc, arg-type]


class _Task:
    """A search with its patterns read, kept over files."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self._inside = [read_snippet(text) for text in search.inside]
        self._unless_inside = [read_snippet(text) for text in search.unless_inside]
        self._words = NeededWords(search)
        self._kinds = _kinds(search)

    def may_match(self, source: Source) -> bool:
        """A cheap test that is right whenever it says no."""
        # Once the file has been walked, most matchers know from the nodes in less time than it takes to read the text.
        if not source.has_walk and not self._words.stand_in(source):
            return False
        every = source.walk.every
        if self._kinds and not any(map(every, self._kinds)):
            return False
        return not self.search.in_async or self.search.demands or bool(every(ast.AsyncFunctionDef))

    def counts(self, hit: Found, source: Source) -> bool:
        """Whether the surroundings are those that the search is about."""
        search, node, itself = self.search, hit.node, hit.itself
        if search.in_async is not None and runs_async(node, source, itself) != search.in_async:
            return False
        if self._inside and not is_inside(self._inside, node, source, itself):
            return False
        return not (self._unless_inside and is_inside(self._unless_inside, node, source, itself))


def _kinds(search: Search) -> tuple[type[ast.AST], ...]:
    """The types of nodes of which one is in every file with a match; none where that is left open."""
    if search.matcher == "forbid":
        return tuple({kind for text in search.patterns for kind in kinds_like(read_snippet(text))})
    if search.matcher == "statements":
        names = (name for word in search.patterns for name in matchers.STATEMENTS[word])
        return tuple(getattr(ast, name) for name in names if hasattr(ast, name))
    if search.matcher == "decorated":
        return DEFINITIONS
    return (ast.Call,) if search.matcher == "calls" else ()


@lru_cache(maxsize=256)
def _task(params: tuple[Parameter, ...]) -> _Task:
    return _Task(Search.from_params(params))


def _match(hit: Found, source: Source) -> Match:
    at = hit.at
    assert isinstance(at, (ast.expr, ast.stmt, ast.ExceptHandler, ast.arg))
    column = source.column(at) if not hit.line or hit.line == at.lineno else 1
    scope = source.walk.qualname(hit.node)
    return Match(hit.pattern, hit.line or at.lineno, column, scope, digest(hit.identity()), hit.names, hit.lacks)
