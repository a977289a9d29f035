"""The pipelines in the documentation are what the services accept, as far as their schemas know."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
BLOCK = re.compile(r"<!-- tested: (?P<schema>[a-z-]+) -->\n```yaml\n# (?P<path>\S+)\n(?P<text>.*?)```", re.S)
EXAMPLES = {match["schema"]: match for match in BLOCK.finditer((REPOSITORY / "docs" / "ci.md").read_text("utf-8"))}
SCHEMAS = {"github-workflows": "vendor.github-workflows", "gitlab-ci": "vendor.gitlab-ci"}


def check(*arguments: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", *arguments]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_pipeline_is_valid(schema: str, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    file = tmp_path / "pipeline.yml"
    file.write_text(EXAMPLES[schema]["text"], encoding="utf-8")
    check("--builtin-schema", SCHEMAS[schema], str(file))


def test_our_own_workflow_is_valid() -> None:
    pytest.importorskip("check_jsonschema")
    check("--builtin-schema", SCHEMAS["github-workflows"], *map(str, (REPOSITORY / ".github/workflows").glob("*.yml")))


def test_the_commands_in_the_pipelines_have_options_that_exist() -> None:
    from pytest_archguard.plugin import _OPTIONS

    flags = {flag for flag, _ in _OPTIONS}
    for match in EXAMPLES.values():
        used = set(re.findall(r"--archguard[a-z-]*", match["text"]))
        assert used <= flags


def test_the_hook_for_pre_commit_is_the_documented_one() -> None:
    hook = (REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8")
    (entry,) = re.findall(r"entry: (.*)", hook)
    assert f"entry: {entry}" in EXAMPLES["pre-commit"]["text"]


def test_what_the_hook_runs_fails_on_a_violation(pytester: pytest.Pytester) -> None:
    pytester.makepyprojecttoml('[[tool.archguard.acyclic]]\nid = "no-cycles"\n')
    pytester.makepyfile(a="import b", b="import a", conftest="raise SystemExit('never loaded')")
    entry = re.findall(r"entry: (.*)", EXAMPLES["pre-commit"]["text"])[0].split()
    result = pytester.run(sys.executable, *entry[1:])
    assert result.ret == 1
    result.stdout.fnmatch_lines(["FAILED pyproject.toml::no-cycles*"])
