"""What paths and commands look like from where one stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_archguard.report.viewpoint import Viewpoint


@pytest.mark.parametrize(
    ("start", "rules_file", "path"),
    [
        ("", "pyproject.toml", "app/x.py"),
        ("app", "pyproject.toml", "x.py"),
        ("tests/unit", "pyproject.toml", "../../app/x.py"),
        ("", "services/a/pyproject.toml", "services/a/app/x.py"),
        ("services/b", "services/a/pyproject.toml", "../a/app/x.py"),
    ],
)
def test_paths_are_relative_to_the_start(start: str, rules_file: str, path: str) -> None:
    assert Viewpoint(Path("/repo") / start, Path("/repo") / rules_file).path("app/x.py") == path


@pytest.mark.parametrize(
    ("start", "rules_file", "option"),
    [
        ("", "pyproject.toml", ""),
        ("deep/down", "pyproject.toml", ""),
        ("", "rules.toml", " --config rules.toml"),
        ("", "services/a/pyproject.toml", " --config services/a/pyproject.toml"),
        ("services/a", "services/a/pyproject.toml", ""),
        ("services/a", "pyproject.toml", " --config ../../pyproject.toml"),
    ],
)
def test_commands_name_the_rules_file_where_they_would_not_find_it(
    tmp_path: Path, start: str, rules_file: str, option: str
) -> None:
    for name in ("pyproject.toml", "services/a/pyproject.toml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("[tool.archguard]\n")
    view = Viewpoint(tmp_path / start, tmp_path / rules_file)
    assert view.command("accept", "x") == f"archguard accept{option} x"
