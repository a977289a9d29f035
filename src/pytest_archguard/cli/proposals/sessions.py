"""`sessions`: a resource where session factories are made, and a rule that every session of theirs is released."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pytest_archguard.cli.proposals.judging import judge_alone, open_violations, prepared
from pytest_archguard.cli.proposals.proposal import Proposal, assign, listed
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.sessions.fates import ASSIGN
from pytest_archguard.codebase.name_existence import exists
from pytest_archguard.rules.sessions.reading import Reading, reading_of
from pytest_archguard.rules.sessions.roles import Role
from pytest_archguard.rules.sessions.zone import Sessions

# Preset, name of the resource, what must be imported for it to be looked at.
_PRESETS = (
    ("sqlalchemy-async", "db", "sqlalchemy.ext.asyncio"),
    ("sqlmodel", "db", "sqlmodel"),
    ("sqlalchemy", "db", "sqlalchemy"),
)
_MOST_NAMES = 8


def propose_sessions(codebase: Codebase) -> list[Proposal]:
    """A resource and a rule for each kind of session whose factories are bound in some module."""
    found: list[Proposal] = []
    taken: set[str] = set()
    for preset, name, needed in _PRESETS:
        if not any(each.startswith(needed) for each in codebase.external_names_of(needed.partition(".")[0])):
            continue
        reading = _reading(codebase, preset)
        bound = {factory: home for factory, home in _bound(codebase, reading) if factory not in taken}
        homes = sorted(set(bound.values()))
        proposal = (
            _proposal(reading, preset, f"{name}-sync" if found else name, sorted(bound), homes) if bound else None
        )
        supported = _with_support(codebase, proposal) if proposal else None
        if supported:
            found.append(supported)
            taken |= bound.keys()
    return found


def _reading(codebase: Codebase, preset: str) -> Reading:
    """What the rule itself would know of this driver's sessions, were there a resource of the driver alone."""
    options = (assign("resource", "db"), assign("modules", ["**"]), assign("forbid", ["leak"]))
    resource = ("[tool.archguard.resources.db]", assign("preset", preset))
    kind = prepared(codebase, Proposal("sessions", "probe", options, (), resource)).kind
    assert isinstance(kind, Sessions)
    return reading_of(codebase, kind.resource)


def _bound(codebase: Codebase, reading: Reading) -> Iterator[tuple[str, str]]:
    """(name, module) of every name of a module that `sessionmaker(...)` and the like are assigned to."""
    roles, index = reading.roles, reading.index
    for module in index.modules.keys() & codebase.modules.keys():
        for call in roles.readings.calls[module]:
            if call.kind != ASSIGN or roles.of_call(module, call) is not Role.MAKER:
                continue
            if not roles.makes_ours(module, call):
                continue
            for target in call.targets:
                name = index.bound_name(module, call.scope, target)
                if name is not None and name.rpartition(".")[0] == module and exists(index, name):
                    yield name, module


def _proposal(reading: Reading, preset: str, name: str, factories: list[str], homes: list[str]) -> Proposal:
    providers, dependencies = (_in_homes(reading, role, homes) for role in (Role.PROVIDER, Role.DEPENDENCY))
    preamble = [
        f"# Database sessions come from {listed(factories)}.",
        "# `home` may do anything with them.",
        f"[tool.archguard.resources.{name}]",
        assign("preset", preset),
        assign("home", [f"={home}" for home in homes]),
        assign("factories", factories[:_MOST_NAMES]),
    ]
    preamble += [assign("providers", providers)] if providers else []
    preamble += [assign("dependencies", dependencies)] if dependencies else []
    options = (
        assign("resource", name),
        assign("modules", ["**"]),
        assign("forbid", ["leak", "escape"]),
        assign("because", "a session that nobody closes holds its connection until the pool is empty"),
        assign("fix", "open it in a `with` statement, or let the caller pass it in"),
    )
    return Proposal("sessions", f"{name}-sessions-are-released", options, (), tuple(preamble))


def _in_homes(reading: Reading, role: Role, homes: list[str]) -> list[str]:
    """Functions beside the factories that lend sessions; those elsewhere are found without being listed."""
    found = sorted(
        name for name, known in reading.roles.names.items()
        if known is role and name.rpartition(".")[0] in homes and exists(reading.index, name)
    )  # fmt: skip
    return found[:_MOST_NAMES]


def _with_support(codebase: Codebase, proposal: Proposal) -> Proposal | None:
    """With how far the rule holds; None where it would judge nothing, or nothing of what it judges is as it asks."""
    result = judge_alone(codebase, proposal)
    number = result.examined.get("sessions", 0)
    held = number - open_violations(result)
    if held < 1:
        return None
    text = f"Holds for {held} of {number} places outside `home` where a session is had."
    return replace(proposal, support=(text,))
