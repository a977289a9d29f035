"""What a fact is: a named, parameterised function from one parsed file to plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

from pytest_archguard.codebase.source import Source

Parameter = str | int | bool | None | tuple["Parameter", ...]


class Extractor(Protocol):
    """Reads one fact from one file. The result must be data that `marshal` can store: None, bool, int, float, str,
    bytes, tuples, lists and dicts of these. It may depend on nothing but the source and the parameters."""

    def __call__(self, source: Source, params: tuple[Parameter, ...]) -> Any: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """One kind of fact: a rule kind lists the facts it needs, and only those are extracted.

    name: unique among all facts.
    version: raised whenever the extractor's result changes for some file; part of the cache key.
    extractor: `package.module:function`, resolved by name so that worker processes can find it.
    params: what else the result depends on (the patterns of a `code` rule); part of the cache key.
    """

    name: str
    version: int
    extractor: str
    params: tuple[Parameter, ...] = ()

    @property
    def key(self) -> str:
        """The name under which the cache stores this fact; differs whenever the result may differ."""
        if not self.params:
            return f"{self.name}/{self.version}"
        digest = hashlib.blake2b(repr(self.params).encode("utf-8", "surrogatepass"), digest_size=8)
        return f"{self.name}/{self.version}/{digest.hexdigest()}"

    def load(self) -> Callable[[Source, tuple[Parameter, ...]], Any]:
        """The extractor itself."""
        module, _, function = self.extractor.partition(":")
        extractor: Extractor = getattr(import_module(module), function)
        return extractor
