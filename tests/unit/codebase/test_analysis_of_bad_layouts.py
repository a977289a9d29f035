"""A code base that cannot be laid out is an error with a text, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_archguard.check import Analysis
from pytest_archguard.errors import AnalysisError
from pytest_archguard.rules.configuration import load_configuration


def analysis(tmp_path: Path, table: str, *files: str) -> Analysis:
    for file in files:
        (tmp_path / file).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / file).touch()
    (tmp_path / "pyproject.toml").write_text(f"[tool.archguard]\n{table}\n")
    return Analysis(load_configuration(tmp_path / "pyproject.toml"))


def test_two_files_of_one_name_are_both_named(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError) as caught:
        analysis(tmp_path, 'source_roots = ["a", "b"]', "a/x.py", "b/x.py").prepare()
    assert str(caught.value) == (
        "pyproject.toml: [tool.archguard]: source_roots: a/x.py and b/x.py are both the module x; "
        "name fewer source roots or `exclude` one of them"
    )


def test_an_empty_source_root_is_named(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    with pytest.raises(AnalysisError, match="no Python module was found under backend"):
        analysis(tmp_path, 'source_roots = ["backend"]').prepare()


def test_a_package_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(AnalysisError, match=r'no package or module "ap" \(did you mean "app"\?\)'):
        analysis(tmp_path, 'packages = ["ap"]', "app/a.py").prepare()
