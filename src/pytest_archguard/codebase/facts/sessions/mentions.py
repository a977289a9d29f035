"""Whether a file can have to do with a session at first sight: whether a word of some resource stands in it."""

from __future__ import annotations

from functools import lru_cache

from pytest_archguard.codebase.facts.base import Parameter


def mentions(text: str, params: tuple[Parameter, ...]) -> bool:
    """params: the vocabulary, and globs of the names that count as sessions."""
    vocabulary, untyped = params[:2]
    assert isinstance(vocabulary, tuple)
    assert isinstance(untyped, tuple)
    return any(word in text for word in _shortest(vocabulary, untyped))


@lru_cache(maxsize=16)
def _shortest(vocabulary: tuple[Parameter, ...], untyped: tuple[Parameter, ...]) -> tuple[str, ...]:
    """The words that all others contain: where `Session` does not stand, `AsyncSession` does not either."""
    words = {str(word) for word in vocabulary} | {str(name).rpartition(".")[2] for name in untyped}
    if any("*" in word for word in words):
        return ("",)  # a glob may match anything
    return tuple(sorted(word for word in words if not any(other != word and other in word for other in words)))
