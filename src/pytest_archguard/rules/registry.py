"""The table of rule kinds: the built-in ones, and those that other distributions register."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points

from pytest_archguard.errors import ArchguardError
from pytest_archguard.rules.base import RuleKind

ENTRY_POINT_GROUP = "archguard.rules"

# Modules rather than classes: a kind that no table uses is not imported.
BUILT_IN: dict[str, str] = {
    "layers": "pytest_archguard.rules.layers:Layers",
    "forbidden": "pytest_archguard.rules.forbidden:Forbidden",
    "independence": "pytest_archguard.rules.independence:Independence",
    "protected": "pytest_archguard.rules.protected:Protected",
    "interface": "pytest_archguard.rules.interface:Interface",
    "acyclic": "pytest_archguard.rules.acyclic:Acyclic",
    "imports": "pytest_archguard.rules.imports:Imports",
    "health": "pytest_archguard.rules.health:Health",
    "unused": "pytest_archguard.rules.unused:Unused",
    "duplicates": "pytest_archguard.rules.duplicates:Duplicates",
    "coupling": "pytest_archguard.rules.coupling:Coupling",
    "files": "pytest_archguard.rules.files:Files",
    "size": "pytest_archguard.rules.size:Size",
    "code": "pytest_archguard.rules.code:Code",
    "sessions": "pytest_archguard.rules.sessions:Sessions",
}


def third_party() -> dict[str, EntryPoint]:
    """The kinds registered under the entry point group `archguard.rules`; reads the installed distributions."""
    return {point.name: point for point in entry_points(group=ENTRY_POINT_GROUP) if point.name not in BUILT_IN}


def load_kind(name: str, points: dict[str, EntryPoint]) -> type[RuleKind]:
    """The class of this kind; raises ArchguardError when another distribution's class cannot be loaded."""
    if name in BUILT_IN:
        module, _, attribute = BUILT_IN[name].partition(":")
        built_in: type[RuleKind] = getattr(import_module(module), attribute)
        return built_in
    point = points[name]
    try:
        loaded: type[RuleKind] = point.load()
    except Exception as error:
        raise ArchguardError(f'the rule kind "{name}" ({point.value}) cannot be loaded: {error}') from error
    return loaded
