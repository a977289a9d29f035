from __future__ import annotations

from pathlib import Path

import pytest

from pytest_archguard.errors import ConfigurationError
from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.size_limits import MEASURES


def mistakes(folder: Path, rule: str) -> list[str]:
    path = folder / "pyproject.toml"
    path.write_text(f'[tool.archguard]\n[[tool.archguard.size]]\nid = "sizes"\n{rule}', encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(path)
    return [problem.text for problem in caught.value.problems]


@pytest.mark.parametrize("key", [key for key in MEASURES if key.startswith("max_")] + ["max_modules"])
def test_a_limit_of_zero_or_below_is_a_mistake(tmp_path: Path, key: str) -> None:
    assert mistakes(tmp_path, f"{key} = 0") == [f'"{key}" must be at least 1, not 0']
    assert mistakes(tmp_path, f"{key} = -3") == [f'"{key}" must be at least 1, not -3']


def test_maintainability_is_above_zero_and_up_to_a_hundred(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "min_maintainability = 0") == ['"min_maintainability" must be at least 0.01, not 0']
    assert mistakes(tmp_path, "min_maintainability = 101") == ['"min_maintainability" must be at most 100, not 101']


def test_named_classes_have_a_limit_above_zero(tmp_path: Path) -> None:
    found = mistakes(tmp_path, 'max_classes_named = { "*Manager" = 0 }')

    assert found == ['"max_classes_named.*Manager" must be at least 1, not 0']


def test_an_unknown_option_is_named_with_the_nearest(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, "max_lines = 1\nmax_line = 3")

    assert found.startswith('unknown key "max_line" (did you mean "max_lines"?); the keys are ')


def test_a_limit_is_a_whole_number(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "max_lines = true") == ['"max_lines" must be a whole number, not true']
    assert mistakes(tmp_path, 'max_lines = "9"') == ['"max_lines" must be a whole number, not "9"']
    assert mistakes(tmp_path, "max_lines = 9.5") == ['"max_lines" must be a whole number, not 9.5']


def test_a_rule_without_a_limit_is_a_mistake(tmp_path: Path) -> None:
    (found,) = mistakes(tmp_path, 'modules = ["app"]')

    assert found.startswith("name at least one limit: max_lines, ")


@pytest.mark.parametrize(
    ("override", "mistake"),
    [
        ('modules = ["a"], max_lines = 3', 'the key "reason" is missing'),
        ('modules = ["a"], max_lines = 3, reason = " "', '"reason" must not be blank'),
        ('max_lines = 3, reason = "x"', 'the key "modules" is missing'),
        ('modules = ["a"], reason = "x"', "an override needs a limit"),
        ('modules = ["a"], reason = "x", max_lines = 0', '"max_lines" must be at least 1, not 0'),
        ('modules = ["a"], reason = "x", max_modules = 3', 'unknown key "max_modules"'),
    ],
)
def test_an_override_needs_modules_a_limit_and_a_reason(tmp_path: Path, override: str, mistake: str) -> None:
    (found,) = mistakes(tmp_path, f"max_lines = 1\noverrides = [{{ {override} }}]")

    assert found.startswith(mistake)
