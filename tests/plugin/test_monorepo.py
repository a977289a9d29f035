"""Several projects in one repository, each with its own rules file."""

from __future__ import annotations

import json
from typing import Any

import pytest

RULES = """
[tool.archguard]
packages = ["{name}"]

[[tool.archguard.forbidden]]
id = "no-{name}-cli"
from = ["{name}.core"]
to = ["{name}.cli"]
"""


def service(name: str, file: str, core: str = "") -> dict[str, str]:
    return {
        f"services/{name}/{file}": RULES.format(name=name),
        f"services/{name}/{name}/__init__.py": "",
        f"services/{name}/{name}/cli.py": "",
        f"services/{name}/{name}/core.py": core,
        f"services/{name}/tests/test_{name}.py": "def test_it():\n    pass\n",
    }


@pytest.fixture
def monorepo(new_project: Any) -> Any:
    """`a` has its own pyproject.toml, `b` a file of another name; only `a` is at fault."""
    return new_project(
        {
            "pytest.ini": "[pytest]\n",
            **service("a", "pyproject.toml", "import a.cli\n"),
            **service("b", "archguard.toml"),
        }
    )


A, B = "services/a/pyproject.toml", "services/b/archguard.toml"


def ids(result: pytest.RunResult) -> list[str]:
    return [line for line in result.outlines if "::no-" in line]


def test_a_rules_file_is_named_by_an_option(monorepo: Any) -> None:
    result = monorepo.run(f"--archguard-config={B}", "--archguard", "--co", "-q")
    assert ids(result) == [f"{B}::no-b-cli"]
    monorepo.run(f"--archguard-config={B}", "--archguard").assert_outcomes(passed=6)


def test_several_rules_files_run_together(monorepo: Any) -> None:
    result = monorepo.run("--archguard-config", A, "--archguard-config", B, "--co", "-q")
    assert ids(result) == [f"{A}::no-a-cli", f"{B}::no-b-cli"]
    monorepo.run(A, B).assert_outcomes(failed=1, passed=7)
    monorepo.run(f"{A}::no-a-cli", f"{B}::no-b-cli").assert_outcomes(failed=1, passed=1)


def test_a_sub_project_s_rules_file_is_an_argument(monorepo: Any) -> None:
    monorepo.run(A).assert_outcomes(failed=1, passed=3)
    result = monorepo.run("pyproject.toml::no-a-cli", cwd="services/a")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["      a/core.py:1  import a.cli", "FAILED pyproject.toml::no-a-cli - *"])
    monorepo.run("../a/pyproject.toml::no-a-cli", cwd="services/b").assert_outcomes(failed=1)


def test_the_flag_is_about_the_files_that_are_named_where_the_root_has_none(monorepo: Any) -> None:
    monorepo.run("--archguard", A).assert_outcomes(failed=1, passed=3)


def test_an_option_in_addopts_works_from_sub_folders(monorepo: Any) -> None:
    monorepo.write({"pytest.ini": f"[pytest]\naddopts = --archguard-config={B}\n"})
    monorepo.run("--archguard", cwd="services/a").assert_outcomes(passed=5)
    monorepo.run(f"--archguard-config={A}", "services/b").assert_outcomes(failed=1, passed=4)


def test_auto_holds_for_the_file_an_option_names(monorepo: Any) -> None:
    path = monorepo.root / B
    path.write_text(path.read_text().replace("[tool.archguard]", "[tool.archguard]\nauto = true"))
    monorepo.write({"pytest.ini": f"[pytest]\naddopts = --archguard-config={B}\n"})
    monorepo.run().assert_outcomes(passed=6)
    monorepo.run("services/a/tests").assert_outcomes(passed=1)


def test_failures_lead_to_the_file_from_the_top(monorepo: Any) -> None:
    result = monorepo.run(A, B)
    result.stdout.fnmatch_lines(
        [
            "      services/a/a/core.py:1  import a.cli",
            f"  accept as known: archguard accept --config {A} no-a-cli --reason *",
            f"FAILED {A}::no-a-cli - 1 new violation",
        ]
    )
    result.stdout.fnmatch_lines(["1 new, 6 modules, 1 import examined in *"])


def test_one_document_tells_the_projects_apart(monorepo: Any) -> None:
    monorepo.run("pyproject.toml", "../b/archguard.toml", "--archguard-json=../out.json", cwd="services/a")
    document = json.loads((monorepo.root / "services/out.json").read_text())
    assert document["root"] == "../.."
    rules = {rule["id"]: rule for rule in document["rules"] if rule["kind"] != "builtin"}
    assert {name: rule["rules_file"] for name, rule in rules.items()} == {"no-a-cli": A, "no-b-cli": B}
    assert rules["no-a-cli"]["violations"][0]["sites"][0]["path"] == "services/a/a/core.py"
    assert document["summary"]["modules"] == 6


def test_sub_projects_run_under_xdist(monorepo: Any) -> None:
    monorepo.run("-n2", A, B, apart=True).assert_outcomes(failed=1, passed=7)
    monorepo.run("-n2", "pyproject.toml::no-a-cli", cwd="services/a", apart=True).assert_outcomes(failed=1)
