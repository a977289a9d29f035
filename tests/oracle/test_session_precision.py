"""What was read by hand on real packages is still found, and what was wrong has not grown."""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from typing import Any

import pytest

from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.sessions.names import NAMES
from pytest_archguard.codebase.facts.sessions.uses import with_every_call
from pytest_archguard.config.resources import Resource
from pytest_archguard.rules.sessions import reading, zone
from pytest_archguard.rules.sessions.reading import facts_for


@pytest.fixture(scope="module")
def scoring(repository: Any) -> Any:
    spec = spec_from_file_location("score_session_rules", repository / "scripts" / "score_session_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("package", ["apache_airflow_core", "apache_superset", "prefect", "mlflow"])
def test_findings_on_real_code_are_right(scoring, real_package, package):
    score = scoring.score(real_package(package), package)

    assert score.lost == ()
    assert score.precision >= 0.96  # of the four together it is above 0.98


@pytest.mark.parametrize("package", ["apache_airflow_core", "apache_superset", "prefect", "mlflow"])
def test_what_is_passed_over_hides_nothing(scoring, real_package, package, monkeypatch):
    """The same findings as when every call of every file is looked at, whatever words stand in it."""
    quick = scoring.findings_in(real_package(package), package)

    def thorough(resource: Resource) -> tuple[Fact, Fact]:
        return NAMES, with_every_call(facts_for(resource)[1])

    monkeypatch.setattr(reading, "facts_for", thorough)
    monkeypatch.setattr(zone, "facts_for", thorough)

    assert scoring.findings_in(real_package(package), package) == quick
