"""The extractor: one search in one file."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from functools import lru_cache

from pytest_archguard.codebase.facts.base import Parameter
from pytest_archguard.codebase.facts.code import matchers, signatures
from pytest_archguard.codebase.facts.code.aliases import identifier_text
from pytest_archguard.codebase.facts.code.contexts import is_inside, runs_async
from pytest_archguard.codebase.facts.code.found import Found
from pytest_archguard.codebase.facts.code.name_globs import any_word
from pytest_archguard.codebase.facts.code.search import Match, Matches, Search
from pytest_archguard.codebase.facts.code.shape import digest
from pytest_archguard.codebase.facts.code.snippets import Pattern, read_parameter, read_snippet
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
        self._words = _words(search)

    def may_match(self, source: Source) -> bool:
        """A cheap test that is right whenever it says no; not worth it once the file has been walked."""
        if "" in self._words or "walk" in vars(source):
            return True
        text = source.once(identifier_text)
        return any(word in text for word in self._words)

    def counts(self, hit: Found, source: Source) -> bool:
        """Whether the surroundings are those that the search is about."""
        search, node, itself = self.search, hit.node, hit.itself
        if search.in_async is not None and runs_async(node, source, itself) != search.in_async:
            return False
        if self._inside and not is_inside(self._inside, node, source, itself):
            return False
        return not (self._unless_inside and is_inside(self._unless_inside, node, source, itself))


@lru_cache(maxsize=256)
def _task(params: tuple[Parameter, ...]) -> _Task:
    return _Task(Search.from_params(params))


def _words(search: Search) -> frozenset[str]:
    """One of them occurs in every file that holds a match; "" where nothing of the kind is known."""
    if search.matcher in ("forbid", "parameters"):
        read: Callable[[str], Pattern] = read_snippet if search.matcher == "forbid" else read_parameter
        return frozenset(read(text).word for text in search.patterns)
    if search.matcher == "calls":
        return frozenset(word if (word := any_word(glob)).isascii() else "" for glob in search.patterns)
    if search.matcher == "statements":
        return frozenset(word.rpartition(" ")[2] for word in search.patterns)
    return frozenset({""})


def _match(hit: Found, source: Source) -> Match:
    at = hit.at
    assert isinstance(at, (ast.expr, ast.stmt, ast.ExceptHandler, ast.arg))
    column = source.column(at) if not hit.line or hit.line == at.lineno else 1  # type: ignore[arg-type]
    scope = source.walk.qualname(hit.node)
    return Match(hit.pattern, hit.line or at.lineno, column, scope, digest(hit.identity()), hit.names, hit.lacks)
