"""A rule kind of another distribution, as the worked example shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.errors import ConfigurationError

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "custom_rule_kind"
RULE = '[[tool.archguard.named-loggers]]\nid = "x"\n'


@pytest.fixture
def installed(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example as an installer leaves it: on the path, with its entry point in the metadata."""
    site = tmp_path_factory.mktemp("site")
    metadata = site / "archguard_logging-1.0.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: archguard-logging\nVersion: 1.0.0\n")
    declared = (EXAMPLE / "pyproject.toml").read_text("utf-8").rpartition("[project.entry-points.")[2]
    assert 'named-loggers = "archguard_logging:NamedLoggers"' in declared
    (metadata / "entry_points.txt").write_text("[archguard.rules]\nnamed-loggers = archguard_logging:NamedLoggers\n")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.syspath_prepend(str(EXAMPLE / "src"))


@pytest.mark.usefixtures("installed")
def test_the_example_judges(judge: Any, package: Any) -> None:
    files = package(a='import logging\nlogging.getLogger("app")\n', b="import logging\nlogging.getLogger(__name__)\n")
    (violation,) = judge(RULE, files).violations
    assert (violation.label, violation.sites[0].line) == ('app.a logs as "app"', 2)
    assert judge(RULE + 'allow = ["app"]\n', files).outcome == "passed"


@pytest.mark.usefixtures("installed")
def test_its_options_are_checked_like_all_others(judge: Any, package: Any) -> None:
    with pytest.raises(ConfigurationError, match=r'unknown key "alow" \(did you mean "allow"\?\)'):
        judge(RULE + "alow = []\n", package(a=""))
    assert "matches no module" in judge(RULE + 'modules = ["nope"]\n', package(a="")).error


def test_without_it_the_kind_is_unknown(judge: Any, package: Any) -> None:
    with pytest.raises(ConfigurationError, match='unknown key "named-loggers"'):
        judge(RULE, package(a=""))


@pytest.mark.usefixtures("installed")
def test_a_kind_that_cannot_be_loaded_is_named(judge: Any, package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.metadata.EntryPoint.load", lambda _: 1 / 0)
    with pytest.raises(
        ConfigurationError, match=r'the rule kind "named-loggers" .* cannot be loaded: division by zero'
    ):
        judge(RULE, package(a=""))


@pytest.mark.usefixtures("installed")
def test_a_kind_that_fails_hides_no_other_rule(judge: Any, package: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import archguard_logging

    monkeypatch.setattr(archguard_logging.NamedLoggers, "check", lambda *_: [][1])
    result = judge(RULE, package(a=""))
    assert result.outcome == "error"
    assert result.error == "the rule itself failed: IndexError: list index out of range"
