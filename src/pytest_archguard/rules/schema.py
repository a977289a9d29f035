"""The JSON schema of `[tool.archguard]`, made from the declarations the rules file is read by."""

from __future__ import annotations

from typing import Any

from pytest_archguard.config.resources import ResourceOptions
from pytest_archguard.config.schema import table_schema
from pytest_archguard.config.settings import Settings
from pytest_archguard.rules.base import RuleOptions
from pytest_archguard.rules.registry import BUILT_IN, load_kind

_GROUPS = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}]
    },
    "description": "Named lists of selectors: `services = [...]` is used as `@services`.",
}


def configuration_schema() -> dict[str, Any]:
    """The schema of the table, all built-in kinds included.

    Kinds of other distributions are not known to it, so an unknown array of tables is allowed; every other unknown
    key is an error.
    """
    schema = table_schema(Settings)
    properties = {**schema["properties"], "groups": _GROUPS, "resources": _resources()}
    for name in BUILT_IN:
        kind = load_kind(name, {})
        summary = (kind.__doc__ or "").strip().splitlines()[0]
        properties[name] = {"type": "array", "items": table_schema(RuleOptions, kind), "description": summary}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "pytest-archguard: [tool.archguard] in pyproject.toml",
        "type": "object",
        "properties": properties,
        "additionalProperties": {"type": "array", "items": {"type": "object", "required": ["id"]}},
    }


def _resources() -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": table_schema(ResourceOptions),
        "description": "What a database session is in this code base; `sessions` rules name these tables.",
    }
