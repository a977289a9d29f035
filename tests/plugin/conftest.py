"""A small project with one rule of every fate, and how to run pytest on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

# Plugins of the machine that runs these tests have no say in what they show.
QUIET = tuple(f"-pno:{name}" for name in ("anyio", "hypothesispytest", "inline_snapshot", "syrupy", "pytest_cov"))

RULES = """
[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]
because = "services run in workers too; they must not need the web layer"
fix = "move the shared helper down into app.core"

[[tool.archguard.forbidden]]
id = "api-away-from-services"
from = ["app.api"]
to = ["app.services"]

[[tool.archguard.forbidden]]
id = "soft"
from = ["app.services"]
to = ["app.api"]
severity = "warn"

[[tool.archguard.forbidden]]
id = "retired"
from = ["app.services"]
to = ["app.api"]
severity = "off"
"""


class Project:
    """Files below a folder, and pytest started in it."""

    def __init__(self, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
        self.pytester = pytester
        self.root = pytester.path
        self._monkeypatch = monkeypatch

    def write(self, files: dict[str, str]) -> Project:
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    def run(self, *arguments: str, cwd: str = ".", apart: bool = False) -> pytest.RunResult:
        """Runs pytest in the folder `cwd`; `apart`: in a process of its own."""
        self._monkeypatch.chdir(self.root / cwd)
        start = self.pytester.runpytest_subprocess if apart else self.pytester.runpytest_inprocess
        return start(*QUIET, *arguments)


@pytest.fixture
def new_project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, str]], Project]:
    """`new_project({"pyproject.toml": ...})`: these files and nothing else."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    monkeypatch.delenv("CI", raising=False)
    return Project(pytester, monkeypatch).write


@pytest.fixture
def project(new_project: Callable[[dict[str, str]], Project]) -> Project:
    """Seven rule items and two tests.

    The three that come without a table pass; of the four rules one fails, one passes, one warns and one is off.
    """
    return new_project(
        {
            "pyproject.toml": '[tool.pytest.ini_options]\n[tool.archguard]\npackages = ["app"]\n' + RULES,
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/routes.py": "ROUTES = {}\n",
            "app/services/__init__.py": "",
            "app/services/load.py": "def load():\n    from app.api.routes import ROUTES\n    return ROUTES\n",
            "tests/test_top.py": "def test_top():\n    pass\n",
            "tests/unit/test_deep.py": "def test_deep():\n    pass\n",
        }
    )


@pytest.fixture
def configure(project: Project) -> Callable[..., None]:
    """`configure(auto=True, ini='addopts = "-q"')`: the same rules with other settings."""

    def write(*, auto: bool = False, ini: str = "", rules: str = RULES) -> None:
        settings = f'[tool.archguard]\npackages = ["app"]\nauto = {str(auto).lower()}\n'
        text = f"[tool.pytest.ini_options]\n{ini}\n{settings}{rules}"
        (project.root / "pyproject.toml").write_text(text, encoding="utf-8")

    return write
