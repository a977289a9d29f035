"""The words that matter in one file: those it is read for, and the names it gives to what they stand for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from typing import Any

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
        return (name for name in names if name in self) if self._globs else iter(self.plain.intersection(names))

    def __contains__(self, name: object) -> bool:
        if name in self.plain:
            return True
        return bool(self._globs) and any(match(str(name)) for match in self._globs)

    @property
    def has_globs(self) -> bool:
        return bool(self._globs)


class Spreading:
    """Goes through the words, and through the names that are added while it does: each once.

    A name is taken for what a word stands for by its look, so there are more of them than anybody resolves in the end.
    """

    def __init__(self, names: Names, words: Words, *asked_for: Mapping[str, Any]) -> None:
        """asked_for: tables in which words will be looked up; none that stands nowhere is gone through."""
        self._names = names
        self._aliases: dict[str, list[str]] = {}
        for word, name in aliases(names):
            self._aliases.setdefault(word, []).append(name)
        present = self._aliases.keys() | set().union(*asked_for)
        self._todo = sorted(words.among(present))
        self.seen: set[str] = {*words.plain, *self._todo}

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
