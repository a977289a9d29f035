"""The shipped JSON schema says what the code says."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from pytest_archguard.rules.registry import BUILT_IN
from pytest_archguard.rules.schema import configuration_schema


def test_the_shipped_schema_equals_the_code() -> None:
    shipped = json.loads((files("pytest_archguard") / "archguard.schema.json").read_text(encoding="utf-8"))
    assert shipped == configuration_schema(), "run: python scripts/schema.py"


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(configuration_schema())


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_schema_rejects_unknown_and_missing_keys(name: str) -> None:
    validator = jsonschema.Draft202012Validator(configuration_schema())
    assert list(validator.iter_errors({name: [{"id": "x", "nonsense": 1}]}))
    assert list(validator.iter_errors({name: [{}]}))


def test_the_schema_accepts_what_the_reader_accepts() -> None:
    table = {
        "source_roots": ["."],
        "groups": {"web": ["app.api"]},
        "layers": [{"id": "x", "layers": ["app.a", "app.b | app.c"], "closed": "app.b"}],
        "forbidden": [{"id": "y", "from": "@web", "to": ["sqlite3"], "except": [{"from": "a", "reason": "b"}]}],
        "custom": [{"id": "z", "anything": 1}],
    }
    jsonschema.validate(table, configuration_schema())
