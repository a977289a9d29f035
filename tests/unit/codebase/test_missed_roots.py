"""A folder that the code takes for a source root, although it is none here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_archguard.check import Analysis
from pytest_archguard.rules.configuration import load_configuration

FLAT = {
    "backend/main.py": "import api.routes\nfrom store import rows\n",
    "backend/api/routes.py": "import store\n",
    "backend/store.py": "rows = []\n",
}


@pytest.fixture
def notes(tmp_path: Path) -> Callable[..., tuple[str, ...]]:
    """What the item `readable` has to note about files given as `path -> source`."""

    def judge(files: dict[str, str], table: str = "") -> tuple[str, ...]:
        for path, source in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(source, encoding="utf-8")
        (tmp_path / "pyproject.toml").write_text(f"[tool.archguard]\n{table}", encoding="utf-8")
        result = Analysis(load_configuration(tmp_path / "pyproject.toml"), {"readable"}).judge("readable")
        assert result.outcome == "passed"
        return result.notes

    return judge


def test_a_flat_application_below_a_folder_is_noted(notes: Callable[..., tuple[str, ...]]) -> None:
    assert notes(FLAT) == (
        "backend looks like a source root: `import store` (backend/api/routes.py:1) and 2 more there names what is in "
        'it, but counts as an import from outside; write source_roots = ["backend"] in [tool.archguard]',
    )


def test_the_line_to_write_ends_the_note(notes: Callable[..., tuple[str, ...]]) -> None:
    assert notes(FLAT, 'source_roots = ["backend"]\n') == ()


def test_two_services_are_noted_each(notes: Callable[..., tuple[str, ...]]) -> None:
    found = notes({f"services/{name}/svc/{file}.py": "import svc.x\n" for name in "ab" for file in "xy"})
    assert [note.partition(" ")[0] for note in found] == ["services/a", "services/b"]
    assert all(note.endswith("or a rules file of its own for each such folder") for note in found)


def test_a_package_outside_that_has_the_name_of_a_module_is_no_sign(notes: Callable[..., tuple[str, ...]]) -> None:
    module = {"app/rabbit_q.py": "from rabbit_q import Queue\n", "app/tasks.py": "import rabbit_q\n"}
    package = {"app/rabbit_r/__init__.py": "from rabbit_r.queues import Queue\n"}
    folder = {"app/rabbit_s/queues.py": "", "app/more.py": "from rabbit_s import Queue\n"}
    assert notes(module | package | folder) == ()


def test_installed_and_declared_packages_are_no_sign(notes: Callable[..., tuple[str, ...]]) -> None:
    files = {
        "app/pytest.py": "",
        "app/json.py": "",
        "app/rabbit_q.py": "",
        "app/a.py": "import pytest, json, rabbit_q\n",
    }
    assert notes(files, '[project]\nname = "a"\nversion = "1"\ndependencies = ["rabbit-q"]\n') == ()


def test_imports_by_the_full_name_are_no_sign(notes: Callable[..., tuple[str, ...]]) -> None:
    assert notes({"app/a.py": "from app import b\nfrom . import b\nimport c\n", "app/b.py": ""}) == ()
