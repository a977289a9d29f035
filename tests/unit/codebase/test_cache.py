"""The cache may cost time when something is odd; it may never change what is known about a file."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.codebase import reading
from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.code.signatures import DECORATORS
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.layout import discover
from pytest_archguard.codebase.worker import extract_here
from pytest_archguard.codebase.workers import _shares, extract_all
from pytest_archguard.model import Module

LONG_AGO = 1_600_000_000


class Project:
    """A small project on disk whose files are old enough for their stat to be trusted."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.folder = root / ".archguard_cache"
        self.extracted: list[str] = []
        original = reading.extract_all

        def spying(root: Path, files: Any, facts: Any, done: Any) -> Any:
            self.extracted = sorted(module.path for module, _ in files)
            return original(root, files, facts, done)

        monkeypatch.setattr(reading, "extract_all", spying)

    def write(self, path: str, source: str, mtime: int = LONG_AGO) -> None:
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(source)
        os.utime(file, (mtime, mtime))

    def read(self, cache: bool = True) -> Codebase:
        return read_codebase(discover(self.root), (), None, FactCache(self.folder) if cache else None)

    def targets(self, cache: bool = True) -> dict[str, list[str | None]]:
        codebase = self.read(cache)
        return {name: [i.module for i in codebase.imports_of(name)] for name in codebase.names}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path, monkeypatch)
    made.write("app/__init__.py", "")
    made.write("app/a.py", "import app.b")
    made.write("app/b.py", "import os")
    return made


def test_a_second_run_extracts_nothing(project: Project) -> None:
    first = project.targets()
    assert project.extracted == ["app/__init__.py", "app/a.py", "app/b.py"]
    assert project.targets() == first
    assert project.extracted == []


def test_a_changed_file_alone_is_extracted_again(project: Project) -> None:
    project.targets()
    project.write("app/b.py", "import re")
    assert project.targets()["app.b"] == ["re"]
    assert project.extracted == ["app/b.py"]


def test_a_change_that_keeps_size_and_modification_time_is_seen(project: Project) -> None:
    project.targets()
    project.write("app/b.py", "import re")
    assert project.targets()["app.b"] == ["re"]
    project.write("app/b.py", "import io")
    assert project.targets()["app.b"] == ["io"]


def test_a_change_in_the_tick_of_the_clock_in_which_a_file_was_read_is_seen(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time_ns()
    monkeypatch.setattr(reading, "stat_of", lambda _: (9, now, now, 1))
    assert project.targets()["app.b"] == ["os"]
    project.write("app/b.py", "import re")
    assert project.targets()["app.b"] == ["re"]


def later(project: Project, monkeypatch: pytest.MonkeyPatch, codebase: Codebase) -> list[str]:
    """The files that are read to know the decorators, which no rule asked for before."""
    read: list[str] = []
    original = reading.extract_digested

    def spying(read_file: Any, modules: Any, facts: Any) -> Any:
        read.extend(module.path for module in modules)
        return original(read_file, modules, facts)

    monkeypatch.setattr(reading, "extract_digested", spying)
    found = dict(codebase.facts_of(list(codebase.modules.values()), DECORATORS))
    monkeypatch.setattr(reading, "extract_digested", original)
    assert found[codebase.module("app.a")] == ("cached",)
    return read


def test_what_is_asked_for_late_is_kept_as_well(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("app/a.py", "@cached\ndef f(): pass\n")
    assert later(project, monkeypatch, project.read()) == ["app/__init__.py", "app/a.py", "app/b.py"]
    assert later(project, monkeypatch, project.read()) == []
    project.write("app/b.py", "import sys", LONG_AGO + 1)
    assert later(project, monkeypatch, project.read()) == ["app/b.py"]


def test_what_a_file_says_that_changes_during_a_run_is_not_kept_for_what_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write("app/a.py", "@other\ndef f(): pass\n")
    codebase = project.read()
    project.write("app/a.py", "@cached\ndef f(): pass\n")
    later(project, monkeypatch, codebase)
    project.write("app/a.py", "@other\ndef f(): pass\n", LONG_AGO + 2)
    codebase = project.read()
    assert dict(codebase.facts_of([codebase.module("app.a")], DECORATORS)) == {codebase.module("app.a"): ("other",)}


def test_a_new_time_on_the_same_content_extracts_nothing(project: Project) -> None:
    project.targets()
    project.write("app/b.py", "import os", mtime=LONG_AGO + 50)
    assert project.targets()["app.b"] == ["os"]
    assert project.extracted == []


def test_a_renamed_file_is_known_by_its_content(project: Project) -> None:
    project.targets()
    (project.root / "app/b.py").rename(project.root / "app/c.py")
    assert project.targets()["app.c"] == ["os"]
    assert project.extracted == []


def test_an_added_module_changes_what_unchanged_importers_mean(project: Project) -> None:
    project.write("app/a.py", "from app import later")
    assert [i.imported for i in project.read().imports_of("app.a")] == ["app"]
    project.write("app/later.py", "x = 1")
    assert [i.imported for i in project.read().imports_of("app.a")] == ["app.later"]
    assert project.extracted == ["app/later.py"]


def test_a_file_that_does_not_parse_is_remembered_as_such(project: Project) -> None:
    project.write("app/b.py", "def broken(:")
    faults = project.read().unreadable
    assert [(fault.path, fault.line) for fault in faults] == [("app/b.py", 1)]
    assert project.read().unreadable == faults
    assert project.extracted == []


@pytest.mark.parametrize("damage", ["truncate", "flip", "empty", "foreign", "folder"])
def test_a_damaged_cache_is_a_miss(project: Project, damage: str) -> None:
    expected = project.targets()
    for file in project.folder.glob("*.bin"):
        content = bytearray(file.read_bytes())
        if damage == "truncate":
            file.write_bytes(content[: len(content) // 2])
        elif damage == "flip":
            content[-5] ^= 0xFF
            file.write_bytes(content)
        elif damage == "empty":
            file.write_bytes(b"")
        elif damage == "foreign":
            file.write_bytes(b"PK\x03\x04" + bytes(200))
        else:
            file.unlink()
            file.mkdir()
    assert project.targets() == expected


def test_a_cache_that_cannot_be_written_is_named_once_and_harms_nothing(project: Project) -> None:
    project.folder.write_text("a file where the folder should be")
    codebase = project.read()
    assert codebase.names == ("app", "app.a", "app.b")
    assert codebase.edges
    assert codebase.note == f"nothing was cached: {project.folder} cannot be written (File exists)"


def test_a_removed_file_leaves_the_cache(project: Project) -> None:
    project.targets()
    size = max(file.stat().st_size for file in project.folder.glob("imports*.bin"))
    (project.root / "app/b.py").unlink()
    (project.root / "app/a.py").unlink()
    project.write("app/c.py", "y = 2")
    assert project.targets() == {"app": [], "app.c": []}
    assert max(file.stat().st_size for file in project.folder.glob("imports*.bin")) < size


def test_the_cache_folder_is_ignored_by_git(project: Project) -> None:
    project.targets()
    assert "*" in (project.folder / ".gitignore").read_text().splitlines()


def test_runs_at_once_leave_a_cache_that_serves(project: Project) -> None:
    for number in range(60):
        project.write(f"app/m{number}.py", f"import app.m{(number * 7) % 60}\nimport os\n")
    code = (
        "from pathlib import Path; from pytest_archguard.codebase.cache import FactCache;"
        "from pytest_archguard.codebase.codebase import read_codebase;"
        "from pytest_archguard.codebase.layout import discover;"
        f"root = Path({str(project.root)!r});"
        "c = read_codebase(discover(root), (), None, FactCache(root / '.archguard_cache'));"
        "print(len(list(c.edges)))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = {process.communicate()[0] for process in running}
    assert len(outputs) == 1
    assert project.targets() == project.targets(cache=False)
    project.targets()
    assert project.extracted == []


# Worker processes


def modules_of(root: Path, count: int = 30) -> list[tuple[Module, int]]:
    found = []
    for number in range(count):
        file = root / f"m{number}.py"
        file.write_text(f"import m{number + 1}\n" + "x = [1, 2, 3]\n" * 200)
        found.append((Module(f"m{number}", f"m{number}.py"), file.stat().st_size))
    (root / "bad.py").write_text("def broken(:")
    return [*found, (Module("bad", "bad.py"), 12), (Module("gone", "gone.py"), 9)]


def facts_by_path(extracted: Any) -> dict[str, Any]:
    return {module.path: (digest, found) for module, digest, found in extracted}


def test_workers_find_what_one_process_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = modules_of(tmp_path)
    alone = facts_by_path(extract_here(tmp_path, [module for module, _ in files], [IMPORTS]))
    monkeypatch.setattr("pytest_archguard.codebase.workers.WORTHWHILE", 10_000)
    monkeypatch.setattr("pytest_archguard.codebase.workers._STARTING", 0)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1, 2}, raising=False)
    counts: list[int] = []
    shared = facts_by_path(extract_all(tmp_path, files, [IMPORTS], counts.append))
    assert shared == alone
    assert counts[-1] == len(files)


def test_what_a_killed_worker_did_not_deliver_is_done_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = modules_of(tmp_path)
    alone = facts_by_path(extract_here(tmp_path, [module for module, _ in files], [IMPORTS]))
    monkeypatch.setattr("pytest_archguard.codebase.workers.WORTHWHILE", 10_000)
    monkeypatch.setattr("pytest_archguard.codebase.workers._STARTING", 0)
    monkeypatch.setattr("os.sched_getaffinity", lambda _: {0, 1}, raising=False)
    monkeypatch.setattr("pytest_archguard.codebase.workers._COMMAND", "raise SystemExit(3)  # {path!r}")
    assert facts_by_path(extract_all(tmp_path, files, [IMPORTS], lambda _: None)) == alone


def test_a_few_small_files_start_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.Popen", lambda *_, **__: pytest.fail("a process was started"))
    assert len(list(extract_all(tmp_path, modules_of(tmp_path, 5), [IMPORTS], lambda _: None))) == 7


def test_other_processes_get_less_by_what_is_read_while_they_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_archguard.codebase.workers._STARTING", 3_000)
    files = [(Module(f"m{number}", f"m{number}.py"), 500) for number in range(20)]
    assert [len(share) for share in _shares(files, 3)] == [9, 6, 5]
    assert [len(share) for share in _shares(files[:2], 3)] == [2, 0, 0]
