"""JSON schema from the same declarations that the rules file is read by, so that the two cannot differ."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Union, get_args, get_origin

from pytest_archguard.config.options import Option, keys_of

_SCALARS: dict[Any, dict[str, Any]] = {
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    date: {"type": "string", "format": "date"},
}


def table_schema(cls: type, *more: type) -> dict[str, Any]:
    """The schema of a table that takes the keys of these option classes, and no others."""
    keys = [key for each in (cls, *more) for key in keys_of(each)]
    schema: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            key.name: {**value_schema(key.annotation, key.option), "description": key.option.doc} for key in keys
        },
    }
    required = [key.name for key in keys if key.option.required]
    return {**schema, "required": required} if required else schema


def value_schema(annotation: Any, declared: Option) -> dict[str, Any]:
    """The schema of one value of this type."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        inner = next(arg for arg in get_args(annotation) if arg is not type(None))
        return value_schema(inner, declared)
    if origin is tuple:
        item = get_args(annotation)[0]
        array: dict[str, Any] = {"type": "array", "items": value_schema(item, declared)}
        if declared.required:
            array["minItems"] = 1
        return {"anyOf": [item.json_schema(), array]} if hasattr(item, "from_toml") else array
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": value_schema(get_args(annotation)[1], declared)}
    if origin is Literal:
        return {"enum": list(get_args(annotation))}
    if hasattr(annotation, "from_toml"):
        schema: dict[str, Any] = annotation.json_schema()
        return schema
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return table_schema(annotation)
    return _bounded(dict(_SCALARS[annotation]), declared)


def _bounded(schema: dict[str, Any], declared: Option) -> dict[str, Any]:
    if declared.minimum is not None and schema["type"] in ("integer", "number"):
        schema["minimum"] = declared.minimum
    if declared.pattern is not None and schema["type"] == "string":
        schema["pattern"] = f"^(?:{declared.pattern})$"
    return schema
