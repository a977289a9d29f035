"""`health` against Python itself: what it calls unresolved cannot be imported, and what is gone it finds."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_archguard.codebase.codebase import Codebase, read_codebase
from pytest_archguard.codebase.facts.bindings import BINDINGS
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.layout import discover
from pytest_archguard.rules.unresolved import Unresolved, unresolved_imports

# Installed with the tests, of different making: compiled parts, vendored packages, stubs, `__getattr__` modules.
INSTALLED = ("pip", "pydantic", "sqlalchemy", "coverage", "_pytest")


def codebase_at(root: Path, package: str) -> Codebase:
    return read_codebase(discover(root, ["."], [package]), [BINDINGS])


def found_in(codebase: Codebase) -> list[Unresolved]:
    return list(unresolved_imports(codebase, sorted(codebase.names), externals=False))


def can_be_imported(missing: str) -> bool:
    """Tries it in a process of its own, which runs the package's code."""
    module, _, name = missing.partition(":")
    look = f"getattr(module, {name!r})" if name else "None"
    code = f"import importlib; module = importlib.import_module({module!r}); {look}"
    return subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize("package", INSTALLED)
def test_what_python_can_import_is_never_called_unresolved(package: str) -> None:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    root = Path(spec.origin).parent.parent
    wrong = [found for found in found_in(codebase_at(root, package)) if can_be_imported(found.missing)]
    assert not wrong


GONE = ("utils/text.py", "db/models/fields/related.py", "core/mail/message.py")


def test_every_importer_of_a_module_that_is_gone_is_found(real_package: Callable[[str], Path]) -> None:
    root = real_package("django")
    files = {path.relative_to(root).as_posix(): path.read_bytes() for path in (root / "django").rglob("*.py")}
    before = codebase_of(files, [BINDINGS])
    assert not found_in(before)
    graph = before.graph(("top", "function", "type_checking"))
    after = codebase_of({path: data for path, data in files.items() if path[7:] not in GONE}, [BINDINGS])
    found = {importer.importer for importer in found_in(after)}
    for gone in GONE:
        name = "django." + gone.removesuffix(".py").replace("/", ".")
        importers = {graph.names[node] for node in graph.predecessors[graph.ids[name]]} & set(after.names)
        assert importers, name
        assert importers <= found, name
