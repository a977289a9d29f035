"""The tools that are compared: what to install, how each is told the two contracts, and how to read its verdicts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from archguard_runs import judged, outcomes, pytest
from contracts_as_tests import archon_tests, pytestarch_tests
from projects import NO_DRIVER, ORDER, Project
from venvs import LINTER, PYTEST

LIMIT = 120.0  # seconds; what takes longer is not waited for
LINTER_COLD, LINTER_WARM = "lint-imports --no-cache", "lint-imports warm"
Verdicts = dict[str, bool]  # contract -> kept; a contract that a tool cannot express is missing


class UnreadableError(ValueError):
    """Indicates that a tool did not say what it was run for: it crashed, or its output has changed."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool other than ours.

    requirements: what its environment holds, pinned. configure: writes its configuration into a project's folder.
    runs: name -> command line, from the environment's commands. needs_path: whether it finds the package only on
    PYTHONPATH. verdicts: reads exit status and output; raises UnreadableError. says: what it can and cannot express.
    """

    name: str
    requirements: tuple[str, ...]
    configure: Callable[[Project, Path], None]
    runs: Callable[[Path], dict[str, list[str]]]
    verdicts: Callable[[int, str], Verdicts]
    says: str
    needs_path: bool = False


def our_verdicts(status: int, output: str) -> Verdicts:
    """The verdicts of pytest-archguard, in its words with -rA."""
    if complaint := judged(status, output):
        raise UnreadableError(complaint)
    known = outcomes(output)
    return {contract: known[contract] == "PASSED" for contract in (ORDER, NO_DRIVER)}


def same(verdicts: Callable[[int, str], Verdicts], expected: Verdicts) -> Callable[[int, str], str]:
    """A check of a run: it says what it said the first time."""

    def check(status: int, output: str) -> str:
        try:
            found = verdicts(status, output)
        except (UnreadableError, KeyError) as error:
            return f"cannot be read: {error}"
        return "" if found == expected else f"says {found} now and {expected} before"

    return check


def _linter_contracts(project: Project, folder: Path) -> None:
    layers = "\n".join(f"    {module}" for module in project.layer_modules)
    (folder / ".importlinter").write_text(
        f"[importlinter]\nroot_package = {project.package}\ninclude_external_packages = True\n\n"
        f"[importlinter:contract:{ORDER}]\nname = {ORDER}\ntype = layers\nlayers =\n{layers}\n\n"
        f"[importlinter:contract:{NO_DRIVER}]\nname = {NO_DRIVER}\ntype = forbidden\n"
        f"source_modules = {project.importers}\nforbidden_modules = {project.driver}\n",
        encoding="utf-8",
    )


def _linter_runs(commands: Path) -> dict[str, list[str]]:
    linter = str(commands / "lint-imports")
    return {LINTER_COLD: [linter, ".importlinter", "--no-cache"], LINTER_WARM: [linter, ".importlinter"]}


def _linter_verdicts(status: int, output: str) -> Verdicts:
    found = dict(re.findall(rf"^({ORDER}|{NO_DRIVER}) (KEPT|BROKEN)", output, re.MULTILINE))
    if status not in (0, 1) or len(found) != 2:
        raise UnreadableError(f"exit status {status}, {len(found)} contracts judged")
    return {contract: verdict == "KEPT" for contract, verdict in found.items()}


def _tach_layers(project: Project, folder: Path) -> None:
    layers = ", ".join(f'"{layer}"' for layer in project.layers)
    modules = "".join(
        f'\n[[modules]]\npath = "{module}"\nlayer = "{layer}"\n'
        for layer, module in zip(project.layers, project.layer_modules, strict=True)
    )
    # The others count imports for type checkers as well.
    head = f'source_roots = ["."]\nignore_type_checking_imports = false\nlayers = [{layers}]\n'
    (folder / "tach.toml").write_text(head + modules, encoding="utf-8")


def _tach_verdicts(status: int, output: str) -> Verdicts:
    broken = re.search(r"^\[FAIL\] .* Layer .* is lower than layer ", output, re.MULTILINE) is not None
    if (status, broken) not in ((0, False), (1, True)):
        raise UnreadableError(f"exit status {status}, layers {'broken' if broken else 'kept'}")
    return {ORDER: not broken}


def _tests(test_file: str) -> Callable[[Path], dict[str, list[str]]]:
    name = test_file.removeprefix("test_").removesuffix(".py").replace("_", "-")
    return lambda commands: {name: [*pytest(commands), "-rA", test_file]}


def _verdicts_of_tests(broken: str) -> Callable[[int, str], Verdicts]:
    """Reads the outcome of the two tests. broken: how a failure reads that is no crash."""

    def read(status: int, output: str) -> Verdicts:
        found = {}
        for contract in (ORDER, NO_DRIVER):
            test = rf"\S+::test_{contract.replace('-', '_')}\b"
            kept = re.search(rf"^PASSED {test}", output, re.MULTILINE) is not None
            if not kept and not re.search(rf"^FAILED {test} - {broken}", output, re.MULTILINE):
                raise UnreadableError(f"exit status {status}, nothing about {contract}")
            found[contract] = kept
        return found

    return read


IMPORT_LINTER = Tool(
    "import-linter",
    LINTER,
    _linter_contracts,
    _linter_runs,
    _linter_verdicts,
    "both contracts, chains of imports included, as ours",
    needs_path=True,
)
TOOLS = (
    IMPORT_LINTER,
    Tool(
        "tach",
        ("tach==0.35.3",),
        _tach_layers,
        lambda commands: {"tach check": [str(commands / "tach"), "check"]},
        _tach_verdicts,
        "the layers, direct imports only; it cannot forbid a package outside",
    ),
    Tool(
        "pytest-archon",
        ("pytest-archon==0.0.7", PYTEST),
        archon_tests,
        _tests("test_pytest_archon.py"),
        _verdicts_of_tests("FAILED Rule"),
        "the layers as pairs, chains included; relative imports in an `__init__.py` lead it one level too high",
        needs_path=True,
    ),
    Tool(
        "pytestarch",
        ("pytestarch==5.1.0", PYTEST),
        pytestarch_tests,
        _tests("test_pytestarch.py"),
        _verdicts_of_tests("AssertionError"),
        "both contracts, direct imports only",
    ),
)
