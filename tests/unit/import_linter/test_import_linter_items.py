"""Contracts as pytest shows them."""

from __future__ import annotations

import pytest
from importlinter.contracts.layers import LayersContract

# Early releases do not know the key and refuse it.
KNOWS_GUIDANCE = hasattr(LayersContract, "broken_contract_guidance")
GUIDANCE = "broken_contract_guidance = Ask the [core] team.\n"

CONTRACTS = """\
[importlinter]
root_packages =
    app
    tests

[importlinter:contract:layers]
name = Layers [core]
type = layers
layers =
    app.api
    app.core
broken_contract_guidance = Ask the [core] team.

[importlinter:contract:tests-stay-out]
name = Nobody imports the tests
type = forbidden
source_modules = app
forbidden_modules = tests
ignore_imports = app.core -> tests.gone
unmatched_ignore_imports_alerting = warn

[importlinter:contract:typo]
name = Typo
type = layers
layers = app.apy
"""


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with three contracts: one broken, one kept with a warning, one that cannot be judged."""
    files = {
        "pyproject.toml": "[tool.archguard]\n",
        ".importlinter": CONTRACTS,
        "app/__init__.py": "",
        "app/api.py": "raise SystemExit('imported')\n",
        "app/core.py": "from app import api\n",
        "tests/__init__.py": "",
        "tests/helper.py": "import app.core\n",
        "tests/test_x.py": "def test_x(): pass\n",
    }
    for path, text in files.items():
        file = pytester.path / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(text if KNOWS_GUIDANCE else text.replace(GUIDANCE, ""), encoding="utf-8")
    return pytester


def test_an_empty_table_is_enough_to_own_the_contracts(project: pytest.Pytester) -> None:
    run = project.runpytest_subprocess("--archguard", "-p", "no:cacheprovider", "--collect-only", "-q")
    run.stdout.fnmatch_lines(
        [
            "pyproject.toml::il-layers",
            "pyproject.toml::il-tests-stay-out",
            "pyproject.toml::il-typo",
            "tests/test_x.py*",
        ]
    )


def test_each_contract_passes_or_fails_by_itself(project: pytest.Pytester) -> None:
    run = project.runpytest_subprocess("pyproject.toml", "-p", "no:cacheprovider", "-k", "import_linter")
    run.stdout.fnmatch_lines(
        [
            "import_linter il-layers: 1 new violation",
            "  app.core may not import app.api",
            "  app.core -> app.api",
            "      app/core.py:1  from app import api",
            *(["  fix: Ask the [[]core] team."] if KNOWS_GUIDANCE else []),
            '  the contract "Typo" in .importlinter cannot be checked: Missing layer',
            '*did you mean "app.api"?)',
            "il-tests-stay-out  import_linter*",
            "*warning: No matches for ignored import app.core -> tests.gone.",
        ]
    )
    assert run.parseoutcomes()["passed"] == 1


def test_contracts_can_be_left_to_import_linter(project: pytest.Pytester) -> None:
    (project.path / "pyproject.toml").write_text('[tool.archguard]\nimport_linter = "off"\n')
    run = project.runpytest_subprocess("--archguard", "-p", "no:cacheprovider", "--collect-only", "-q")
    run.stdout.no_fnmatch_line("*::il-*")


def test_a_misspelt_section_is_a_usage_error(project: pytest.Pytester) -> None:
    (project.path / ".importlinter").unlink()
    (project.path / "setup.cfg").write_text(CONTRACTS.replace("importlinter", "import-linter"))
    run = project.runpytest_subprocess("--archguard", "-p", "no:cacheprovider")
    assert run.ret == pytest.ExitCode.USAGE_ERROR
    run.stderr.fnmatch_lines(["*setup.cfg [[]import-linter]: nobody reads this section*"])
