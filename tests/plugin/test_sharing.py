"""Under pytest-xdist the code base is analysed once, whatever happens to the workers."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

# Every analysis leaves a line; the code base is "read" by the real thing.
SPY = """
import os, pathlib
from pytest_archguard.check import Analysis
log = pathlib.Path(__file__).with_name("analyses.txt")
prepare = Analysis.prepare
def counted(self, progress=None):
    if self._codebase is None:
        with log.open("a") as file:
            print(os.getpid(), file=file)
        FATE
    prepare(self, progress)
Analysis.prepare = counted
"""

DIES_ONCE = "len(log.read_text().split()) > 1 or os._exit(1)"


@pytest.fixture
def spied(project: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The project with many rules, so that every worker gets some; temporary files are put aside."""
    rules = "".join(
        f'[[tool.archguard.forbidden]]\nid = "more-{n}"\nfrom = ["app.api"]\nto = ["app.services"]\n' for n in range(12)
    )
    path = project.root / "pyproject.toml"
    path.write_text(path.read_text() + rules)
    project.write({"conftest.py": SPY.replace("FATE", "pass")})
    (project.root / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(project.root / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return project


def analyses(project: Any) -> int:
    return len((project.root / "analyses.txt").read_text().split())


@pytest.mark.parametrize("mode", ["load", "loadfile", "loadgroup", "worksteal"])
def test_one_analysis_whatever_the_distribution(spied: Any, mode: str) -> None:
    result = spied.run("--archguard", "-n2", f"--dist={mode}", "--archguard-json=out.json", apart=True)
    result.assert_outcomes(failed=1, passed=19, skipped=1)
    assert analyses(spied) == 1
    document = json.loads((spied.root / "out.json").read_text())
    assert document["partial"] is False
    assert document["summary"]["new"] == 2
    assert document["summary"]["modules"] == 5
    result.stdout.fnmatch_lines(["*= archguard =*", "2 new, 5 modules, 1 import examined in *"])
    assert list((spied.root / "temporary").glob("archguard-*")) == []


def test_every_worker_may_run_every_rule(spied: Any) -> None:
    result = spied.run("--archguard", "--tx=2*popen", "--dist=each", "--archguard-json=out.json", apart=True)
    result.assert_outcomes(failed=2, passed=38, skipped=2)
    assert analyses(spied) == 1
    assert json.loads((spied.root / "out.json").read_text())["summary"]["new"] == 2


def test_the_result_is_that_of_one_process(spied: Any) -> None:
    documents = []
    for arguments in ((), ("-n2",)):
        spied.run("--archguard", "--archguard-json=out.json", *arguments, apart=True)
        document = json.loads((spied.root / "out.json").read_text())
        document["summary"].pop("seconds")
        for rule in document["rules"]:
            rule.pop("seconds")
        documents.append(document)
    assert documents[0] == documents[1]


def test_a_worker_killed_while_it_analyses_takes_only_its_item_along(spied: Any) -> None:
    spied.write({"conftest.py": SPY.replace("FATE", DIES_ONCE)})
    result = spied.run("--archguard", "-n2", "--archguard-json=out.json", apart=True)
    outcomes = result.parseoutcomes()
    assert outcomes["failed"] == 2  # the rule, and the item the worker died in
    assert analyses(spied) == 2
    document = json.loads((spied.root / "out.json").read_text())
    lost = [rule["id"] for rule in document["rules"] if rule["outcome"] == "not_run"]
    assert len(lost) <= 1
    assert document["summary"]["new"] == 2


def test_a_code_base_that_cannot_be_analysed_is_tried_once(spied: Any) -> None:
    path = spied.root / "pyproject.toml"
    path.write_text('[tool.archguard]\nsource_roots = ["empty"]\nimport_linter = "off"\n')
    (spied.root / "empty").mkdir()
    result = spied.run("--archguard", "-n2", "--archguard-json=out.json", apart=True)
    result.assert_outcomes(errors=3, passed=2)
    assert analyses(spied) == 1
    document = json.loads((spied.root / "out.json").read_text())
    assert {rule["outcome"] for rule in document["rules"]} == {"error"}
    assert "no Python modules were found" in document["rules"][0]["error"]


def test_rules_that_are_not_wanted_are_not_wanted_by_workers(spied: Any) -> None:
    spied.run("-n2", apart=True).assert_outcomes(passed=2)
    spied.run("--archguard", "-n2", "-k", "test_top", apart=True).assert_outcomes(passed=1)
    assert not (spied.root / "analyses.txt").exists()


def test_a_lock_is_free_when_its_holder_is_gone(tmp_path: Path) -> None:
    import subprocess
    import sys

    from pytest_archguard.plugin.lock import locked

    code = (
        "import os, sys, pathlib\n"
        "from pytest_archguard.plugin.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n"
        "    os._exit(0)\n"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "lock")], check=True)
    with locked(tmp_path / "lock"):
        pass


def test_a_lock_keeps_others_out(tmp_path: Path) -> None:
    import threading

    from pytest_archguard.plugin.lock import locked

    order: list[str] = []

    def second() -> None:
        with locked(tmp_path / "lock"):
            order.append("second")

    with locked(tmp_path / "lock"):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)
    assert order == ["first", "second"]
