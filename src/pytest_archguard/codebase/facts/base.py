"""What a fact is: a named, parameterised function from one parsed file to plain data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
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
    from_text: the extractor makes do with the text of most files, so that they need not be parsed.
    key: the name under which the cache stores this fact; differs whenever the result may differ.
    """

    name: str
    version: int
    extractor: str
    params: tuple[Parameter, ...] = ()
    from_text: bool = False
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Works out the key once, because every look-up of every file asks for it."""
        key = f"{self.name}/{self.version}"
        if self.params:
            digest = hashlib.blake2b(repr(self.params).encode("utf-8", "surrogatepass"), digest_size=8)
            key = f"{key}/{digest.hexdigest()}"
        object.__setattr__(self, "key", key)

    def load(self) -> Callable[[Source, tuple[Parameter, ...]], Any]:
        """The extractor itself."""
        module, _, function = self.extractor.partition(":")
        extractor: Extractor = getattr(import_module(module), function)
        return extractor
