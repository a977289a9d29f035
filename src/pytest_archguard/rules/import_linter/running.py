"""One contract run by import-linter: its verdict, or the reason why there is none."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import importlinter.configuration
from grimp import ImportGraph
from importlinter import Contract, ContractCheck
from importlinter.application.app_config import settings
from importlinter.domain.contract import InvalidContractOptions

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Advice, Site, Violation
from pytest_archguard.rules.import_linter import breakdown, classes
from pytest_archguard.rules.import_linter.naming import hints, unmatched
from pytest_archguard.rules.import_linter.offenders import Offenders
from pytest_archguard.rules.import_linter.rendering import rendered

if TYPE_CHECKING:
    from pytest_archguard.rules.import_linter.contract import ImportLinterContract


@dataclass(frozen=True, slots=True)
class Outcome:
    """What import-linter says about one contract."""

    violations: tuple[Violation, ...]
    advice: tuple[Advice, ...]
    warnings: tuple[str, ...]
    examined: Mapping[str, int]


def judge(rule: ImportLinterContract, codebase: Codebase) -> Outcome:
    """Runs the contract; raises RuleError, naming it, whatever goes wrong."""
    try:
        return _judge(rule, codebase)
    except RuleError as error:
        raise RuleError(f'the contract "{rule.name}" in {rule.file} cannot be checked: {error}') from error


def _judge(rule: ImportLinterContract, codebase: Codebase) -> Outcome:
    _configure()
    folders = [str(Path(rule.session.folder, root)) for root in (".", *codebase.layout.source_roots)]
    with ExitStack() as stack:
        if rule.type_name in rule.session.contract_types:
            stack.enter_context(classes.importable(folders))
        contract = _contract(rule, folders)
        graph = _graph(rule, codebase)
        examined = {"modules": len(graph.modules), "imports": graph.count_imports()}
        with _named(f"{type(contract).__name__}.check", rule, graph):
            check = contract.check(graph, verbose=False)  # which takes ignored imports out of this graph
        if missing := unmatched(contract, graph):
            raise RuleError(f"{missing} (import-linter calls such a contract kept)")
        warnings = tuple(f"warning: {text}" for text in check.warnings or ())
        if check.kept:
            return Outcome((), (), warnings, examined)
        violations, advice = _broken(rule, contract, check, graph, codebase)
        return Outcome(tuple(violations), tuple(advice), warnings, examined)


def _configure() -> None:
    """import-linter's own entry points do this; without it some of its contracts find no timer."""
    try:
        _ = settings.TIMER
    except KeyError:
        importlinter.configuration.configure()


def _refuse_id(rule: ImportLinterContract) -> None:
    """Since 2.17 import-linter refuses to judge any contract where one has such an id."""
    own_id = str(rule.options.get("id", ""))
    if tuple(map(int, re.findall(r"\d+", importlinter.__version__)[:2])) < (2, 17):
        return
    if ":" in own_id:
        raise RuleError(f'its id "{own_id}" has a colon, which import-linter refuses')
    if rule.repeats_id:
        raise RuleError(f'another contract before it has the id "{own_id}", which import-linter refuses')


def _contract(rule: ImportLinterContract, folders: Sequence[str]) -> Contract:
    _refuse_id(rule)
    contract_class = _contract_class(rule, folders)
    if "name" not in rule.options:
        raise RuleError('the key "name" is missing')
    if rule.type_name not in rule.session.contract_types:  # older versions of import-linter pass over unknown keys
        known = classes.option_names(contract_class)
        for key in sorted(set(rule.options) - known):
            raise RuleError(f'unknown key "{key}"{did_you_mean(key, known)}; the keys are {", ".join(sorted(known))}')
    try:
        return contract_class(
            name=rule.name,
            session_options=copy.deepcopy(dict(rule.session.options)),
            contract_options=copy.deepcopy(dict(rule.options)),
        )
    except InvalidContractOptions as error:
        faults = (f'"{key}": {text.rstrip(".")}' for key, text in sorted(error.errors.items()))
        raise RuleError("; ".join(faults)) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a field meets a value it was not written for
        raise RuleError(f"its options cannot be read: {_said(error)}") from error


def _contract_class(rule: ImportLinterContract, folders: Sequence[str]) -> type[Contract]:
    own, built_in = rule.session.contract_types, classes.built_in_types()
    name = rule.type_name
    if not name:
        raise RuleError(f'the key "type" is missing; the types are {", ".join(sorted({*own, *built_in}))}')
    if name in own:
        return classes.own_type(name, own[name], folders)
    if name not in built_in:
        known = sorted({*own, *built_in})
        listed = ", ".join(known)
        raise RuleError(f'there is no contract type "{name}"{did_you_mean(name, known)}; the types are {listed}')
    return built_in[name]


def _graph(rule: ImportLinterContract, codebase: Codebase) -> ImportGraph:
    session = rule.session
    return codebase.grimp_graph(
        session.root_packages, bool(session.include_external_packages), session.exclude_type_checking_imports
    )


@contextmanager
def _named(what: str, rule: ImportLinterContract, graph: ImportGraph) -> Iterator[None]:
    """Whatever is raised inside becomes a RuleError with the nearest names: the other contracts are judged all the
    same. That includes what is no Exception, such as a panic of grimp's Rust code."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        expected = isinstance(error, ValueError) or type(error).__name__ in ("MissingImport", "ModuleNotPresent")
        text = str(error) if expected else f"{what} failed: {_said(error)}"
        raise RuleError(text.rstrip(".") + hints(str(error), rule.options, graph)) from error


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _broken(
    rule: ImportLinterContract, contract: Contract, check: ContractCheck, graph: ImportGraph, codebase: Codebase
) -> tuple[list[Violation], list[Advice]]:
    """The direct imports that have to go; for types import-linter does not ship what the contract says itself."""
    find = _breakdown_for(contract)
    if find is not None:
        findings = list(find(contract, check, graph))
        offenders = Offenders(graph, codebase.import_sites, lambda module: _start_of(module, codebase))
        if violations := offenders.violations(findings):
            return violations, list(offenders.advice(findings))
    said = rendered(contract, check) or "(it says nothing more)"
    violation = Violation(
        check="contract", subject=rule.name, message=f'the contract "{rule.name}" is broken; it says:', label=said
    )
    return [violation], []


def _breakdown_for(contract: Contract) -> breakdown.Breakdown | None:
    """A class of the project's own that only adds options to a built-in one is broken down like it."""
    for name, built_in in classes.built_in_types().items():
        if isinstance(contract, built_in) and all(
            getattr(type(contract), method) is getattr(built_in, method)
            for method in ("check", "render_broken_contract")
        ):
            return breakdown.BY_TYPE.get(name)
    return None


def _start_of(name: str, codebase: Codebase) -> tuple[Site, ...]:
    """The first line of a module, or of the first module below a package that is no module."""
    layout = codebase.layout  # import-linter also judges modules that are tests or left out here
    modules = (*layout.modules, *layout.test_modules, *layout.outside)
    below = [module for module in modules if module.name == name or module.name.startswith(f"{name}.")]
    return (codebase.site_in(min(below).path, 1),) if below else ()
