"""`--archguard-json`: what is written when, and that it is what the schema says."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from pytest_archguard.model import Result
from pytest_archguard.report.document import schema


def written(project: Any, *arguments: str, cwd: str = ".", apart: bool = False) -> dict[str, Any]:
    project.run("--archguard", "--archguard-json=out/result.json", *arguments, cwd=cwd, apart=apart)
    document: dict[str, Any] = json.loads((project.root / cwd / "out/result.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema()).validate(document)
    return document


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {rule["id"]: rule["outcome"] for rule in document["rules"] if rule["kind"] != "builtin"}


def test_every_rule_is_in_it(project: Any) -> None:
    document = written(project)
    assert outcomes(document) == {
        "layering": "failed",
        "api-away-from-services": "passed",
        "soft": "passed",
        "retired": "off",
    }
    assert (document["version"], document["tool"], document["root"]) == (1, "pytest-archguard", ".")
    assert document["partial"] is False
    assert document["summary"]["new"] == 2
    layering = next(rule for rule in document["rules"] if rule["id"] == "layering")
    assert layering["violations"][0]["sites"] == [
        {"path": "app/services/load.py", "line": 2, "column": 5, "source": "from app.api.routes import ROUTES"}
    ]
    assert json.loads(json.dumps(Result.from_json(document).to_json())) == document


def test_it_is_written_when_all_is_well(project: Any) -> None:
    project.write({"app/services/load.py": ""})
    assert set(outcomes(written(project)).values()) == {"passed", "off"}


def test_every_violation_is_in_it_however_few_are_shown(project: Any) -> None:
    imports = "".join(f"import app.api.routes{n}\n" for n in range(30))
    project.write({"app/services/load.py": imports, **{f"app/api/routes{n}.py": "" for n in range(30)}})
    document = written(project, "--archguard-show=1")
    assert len(next(rule for rule in document["rules"] if rule["id"] == "layering")["violations"]) == 30


@pytest.mark.parametrize(
    ("arguments", "run"),
    [
        (("-k", "layering"), {"layering"}),
        (("-x",), {"layering"}),
        (("-k", "test_top"), set()),
        (("pyproject.toml::soft",), {"soft"}),
    ],
)
def test_what_did_not_run_is_said_so(project: Any, arguments: tuple[str, ...], run: set[str]) -> None:
    document = written(project, *arguments)
    assert document["partial"] is True
    found = outcomes(document)
    assert {name for name, outcome in found.items() if outcome not in ("not_run", "off")} == run


def test_paths_in_it_are_relative_to_the_root_it_names(project: Any) -> None:
    document = written(project, cwd="tests/unit")
    assert document["root"] == "../.."
    layering = next(rule for rule in document["rules"] if rule["id"] == "layering")
    assert layering["violations"][0]["sites"][0]["path"] == "app/services/load.py"


def test_a_run_that_is_interrupted_leaves_a_whole_document(project: Any) -> None:
    project.write({"tests/test_top.py": "def test_top():\n    raise KeyboardInterrupt\n"})
    assert written(project, apart=True)["partial"] is False


def test_an_analysis_that_is_interrupted_leaves_a_whole_document(project: Any) -> None:
    project.write(
        {
            "conftest.py": (
                "from pytest_archguard.check import Analysis\n"
                "def interrupted(*_):\n"
                "    raise KeyboardInterrupt\n"
                "Analysis.prepare = interrupted\n"
            )
        }
    )
    document = written(project, apart=True)
    assert document["partial"] is True
    assert set(outcomes(document).values()) == {"not_run", "off"}
    assert sorted(path.name for path in (project.root / "out").iterdir()) == ["result.json"]


def test_nothing_is_written_where_nothing_is_run(project: Any, configure: Any) -> None:
    project.run("--archguard", "--archguard-json=result.json", "--co")
    project.run("--archguard", "--archguard-json=result.json", "nonexistent.py")
    configure(auto=True, ini='addopts = "--archguard-json=result.json"')
    project.run("tests/unit")
    assert not (project.root / "result.json").exists()


def test_a_document_that_cannot_be_written_in_the_end_fails_the_run(project: Any) -> None:
    project.write(
        {
            "app/services/load.py": "",
            "tests/test_top.py": "import os\ndef test_top():\n    os.mkdir('result.json')\n",
        }
    )
    result = project.run("--archguard", "--archguard-json=result.json")
    assert result.ret == 4
    result.stdout.fnmatch_lines(["--archguard-json: *result.json: cannot be written: *"])
