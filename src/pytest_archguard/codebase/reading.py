"""All files of a code base to their facts: from the cache where their content is known, otherwise by parsing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pytest_archguard.codebase.cache import FAULTS, Digest, FactCache, Stat, content_digest, missing_facts, stat_of
from pytest_archguard.codebase.extract import Facts, unreadable
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.newer_syntax import blame
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.codebase.workers import extract_all
from pytest_archguard.model import Module

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Reading:
    """What came of every file. facts: by path. note: something about the cache that people should know."""

    facts: dict[str, Facts] = field(default_factory=dict)
    faults: list[Unreadable] = field(default_factory=list)
    note: str = ""


def read_all(
    root: Path, modules: Sequence[Module], facts: Iterable[Fact], cache: FactCache, progress: Progress | None = None
) -> Reading:
    """Reads all files of a code base.

    progress: called with the number of files done and of all; files found in the cache are done at once.
    """
    ordered = sorted(facts, key=lambda fact: fact.key)
    reading = Reading()
    digests, stats, missing = _look_up(root, modules, ordered, cache, reading)
    absent = {fact for facts_of_file in missing.values() for fact in facts_of_file}
    files = [(module, stats[module.path][0]) for module in modules if module.path in missing]
    found_before = len(modules) - len(files)

    def done(count: int) -> None:
        if progress is not None:
            progress(found_before + count, len(modules))

    done(0)
    wanted = [fact for fact in ordered if fact in absent]
    for module, digest, found in extract_all(root, files, wanted, done):
        if isinstance(found, Unreadable):
            found = blame(root, found)
        _take(module, digest, found, digests, cache, reading)
        if digest is not None:
            digests[module.path] = digest
            cache.remember(module.path, stats[module.path], digest)
    _gather(modules, ordered, digests, cache, reading)
    cache.save([module.path for module in modules])
    reading.note = cache.note
    return reading


def _look_up(
    root: Path, modules: Sequence[Module], facts: Sequence[Fact], cache: FactCache, reading: Reading
) -> tuple[dict[str, Digest], dict[str, Stat], dict[str, list[Fact]]]:
    """The content digests that are known, the stats, and the files that lack facts, with the facts they lack."""
    digests: dict[str, Digest] = {}
    stats: dict[str, Stat] = {}
    missing: dict[str, list[Fact]] = {}
    prefix = f"{root}/"
    broken = cache.table(FAULTS)
    tables = [cache.table(fact.key) for fact in facts]
    for module in modules:
        path = module.path
        try:
            stats[path] = stat = stat_of(prefix + path)
            digest = cache.digest(path, stat)
            if digest is None:
                digest = content_digest((root / path).read_bytes()) if tables and any(tables) else None
                if digest is not None:
                    cache.remember(path, stat, digest)
        except OSError as error:
            reading.faults.append(unreadable(root, module, error))
            continue
        if digest is not None:
            digests[path] = digest
            if digest in broken or not (lacking := missing_facts(cache, digest, facts)):
                continue
            missing[path] = lacking
        else:
            missing[path] = list(facts)
    return digests, stats, missing


def _take(
    module: Module,
    digest: Digest | None,
    found: Facts | Unreadable,
    digests: dict[str, Digest],
    cache: FactCache,
    reading: Reading,
) -> None:
    if digest is None:  # it could be listed a moment ago and cannot be read now
        assert isinstance(found, Unreadable)
        digests.pop(module.path, None)
        reading.faults.append(found)
    elif isinstance(found, Unreadable):
        cache.add(FAULTS, digest, (found.line, found.column, found.message, found.fault))
    else:
        for key, data in found.items():
            cache.add(key, digest, data)


def _gather(
    modules: Sequence[Module], facts: Sequence[Fact], digests: dict[str, Digest], cache: FactCache, reading: Reading
) -> None:
    broken = cache.table(FAULTS)
    tables = [(fact.key, cache.table(fact.key)) for fact in facts]
    for module in modules:
        digest = digests.get(module.path)
        if digest is None:
            continue
        fault: Any = broken.get(digest)
        if fault is not None:
            reading.faults.append(Unreadable(module.path, module.name, *fault))
        else:
            reading.facts[module.path] = {key: table[digest] for key, table in tables}
