"""Whether a dotted name exists in a code base, and what there is beside it."""

from __future__ import annotations

from pytest_archguard.codebase.module_names import Import, ModuleNames
from pytest_archguard.codebase.names import DEPTH, NameIndex


def exists(index: NameIndex, name: str) -> bool:
    """Whether a dotted name inside the code base is a module or is bound somewhere; open ends count as bound."""
    parts = name.split(".")
    for count in range(len(parts), 0, -1):
        head = ".".join(parts[:count])
        if head in index.modules:
            return _has(index, head, parts[count:])
        if head in index.packages:
            return count == len(parts)
    return False


def names_in(index: NameIndex, name: str) -> list[str]:
    """The dotted names below the module or class that the start of `name` means, for suggestions."""
    head = name.rpartition(".")[0]
    found = index.definition(index.canonical(head)) if head else None
    if found is not None:
        return [f"{head}.{bound}" for bound in found[0].bound[found[1]]]
    if head in index.modules:
        return [f"{head}.{bound}" for bound in index.modules[head].bound[0]]
    return [f"{module.name}.{bound}" for module in index.modules.values() for bound in module.bound[0]]


def _has(index: NameIndex, module: str, rest: list[str]) -> bool:
    if not rest:
        return True
    names = index.modules[module]
    first = rest[0]
    known = first in names.bound[0] or "__getattr__" in names.bound[0]
    if not known and index.from_stars(names, first, DEPTH) is None:
        return any(_leaves(index, names, star) for star in names.stars)
    found = index.definition(index.descend(module, [first], DEPTH))
    if found is None or len(rest) == 1:
        return True
    holder = index.descend(module, rest[:1], DEPTH)
    return any(
        (place := index.definition(ancestor)) is None or rest[1] in place[0].bound[place[1]]
        for ancestor in index.ancestors(holder)
    )


def _leaves(index: NameIndex, names: ModuleNames, star: tuple[int, int, str]) -> bool:
    """Whether a star import is of a module outside the code base, whose names are not known."""
    return index.imported(names, Import(star[1], star[2], None), DEPTH) not in index.modules
