"""The words that matter in one file: those it is read for, and the names it gives to what they stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from fnmatch import translate

from pytest_archguard.codebase.facts.sessions.aliases import aliases, objects
from pytest_archguard.codebase.facts.sessions.names import Names


class Words:
    """Words, and globs of words."""

    def __init__(self, words: Iterable[str]) -> None:
        every = frozenset(words)
        self.plain = frozenset(word for word in every if "*" not in word)
        self._globs = tuple(re.compile(translate(word)).match for word in sorted(every - self.plain))

    def among(self, names: Iterable[str]) -> Iterator[str]:
        """Those of the names that are such words."""
        return (name for name in names if name in self)

    def __contains__(self, name: object) -> bool:
        return name in self.plain or any(match(str(name)) for match in self._globs)

    @property
    def has_globs(self) -> bool:
        return bool(self._globs)


class Spreading:
    """Goes through the words, and through the names that are added while it does: each once.

    A name is taken for what a word stands for by its look, so there are more of them than anybody resolves in the end.
    """

    def __init__(self, names: Names, words: Words, others: Collection[str]) -> None:
        """others: what stands in the file beside its aliases, for globs to choose from."""
        self._names = names
        self._aliases: dict[str, list[str]] = {}
        for word, name in aliases(names):
            self._aliases.setdefault(word, []).append(name)
        start = words.among((*self._aliases, *others)) if words.has_globs else words.plain
        self.seen: set[str] = set(start)
        self._todo = sorted(self.seen)

    def __iter__(self) -> Iterator[str]:
        while self._todo:
            word = self._todo.pop()
            yield word
            for name in self._aliases.get(word, ()):
                self.add(name)

    def add(self, name: str) -> None:
        """Adds what stands for one of the words."""
        if name not in self.seen:
            self.seen.add(name)
            self._todo.append(name)

    def add_objects_of(self, class_name: str) -> None:
        """Adds the names of objects that are called themselves: `make()`, where `make` is a `Maker` that has a
        `__call__`."""
        for word, name in objects(self._names):
            if word == class_name:
                self.add(name)
