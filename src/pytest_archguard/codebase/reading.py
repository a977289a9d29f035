"""All files of a code base to their facts: from the cache where their content is known, otherwise by parsing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pytest_archguard.codebase.cache import FAULTS, FactCache, Stat, stat_of
from pytest_archguard.codebase.extract import extract_digested, unreadable
from pytest_archguard.codebase.fact_store import Digest, FactStore, Stored, content_digest, stored
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.newer_syntax import blame
from pytest_archguard.codebase.parse import Unreadable
from pytest_archguard.codebase.workers import extract_all
from pytest_archguard.model import Module

Progress = Callable[[int, int], None]


@dataclass(slots=True)
class _Seen:
    """What the disk and the cache say before anything is parsed, by path. stats: of every file that has one."""

    digests: dict[str, Digest] = field(default_factory=dict)
    stats: dict[str, Stat] = field(default_factory=dict)
    faults: list[Unreadable] = field(default_factory=list)


def read_all(
    root: Path, modules: Sequence[Module], facts: Iterable[Fact], cache: FactCache, progress: Progress | None = None
) -> tuple[FactStore, list[Unreadable]]:
    """Reads all files of a code base: what is known of them, and the files that cannot be read or parsed.

    progress: called with the number of files done and of all; files found in the cache are done at once.
    """
    ordered = sorted(facts, key=lambda fact: fact.key)
    seen = _look(root, modules, ordered, cache)
    wanted, missing = _missing(modules, ordered, seen, cache)
    found_before = len(modules) - len(missing)

    def done(count: int) -> None:
        if progress is not None:
            progress(found_before + count, len(modules))

    done(0)
    for module, digest, found in extract_all(root, missing, wanted, done):
        if digest is None:  # it could be listed a moment ago and cannot be read now
            assert isinstance(found, Unreadable)
            seen.digests.pop(module.path, None)
            seen.faults.append(found)
            continue
        _keep(digest, blame(root, found) if isinstance(found, Unreadable) else found, cache)
        seen.digests[module.path] = digest
        cache.remember(module.path, seen.stats[module.path], digest)
    _sort_out_faults(modules, seen, cache)
    cache.save([module.path for module in modules])
    return FactStore(seen.digests, cache.table), seen.faults


def read_more(
    read: Callable[[Module], bytes | Unreadable],
    modules: Collection[Module],
    facts: Collection[Fact],
    store: FactStore,
    cache: FactCache,
) -> list[str]:
    """Adds further facts of files to those known; the paths of those that cannot be read or parsed.

    read: the bytes of a file. Of files of the code base the facts are kept for the next run.
    """
    faulty: list[str] = []
    for module, digest, found in extract_digested(read, modules, facts):
        if isinstance(found, Unreadable):
            faulty.append(module.path)
            continue
        store.put(module.path, found)
        if digest is not None and digest == store.digest(module.path):  # as it was when the run began
            for key, data in found.items():
                cache.add(key, digest, stored(data))
    cache.flush()
    return faulty


def _look(root: Path, modules: Sequence[Module], facts: Sequence[Fact], cache: FactCache) -> _Seen:
    """The content of each file, so far as its stat or, where the cache knows facts at all, its bytes tell."""
    seen = _Seen()
    digests, stats = seen.digests, seen.stats
    prefix = f"{root}/"
    worth_hashing = bool(facts) and any(cache.table(fact.key) for fact in facts)
    for module in modules:
        path = module.path
        try:
            stats[path] = stat = stat_of(prefix + path)
            digest = cache.digest(path, stat)
            if digest is None and worth_hashing:
                digest = content_digest((root / path).read_bytes())
                cache.remember(path, stat, digest)
        except OSError as error:
            stats.pop(path, None)
            seen.faults.append(unreadable(root, module, error))
            continue
        if digest is not None:
            digests[path] = digest
    return seen


def _missing(
    modules: Sequence[Module], facts: Sequence[Fact], seen: _Seen, cache: FactCache
) -> tuple[list[Fact], list[tuple[Module, int]]]:
    """The facts that some file lacks, and the files that lack one, with their sizes."""
    unread = len(seen.digests) < len(seen.stats)
    parsed = set(seen.digests.values()) - cache.table(FAULTS).keys()
    lacks = {fact: parsed - cache.table(fact.key).keys() for fact in facts}
    wanted = [fact for fact, lack in lacks.items() if lack or unread]
    if not wanted:
        return [], []
    lacking = set().union(*lacks.values())
    stats, get = seen.stats, seen.digests.get
    files = [(module, stats[module.path][0]) for module in modules if module.path in stats]
    return wanted, [(m, size) for m, size in files if (digest := get(m.path)) is None or digest in lacking]


def _keep(digest: Digest, found: Mapping[str, Stored] | Unreadable, cache: FactCache) -> None:
    if isinstance(found, Unreadable):
        cache.add(FAULTS, digest, (found.line, found.column, found.message, found.fault))
    else:
        for key, data in found.items():
            cache.add(key, digest, data)


def _sort_out_faults(modules: Sequence[Module], seen: _Seen, cache: FactCache) -> None:
    """Moves the files whose content cannot be parsed to the faults."""
    broken = cache.table(FAULTS)
    if broken.keys().isdisjoint(seen.digests.values()):
        return
    for module in modules:
        fault = broken.get(seen.digests.get(module.path, b""))
        if fault is not None:
            del seen.digests[module.path]
            seen.faults.append(Unreadable(module.path, module.name, *fault))
