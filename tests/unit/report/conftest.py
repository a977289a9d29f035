"""Results made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.model import RuleResult
from pytest_archguard.report.text import failure_text
from pytest_archguard.report.viewpoint import Viewpoint

ROOT = Path("/repo")


@pytest.fixture
def rule() -> Callable[..., RuleResult]:
    """`rule(violations=..., because=...)`: a failed layers rule, otherwise empty."""
    plain = RuleResult(id="backend-layers", kind="layers", severity="error", outcome="failed", sentence="")

    def make(**changes: Any) -> RuleResult:
        return replace(plain, **changes)

    return make


@pytest.fixture
def shown() -> Callable[..., str]:
    """The failure's text as seen from the root folder, or from `start` below it."""

    def render(result: RuleResult, show: int | None = 20, start: str = "", rules_file: str = "pyproject.toml") -> str:
        return failure_text(result, Viewpoint(ROOT / start, ROOT / rules_file), show)

    return render
