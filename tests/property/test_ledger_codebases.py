"""Real rules on random code bases: fixing and moving never make anything new."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.suppressions import SUPPRESSIONS
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.ledger.acceptance import accept
from pytest_archguard.ledger.baseline_file import Baseline, parse_baseline, render
from pytest_archguard.ledger.entries import Entry
from pytest_archguard.ledger.ledger import Ledger
from pytest_archguard.ledger.matching import Matched
from pytest_archguard.ledger.pruning import prune
from pytest_archguard.model import Violation
from pytest_archguard.rules.base import Rule
from pytest_archguard.rules.configuration import load_configuration

TODAY = date(2026, 11, 21)
TOML = """
[tool.archguard]

[[tool.archguard.layers]]
id = "layers"
layers = ["app.api", "app.services", "app.models"]

[[tool.archguard.forbidden]]
id = "forbidden"
from = ["app.services"]
to = ["app.api"]
direct_only = true

[[tool.archguard.independence]]
id = "independence"
modules = ["app.services", "app.core"]

[[tool.archguard.interface]]
id = "interface"
package = "app.core"
public = ["app.core.m0"]

[[tool.archguard.acyclic]]
id = "cycles"

[[tool.archguard.acyclic]]
id = "package-cycles"
level = "package"
"""
PACKAGES = ("api", "services", "models", "core")
MODULES = tuple(f"app.{package}.m{number}" for package in PACKAGES for number in range(3))

imports = st.sets(
    st.tuples(st.sampled_from(MODULES), st.sampled_from(MODULES)).filter(lambda e: e[0] != e[1]), max_size=24
)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> tuple[Rule, ...]:
    path = tmp_path_factory.mktemp("rules") / "pyproject.toml"
    path.write_text(TOML)
    return tuple(rule for rule in load_configuration(path).rules if rule.kind_name != "builtin")


@dataclass(frozen=True)
class State:
    """A code base: who imports whom, under which names. `spaced`: lines before and between the imports."""

    imports: Collection[tuple[str, str]]
    names: Mapping[str, str] = field(default_factory=dict)
    spaced: int = 0

    def name(self, module: str) -> str:
        return self.names.get(module, module)

    def files(self) -> dict[str, str]:
        files = {f"app/{package}/__init__.py": "" for package in PACKAGES}
        files["app/__init__.py"] = ""
        for module in MODULES:
            lines = ["import " + self.name(to) for importer, to in sorted(self.imports) if importer == module]
            lines.append(f"def of_{module.replace('.', '_')}(): pass")
            files[self.name(module).replace(".", "/") + ".py"] = ("\n" * (1 + self.spaced)).join(["", *lines, ""])
        return files


@dataclass(frozen=True)
class Earlier:
    """History: one state of the files, without anything that git would know about renames."""

    files: Mapping[str, str]

    def last_revisions(self, paths: Collection[str]) -> Mapping[str, str]:
        return {path: "then" for path in paths if path in self.files}

    def renames(self, revision: str) -> Mapping[str, str]:
        return {}

    def paths(self, revision: str) -> frozenset[str]:
        return frozenset(self.files)

    def contents(self, revision: str, paths: Collection[str]) -> Mapping[str, bytes]:
        return {path: self.files[path].encode() for path in paths}


def judge(
    rules: Sequence[Rule], state: State, listed: Sequence[Entry], before: State | None = None
) -> dict[str, Matched]:
    codebase: Codebase = codebase_of(state.files(), (SUPPRESSIONS,))
    history = Earlier((before or state).files())
    ledger = Ledger(Path("nowhere"), rules, codebase, TODAY, baseline=read(listed), history=history)
    return {rule.id: ledger.judge(rule, rule.kind.check(codebase)) for rule in rules}


def read(listed: Sequence[Entry]) -> Baseline:
    return parse_baseline(render(listed))


def accepted(rules: Sequence[Rule], state: State) -> tuple[Entry, ...]:
    matched = judge(rules, state, ())
    return accept((), [(rule, matched[rule.id].unlisted) for rule in rules], "because", None).entries


def pruned(listed: Sequence[Entry], matched: Mapping[str, Matched]) -> tuple[Entry, ...]:
    return prune(listed, [revision for m in matched.values() for revision in m.revisions])


def new_in(matched: Mapping[str, Matched]) -> list[Violation]:
    return [v for m in matched.values() for v in m.violations if v.state != "known"]


def stale_in(matched: Mapping[str, Matched]) -> list[str]:
    return [entry.text for m in matched.values() for entry in m.stale]


property_of_code = settings(suppress_health_check=[HealthCheck.too_slow])


@property_of_code
@given(imports, st.integers(1, 3))
def test_what_was_accepted_is_green_however_it_is_formatted(rules: Any, edges: Any, spaced: int) -> None:
    listed = accepted(rules, State(edges))
    matched = judge(rules, State(edges, spaced=spaced), listed)
    assert (new_in(matched), stale_in(matched), pruned(listed, matched)) == ([], [], listed)


@property_of_code
@given(st.data(), imports)
def test_removing_imports_makes_nothing_new(rules: Any, data: st.DataObject, edges: Any) -> None:
    listed = accepted(rules, State(edges))
    fewer = State(edges - data.draw(st.sets(st.sampled_from(sorted(edges)))) if edges else edges)
    matched = judge(rules, fewer, listed)
    assert new_in(matched) == []
    left = pruned(listed, matched)
    assert set(left) <= set(listed)
    again = judge(rules, fewer, left)
    assert (new_in(again), stale_in(again)) == ([], [])


@property_of_code
@given(imports, st.sets(st.sampled_from([m for m in MODULES if not m.endswith("m0")])))
def test_moving_modules_within_their_packages_makes_nothing_new(rules: Any, edges: Any, moving: set[str]) -> None:
    before = State(edges)
    listed = accepted(rules, before)
    # Some get another name, some a place one level deeper.
    names = {m: f"{m[:-2]}n1" if m.endswith("1") else f"{m[:-2]}sub.n2" for m in sorted(moving)}
    after = State(edges, names)
    rules = [rule for rule in rules if rule.id != "package-cycles" or not any(".sub." in n for n in names.values())]
    matched = judge(rules, after, listed, before)
    assert (new_in(matched), stale_in(matched)) == ([], [])
    left = pruned(listed, matched)
    assert len(left) == len(listed)
    again = judge(rules, after, left)
    assert (new_in(again), stale_in(again), [n for m in again.values() for n in m.notes]) == ([], [], [])


@property_of_code
@given(imports, imports)
def test_what_is_added_is_found_in_full(rules: Any, edges: Any, more: Any) -> None:
    """Nothing is known that was not listed: known and new together are what there is without a baseline."""
    listed = accepted(rules, State(edges))
    matched = judge(rules, State(edges | more), listed)
    keys = {(entry.rule, *entry.key) for entry in listed}
    for rule_id, its in matched.items():
        for violation in its.violations:
            is_listed = all((rule_id, *key) in keys for key in violation.entry_keys)
            assert (violation.state == "known") == is_listed
    assert {v.key for m in matched.values() for v in m.violations} == {
        v.key for m in judge(rules, State(edges | more), ()).values() for v in m.violations
    }
