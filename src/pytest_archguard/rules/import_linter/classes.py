"""The classes that judge contracts: import-linter's own, and those of the checked project."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from importlib.machinery import PathFinder
from types import ModuleType
from typing import TypeGuard, get_args

import importlinter.contracts
from importlinter import Contract, fields

from pytest_archguard.errors import RuleError

# Options that stand in every contract and that no class declares.
COMMON_OPTIONS = frozenset({"id", "name", "type"})


@lru_cache(maxsize=1)
def built_in_types() -> dict[str, type[Contract]]:
    """The types of the installed version: older ones have fewer."""
    found: dict[str, type[Contract]] = {}
    for info in pkgutil.iter_modules(importlinter.contracts.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"importlinter.contracts.{info.name}")
        for value in vars(module).values():
            if _is_contract(value) and value.__module__ == module.__name__:
                found[getattr(value, "type_name", info.name)] = value
    return found


def own_type(name: str, dotted: str, folders: Sequence[str]) -> type[Contract]:
    """The project's own contract class; raises RuleError when it cannot be imported or is none.

    This is the one place where code of the checked project runs. `folders` must be on `sys.path` already, see
    `importable`; they are named here to tell the project's modules from others of the same name.
    """
    module_name, _, class_name = dotted.rpartition(".")
    where = f'contract type "{name}" ({dotted})'
    try:
        module = _import_from(module_name, folders)
        found = getattr(module, class_name)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the module may do anything, `sys.exit` included
        raise RuleError(f"the {where} cannot be imported: {type(error).__name__}: {error}") from error
    if not _is_contract(found):
        raise RuleError(f"the {where} is not a subclass of importlinter.Contract")
    return found


def _is_contract(value: object) -> TypeGuard[type[Contract]]:
    # On Python 3.10 `list[str]` passes for a type, but not for a class.
    return isinstance(value, type) and not get_args(value) and issubclass(value, Contract)


def _import_from(module_name: str, folders: Sequence[str]) -> ModuleType:
    """Imports the module as seen from the folders, even where another project's module has its name already."""
    importlib.invalidate_caches()
    top = module_name.partition(".")[0]
    spec = PathFinder.find_spec(top, list(folders))
    loaded = sys.modules.get(top)
    if spec is None or loaded is None or _origin(spec) == _origin(getattr(loaded, "__spec__", None)):
        return importlib.import_module(module_name)
    displaced = _pop_modules(top)
    try:
        return importlib.import_module(module_name)
    finally:
        _pop_modules(top)
        sys.modules.update(displaced)


def _origin(spec: object) -> object:
    """Where a module comes from: its file, or for a folder without `__init__.py` the folders."""
    origin = getattr(spec, "origin", None)
    return origin or tuple(getattr(spec, "submodule_search_locations", None) or ())


def _pop_modules(top: str) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name == top or name.startswith(f"{top}.")]
    return {name: sys.modules.pop(name) for name in names}


@contextmanager
def importable(folders: Sequence[str]) -> Iterator[None]:
    """Puts folders in front of `sys.path` for a while."""
    before = sys.path[:]
    sys.path[:0] = folders
    try:
        yield
    finally:
        sys.path[:] = before


def option_names(contract_class: type[Contract]) -> frozenset[str]:
    """The options this class reads, those of its bases included."""
    declared = {name for name in dir(contract_class) if isinstance(getattr(contract_class, name, None), fields.Field)}
    return COMMON_OPTIONS | declared
