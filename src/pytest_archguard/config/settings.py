"""`[tool.archguard]` itself: where the code is, and what holds for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pytest_archguard.config.options import Context, option, read_table
from pytest_archguard.config.resources import read_resources
from pytest_archguard.config.selectors import read_groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The keys of `[tool.archguard]` that are no rules."""

    source_roots: tuple[str, ...] | None = option(
        "Folders that would be on `sys.path`, relative to the rules file. Default: `src` if it exists, has no "
        "`__init__.py` and nothing imports `src.*`; otherwise the folder of the rules file."
    )
    packages: tuple[str, ...] | None = option(
        "The packages and top-level modules to judge. Default: all under the source roots, without virtual "
        "environments, build output, hidden folders, and test folders and files directly in a source root."
    )
    tests: tuple[str, ...] = option(
        "File globs, relative to the rules file: these files count as importers only and are never judged.", default=()
    )
    exclude: tuple[str, ...] = option(
        "File globs, relative to the rules file, of code that is left out; each must match something.", default=()
    )
    auto: bool = option("Run the rules with every plain `pytest` that names no paths.", default=False)
    import_linter: Literal["auto", "off"] = option(
        "Whether contracts declared for import-linter beside the rules file become rules here.", default="auto"
    )
    cache_dir: str = option(
        "Folder for cached facts about files, relative to the rules file.", default=".archguard_cache"
    )


SETTINGS_TABLES = frozenset({"groups", "resources"})


def read_settings(table: Mapping[str, Any], kinds: frozenset[str], context: Context) -> Settings:
    """Reads `[tool.archguard]` without its rule tables (`kinds`); puts groups and resources into `context`."""
    where = "[tool.archguard]"
    if "groups" in table:
        context.groups = read_groups(table["groups"], "[tool.archguard.groups]", context)
    if "resources" in table:
        context.resources = read_resources(table["resources"], "[tool.archguard.resources]", context)
    return read_table(Settings, table, where, context, ignore=kinds | SETTINGS_TABLES) or Settings()
