"""`archguard init` on code that nobody wrote for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.cli.main import main
from pytest_archguard.config.rulesfile import parse_toml
from pytest_archguard.rules.configuration import configuration_of


def test_what_is_proposed_for_django_is_its_architecture_and_passes(
    real_package: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = real_package("django")
    monkeypatch.chdir(root)

    assert main(["init", "--dry-run"]) == 0

    text = capsys.readouterr().out
    document, text = parse_toml(root / "pyproject.toml", text.encode())
    (layers,) = document["tool"]["archguard"]["layers"]
    rows = layers["layers"]
    assert rows.index("contrib") < rows.index("views") < rows.index("http") < rows.index("db") < rows.index("conf")
    protected = [rule["allowed_importers"] for rule in document["tool"]["archguard"]["protected"]]
    assert ["django.db"] in protected

    configuration = configuration_of(root / "pyproject.toml", document, text)
    analysis = Analysis(configuration, options=RunOptions(cache=False))
    assert {rule.id: analysis.judge(rule.id).outcome for rule in configuration.rules} == {
        rule.id: "passed" for rule in configuration.rules
    }
