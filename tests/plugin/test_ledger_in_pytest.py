"""The ledger as pytest shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.cli.main import main

NewProject = Callable[[dict[str, str]], Any]

RULES = """
[tool.archguard]
packages = ["app"]

[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]
"""
UP = "from app.api import routes\n"


@pytest.fixture
def debt(new_project: NewProject) -> Any:
    """A project with 150 accepted violations and a file that does not parse."""
    project = new_project(
        {
            "pyproject.toml": RULES,
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/routes.py": "X = 1\n",
            "app/services/__init__.py": "",
            "app/services/broken.py": "def f(:\n",
            **{f"app/services/s{number}.py": UP for number in range(150)},
        }
    )
    command(project, "accept", "--reason", "known since we look")
    return project


def command(project: Any, *arguments: str) -> None:
    assert main((*arguments, "--config", str(project.root / "pyproject.toml"))) == 0


def outcomes(result: Any) -> dict[str, int]:
    return {name: number for name, number in result.parseoutcomes().items() if name != "warnings"}


def closing(result: Any) -> list[str]:
    """The summary section, without the time."""
    lines = result.outlines
    start = next(number for number, line in enumerate(lines) if " archguard " in line and line.startswith("="))
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith("="))
    return [line.partition(" examined in ")[0] for line in lines[start + 1 : end]]


def test_accepted_debt_is_green_but_for_readable_and_in_the_summary(debt: Any) -> None:
    result = debt.run("--archguard")
    assert outcomes(result) == {"failed": 1, "passed": 2, "known": 1}
    assert closing(result) == snapshot(["layering  layers  150 known", "1 new, 150 known, 155 modules, 150 imports"])
    assert "FAILED pyproject.toml::readable" in result.stdout.str()


def test_a_new_violation_stands_alone_in_the_failure(debt: Any) -> None:
    debt.write({"app/services/broken.py": UP})
    result = debt.run("--archguard", "--tb=short")
    assert outcomes(result) == {"failed": 1, "passed": 3}
    text = result.stdout.str()
    assert "layers layering: 1 new violation (150 known)" in text
    assert "app.services.broken -> app.api.routes" in text
    assert "app.services.s7 " not in text


def test_what_is_fixed_is_asked_to_be_pruned_and_counted(debt: Any) -> None:
    debt.write({"app/services/broken.py": "", "app/services/s3.py": ""})
    result = debt.run("--archguard", "-k", "layering")
    assert closing(result) == snapshot(
        [
            "layering  layers  149 known (1 fewer)",
            "0 new, 149 known (1 fewer), 1 stale, 3 rules not run, 155 modules, 149 imports",
        ]
    )
    text = result.stdout.str()
    assert "stale: app.services.s3 -> app.api.routes (layer) is in the baseline, but it is" in text
    assert "mend: archguard prune\n" in text
    command(debt, "prune")
    assert outcomes(debt.run("--archguard")) == {"passed": 3, "known": 1}


def test_the_command_is_given_as_it_works_from_here(debt: Any) -> None:
    debt.write({"app/services/s3.py": "", "rules.toml": RULES})
    result = debt.run("--archguard-config", "rules.toml", "-k", "layering")
    assert "mend: archguard prune --config rules.toml" in result.stdout.str()


def test_workers_agree(debt: Any) -> None:
    pytest.importorskip("xdist")
    debt.write({"app/services/s3.py": ""})
    result = debt.run("--archguard", "-n", "2", apart=True)
    assert outcomes(result) == {"failed": 2, "passed": 2}
    assert any("149 known (1 fewer)" in line for line in closing(result))


def test_a_rule_that_warns_is_driven_to_green_at_the_desk(new_project: NewProject) -> None:
    project = new_project(
        {
            "pyproject.toml": RULES + 'severity = "warn"\n',
            "app/__init__.py": "",
            "app/api.py": "X = 1\n",
            "app/services.py": "from app import api\n",
        }
    )
    assert outcomes(project.run("--archguard")) == {"passed": 4}
    assert outcomes(project.run("--archguard", "--archguard-strict")) == {"passed": 3, "failed": 1}
    assert outcomes(project.run("--archguard", "--archguard-strict", "--lf")) == {"failed": 1}
    project.write({"app/services.py": ""})
    assert outcomes(project.run("--archguard", "--archguard-strict", "--lf")) == {"passed": 1}


def test_a_moved_module_is_shown(new_project: NewProject) -> None:
    project = new_project(
        {
            "pyproject.toml": RULES,
            "app/__init__.py": "",
            "app/api.py": "X = 1\n",
            "app/services/__init__.py": "",
            "app/services/mail.py": "from app import api\n\n\ndef send():\n    pass\n",
        }
    )
    command(project, "accept", "--reason", "x")
    for arguments in (("init", "-q"), ("add", "-A"), ("-c", "user.name=t", "-c", "user.email=t", "commit", "-qm", "x")):
        project.pytester.run("git", *arguments)
    (project.root / "app/services/mail.py").rename(project.root / "app/services/post.py")
    assert closing(project.run("--archguard")) == snapshot(
        [
            "layering  layers  1 known",
            "  moved: app.services.mail -> app.services.post (1 entry; archguard prune writes",
            "    the new name)",
            "0 new, 1 known, 4 modules, 1 import",
        ]
    )


def test_the_gate_is_an_option(debt: Any) -> None:
    result = debt.run("--archguard", "--archguard-base", "main", "-k", "baseline")
    assert outcomes(result) == {"failed": 1, "deselected": 3}
    assert "cannot verify against main" in result.stdout.str()
    result = debt.run("--archguard", "--archguard-base", "main", "--archguard-allow-growth", "-k", "baseline")
    assert outcomes(result) == {"passed": 1, "deselected": 3}
    assert debt.run("--archguard", "--archguard-base", "").ret == pytest.ExitCode.USAGE_ERROR


def test_a_check_never_writes_the_baseline(debt: Any) -> None:
    debt.write({"app/services/s3.py": "", "app/services/more.py": UP})
    before = (debt.root / "archguard-baseline.jsonl").read_bytes()
    debt.run("--archguard")
    assert (debt.root / "archguard-baseline.jsonl").read_bytes() == before


def test_a_broken_baseline_is_named_by_line(debt: Any) -> None:
    path = debt.root / "archguard-baseline.jsonl"
    path.write_text(path.read_text().replace('"rule": "layering"', '"rule": "layring"', 1) + "<<<<<<< HEAD\n")
    result = debt.run("--archguard", "-k", "baseline")
    start = next(n for n, line in enumerate(result.outlines) if line.startswith("baseline: "))
    end = next(n for n, line in enumerate(result.outlines) if n > start and line.startswith("="))
    assert "\n".join(result.outlines[start:end]) == snapshot("""\
baseline: 2 new violations

  archguard-baseline.jsonl cannot be read as it is

  line 152 holds merge conflict markers; keep the lines of both sides, delete the markers
      archguard-baseline.jsonl:152

  archguard-baseline.jsonl has entries of rules that do not exist

  line 2 names a rule "layring" that does not exist, in 1 entry (did you mean "layering"?)
      archguard-baseline.jsonl:2
      -> archguard prune layring removes them; if the rule was renamed: renamed_from = "layring"\
""")
