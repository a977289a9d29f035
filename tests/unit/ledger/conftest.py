"""A project on disk whose rules are judged, accepted and pruned without pytest."""

from __future__ import annotations

import json
import shutil
import subprocess
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.cli.main import main
from pytest_archguard.ledger.ledger import Gate
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.configuration import load_configuration

TODAY = date(2026, 11, 21)

LAYERS = """
[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]
"""


@dataclass
class Ledgered:
    """The folder, and what is done in it."""

    root: Path
    capture: pytest.CaptureFixture[str]

    def write(self, files: Mapping[str, str]) -> Ledgered:
        for path, text in files.items():
            file = self.root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text), encoding="utf-8")
        return self

    def rules(self, toml: str) -> Ledgered:
        return self.write({"pyproject.toml": '[tool.archguard]\npackages = ["app"]\n' + textwrap.dedent(toml)})

    def judge(self, rule_id: str, gate: Gate | None = None, today: date = TODAY) -> RuleResult:
        options = RunOptions(cache=False, today=today, gate=gate or Gate())
        return Analysis(load_configuration(self.root / "pyproject.toml"), None, options).judge(rule_id)

    def command(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, standard output and standard error of `archguard` with these arguments."""
        self.capture.readouterr()
        code = main(arguments)
        return code, *self.capture.readouterr()

    def accept(self, *arguments: str) -> None:
        code, _, err = self.command("accept", "--reason", "known since we look", *arguments)
        assert code == 0, err

    def prune(self, *arguments: str) -> str:
        code, out, err = self.command("prune", *arguments)
        assert code == 0, err
        return out

    @property
    def baseline(self) -> Path:
        return self.root / "archguard-baseline.jsonl"

    @property
    def entries(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.baseline.read_text("utf-8").splitlines()[1:]]

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main")
        command = ("git", *identity, *arguments)
        return subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout

    def commit(self) -> None:
        if not (self.root / ".git").exists():
            self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "state", "--allow-empty")


@pytest.fixture
def ledgered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Ledgered:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)
    return Ledgered(tmp_path, capsys)


@pytest.fixture
def layered(ledgered: Ledgered) -> Callable[..., Ledgered]:
    """A project with the rule `layering` and services of these sources: `layered(mail="import app.api.routes")`."""

    def build(**services: str) -> Ledgered:
        files = {f"app/services/{name}.py": source for name, source in services.items()}
        packages = {"app/__init__.py": "", "app/api/__init__.py": "", "app/services/__init__.py": ""}
        return ledgered.rules(LAYERS).write({**packages, "app/api/routes.py": "X = 1\n", **files})

    return build


@pytest.fixture(autouse=True, scope="session")
def _git_is_there() -> None:
    if shutil.which("git") is None:
        pytest.fail("these tests need git")
