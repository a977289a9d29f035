"""The graphs made from own facts are held against grimp's own scan, for generated packages."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import grimp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.import_lines import IMPORT_LINES
from pytest_archguard.codebase.facts.statements import DYNAMIC
from pytest_archguard.codebase.layout import discover

# Earlier releases leave out the `else` of TYPE_CHECKING as well, and take no namespace packages.
OLD_GRIMP = tuple(map(int, version("grimp").split(".")[:2])) < (3, 18)

Graph = tuple[set[str], set[str], dict[tuple[str, str], set[tuple[int, str]]]]

# No name is the beginning of another: grimp tells folders apart by the beginning of their paths, in the order in
# which the file system lists them.
_NAMES = st.sampled_from(["a", "b", "c"])
_FOLDERS = st.lists(_NAMES, max_size=3).map("/".join)
_FILES = st.sampled_from(["__init__.py", "__init__.py", "a.py", "b.py", "c.py", "run-me.py", "two.dots.py"])
_DOTTED = st.builds(
    lambda root, names: ".".join([root, *names]),
    st.sampled_from(["top", "top", "side", "a"]),
    st.lists(_NAMES, max_size=4),
)
_OBJECTS = st.sampled_from(["a", "b", "c", "name", "*", "a as z", "b, name", "a, b"])
_IMPORTS = st.one_of(
    st.builds("import {}".format, _DOTTED),
    st.builds("import {}, {} as z".format, _DOTTED, _DOTTED),
    st.builds("from {} import {}".format, _DOTTED, _OBJECTS),
    st.builds("from {}{} import {}".format, st.sampled_from([".", "..", "..."]), _DOTTED | st.just(""), _OBJECTS),
)
_BLOCKS = st.sampled_from(
    [
        "{}",
        "if TYPE_CHECKING:\n    {}",
        "if typing.TYPE_CHECKING:\n    x = 1\nelse:\n    {}",
        "if x:\n    pass\nelif TYPE_CHECKING:\n    {}",
        "if not TYPE_CHECKING:\n    {}",
        "def f():\n    if TYPE_CHECKING:\n        {}",
        "class C:\n    {}",
        "try:\n    {}\nexcept ImportError:\n    x = 1",
        "try:\n    x = 1\nfinally:\n    {}",
        "async def f():\n    for x in y:\n        pass\n    else:\n        {}",
        "with x: {}",
        "importlib.import_module('top.a'); {}",
        "match x:\n    case 1:\n        {}",
        "while x:\n    {}",
        "x = 1; {}",
        "\f{}",
    ]
)


@st.composite
def _sources(draw: st.DrawFn, depth: int, is_package: bool) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 3))):
        statement = draw(_IMPORTS)
        dots = len(statement.removeprefix("from ")) - len(statement.removeprefix("from ").lstrip("."))
        if dots > depth + is_package:
            continue  # grimp panics two levels beyond the top
        block = draw(_BLOCKS)
        if "*" in statement and ("def" in block or "class" in block):
            continue  # no Python
        lines.append(block.format(statement))
    text = draw(st.sampled_from(["\n", "\r\n", "\r"])).join("\n".join([*lines, ""]).split("\n"))
    return draw(st.sampled_from(["", "", "\ufeff"])) + text


@st.composite
def _packages(draw: st.DrawFn, top_is_package: bool) -> dict[str, str]:
    files = {}
    paths = draw(st.lists(st.builds(lambda d, f: f"top/{d}/{f}".replace("//", "/"), _FOLDERS, _FILES), max_size=9))
    for path in sorted({*paths, *(["top/__init__.py"] if top_is_package else [])}):
        is_package = path.endswith("__init__.py")
        files[path] = draw(_sources(path.count("/") + 1 - is_package, is_package))
    return files


@contextmanager
def _on_path(folder: str) -> Iterator[None]:
    before = set(sys.modules)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(folder)
        for name in set(sys.modules) - before:
            if name.partition(".")[0] == "top":
                del sys.modules[name]


def _content(graph: grimp.ImportGraph) -> Graph:
    imports = {
        (importer, imported): {
            (details["line_number"], details["line_contents"])
            for details in graph.get_import_details(importer=importer, imported=imported)
        }
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
    }
    return graph.modules, {name for name in graph.modules if graph.is_module_squashed(name)}, imports


def _codebase(root: Path, files: dict[str, str], facts: Iterable[Fact] = ()) -> Codebase:
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(text.encode())
    return read_codebase(discover(root, ["."]), facts)


def _both(files: dict[str, str], roots: list[str], externals: bool, without_type_checking: bool) -> tuple[Graph, Graph]:
    with TemporaryDirectory() as folder:
        # The lines come from the files where no rule asked for them, and must be the same.
        codebase = _codebase(Path(folder), files, (IMPORT_LINES,) if externals else ())
        with _on_path(folder):
            expected = grimp.build_graph(
                *roots,
                include_external_packages=externals,
                exclude_type_checking_imports=without_type_checking,
                cache_dir=None,
            )
        return _content(codebase.grimp_graph(roots, externals, without_type_checking)), _content(expected)


@pytest.mark.skipif(OLD_GRIMP, reason="this release of grimp has other rules")
@given(_packages(top_is_package=True), st.booleans(), st.booleans())
def test_a_package_gives_the_graph_grimp_builds(
    files: dict[str, str], externals: bool, without_type_checking: bool
) -> None:
    ours, expected = _both(files, ["top"], externals, without_type_checking)
    assert ours == expected


@pytest.mark.skipif(OLD_GRIMP, reason="this release of grimp has other rules")
@given(_packages(top_is_package=False), st.data(), st.booleans())
def test_namespace_packages_give_the_graph_grimp_builds(
    files: dict[str, str], data: st.DataObject, externals: bool
) -> None:
    packages = sorted({path.removesuffix("/__init__.py").replace("/", ".") for path in files if "__init__" in path})
    outermost = [name for name in packages if not any(name.startswith(f"{other}.") for other in packages)]
    above = {prefix for name in outermost for prefix in _prefixes(name)}
    # grimp imports what is above a root, so that must be no module with code of its own.
    files = {path: text for path, text in files.items() if path.removesuffix(".py").replace("/", ".") not in above}
    if not any(path.startswith("top/") for path in files):
        return
    roots = data.draw(st.lists(st.sampled_from(["top", *outermost]), min_size=1, max_size=3, unique=True))
    if "top" in roots or not roots:
        roots = ["top"]
    ours, expected = _both(files, roots, externals, False)
    assert ours == expected


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


@given(_packages(top_is_package=True))
def test_edges_are_grimps_where_every_folder_is_a_package(files: dict[str, str]) -> None:
    folders = {
        prefix.replace(".", "/") for path in files for prefix in _prefixes(path.rpartition("/")[0].replace("/", "."))
    }
    files |= {f"{folder}/__init__.py": files.get(f"{folder}/__init__.py", "") for folder in folders}
    hidden = {f"{path.removesuffix('/__init__.py')}.py" for path in files if path.endswith("/__init__.py")}
    files = {path: text for path, text in files.items() if path not in hidden}
    with TemporaryDirectory() as folder:
        codebase = _codebase(Path(folder), files)
        with _on_path(folder):
            expected = grimp.build_graph("top", cache_dir=None)
    names = codebase.node_names
    edges = {(names[importer], names[imported]) for importer, imported, bits in codebase.edges if bits & ~DYNAMIC}
    assert set(codebase.modules) == expected.modules
    assert edges == {(m, i) for m in expected.modules for i in expected.find_modules_directly_imported_by(m)}
