"""What one `code` table looks for in every file, as the parameters of a fact."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import NamedTuple

from pytest_archguard.codebase.facts.base import Fact, Parameter

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One matcher with its patterns, and the conditions under which a match counts.

    matcher: `forbid`, `calls`, `literals`, `statements`, `decorated`, `parameters` or `annotations`.
    patterns: snippets, name globs, regular expressions or words, as the matcher wants them.
    match: the name globs of holes. The other fields are the options of the same names.
    """

    matcher: str
    patterns: Texts
    match: tuple[tuple[str, Texts], ...] = ()
    inside: Texts = ()
    unless_inside: Texts = ()
    in_async: bool | None = None
    unless_keyword: Texts = ()
    swallows: bool = False
    handled_by: Texts = ()
    docstrings: bool = False
    require_keyword: Texts = ()
    require_decorator: Texts = ()

    @property
    def fact(self) -> Fact:
        """The fact that holds this search's matches: `Matches`."""
        params: tuple[Parameter, ...] = tuple(getattr(self, field.name) for field in fields(self))
        return Fact("code", 3, "pytest_archguard.codebase.facts.code.extract:extract", params)

    @classmethod
    def from_params(cls, params: tuple[Parameter, ...]) -> Search:
        """The search that a fact was made from."""
        names = [field.name for field in fields(cls)]
        return cls(**dict(zip(names, params, strict=True)))  # type: ignore[arg-type]

    @property
    def demands(self) -> bool:
        """Whether it is about what decorated functions lack, not about what is there."""
        return bool(self.require_keyword or self.require_decorator)


class Match(NamedTuple):
    """One match in one file.

    pattern: the index of what matched. line, column: count from 1. scope: the enclosing qualified name.
    digest: of the matched code, wherever it stands. names: for calls, decorators and annotations what the name may
    mean, as `name_globs` writes it; for literals the text that matched. lacks: for decorators what is required and
    missing: `keyword response_model`, `decorator requires_login`; else empty.
    """

    pattern: int
    line: int
    column: int
    scope: str
    digest: str
    names: Texts = ()
    lacks: str = ""


class Matches(NamedTuple):
    """All matches in one file, in the order of their lines.

    satisfied: for a search with requirements the names of the decorators that meet them, or that do not count.
    """

    found: tuple[Match, ...] = ()
    satisfied: tuple[Texts, ...] = ()
