"""Options declared once: a TOML table becomes a frozen dataclass, and the same declarations become the JSON schema.

A dataclass field made with `option()` is a key of a table; a trailing underscore is dropped (`from_` is the key
`from`). Its annotation says what is accepted: bool, int, float, str, date, Literal, `X | None`, `tuple[X, ...]` (an
array), `Mapping[str, X]` (a table), another such dataclass, or a class with `from_toml` and `json_schema`.
"""

from __future__ import annotations

import dataclasses
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, ClassVar, Literal, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import Problem

T = TypeVar("T")

NOT_BLANK = r"[\s\S]*\S[\s\S]*"
"""The `pattern` of a string that must say something."""


@dataclass
class Context:
    """What converting needs besides the value: the groups in scope, and where mistakes are collected.

    tables: the whole `[tool.archguard]` table as read, for options that refer to another table.
    resources: what `[tool.archguard.resources]` declares, by name.
    """

    tables: Mapping[str, Any] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    resources: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def report(self, where: str, text: str) -> None:
        """Notes one mistake; converting goes on so that all of them are shown at once."""
        self.problems.append(Problem(where, text))


class TomlValue(Protocol):
    """A class that reads itself from one TOML value. `from_toml` raises ValueError with a sentence for people."""

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> TomlValue: ...

    @classmethod
    def json_schema(cls) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Option:
    """What `option()` declares about one key."""

    doc: str
    required: bool = False
    minimum: float | None = None
    pattern: str | None = None
    wanted: str = ""


def option(
    doc: str,
    *,
    default: Any = None,
    required: bool = False,
    minimum: float | None = None,
    pattern: str | None = None,
    wanted: str = "",
) -> Any:
    """Declares a key of a table.

    doc: what it means, with units and the source of a definition; ends up in the reference pages and the schema.
    minimum: the smallest number allowed. pattern: a regular expression that a string must match as a whole.
    wanted: what the pattern describes, for people: "a dotted name".
    """
    metadata = {"option": Option(doc, required, minimum, pattern, wanted)}
    if required:
        return field(metadata=metadata)
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a table, ready to convert or to document."""

    name: str
    attribute: str
    annotation: Any
    option: Option


@cache
def keys_of(cls: Any) -> tuple[Key, ...]:
    """The keys a table of this class takes, in the order they are declared."""
    hints = get_type_hints(cls)
    return tuple(
        Key(f.name.rstrip("_"), f.name, hints[f.name], f.metadata["option"])
        for f in dataclasses.fields(cls)
        if "option" in f.metadata and get_origin(hints[f.name]) is not ClassVar
    )


def read_table(
    cls: type[T], table: Any, where: str, context: Context, ignore: frozenset[str] = frozenset()
) -> T | None:
    """Converts one TOML table; None when it has a mistake (all of them are in `context.problems` then).

    ignore: keys that somebody else reads.
    """
    if not isinstance(table, Mapping):
        context.report(where, f"must be a table, not {_kind_of(table)}")
        return None
    before = len(context.problems)
    declared: Any = cls  # to mypy a type variable is not hashable
    keys = {key.name: key for key in keys_of(declared)}
    for name in table:
        if name not in keys and name not in ignore:
            hint = did_you_mean(name, [*keys, *ignore])
            context.report(where, f'unknown key "{name}"{hint}; the keys are {", ".join(sorted({*keys, *ignore}))}')
    values: dict[str, Any] = {}
    for name, key in keys.items():
        if name in table:
            values[key.attribute] = convert(table[name], key.annotation, where, name, context, key.option)
        elif key.option.required:
            context.report(where, f'the key "{name}" is missing ({key.option.doc})')
    if len(context.problems) > before:
        return None
    try:
        return cls(**values)
    except ValueError as error:  # `__post_init__` of an options class objects to a combination of keys
        context.report(where, str(error))
        return None


def convert(value: Any, annotation: Any, where: str, name: str, context: Context, declared: Option) -> Any:
    """Converts one TOML value to what `annotation` says; reports and returns None when it does not fit."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = next(arg for arg in get_args(annotation) if arg is not type(None))
        return convert(value, inner, where, name, context, declared)
    if origin is tuple:
        return _convert_array(value, get_args(annotation)[0], where, name, context, declared)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _convert_mapping(value, get_args(annotation)[1], where, name, context, declared)
    if origin is Literal:
        return _convert_choice(value, get_args(annotation), where, name, context)
    if _is_table(annotation):
        return read_table(annotation, value, f"{where}, {name}", context)
    return _convert_scalar(value, annotation, where, name, context, declared)


def _convert_array(value: Any, inner: Any, where: str, name: str, context: Context, declared: Option) -> Any:
    if hasattr(inner, "from_toml") and isinstance(value, str):
        value = [value]  # `modules = "app"` can only mean one thing
    if not isinstance(value, list):
        context.report(where, f'"{name}" must be an array, not {_kind_of(value)}')
        return None
    if declared.required and not value:
        context.report(where, f'"{name}" is empty; name at least one ({declared.doc})')
    if _is_table(inner):
        items = (read_table(inner, v, f"{where}, {name}[{i}]", context) for i, v in enumerate(value))
        return tuple(item for item in items if item is not None)
    return tuple(convert(item, inner, where, name, context, declared) for item in value)


def _is_table(annotation: Any) -> bool:
    return dataclasses.is_dataclass(annotation) and not hasattr(annotation, "from_toml")


def _convert_mapping(value: Any, inner: Any, where: str, name: str, context: Context, declared: Option) -> Any:
    if not isinstance(value, Mapping):
        context.report(where, f'"{name}" must be a table, not {_kind_of(value)}')
        return None
    return {key: convert(v, inner, where, f"{name}.{key}", context, declared) for key, v in value.items()}


def _convert_choice(value: Any, choices: tuple[Any, ...], where: str, name: str, context: Context) -> Any:
    if value in choices and not (isinstance(value, bool) and True not in choices):
        return value
    hint = did_you_mean(value, [str(c) for c in choices]) if isinstance(value, str) else ""
    listed = ", ".join(f'"{choice}"' for choice in choices)
    context.report(where, f'"{name}" must be one of {listed}, not {_shown(value)}{hint}')
    return None


def _convert_scalar(value: Any, annotation: Any, where: str, name: str, context: Context, declared: Option) -> Any:
    if hasattr(annotation, "from_toml"):
        try:
            return annotation.from_toml(value, context)
        except ValueError as error:
            context.report(where, f'"{name}": {error}')
            return None
    if not _fits(value, annotation):
        context.report(where, f'"{name}" must be {_EXPECTED[annotation]}, not {_shown(value)}')
        return None
    if declared.minimum is not None and not isinstance(value, bool) and value < declared.minimum:
        context.report(where, f'"{name}" must be at least {declared.minimum:g}, not {value:g}')
        return None
    if declared.pattern is not None and isinstance(value, str) and not re.fullmatch(declared.pattern, value):
        wanted = f"be {declared.wanted}" if declared.wanted else f"match {declared.pattern}"
        message = "not be blank" if declared.pattern == NOT_BLANK else f'{wanted}, not "{value}"'
        context.report(where, f'"{name}" must {message}')
        return None
    return float(value) if annotation is float else value


_EXPECTED: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a string",
    date: "a date such as 2027-03-31 (without quotes)",
}


def _fits(value: Any, annotation: Any) -> bool:
    if annotation is bool or isinstance(value, bool):
        return annotation is bool and isinstance(value, bool)
    if annotation is float:
        return isinstance(value, (int, float))
    if annotation is date:
        return isinstance(value, date) and not isinstance(value, datetime)
    return isinstance(value, annotation)


def _kind_of(value: Any) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "an array", dict: "a table"}
    return kinds.get(type(value), f"a {type(value).__name__}")


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (list, dict)):
        return _kind_of(value)
    return str(value)
