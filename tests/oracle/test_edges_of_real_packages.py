"""The import graphs of real packages are held against grimp's own scan of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import grimp
import pytest

from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.statements import DYNAMIC
from pytest_archguard.codebase.layout import discover

RealPackage = Callable[[str], Path]

# Earlier releases leave out the `else` of TYPE_CHECKING as well.
OLD_GRIMP = tuple(map(int, version("grimp").split(".")[:2])) < (3, 18)

# The folder of the unpacked package, the package in it.
PACKAGES = [
    ("django", "django"),
    ("sqlalchemy", "sqlalchemy"),
    ("apache_airflow_core", "airflow"),
    ("prefect", "prefect"),
]

HOMEASSISTANT = pytest.param(
    "homeassistant",
    "homeassistant",
    marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="its syntax is that of Python 3.11"),
)


@contextmanager
def _on_path(folder: Path) -> Iterator[None]:
    """Lets grimp find a package that is not installed, or another version of one that is."""
    top = {path.name for path in folder.iterdir()}
    hidden = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in top}
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.modules.update(hidden)


def _built(
    folder: Path, package: str, externals: bool = False, without_type_checking: bool = False
) -> grimp.ImportGraph:
    with _on_path(folder):
        return grimp.build_graph(
            package,
            include_external_packages=externals,
            exclude_type_checking_imports=without_type_checking,
            cache_dir=None,
        )


@pytest.fixture(scope="module")
def codebases(real_package: RealPackage) -> Callable[[str, str], Codebase]:
    """Each package read once for all tests."""
    read: dict[str, Codebase] = {}

    def codebase(folder: str, package: str) -> Codebase:
        if folder not in read:
            read[folder] = read_codebase(discover(real_package(folder), None, [package]), ())
        return read[folder]

    return codebase


@pytest.mark.skipif(OLD_GRIMP, reason="this release of grimp has other rules")
@pytest.mark.parametrize("externals", [False, True])
@pytest.mark.parametrize("without_type_checking", [False, True])
@pytest.mark.parametrize(("folder", "package"), PACKAGES)
def test_the_filled_graph_equals_the_one_grimp_builds(
    codebases: Callable[[str, str], Codebase],
    real_package: RealPackage,
    folder: str,
    package: str,
    without_type_checking: bool,
    externals: bool,
) -> None:
    ours = codebases(folder, package).grimp_graph([package], externals, without_type_checking)
    expected = _built(real_package(folder), package, externals, without_type_checking)
    assert ours.modules == expected.modules
    assert {m for m in ours.modules if ours.is_module_squashed(m)} == {
        m for m in expected.modules if expected.is_module_squashed(m)
    }
    assert _imports(ours) == _imports(expected)


@pytest.mark.parametrize(("folder", "package"), [*PACKAGES, HOMEASSISTANT])
def test_own_edges_differ_from_grimps_only_at_folders_that_grimp_leaves_out(
    codebases: Callable[[str, str], Codebase], real_package: RealPackage, folder: str, package: str
) -> None:
    codebase = codebases(folder, package)
    assert not codebase.unreadable
    graph = _built(real_package(folder), package)
    names = codebase.node_names
    ours = {(names[a], names[b]) for a, b, bits in codebase.edges if bits & ~DYNAMIC}
    expected = {(m, imported) for m in graph.modules for imported in graph.find_modules_directly_imported_by(m)}
    left_out = set(names) - graph.modules
    assert graph.modules <= set(names)
    assert all(_is_below_a_folder_without_init(codebase, name) for name in left_out)
    assert {edge for edge in ours if not left_out & set(edge)} <= expected
    # Where grimp takes the package above for a module that it does not know, there is the import of that module.
    for importer, imported in expected - ours:
        assert any(a == importer and b in left_out and b.startswith(f"{imported}.") for a, b in ours)


def _imports(graph: grimp.ImportGraph) -> dict[tuple[str, str], list[tuple[int, str]]]:
    return {
        (importer, imported): sorted(
            (details["line_number"], details["line_contents"])
            for details in graph.get_import_details(importer=importer, imported=imported)
        )
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }


def _is_below_a_folder_without_init(codebase: Codebase, name: str) -> bool:
    return any(name == namespace or name.startswith(f"{namespace}.") for namespace in codebase.layout.namespaces)
