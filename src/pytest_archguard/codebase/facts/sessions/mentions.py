"""Whether a file can have to do with a session at first sight: whether a word of some resource stands in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from pytest_archguard.codebase.facts.base import Parameter
from pytest_archguard.codebase.source import Source


def mentions(source: Source, params: tuple[Parameter, ...]) -> bool:
    """params: the vocabulary, and globs of the names that count as sessions. Looked for once a file."""
    vocabulary, untyped = params[:2]
    assert isinstance(vocabulary, tuple)
    assert isinstance(untyped, tuple)
    return source.once(_test(vocabulary, untyped))


@lru_cache(maxsize=16)
def _test(vocabulary: tuple[Parameter, ...], untyped: tuple[Parameter, ...]) -> Callable[[Source], bool]:
    words = _shortest({str(word) for word in vocabulary} | {str(name).rpartition(".")[2] for name in untyped})

    def stands_in(source: Source) -> bool:
        return any(word in source.text for word in words)

    return stands_in


def _shortest(words: set[str]) -> tuple[str, ...]:
    """The words that all others contain: where `Session` does not stand, `AsyncSession` does not either."""
    if any("*" in word for word in words):
        return ("",)  # a glob may match anything
    return tuple(sorted(word for word in words if not any(other != word and other in word for other in words)))
