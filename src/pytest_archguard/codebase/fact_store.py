"""What is known about every file, kept as the cache stores it and decoded when a rule asks.

Most runs ask about few files: the verdict needs the graph, and only a violation needs the statement behind it.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.model import Module

Digest = bytes
"""What identifies a file's content."""
DIGEST_SIZE = 16


def content_digest(data: bytes) -> Digest:
    """What identifies this content."""
    return hashlib.blake2b(data, digest_size=DIGEST_SIZE).digest()


class Unstorable(NamedTuple):
    """Data of an extractor that `marshal` cannot store, so that it lives in this process only."""

    data: Any


Stored = bytes | Unstorable
"""One fact of one content."""


def stored(data: Any) -> Stored:
    """The data of a fact as it is kept."""
    try:
        return marshal.dumps(data)
    except ValueError:  # an extractor of somebody else's
        return Unstorable(data)


class FactStore:
    """The facts of all files of a code base, by path."""

    def __init__(
        self,
        digests: Mapping[str, Digest] | None = None,
        table: Callable[[str], Mapping[Digest, Stored]] = lambda _: _NOTHING,
    ) -> None:
        """digests: the content of each file that could be read. table: what is known of contents, by `Fact.key`."""
        self._digests = digests or {}
        self._table = table
        self._decoded: dict[str, dict[str, Any]] = {}

    def put(self, path: str, found: Mapping[str, Any]) -> None:
        """Notes facts of a file that were read later, by `Fact.key`."""
        for key, data in found.items():
            self._decoded.setdefault(key, {})[path] = data

    def has(self, path: str, fact: Fact) -> bool:
        """Whether the fact is known of this file."""
        key = fact.key
        return path in self._decoded.get(key, ()) or self._stored(path, key) is not None

    def get(self, path: str, fact: Fact) -> Any:
        """The data of a fact of a file; raises KeyError where it was never read."""
        key = fact.key
        decoded = self._decoded.get(key)
        if decoded is None:
            decoded = self._decoded[key] = {}
        elif path in decoded:
            return decoded[path]
        stored = self._stored(path, key)
        if stored is None:
            raise KeyError(path)
        data = decoded[path] = marshal.loads(stored) if isinstance(stored, bytes) else stored.data
        return data

    def mentioning(self, modules: Iterable[Module], fact: Fact, text: str) -> Iterator[Module]:
        """The modules in the data of whose fact a string may hold `text`; those that are left out have none.

        `marshal` keeps strings as they are, so files that cannot matter need not be decoded.
        """
        encoded = text.encode("utf-8", "surrogatepass")
        digests, table = self._digests, self._table(fact.key)
        for module in modules:
            stored = table.get(digests.get(module.path, b""))
            if type(stored) is not bytes or encoded in stored:
                yield module

    def digest(self, path: str) -> Digest | None:
        """The content of a file, if it was looked at."""
        return self._digests.get(path)

    def _stored(self, path: str, key: str) -> Stored | None:
        digest = self._digests.get(path)
        return None if digest is None else self._table(key).get(digest)


_NOTHING: Mapping[Digest, Stored] = {}
