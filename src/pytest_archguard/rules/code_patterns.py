"""What a `code` table is written in: snippets, name globs and regular expressions, checked when the file is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from pytest_archguard.codebase.facts.code.contexts import check_context
from pytest_archguard.codebase.facts.code.snippets import read_parameter, read_snippet
from pytest_archguard.config.options import Context

_GLOB = re.compile(r"[\w*]+(\.[\w*]+)*")


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A string that a class below knows how to check."""

    text: str
    noun: ClassVar[str] = "a string"

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Any:  # noqa: ARG003 - the protocol's signature
        """Reads one; raises ValueError with a sentence for people."""
        if not isinstance(value, str):
            raise ValueError(f"must be {cls.noun}, not {value!r}")
        if not value.strip():
            raise ValueError(f"must be {cls.noun}, not an empty string")
        cls.check(value)
        return cls(value)

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: what is in it is checked when the file is read."""
        return {"type": "string", "minLength": 1}

    @classmethod
    def check(cls, text: str) -> None:
        """Raises ValueError when the text is not what the class is about."""

    @property
    def shown(self) -> str:
        """The text on one line."""
        return " ".join(self.text.split())


class Snippet(Written):
    """Python with holes: an expression, a statement, a header or a decorator."""

    __slots__ = ()
    noun = "a Python snippet"

    @classmethod
    def check(cls, text: str) -> None:
        read_snippet(text)


class Surrounding(Snippet):
    """A snippet that something can be inside of."""

    __slots__ = ()
    noun = "a Python snippet"

    @classmethod
    def check(cls, text: str) -> None:
        check_context(read_snippet(text))


class Parameter(Written):
    """A parameter as it is written in a signature."""

    __slots__ = ()
    noun = "a parameter (`$P: dict`)"

    @classmethod
    def check(cls, text: str) -> None:
        read_parameter(text)


class NameGlob(Written):
    """A dotted name in which `*` stands for any characters."""

    __slots__ = ()
    noun = "a name glob (`requests.*`)"

    @classmethod
    def check(cls, text: str) -> None:
        if text.endswith(")"):
            raise ValueError(f'"{text}": a name glob has no parentheses (`requests.get`); for arguments use `forbid`')
        if text.startswith("@"):
            raise ValueError(f'"{text}": a name glob has no @ (`router.get`)')
        if not _GLOB.fullmatch(text):
            raise ValueError(f'"{text}" is no name glob (`requests.*`, `*.session_factory`)')


class Regex(Written):
    """A regular expression of the module `re`, searched for anywhere in a string."""

    __slots__ = ()
    noun = "a regular expression"

    @classmethod
    def check(cls, text: str) -> None:
        try:
            re.compile(text)
        except (re.error, OverflowError, RecursionError) as error:
            position = getattr(error, "pos", None)
            caret = f"\n    {text}\n    {' ' * position}^" if position is not None and "\n" not in text else ""
            message = getattr(error, "msg", error)
            raise ValueError(f"this is no regular expression: {message}{caret}") from None


class Keyword(Written):
    """The name of a keyword argument."""

    __slots__ = ()
    noun = "the name of a keyword"

    @classmethod
    def check(cls, text: str) -> None:
        if not text.isidentifier():
            raise ValueError(f'"{text}" is not the name of a keyword')


@dataclass(frozen=True, slots=True)
class Texts:
    """One glob or several for the source text of a hole; `*` stands for any characters."""

    globs: tuple[str, ...]

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> Texts:  # noqa: ARG003 - the protocol's signature
        """Reads a string or an array of strings."""
        globs = [value] if isinstance(value, str) else value
        if not isinstance(globs, list) or not globs or not all(isinstance(glob, str) and glob for glob in globs):
            raise ValueError('must be a glob for the source text of the hole ("*agent"), or an array of them')
        return cls(tuple(globs))

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """A string or an array of strings."""
        text = {"type": "string", "minLength": 1}
        return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}

    def __str__(self) -> str:
        return " or ".join(self.globs)
