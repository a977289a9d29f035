"""`unused`, `duplicates` and `health` on real packages, held against findings that were read by hand."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def scoring(repository: Path) -> Any:
    path = repository / "scripts" / "score_structure_rules.py"
    spec = importlib.util.spec_from_file_location("score_structure_rules", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("name", "least"), [("apache_superset", 80), ("prefect", 45)])
def test_what_was_right_is_still_found_and_nothing_that_nobody_has_read(
    name: str, least: int, scoring: Any, real_package: Callable[[str], Path]
) -> None:
    score = scoring.score_package(name, real_package(name))
    assert score.lost == ()
    assert score.unread == ()
    assert score.right.total() >= least
