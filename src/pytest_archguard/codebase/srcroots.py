"""The source roots of a project that does not name them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pytest_archguard.codebase.scan import Listing, python_files, scan

_IMPORT_OF_SRC = re.compile(rb"^[ \t]*(?:from|import)[ \t]+(?:.*[ \t,])?src\b", re.MULTILINE)


def default_source_roots(root: Path, packages: Iterable[str] = ()) -> tuple[str, ...]:
    """`src` if it is a folder without `__init__.py` that nothing imports from (`from src.app import x`), else `.`.

    packages: those that are configured; one of them in `src` means that it is no source root.
    Reads the project's files only if there is such a folder, and parses only those that look like importing it.
    """
    folder = root / "src"
    if not folder.is_dir() or (folder / "__init__.py").exists() or not _holds_python(root):
        return (".",)
    if any(name.partition(".")[0] == "src" for name in packages):
        return (".",)
    return (".",) if any(map(_imports_src, _files(root))) else ("src",)


def _holds_python(root: Path) -> bool:
    listing = Listing()
    scan(root, "src", "src", frozenset(), frozenset(), listing)
    return next(python_files(listing), None) is not None


def _files(root: Path) -> Iterator[Path]:
    listing = Listing()
    scan(root, ".", ".", frozenset(), frozenset(), listing)
    for path in python_files(listing):
        yield root / path


def _imports_src(path: Path) -> bool:
    try:
        data = path.read_bytes()
        if _IMPORT_OF_SRC.search(data) is None:
            return False
        tree = ast.parse(data)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return False  # reading the code base reports the file
    return any(map(_names_src, ast.walk(tree)))


def _names_src(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        return node.level == 0 and (node.module or "").partition(".")[0] == "src"
    return isinstance(node, ast.Import) and any(alias.name.partition(".")[0] == "src" for alias in node.names)
