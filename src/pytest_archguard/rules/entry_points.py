"""Where a program starts: modules that nobody needs to import."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.options import Context
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import RuleError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """A selector, or `text:GLOB`: every module whose name or path stands in one of these files."""

    text: str
    selector: Selector | None = None
    glob: str | None = None

    @classmethod
    def from_toml(cls, value: Any, context: Context) -> EntryPoint:
        """Reads one entry; raises ValueError with a sentence for people."""
        if not isinstance(value, str):
            raise ValueError(f"an entry point must be a string, not {value!r}")
        if value.startswith("text:"):
            if not value[5:].strip():
                raise ValueError(f'"{value}" names no file (`text:docker-compose.yaml`)')
            return cls(value, glob=value[5:].strip())
        return cls(value, selector=Selector.from_toml(value, context))

    @classmethod
    def json_schema(cls) -> dict[str, Any]:
        """Any string: the grammar is checked when the file is read."""
        return {"type": "string", "minLength": 1}


def entry_modules(codebase: Codebase, entries: Iterable[EntryPoint]) -> frozenset[str]:
    """The modules that the entries, the project's scripts and `__main__.py` files start.

    Raises RuleError for a `text:` entry that matches no file.
    """
    found = set(_scripts(codebase)) | {name for name in codebase.names if name.rpartition(".")[2] == "__main__"}
    for entry in entries:
        if entry.selector is not None:
            found |= codebase.select((entry.selector,))
        elif entry.glob is not None:
            files = [path for path in sorted(codebase.root.glob(entry.glob)) if path.is_file()]
            if not files:
                raise RuleError(f'"entry_points": "{entry.text}" matches no file')
            text = "\n".join(path.read_text("utf-8", errors="replace") for path in files)
            found |= mentioned(codebase, text)
    return frozenset(found)


def mentioned(codebase: Codebase, text: str) -> set[str]:
    """The modules whose dotted name (also before `:` and with a dotted name behind it) or path stands in a text."""
    words = set(re.findall(r"[\w.]+", text))
    dotted = {prefix for word in words if "." in word for prefix in _prefixes(word.strip("."))} | words
    paths = set(re.findall(r"[\w./-]+\.py\b", text))
    found = {name for name in codebase.names if name in dotted}
    ends = {path.removeprefix("./").lstrip("/") for path in paths}
    for name, module in codebase.modules.items():
        if any(
            end == module.path or module.path.endswith(f"/{end}") or end.endswith(f"/{module.path}") for end in ends
        ):
            found.add(name)
    return found


def _prefixes(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]


def _scripts(codebase: Codebase) -> Iterator[str]:
    """The modules of the scripts and entry points that the `pyproject.toml` of the project declares."""
    try:
        document = tomllib.loads((codebase.root / "pyproject.toml").read_text("utf-8"))
    except (OSError, UnicodeError, tomllib.TOMLDecodeError):
        return
    project, poetry = _table(document, "project"), _table(_table(document, "tool"), "poetry")
    groups = [_table(project, "scripts"), _table(project, "gui-scripts"), _table(poetry, "scripts")]
    groups += [table for table in _table(project, "entry-points").values() if isinstance(table, Mapping)]
    for group in groups:
        for target in group.values():
            module = target.partition(":")[0].strip() if isinstance(target, str) else ""
            if module in codebase.modules:
                yield module


def _table(parent: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = parent.get(key)
    return found if isinstance(found, Mapping) else {}
