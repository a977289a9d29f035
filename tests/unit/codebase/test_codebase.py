"""The code base as rules see it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import grimp
import pytest

from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.bindings import BINDINGS
from pytest_archguard.codebase.facts.definitions import DEFINITIONS
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.layout import discover
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site

FILES = {
    "app/__init__.py": "",
    "app/api.py": "from app.core.db import (\n    Session,\n)\nimport os\n\ndef f():\n    import app.core.db\n",
    "app/core/__init__.py": "",
    "app/core/db.py": "from sqlalchemy import orm\n",
    "plugins/one.py": "import app.api\n",
    "tests/test_api.py": "import app.api\n",
    "scripts/x-y.py": "import app.api, scripts\n",
}


@pytest.fixture
def codebase() -> Codebase:
    return codebase_of(FILES, tests=("tests/**",))


def selectors(*texts: str) -> list[Selector]:
    return [Selector.parse(text) for text in texts]


def test_modules_are_judged_and_tests_are_not(codebase: Codebase) -> None:
    assert list(codebase.modules) == ["app", "app.api", "app.core", "app.core.db", "plugins.one", "scripts.x-y"]
    assert list(codebase.tests) == ["tests.test_api"]
    assert codebase.names == tuple(codebase.modules)


def test_nodes_are_modules_tests_and_namespace_packages(codebase: Codebase) -> None:
    assert set(codebase.node_names) == {*codebase.modules, "tests.test_api", "tests", "plugins", "scripts"}


def test_only_judged_modules_are_selected_but_all_nodes_may_be_imported(codebase: Codebase) -> None:
    assert codebase.select(selectors("app.core", "tests", "plugins")) == {"app.core", "app.core.db", "plugins.one"}
    assert codebase.select_all(selectors("tests", "plugins")) == {"tests", "tests.test_api", "plugins", "plugins.one"}


def test_what_is_below_a_name_is_not_what_begins_like_it(codebase: Codebase) -> None:
    assert codebase.select_below("app.core") == {"app.core", "app.core.db"}
    assert codebase.select_below("app.cor") == frozenset()
    assert codebase.select_below("plugins") == {"plugins.one"}


def test_children_are_directly_below(codebase: Codebase) -> None:
    assert codebase.children("app") == ("app.api", "app.core")
    assert codebase.children("") == ("app", "plugins", "scripts")
    assert codebase.children("app.api") == ()


def test_a_graph_has_the_imports_of_the_styles_asked_for(codebase: Codebase) -> None:
    graph = codebase.graph(("top",))
    api, db = graph.ids["app.api"], graph.ids["app.core.db"]
    assert db in graph.successors[api]
    assert codebase.graph(("type_checking",)).successors[api] == []
    assert graph.predecessors[graph.ids["scripts"]] == [graph.ids["scripts.x-y"]]


def test_every_import_statement_is_counted(codebase: Codebase) -> None:
    assert codebase.import_count == 7


def test_the_lines_of_an_edge_are_in_order_and_show_the_source(codebase: Codebase) -> None:
    assert codebase.lines_of("app.api", "app.core.db", ("top", "function")) == (
        Site("app/api.py", 1, 1, "from app.core.db import ("),
        Site("app/api.py", 7, 5, "import app.core.db"),
    )
    assert len(codebase.lines_of("app.api", "app.core.db", ("function",))) == 1


def test_a_site_beyond_the_end_or_in_no_file_has_no_source(codebase: Codebase) -> None:
    assert codebase.site("app.core.db", 99) == Site("app/core/db.py", 99, 1, "")
    assert codebase.site_in("gone.py", 1) == Site("gone.py", 1, 1, "")


def test_a_line_that_does_not_decode_is_shown_as_far_as_it_goes() -> None:
    codebase = codebase_of({"a.py": b"x = 1\ry = 'caf\xe9\0'\n"})
    assert codebase.site_in("a.py", 2).source == "y = 'caf\\xe9\\x00'"


def test_lines_of_any_number_of_files_are_shown() -> None:
    codebase = codebase_of({f"m{n}.py": f"import x{n}" for n in range(200)})
    for _ in range(2):
        assert all(codebase.site(f"m{n}", 1).source == f"import x{n}" for n in range(200))


# Facts


def test_an_unreadable_file_has_no_facts_and_hides_no_other() -> None:
    codebase = codebase_of({"a.py": "import b", "b.py": "import", "c.py": b"\xff", "d.py": "import b\0"})
    assert [(fault.path, fault.module) for fault in codebase.unreadable] == [
        ("b.py", "b"),
        ("c.py", "c"),
        ("d.py", "d"),
    ]
    assert codebase.fact("b", IMPORTS) is None
    assert codebase.imports_of("b") == ()
    assert [i.imported for i in codebase.imports_of("a")] == ["b"]
    assert "b" in codebase.modules


def test_a_folder_that_cannot_be_listed_is_among_the_unreadable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.py").touch()
    (tmp_path / "secret").mkdir()
    listing = os.scandir

    def scandir(path: object) -> object:
        if str(path).endswith("secret"):
            raise PermissionError(13, "Permission denied")
        return listing(path)  # type: ignore[call-overload]

    monkeypatch.setattr(os, "scandir", scandir)
    (fault,) = read_codebase(discover(tmp_path, ["."]), ()).unreadable
    assert (fault.path, fault.module, fault.message) == ("secret", "", "cannot be listed: Permission denied")


def test_a_file_that_disappears_is_a_record(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import b")
    (tmp_path / "b.py").touch()
    layout = discover(tmp_path, ["."])
    (tmp_path / "b.py").unlink()
    codebase = read_codebase(layout, ())
    assert [(fault.path, fault.message) for fault in codebase.unreadable] == [
        ("b.py", "cannot be read: No such file or directory")
    ]
    assert [i.imported for i in codebase.imports_of("a")] == ["b"]


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.py").touch()
    told: list[tuple[int, int]] = []
    read_codebase(discover(tmp_path, ["."]), (), lambda done, count: told.append((done, count)))
    assert told[-1] == (3, 3)


def test_nothing_of_the_project_is_imported(tmp_path: Path) -> None:
    for name in ("archguard_checked/__init__.py", "archguard_checked/a.py", "conftest.py", "setup.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("import archguard_checked.a\nimport sys\nsys.exit('imported')\n")
    path, modules, folder = list(sys.path), set(sys.modules), Path.cwd()
    codebase = read_codebase(discover(tmp_path), ())
    assert codebase.edges
    assert codebase.external_names
    codebase.grimp_graph(["archguard_checked"], True, True)
    codebase.externals.knows("archguard_checked.b")
    assert sys.path == path
    assert Path.cwd() == folder
    assert not any("archguard_checked" in name for name in set(sys.modules) - modules)


# grimp's view


def test_a_root_package_may_be_outside_the_configured_packages_or_excluded() -> None:
    codebase = codebase_of(FILES, packages=("plugins",), exclude=("app/core/**",))
    graph = codebase.grimp_graph(["app"])
    assert graph.modules == {"app", "app.api", "app.core", "app.core.db"}
    assert codebase.import_sites("app.api", "app.core.db") == (
        Site("app/api.py", 1, 1, "from app.core.db import ("),
        Site("app/api.py", 7, 5, "import app.core.db"),
    )
    assert "app" not in codebase.modules


def test_a_graph_may_be_changed_by_whoever_asked_for_it(codebase: Codebase) -> None:
    codebase.grimp_graph(["app"]).remove_module("app.api")
    assert "app.api" in codebase.grimp_graph(["app"]).modules


def test_the_lines_behind_a_squashed_external_import_are_found(codebase: Codebase) -> None:
    graph = codebase.grimp_graph(["app"], include_external_packages=True)
    assert graph.is_module_squashed("sqlalchemy")
    assert codebase.import_sites("app.core.db", "sqlalchemy") == (
        Site("app/core/db.py", 1, 1, "from sqlalchemy import orm"),
    )
    assert codebase.import_sites("app.core.db", "app.api") == ()


@pytest.mark.parametrize(
    ("files", "root", "text"),
    [
        ({"app/__init__.py": ""}, "ap", r'there is no top-level package "ap" .*\(did you mean "app"\?\)'),
        ({"app/__init__.py": "", "app/x/__init__.py": ""}, "app.x", r'"app.x" is inside the package "app"'),
        ({"app/__init__.py": ""}, "app.nope", r'there is no top-level package "app.nope"'),
        ({"app.py": ""}, "app", "is the single file app.py; import-linter takes packages only"),
    ],
)
def test_a_root_package_that_grimp_could_not_take_is_named(files: dict[str, str], root: str, text: str) -> None:
    with pytest.raises(RuleError, match=text):
        codebase_of(files).grimp_graph([root])


def test_a_file_that_does_not_parse_is_a_module_without_imports() -> None:
    codebase = codebase_of({"app/__init__.py": "import app.a", "app/a.py": "import"})
    graph = codebase.grimp_graph(["app"])
    assert isinstance(graph, grimp.ImportGraph)
    assert graph.modules == {"app", "app.a"}
    assert graph.count_imports() == 1


def test_facts_that_are_asked_for_along_are_read_from_one_parse() -> None:
    codebase = codebase_of({"a.py": "x = 1\n"})
    read: list[str] = []
    kept = codebase._read
    codebase._read = lambda module: (read.append(module.path), kept(module))[1]
    modules = [codebase.module("a")]
    for fact in (BINDINGS, DEFINITIONS):
        ((_, data),) = codebase.facts_of(modules, fact, DEFINITIONS)
        assert data is not None
    assert read == ["a.py"]
