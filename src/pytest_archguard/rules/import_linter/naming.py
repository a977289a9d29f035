"""The modules a contract names: whether any exists, and which were probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from grimp import ImportGraph
from importlinter import Contract
from importlinter.domain.helpers import module_expressions_to_modules

from pytest_archguard.config.nearest import did_you_mean

_NAME = re.compile(r"\w+(?:\.\w+)*")

# What each built-in type is about. Without any such module there is nothing it could object to.
_SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "independence": ("modules",),
    "forbidden": ("source_modules",),
    "protected": ("protected_modules",),
    "acyclic_siblings": ("ancestors",),
}


def innermost_private(module: str) -> str:
    """The last package or module on the way to `module` whose own name starts with an underscore, itself included;
    "" where there is none. As in import-linter, `__main__` is not private, and neither is what has no parent."""
    parts = module.split(".")
    for length in range(len(parts), 1, -1):
        last = parts[length - 1]
        if last.startswith("_") and not (last.startswith("__") and last.endswith("__")):
            return ".".join(parts[:length])
    return ""


def unmatched(contract: Contract, graph: ImportGraph) -> str | None:
    """Says so when none of the modules that a built-in contract is about exists; None when some does."""
    type_name = getattr(contract, "type_name", "")
    if type_name == "layers":
        names = set(_layer_names(contract, graph))
        if any(name in graph.modules for name in names):
            return None
        return f"none of its layers exists{_examples(names, graph)}"
    if type_name == "private_modules":
        return _without_private_modules(contract, graph)
    for key in _SUBJECTS.get(type_name, ()):
        expressions = list(getattr(contract, key) or ())
        if not any(module.name in graph.modules for module in module_expressions_to_modules(graph, expressions)):
            return f'"{key}" matches no module{_examples({e.expression for e in expressions}, graph)}'
    return None


def _without_private_modules(contract: Any, graph: ImportGraph) -> str | None:
    expressions = contract.packages_with_private_modules or ()
    packages = {module.name for module in module_expressions_to_modules(graph, expressions)}
    below = {name for package in packages for name in graph.find_descendants(package)} if packages else graph.modules
    if any(map(innermost_private, below)):
        return None
    where = f"below {', '.join(sorted(e.expression for e in expressions))}" if packages else "in the root packages"
    return f"there is no private module {where}: none has a name that starts with an underscore"


def _layer_names(contract: Any, graph: ImportGraph) -> Iterator[str]:
    tails = [tail.name for layer in contract.layers for tail in layer.module_tails]
    if not contract.containers:
        yield from tails
        return
    for container in module_expressions_to_modules(graph, contract.containers):
        yield from (f"{container.name}.{tail}" for tail in tails)


def _examples(names: Iterable[str], graph: ImportGraph) -> str:
    """The first names, each with the nearest one there is; wildcards are near to everything and get none."""
    known = sorted(names)
    listed = [name if "*" in name else f"{name}{did_you_mean(name, graph.modules)}" for name in known[:3]]
    more = [f"and {len(known) - 3} more"] if len(known) > 3 else []
    return f": {', '.join([*listed, *more])}" if listed else ""


def hints(message: str, options: Mapping[str, Any], graph: ImportGraph) -> str:
    """The nearest names for the modules in import-linter's message that the graph does not know."""
    values = (value for key, value in options.items() if key not in ("name", "id", "type", "broken_contract_guidance"))
    declared = {name for value in values for text in _texts(value) for name in _NAME.findall(text)}
    found = []
    for name in dict.fromkeys(_NAME.findall(message)):
        meant_as_module = name in declared or "." in name
        if meant_as_module and name not in graph.modules and (hint := did_you_mean(name, graph.modules)):
            found.append(f"; {name}{hint}")
    return "".join(found)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        yield from (str(item) for item in value)
    else:
        yield str(value)
