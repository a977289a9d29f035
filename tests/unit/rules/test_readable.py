from __future__ import annotations

from pathlib import Path

from pytest_archguard.check import Analysis
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.configuration import load_configuration


def readable(root: Path, settings: str, **files: str) -> RuleResult:
    for name, source in files.items():
        (root / f"{name}.py").write_text(source, encoding="utf-8")
    (root / "pyproject.toml").write_text(f"[tool.archguard]\n{settings}\n", encoding="utf-8")
    return Analysis(load_configuration(root / "pyproject.toml")).judge("readable")


def test_a_file_that_does_not_parse_is_named_with_its_line(tmp_path: Path) -> None:
    (violation,) = readable(tmp_path, "", good="x = 1", bad="x = 1\ndef broken(:\n").violations
    assert (violation.subject, violation.sites[0].line) == ("bad.py", 2)


def test_a_glob_that_matches_nothing_is_an_error_beside_a_file_that_does_not_parse(tmp_path: Path) -> None:
    result = readable(tmp_path, 'exclude = ["gone/**"]', good="x = 1", bad="def broken(:\n")
    assert result.outcome == "error"
    assert "gone/**" in (result.error or "")
    assert [violation.subject for violation in result.violations] == ["bad.py"]


def test_a_package_that_does_not_exist_names_the_nearest(tmp_path: Path) -> None:
    result = readable(tmp_path, 'packages = ["good", "shopp"]', good="x = 1", shop="y = 1")
    assert 'there is no package or module "shopp" (did you mean "shop"?)' in (result.error or "")


def test_a_cache_that_cannot_be_written_is_noted_and_no_failure(tmp_path: Path) -> None:
    (tmp_path / ".archguard_cache").write_text("a file where the folder should be")
    result = readable(tmp_path, "", good="x = 1")
    assert result.outcome == "passed"
    assert result.notes == ("nothing was cached: .archguard_cache cannot be written (File exists)",)
