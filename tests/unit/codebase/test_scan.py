"""The walk over the disk: what is passed over, and what strange folders do to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.codebase.codebase import read_codebase
from pytest_archguard.codebase.layout import Layout, discover
from pytest_archguard.errors import ConfigurationError


def make(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def names(found: Layout) -> list[str]:
    return [module.name for module in found.modules]


def reasons(found: Layout) -> dict[str, str]:
    return {left_out.path: left_out.reason for left_out in found.left_out}


@pytest.fixture
def can_link(tmp_path: Path) -> None:
    try:
        (tmp_path / "link").symlink_to(tmp_path)
    except OSError:
        pytest.skip("links cannot be made here")
    (tmp_path / "link").unlink()


def test_folders_that_hold_no_code_of_the_project_are_not_looked_into(tmp_path: Path) -> None:
    make(
        tmp_path,
        "app/a.py",
        "app/__pycache__/a.py",
        "app/node_modules/x.py",
        ".hidden/x.py",
        ".venv/x.py",
        "lib/site-packages/x.py",
        "app.egg-info/x.py",
        "build/lib/app/a.py",
        "dist/x.py",
    )
    assert names(discover(tmp_path, ["."])) == ["app.a"]


def test_a_virtual_environment_is_known_by_its_file_whatever_its_name(tmp_path: Path) -> None:
    make(
        tmp_path, "app/a.py", "environment/pyvenv.cfg", "environment/lib/x.py", "conda/conda-meta/history", "conda/x.py"
    )
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.a"]
    assert reasons(found) == {"conda": "a virtual environment", "environment": "a virtual environment"}


def test_packages_called_build_are_packages(tmp_path: Path) -> None:
    make(tmp_path, "build/__init__.py", "build/x.py", "app/build/y.py", "dist/z.py")
    assert names(discover(tmp_path, ["."])) == ["app.build.y", "build", "build.x"]
    assert names(discover(tmp_path, ["."], ["dist"])) == ["dist.z"]


def test_excluding_what_is_never_looked_into_is_no_mistake(tmp_path: Path) -> None:
    make(tmp_path, "app.py", "build/lib/x.py", ".venv/pyvenv.cfg", ".venv/lib/x.py")
    assert discover(tmp_path, ["."], exclude=["build/**", ".venv"]).problems == ()


@pytest.mark.usefixtures("can_link")
def test_a_folder_linked_into_itself_is_read_once(tmp_path: Path) -> None:
    make(tmp_path, "app/core/db.py")
    (tmp_path / "app/core/again").symlink_to(tmp_path / "app", target_is_directory=True)
    (tmp_path / "app/self").symlink_to(tmp_path / "app/self", target_is_directory=True)
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.core.db"]
    assert reasons(found) == {"app/core/again": "a link to a folder it is in"}


@pytest.mark.usefixtures("can_link")
def test_folders_that_link_to_each_other_end(tmp_path: Path) -> None:
    count = 12  # n folders that all link to each other have n! paths
    for one in range(count):
        make(tmp_path, f"f{one}/m.py")
        for other in range(count):
            (tmp_path / f"f{one}/to{other}").symlink_to(tmp_path / f"f{other}", target_is_directory=True)
    found = discover(tmp_path, ["."])
    assert {f"f{one}.m" for one in range(count)} <= set(names(found))
    assert len(found.modules) < count**3


@pytest.mark.usefixtures("can_link")
def test_a_linked_folder_is_read_under_the_name_of_the_link(tmp_path: Path) -> None:
    make(tmp_path, "elsewhere/pkg/x.py", "root/app/a.py")
    (tmp_path / "root/app/linked").symlink_to(tmp_path / "elsewhere/pkg", target_is_directory=True)
    assert names(discover(tmp_path / "root", ["."])) == ["app.a", "app.linked.x"]


@pytest.mark.usefixtures("can_link")
def test_a_dangling_link_cannot_be_read(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py")
    (tmp_path / "app/gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "app/loop.py").symlink_to(tmp_path / "app/loop.py")
    (tmp_path / "app/excluded.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "app/.#a.py").symlink_to("editor@host")  # as Emacs locks a file
    (tmp_path / "app/folder").symlink_to(tmp_path / "nowhere")
    codebase = read_codebase(discover(tmp_path, ["."], exclude=["app/excluded.py"]), ())
    assert [(fault.path, fault.message) for fault in codebase.unreadable] == [
        ("app/gone.py", "a dangling link"),
        ("app/loop.py", "a dangling link"),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py")
    os.mkfifo(tmp_path / "app/pipe.py")
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.a"]
    assert reasons(found) == {"app/pipe.py": "no regular file"}


def test_a_folder_called_like_a_module_is_a_folder(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py", "app/b.py/c.py")
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.a"]
    assert reasons(found) == {"app/b.py/c.py": "a folder with a dot in its name cannot be imported from"}


def test_a_folder_that_cannot_be_listed_is_a_fault_and_the_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "app/a.py", "app/secret/x.py", "other/b.py")
    listing = os.scandir

    def scandir(path: Any) -> Iterator[os.DirEntry[str]]:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied", path)
        return listing(path)  # type: ignore[return-value]

    monkeypatch.setattr(os, "scandir", scandir)
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.a", "other.b"]
    assert [(fault.path, fault.reason) for fault in found.unreadable] == [
        ("app/secret", "cannot be listed: Permission denied")
    ]


@pytest.mark.parametrize(
    ("folder", "options", "matters"),
    [
        ("secret", {}, True),
        ("app/secret", {"packages": ["app"]}, True),
        ("app/secret", {"packages": ["app.secret.deep"]}, True),
        ("app", {"packages": ["app.core"]}, True),
        ("data/secret", {"packages": ["app"]}, False),
        ("tests/secret", {"packages": ["app"], "tests": ["tests/**"]}, True),
        ("app/secret", {"exclude": ["app/secret/**"]}, False),
        ("app/secret", {"exclude": ["**/secret"]}, False),
    ],
)
def test_a_folder_that_cannot_be_listed_matters_if_its_modules_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, options: dict[str, list[str]], matters: bool
) -> None:
    make(tmp_path, "app/core/a.py", f"{folder}/x.py")
    listing = os.scandir

    def scandir(path: Any) -> Iterator[os.DirEntry[str]]:
        if Path(path) == tmp_path / folder:
            raise PermissionError(13, "Permission denied", path)
        return listing(path)  # type: ignore[return-value]

    monkeypatch.setattr(os, "scandir", scandir)
    assert bool(discover(tmp_path, ["."], **options).unreadable) == matters


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_name_that_cannot_be_shown_is_recorded(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py", "app/new\nline.py")
    with suppress(OSError):  # macOS takes UTF-8 only
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/app/\xff.py")).touch()
    found = discover(tmp_path, ["."])
    assert names(found) == ["app.a"]
    assert set(reasons(found).values()) == {"its name cannot be shown or imported"}
    assert all(path.isascii() for path in reasons(found))


def test_tests_are_found_outside_the_source_roots(tmp_path: Path) -> None:
    make(tmp_path, "src/app/a.py", "tests/unit/test_a.py", "tests/data/x.txt", "tools/y.py", "check.py")
    found = discover(tmp_path, ["src"], tests=["tests/**", "check.py"])
    assert names(found) == ["app.a"]
    assert [(module.name, module.path) for module in found.test_modules] == [
        ("check", "check.py"),
        ("tests.unit.test_a", "tests/unit/test_a.py"),
    ]


def test_a_source_root_that_is_no_folder_is_a_mistake_with_the_nearest_name(tmp_path: Path) -> None:
    make(tmp_path, "backend/app.py")
    with pytest.raises(ConfigurationError, match=r'source_roots: "bakend" is no folder \(did you mean "backend"\?\)'):
        discover(tmp_path, ["bakend"])


def test_a_nested_source_root_is_walked_once_and_owns_its_files(tmp_path: Path) -> None:
    make(tmp_path, "app/a.py", "libs/shared/x.py")
    assert names(discover(tmp_path, [".", "libs"])) == ["app.a", "shared.x"]


def test_a_source_root_is_relative(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="must be relative to the folder of the rules file"):
        discover(tmp_path, [tmp_path.as_posix()])


def test_a_source_root_may_be_beside_the_folder_of_the_rules_file(tmp_path: Path) -> None:
    make(tmp_path, "shared/lib/a.py", "project/app.py")
    found = discover(tmp_path / "project", [".", "../shared"])
    assert [(module.name, module.path) for module in found.modules] == [
        ("app", "app.py"),
        ("lib.a", "../shared/lib/a.py"),
    ]


def test_no_source_root_at_all_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is empty"):
        discover(tmp_path, [])


def test_source_roots_are_normalised(tmp_path: Path) -> None:
    make(tmp_path, "backend/app/a.py")
    for written in ("backend/", "./backend", "backend/app/..", "backend\\"):
        found = discover(tmp_path, [written, "backend"])
        assert found.source_roots == ("backend",)
        assert names(found) == ["app.a"]


# The default source roots


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"src/app/a.py": "", "setup.py": ""}, ("src",)),
        ({"src/app/a.py": "from app import b", "tests/test_a.py": "import app.a"}, ("src",)),
        ({"app/a.py": ""}, (".",)),
        ({"src/__init__.py": "", "src/app/a.py": ""}, (".",)),
        ({"src/app/a.py": "", "main.py": "from src.app import a"}, (".",)),
        ({"src/app/a.py": "def f():\n    import os, src.app"}, (".",)),
        ({"src/app/a.py": "'''\nfrom src.app import a\n'''\n"}, ("src",)),
        ({"src/app/a.py": "from .src import a\nimport source\nimport app.src"}, ("src",)),
        ({"src/app/a.py": "from src.app import (\n"}, ("src",)),  # a file that does not parse says nothing
        ({"src/style.css": "", "app/a.py": ""}, (".",)),
    ],
)
def test_src_is_the_source_root_unless_something_imports_from_it(
    tmp_path: Path, files: dict[str, str], expected: tuple[str, ...]
) -> None:
    make(tmp_path, *files)
    for path, text in files.items():
        (tmp_path / path).write_text(text)
    assert discover(tmp_path).source_roots == expected


def test_src_is_no_source_root_when_a_configured_package_is_in_it(tmp_path: Path) -> None:
    make(tmp_path, "src/app/a.py")
    assert names(discover(tmp_path, None, ["src.app"])) == ["src.app.a"]
