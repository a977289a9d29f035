"""Mistakes are exit code 4 with every mistake named, on every way in."""

from __future__ import annotations

from typing import Any

import pytest
from inline_snapshot import snapshot

BROKEN = """
[tool.archguard]
package = ["app"]
auto = true

[[tool.archguard.layers]]
id = "layering"
layer = ["app.api"]
"""


@pytest.mark.parametrize(
    "arguments",
    [(), ("--archguard",), ("pyproject.toml",), ("pyproject.toml::layering",), ("--archguard", "-n1"), ("tests",)],
)
def test_a_broken_rules_file_stops_every_way_in(project: Any, arguments: tuple[str, ...]) -> None:
    project.write({"pyproject.toml": BROKEN})
    result = project.run(*arguments)
    assert result.ret == 4
    text = result.stderr.str()
    assert '"package"' in text
    assert 'did you mean "packages"' in text
    assert 'did you mean "layers"' in text
    assert "Traceback" not in text + result.stdout.str()


def test_a_broken_rules_file_stops_nothing_that_is_not_about_rules(project: Any) -> None:
    project.write({"pyproject.toml": BROKEN.replace("auto = true", "")})
    assert project.run("tests").ret == 0
    assert project.run("--help").ret == 0


def test_auto_of_a_wrong_type_is_a_mistake(project: Any) -> None:
    project.write({"pyproject.toml": '[tool.archguard]\nauto = "yes"\n'})
    result = project.run()
    assert result.ret == 4
    assert "auto" in result.stderr.str()


def stderr(project: Any, *arguments: str, cwd: str = ".") -> str:
    result = project.run(*arguments, cwd=cwd)
    assert result.ret == 4
    text: str = result.stderr.str().strip()
    return text


def test_the_flag_without_a_table(project: Any) -> None:
    project.write({"pyproject.toml": "[tool.archgard]\n"})
    assert stderr(project, "--archguard") == snapshot(
        """\
ERROR: pyproject.toml: rules file: there is no [tool.archguard] table in it; is [tool.archgard] meant to be it?
add the table, even an empty one, or name another file with --archguard-config\
"""
    )


def test_the_flag_without_a_file(project: Any) -> None:
    (project.root / "pyproject.toml").unlink()
    project.write({"pytest.ini": "[pytest]\n"})
    assert stderr(project, "--archguard") == snapshot(
        """\
ERROR: pyproject.toml: rules file: there is no such file
add the table, even an empty one, or name another file with --archguard-config\
"""
    )


def test_the_flag_in_a_sub_project_names_its_file(project: Any) -> None:
    rules = (project.root / "pyproject.toml").read_text().replace("[tool.pytest.ini_options]", "")
    project.write({"pytest.ini": "[pytest]\n", "pyproject.toml": "", "services/a/pyproject.toml": rules})
    assert stderr(project, "--archguard", cwd="services/a") == snapshot(
        """\
ERROR: ../../pyproject.toml: rules file: there is no [tool.archguard] table in it
pyproject.toml has the table: name it with --archguard-config\
"""
    )


def test_the_flag_below_a_root_folder_that_is_too_deep(project: Any) -> None:
    project.write({"tests/unit/pytest.ini": "[pytest]\n"})
    assert stderr(project, "--archguard", cwd="tests/unit") == snapshot(
        """\
ERROR: pyproject.toml: rules file: there is no such file
../../pyproject.toml has the table, but lies above pytest's root folder: start pytest with --rootdir=../..\
"""
    )


def test_an_id_that_does_not_exist(project: Any) -> None:
    assert stderr(project, "pyproject.toml::layerin") == snapshot(
        'ERROR: pyproject.toml: there is no rule "layerin" in it (did you mean "layering"?)'
    )
    assert stderr(project, "pyproject.toml::zzz") == snapshot(
        'ERROR: pyproject.toml: there is no rule "zzz" in it; its rules are readable, baseline, '
        "suppressions, layering, api-away-from-services, soft, retired"
    )


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--archguard-config=nope.toml", "ERROR: nope.toml: rules file: there is no such file"),
        ("--archguard-config=tests", "ERROR: tests: rules file: cannot be read: Is a directory"),
        ("--archguard-show=some", 'ERROR: --archguard-show takes a number or "all", not "some"'),
        ("--archguard-show=-1", 'ERROR: --archguard-show takes a number or "all", not "-1"'),
        ("--archguard-json=tests", "tests: is a folder; a file name is needed"),
        ("--archguard-json=pyproject.toml/x.json", "is not a folder"),
    ],
)
def test_options_that_cannot_be_followed(project: Any, option: str, message: str) -> None:
    assert message in stderr(project, option)


def test_a_rules_file_outside_the_root_folder(project: Any) -> None:
    rules = (project.root / "pyproject.toml").read_text()
    project.write({"other/archguard.toml": rules, "inner/pytest.ini": "[pytest]\n"})
    text = stderr(project, "--archguard-config=../other/archguard.toml", cwd="inner")
    assert "must lie in pytest's root folder" in text


def test_a_rules_file_that_is_no_toml(project: Any) -> None:
    project.write({"rules.toml": "[tool.archguard\n"})
    assert "rules.toml: rules file: is not valid TOML" in stderr(project, "rules.toml")
    assert "rules.toml: rules file: is not valid TOML" in stderr(project, "--archguard-config=rules.toml", "tests")
