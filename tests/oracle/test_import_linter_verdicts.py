"""Contracts get import-linter's own verdict, and what is listed is what has to go."""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grimp
import importlinter.configuration
from hypothesis import given
from hypothesis import strategies as st
from importlinter.application import use_cases
from importlinter.application.user_options import UserOptions
from importlinter.domain.contract import registry

from pytest_archguard.check import Analysis
from pytest_archguard.model import RuleResult
from pytest_archguard.rules.configuration import load_configuration
from pytest_archguard.rules.import_linter.classes import built_in_types

MODULES = (
    "a",
    "a.x",
    "a.y",
    "a._p",
    "b",
    "b.x",
    "b.x.deep",
    "b._x",
    "b._x.y",
    "b._x._z",
    "c",
    "c.y",
    "c.__main__",
    "d",
    "_t",
)
NAMES = ("p", *(f"p.{name}" for name in MODULES), "q", "q.a", "q.a.x")
EXTERNALS = ("json", "sqlalchemy", "os")
STYLES = {
    "top": "import {0}\n",
    "from": "from {1} import {2}\n",
    "function": "def f():\n    import {0}\n",
    "typing": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import {0}\n",
}


@dataclass(frozen=True)
class Project:
    """A generated project: who imports whom in which style, and the contracts."""

    imports: tuple[tuple[str, str, str], ...]
    session: Mapping[str, Any]
    contracts: tuple[Mapping[str, Any], ...]

    def write(self, folder: Path, file: str) -> None:
        for name in NAMES:
            is_package = any(other.startswith(f"{name}.") for other in NAMES)
            path = (
                folder / name.replace(".", "/") / "__init__.py"
                if is_package
                else folder / f"{name.replace('.', '/')}.py"
            )
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [
                STYLES[style].format(imported, *(imported.rpartition(".")[::2] if "." in imported else (imported, "x")))
                for importer, imported, style in self.imports
                if importer == name
            ]
            path.write_text("\n".join(lines), encoding="utf-8")
        write_configuration(folder, file, self.session, self.contracts)


def write_configuration(
    folder: Path, file: str, session: Mapping[str, Any], contracts: tuple[Mapping[str, Any], ...]
) -> None:
    toml = "[tool.archguard]\npackages = " + json.dumps(sorted(session["root_packages"])) + "\n"
    if file == "pyproject.toml":
        toml += "[tool.importlinter]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in session.items())
        for contract in contracts:
            toml += "[[tool.importlinter.contracts]]\n"
            toml += "".join(f"{key} = {json.dumps(value)}\n" for key, value in contract.items())
    else:
        ini = "[importlinter]\n" + "".join(f"{key} = {_ini(value)}\n" for key, value in session.items())
        for number, contract in enumerate(contracts):
            ini += f"[importlinter:contract:{number}]\n"
            ini += "".join(f"{key} = {_ini(value)}\n" for key, value in contract.items())
        (folder / file).write_text(ini, encoding="utf-8")
    (folder / "pyproject.toml").write_text(toml, encoding="utf-8")


def _ini(value: Any) -> str:
    return "\n" + "".join(f"    {item}\n" for item in value) if isinstance(value, list) else str(value)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """As `lint-imports` starts: in the folder, with the folder on `sys.path`."""
    before, path = Path.cwd(), sys.path[:]
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        os.chdir(before)
        sys.path[:] = path


def graph_of(folder: Path, session: Mapping[str, Any]) -> grimp.ImportGraph:
    with inside(folder):
        return grimp.build_graph(
            *session["root_packages"],
            include_external_packages=bool(session.get("include_external_packages")),
            exclude_type_checking_imports=bool(session.get("exclude_type_checking_imports")),
            cache_dir=None,
        )


def lint(folder: Path) -> list[str]:
    """The verdict of import-linter's own report on each contract, each judged alone."""
    importlinter.configuration.configure()
    for name, contract_class in built_in_types().items():  # done by its command, whose way to do so varies by version
        registry.register(contract_class, name)
    verdicts = []
    with inside(folder):
        options = use_cases.read_user_options()
        for contract in options.contracts_options:
            alone = UserOptions(copy.deepcopy(options.session_options), [contract])
            try:
                report = use_cases.create_report(alone, cache_dir=None, verbose=True)
                verdict = "error" if report.could_not_run else "broken" if report.contains_failures else "kept"
            except Exception:  # noqa: BLE001 - what it makes of a bad contract is a verdict too
                verdict = "error"
            verdicts.append(verdict)
    return verdicts


def ours(folder: Path) -> list[RuleResult]:
    configuration = load_configuration(folder / "pyproject.toml")
    analysis = Analysis(configuration)
    return [analysis.judge(rule.id) for rule in configuration.rules if rule.kind_name == "import_linter"]


def verdict(result: RuleResult) -> str:
    if result.error and "import-linter calls such a contract kept" in result.error:
        return "kept"
    return {"passed": "kept", "failed": "broken", "error": "error"}[result.outcome]


class Recheck:
    """import-linter's verdict on the same contract after some imports are taken away."""

    def __init__(self, folder: Path, session: Mapping[str, Any], contract: Mapping[str, Any]) -> None:
        importlinter.configuration.configure()
        self._session = session
        self._graph = graph_of(folder, session)
        self._class = built_in_types()[contract["type"]]
        # An import that is gone matches no exception, and a module in no layer is no import.
        options = {**contract, "unmatched_ignore_imports_alerting": "none", "exhaustive": "False"}
        known = {"type", *(key for key in options if hasattr(self._class, key))}
        self._options = {k: str(v) if isinstance(v, bool) else v for k, v in options.items() if k in known}

    def is_kept_without(self, imports: Iterable[tuple[str, str]]) -> bool:
        graph = copy.deepcopy(self._graph)
        for importer, imported in imports:
            graph.remove_import(importer=importer, imported=imported)
        contract = self._class(name="x", session_options=dict(self._session), contract_options=self._options)
        return contract.check(graph, verbose=False).kept


def starts_in_one_place(contract: Mapping[str, Any]) -> bool:
    """Whether every listed import breaks the contract by itself, because no chain goes by way of another source."""
    if contract["type"] == "forbidden":
        return len(contract["source_modules"]) == 1 and "*" not in contract["source_modules"][0]
    return contract["type"] != "acyclic_siblings"


# Strategies. Mostly contracts that can be judged, and enough imports to break them; sometimes names that do not exist.

GOOD = (*NAMES, "p.*", "p.**", "p.*.x", "p.*.y", "q.**")
BAD = ("p.missing", "p.*.missing", "nowhere")
SIBLINGS = ("p.a", "p.b", "p.c", "p.d", "q")


def some(names: tuple[str, ...], most: int = 4) -> st.SearchStrategy[list[str]]:
    good = st.lists(st.sampled_from(names), min_size=1, max_size=most, unique=True)
    bad = st.tuples(good, st.sampled_from(BAD)).map(lambda pair: [*pair[0], pair[1]])
    return st.integers(0, 9).flatmap(lambda number: bad if number == 9 else good)


IGNORED = st.lists(
    st.tuples(st.sampled_from(GOOD), st.sampled_from(GOOD)).map(" -> ".join), min_size=1, max_size=3, unique=True
)
IGNORING = st.one_of(
    st.just({}),
    st.just({}),
    st.builds(lambda ignored: {"ignore_imports": ignored}, IGNORED),
    st.builds(
        lambda ignored, level: {"ignore_imports": ignored, "unmatched_ignore_imports_alerting": level},
        IGNORED,
        st.sampled_from(["none", "warn", "error"]),
    ),
)


@st.composite
def layers(draw: st.DrawFn, tails: tuple[str, ...]) -> list[str]:
    names = draw(st.lists(st.sampled_from(tails), min_size=2, max_size=5, unique=True))
    rows: list[list[str]] = []
    for name in names:
        text = f"({name})" if name == "zz" or draw(st.booleans()) else name
        if rows and draw(st.booleans()):
            rows[-1].append(text)
        else:
            rows.append([text])
    return [draw(st.sampled_from([" | ", " : "])).join(row) for row in rows]


def contract(kind: str, optional: dict[str, Any], **required: Any) -> st.SearchStrategy[dict[str, Any]]:
    own = st.fixed_dictionaries({"type": st.just(kind), **required}, optional=optional)
    return st.builds(lambda options, ignoring: {**options, **ignoring}, own, IGNORING)


FLAG = st.booleans()
CONTRACT_TYPES = [
    contract("layers", {}, layers=layers((*SIBLINGS, "zz"))),
    contract(
        "layers",
        {"exhaustive": FLAG, "exhaustive_ignores": st.lists(st.sampled_from(["d", "y"]), min_size=1, unique=True)},
        layers=layers(("a", "b", "c", "d", "zz")),
        containers=st.just(["p"]),
    ),
    contract(
        "layers",
        {"exhaustive": FLAG},
        layers=st.sampled_from([["(x)", "(y)", "(deep)"], ["(y) | (x)"], ["x"]]),
        containers=st.lists(st.sampled_from(["p.a", "p.b", "p.*", "q.a"]), min_size=1, max_size=2, unique=True),
    ),
    contract(
        "forbidden",
        {"allow_indirect_imports": FLAG, "as_packages": FLAG},
        source_modules=some(GOOD),
        forbidden_modules=some((*GOOD, *EXTERNALS), 3),
    ),
    contract("independence", {}, modules=st.one_of(some((*SIBLINGS, "p.b.x")), some(GOOD))),
    contract(
        "protected",
        {"as_packages": FLAG},
        protected_modules=some((*GOOD, *EXTERNALS), 3),
        allowed_importers=some(GOOD),
    ),
    contract(
        "acyclic_siblings",
        {"depth": st.integers(-1, 3), "skip_descendants": some(GOOD)},
        ancestors=some(("p", "p.a", "p.b", "p.*", "q")),
    ),
]
if "private_modules" in built_in_types():  # since 2.17
    CONTRACT_TYPES += [
        contract("private_modules", {"packages_with_private_modules": some(("p", "p.a", "p.b", "p.c", "p.*.x", "q"))}),
        contract("private_modules", {"packages_with_private_modules": some(GOOD)}),
    ]
CONTRACTS = st.one_of(CONTRACT_TYPES)
SESSIONS = st.fixed_dictionaries(
    {"root_packages": st.sampled_from([["p", "q"]] * 5 + [["p"]])},
    optional={"include_external_packages": FLAG, "exclude_type_checking_imports": FLAG},
)
PROJECTS = st.builds(
    Project,
    st.lists(
        st.tuples(st.sampled_from(NAMES), st.sampled_from([*NAMES, *EXTERNALS, "os.path"]), st.sampled_from([*STYLES])),
        min_size=3,
        max_size=20,
        unique=True,
    ).map(tuple),
    SESSIONS,
    st.lists(CONTRACTS, min_size=3, max_size=6).map(
        lambda contracts: tuple({"name": f"contract {n} [core]", **c} for n, c in enumerate(contracts))
    ),
)


@given(project=PROJECTS, file=st.sampled_from(["pyproject.toml", ".importlinter", "setup.cfg"]))
def test_verdicts_are_import_linters_and_what_is_listed_has_to_go(project: Project, file: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        project.write(folder, file)
        results = ours(folder)
        assert [verdict(result) for result in results] == lint(folder), [result.error for result in results]
        for result, contract in zip(results, project.contracts, strict=True):
            assert bool(result.violations) == (result.outcome == "failed")
            assert len({violation.key for violation in result.violations}) == len(result.violations)
            for violation in result.violations:
                assert violation.sites, violation
                if violation.object is not None:
                    assert "import" in violation.sites[0].source
                    assert violation.sites[0].path.startswith(violation.subject.replace(".", "/"))
            if result.violations:
                check_listed(result, Recheck(folder, project.session, contract), starts_in_one_place(contract))


def check_listed(result: RuleResult, recheck: Recheck, each_suffices: bool) -> None:
    """Without the listed imports the contract is kept; where each counts by itself, none is listed needlessly."""
    listed = {(violation.subject, violation.object) for violation in result.violations if violation.object is not None}
    assert recheck.is_kept_without(listed)
    for one in sorted(listed) if each_suffices else ():
        assert not recheck.is_kept_without(listed - {one}), one
