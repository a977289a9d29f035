"""Where a program starts: modules that nobody needs to import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.dotted import prefixes
from pytest_archguard.codebase.globs import FileGlob
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.options import Context
from pytest_archguard.config.selectors import Selector
from pytest_archguard.errors import RuleError


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
    """The modules that the entries select or name, and those that start without being imported: the project's scripts,
    `__main__.py` files, and files with a name that no import statement can spell (`0001_initial.py`).

    Raises RuleError for a `text:` entry that matches no file.
    """
    found = set(_scripts(codebase))
    for name in codebase.names:
        last = name.rpartition(".")[2]
        if last == "__main__" or not last.isidentifier():
            found.add(name)
    for entry in entries:
        if entry.selector is not None:
            found |= codebase.select((entry.selector,))
    return frozenset(found | mentioned(codebase, entry_texts(codebase, entries)))


def entry_texts(codebase: Codebase, entries: Iterable[EntryPoint]) -> str:
    """What stands in the files of the `text:` entries; raises RuleError where there are none."""
    texts = []
    for entry in entries:
        if entry.glob is not None:
            glob = FileGlob(entry.glob)
            paths = [path for path in codebase.files if glob.matches(path)]
            if not paths:
                raise RuleError(
                    f'"entry_points": "{entry.text}" matches no file{did_you_mean(entry.glob, codebase.files)}'
                )
            texts += [(codebase.data(path) or b"").decode("utf-8", "replace") for path in paths]
    return "\n".join(texts)


# A module at the top level has no dot to be known by: `uvicorn main:app`, `python -m worker`, `celery -A tasks`.
_STARTED = re.compile(r"(?:-m|-A|--app)[\s\"',=]+([A-Za-z_]\w*)|(?<![\w.])([A-Za-z_]\w*):[A-Za-z_]")


def mentioned(codebase: Codebase, text: str) -> set[str]:
    """The modules whose dotted name (also before `:` and with a dotted name behind it) or path stands in a text."""
    words = {word.strip(".") for word in re.findall(r"[\w.]*\w\.\w[\w.]*", text)}
    words |= {first or second for first, second in _STARTED.findall(text)}
    # Of `app.jobs.clean.run` the longest part that is a module; the packages above it are run with it.
    modules = codebase.modules
    found = {name for word in words if (name := next((p for p in prefixes(word) if p in modules), None))}
    paths: dict[str, set[str]] = {}
    for path in set(re.findall(r"[\w./-]+\.py\b", text)) - {"__init__.py"}:  # which says of no package that it is meant
        paths.setdefault(path.rpartition("/")[2], set()).add(path.removeprefix("./").lstrip("/"))
    for name, module in codebase.modules.items() if paths else ():
        ends = paths.get(module.path.rpartition("/")[2], ())
        if any(f"/{module.path}".endswith(f"/{end}") or end.endswith(f"/{module.path}") for end in ends):
            found.add(name)
    return found


def _scripts(codebase: Codebase) -> Iterator[str]:
    """The modules of the scripts and entry points that the `pyproject.toml` of the project declares."""
    document = codebase.pyproject
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
