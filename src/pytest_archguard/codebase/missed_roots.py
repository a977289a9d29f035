"""Folders that the code treats as source roots although nobody said so.

`import api` in `backend/main.py`, beside `backend/api/`, works because `backend` is on `sys.path` when the program
runs. Where it is no source root here, that import counts as one of a package outside the code base, and every rule
about imports is green for the wrong reason.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.model import Site

_SHOWN = 3


def missed_source_roots(codebase: Codebase) -> dict[str, tuple[Site, ...]]:
    """Each folder without `__init__.py` whose modules import each other by names that start below it.

    The folder's path relative to the rules file, with those imports. A name that is installed, declared as a
    dependency, in the standard library or a top-level module here means that, and is no sign.
    """
    found: dict[str, list[Site]] = {}
    for namespace, children in _children(codebase).items():
        own = {child for child in children if _means_nothing_else(child, codebase)}
        imports = [] if not own else _imports_of(codebase, namespace, own)
        # `celery.py` that imports `celery` means the package of that name, and so do the modules beside it.
        foreign = {
            top
            for importer, top, _ in imports
            if importer == f"{namespace}.{top}" and not codebase.modules[importer].is_package
        }
        for importer, top, site in imports:
            if top not in foreign:
                folder = _folder(codebase.modules[importer].path, importer, namespace)
                found.setdefault(folder, []).append(site)
    return {folder: tuple(sites) for folder, sites in sorted(found.items())}


def _means_nothing_else(name: str, codebase: Codebase) -> bool:
    taken = name in codebase.top_level or name in sys.stdlib_module_names
    return not taken and not codebase.externals.exists(name)


def _imports_of(codebase: Codebase, namespace: str, names: Collection[str]) -> list[tuple[str, str, Site]]:
    """(importer, top-level name, place) of the imports below `namespace` that count as external and have such names."""
    return [
        (importer, each.external.partition(".")[0], codebase.site(importer, each.line, each.column))
        for importer in sorted(codebase.select_below(namespace))
        for each in codebase.imports_of(importer)
        if each.external is not None
        and each.external.partition(".")[0] in names
        and any(f"{namespace}.{target}" in codebase.modules for target in each.targets)
    ]


def sentences(missed: Mapping[str, tuple[Site, ...]]) -> Iterator[str]:
    """What to tell people about the folders, a few of them if there are many."""
    for folder, sites in list(missed.items())[:_SHOWN]:
        first = sites[0]
        more = f" and {len(sites) - 1} more there" if len(sites) > 1 else ""
        yield (
            f"{folder} looks like a source root: `{first.source}` ({first.path}:{first.line}){more} names what is in "
            f'it, but counts as an import from outside; write source_roots = ["{folder}"] in [tool.archguard]'
            + (", or a rules file of its own for each such folder" if len(missed) > 1 else "")
        )
    if len(missed) > _SHOWN:
        yield f"{len(missed) - _SHOWN} more folders look like source roots: {', '.join(list(missed)[_SHOWN:])}"


def _children(codebase: Codebase) -> dict[str, set[str]]:
    """For each package without `__init__.py` the names directly below it."""
    found: dict[str, set[str]] = {namespace: set() for namespace in codebase.layout.namespaces}
    if found:
        for name in (*codebase.modules, *codebase.layout.namespaces):
            above, _, last = name.rpartition(".")
            if above in found:
                found[above].add(last)
    return found


def _folder(path: str, name: str, namespace: str) -> str:
    """The folder of `namespace`, above the file of a module in it."""
    levels = name.count(".") - namespace.count(".")
    parts = path.removesuffix("/__init__.py").split("/")
    return "/".join(parts[: len(parts) - levels])
