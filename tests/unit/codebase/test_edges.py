"""Edges that were kept say what resolving everything anew says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pytest_archguard.codebase import edges
from pytest_archguard.codebase.cache import FactCache
from pytest_archguard.codebase.codebase import read_codebase
from pytest_archguard.codebase.layout import discover
from pytest_archguard.codebase.resolve import Resolver

LONG_AGO = 1_600_000_000


class Project:
    """A project on disk, read with a cache and without."""

    def __init__(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.resolved: list[str] = []
        original = Resolver.targets

        def spying(resolver: Resolver, module, statements):  # type: ignore[no-untyped-def]
            self.resolved.append(module.name)
            return original(resolver, module, statements)

        monkeypatch.setattr(Resolver, "targets", spying)

    def write(self, path: str, source: str) -> None:
        file = self.root / path
        file.parent.mkdir(exist_ok=True)
        file.write_text(source)
        os.utime(file, (LONG_AGO, LONG_AGO))

    def edges(self, cache: bool = True, exclude: tuple[str, ...] = ()) -> tuple[set[tuple[str, str, int]], int]:
        self.resolved.clear()
        kept = FactCache(self.root / ".archguard_cache") if cache else None
        codebase = read_codebase(discover(self.root, exclude=exclude), (), None, kept)
        names = codebase.node_names
        return {(names[a], names[b], bits) for a, b, bits in codebase.edges}, codebase.import_count


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    made = Project(tmp_path, monkeypatch)
    made.write("app/__init__.py", "")
    made.write("app/a.py", "import os, app.b\ndef f():\n    from app import c\n")
    made.write("app/b.py", "from app import later\nfrom . import a\n")
    made.write("app/c.py", "import app.c\nif TYPE_CHECKING:\n    from app.a import x\n")
    return made


def test_what_has_not_changed_is_not_resolved_again(project: Project) -> None:
    first = project.edges()
    assert project.resolved == ["app", "app.a", "app.b", "app.c"]
    assert first == (
        {
            ("app.a", "app.b", 1),
            ("app.a", "app.c", 2),
            ("app.b", "app", 1),
            ("app.b", "app.a", 1),
            ("app.c", "app.c", 1),
            ("app.c", "app.a", 4),
        },
        6,
    )
    assert project.edges() == first
    assert project.resolved == []


def test_a_changed_file_alone_is_resolved_again(project: Project) -> None:
    project.edges()
    project.write("app/b.py", "import app.c, app.a, json\n")
    assert project.edges() == project.edges(cache=False)
    project.write("app/b.py", "")
    found = project.edges()
    assert project.resolved == ["app.b"]
    assert found == project.edges(cache=False)


def test_a_new_module_changes_what_unchanged_files_import(project: Project) -> None:
    project.edges()
    project.write("app/later.py", "")
    found, _ = project.edges()
    assert ("app.b", "app.later", 1) in found
    assert ("app.b", "app", 1) not in found


def test_a_module_that_becomes_a_package_changes_what_its_dots_mean(project: Project) -> None:
    project.write("app/b.py", "from . import c\n")
    project.edges()
    (project.root / "app/b.py").unlink()
    project.write("app/b/__init__.py", "from . import c\n")
    found, _ = project.edges()
    assert ("app.b", "app.c", 1) not in found
    assert found == project.edges(cache=False)[0]


def test_a_module_that_is_excluded_is_no_target_any_more(project: Project) -> None:
    project.edges()
    found = project.edges(exclude=("app/c.py",))
    assert found == project.edges(cache=False, exclude=("app/c.py",))
    assert not any("app.c" in edge for edge in found[0])


def test_a_new_file_outside_the_code_base_takes_an_import_away(project: Project) -> None:
    project.write("other.py", "")
    before, _ = project.edges(exclude=("other.py", "app/[l]*.py"))
    assert ("app.b", "app", 1) in before
    project.write("app/later.py", "")
    after, _ = project.edges(exclude=("other.py", "app/[l]*.py"))
    assert before - after == {("app.b", "app", 1)}


def test_a_file_that_cannot_be_parsed_imports_nothing_until_it_is_mended(project: Project) -> None:
    project.edges()
    project.write("app/a.py", "import (")
    found, _ = project.edges()
    assert not any(importer == "app.a" for importer, _, _ in found)
    project.write("app/a.py", "import app.c\n")
    assert project.edges() == project.edges(cache=False)


def test_two_files_that_swap_their_contents_swap_their_imports(project: Project) -> None:
    first, second = (project.root / name for name in ("app/a.py", "app/c.py"))
    project.edges()
    one, other = first.read_text(), second.read_text()
    project.write("app/a.py", other)
    project.write("app/c.py", one)
    assert project.edges() == project.edges(cache=False)


def test_kept_edges_of_another_shape_are_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = project.edges()
    monkeypatch.setattr(edges, "_names_digest", lambda *_: b"another set of modules")
    assert project.edges() == expected
    assert project.resolved == ["app", "app.a", "app.b", "app.c"]
