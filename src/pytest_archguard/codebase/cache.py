"""Facts kept between runs, by content: what a file says does not change while its bytes do not.

A folder holds one file for each kind of fact (content digest -> data), one for files that cannot be parsed, an index
(path -> stat and content digest) that spares reading unchanged files, and the edges that imports resolved to. Every
file is replaced whole, carries a digest of itself, and is a miss when anything about it is odd; so runs side by side,
killed runs and damaged disks cost time and nothing else. A verdict is never kept.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pytest_archguard.codebase.fact_store import DIGEST_SIZE, Digest, content_digest

Stat = tuple[int, int, int, int]
"""Size, modification time, change time (both in ns), inode."""

_MAGIC = b"archguard facts 2\n"
_RACY_NS = 2_000_000_000
"""A file changed within this time before it was read may change again without its stat showing it: the coarsest
file system in use (FAT) counts in steps of two seconds."""

FAULTS = "unreadable"
_INDEX = "index"


def stat_of(path: str) -> Stat:
    """The stat of a file as the index keeps it; raises OSError."""
    found = os.stat(path)  # noqa: PTH116 - a Path a file costs more than the stat
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


class FactCache:
    """The cache folder of one rules file; all its failures are silent but for `note`."""

    def __init__(self, folder: Path | None, name: str = "") -> None:
        """folder: None switches the cache off. name: what people are told the folder is, if not its path."""
        self._folder = folder
        self._name = name or str(folder)
        self._started = time.time_ns()
        self._index: dict[str, tuple[Stat, bool, Digest]] = self._load(_INDEX)
        self._tables: dict[str, dict[Digest, Any]] = {}
        self._changed: set[str] = set()
        self.note = ""
        """Why nothing could be kept, for people; empty while all is well."""

    def digest(self, path: str, stat: Stat) -> Digest | None:
        """The content digest of a file whose stat proves that it has not changed since it was read."""
        entry = self._index.get(path)
        return entry[2] if entry is not None and entry[1] and entry[0] == stat else None

    def remember(self, path: str, stat: Stat, digest: Digest) -> None:
        """Notes what a file's content was. stat: taken before the file was read."""
        # A change in the same tick of the clock as the reading leaves the stat as it was; no file is read before this
        # cache was made.
        proves = max(stat[1], stat[2]) + _RACY_NS < self._started
        entry = (stat, proves, digest)
        if self._index.get(path) != entry:
            self._index[path] = entry
            self._changed.add(_INDEX)

    def table(self, key: str) -> Mapping[Digest, Any]:
        """The data of one fact by content digest."""
        if key not in self._tables:
            self._tables[key] = self._load(key)
        return self._tables[key]

    def add(self, key: str, digest: Digest, data: Any) -> None:
        """Keeps the data of one fact of one content."""
        self.table(key)
        self._tables[key][digest] = data
        self._changed.add(key)

    def save(self, paths: Iterable[str]) -> None:
        """Writes what has changed, without what none of these files (the whole code base) has any more."""
        kept = set(paths)
        if len(self._index) > len(kept):
            self._index = {path: entry for path, entry in self._index.items() if path in kept}
            self._changed.add(_INDEX)
        self.flush()

    def flush(self) -> None:
        """Writes what has changed since the last time."""
        if self._folder is None or not self._changed:
            return
        alive = {entry[2] for entry in self._index.values()}
        changed = {key: self._tables[key] for key in self._changed - {_INDEX}}
        tables = {key: {d: table[d] for d in table if d in alive} for key, table in changed.items()}
        self._write({**tables, _INDEX: self._index} if _INDEX in self._changed else tables)
        self._changed.clear()

    def kept(self, name: str) -> Mapping[str, Any]:
        """Data about the code base as a whole; empty where there is none."""
        return self._load(name)

    def keep(self, name: str, data: dict[str, Any]) -> None:
        """Writes data about the code base as a whole, replacing what was kept under this name."""
        if self._folder is not None:
            self._write({name: data})

    def _write(self, files: Mapping[str, dict[Any, Any]]) -> None:
        """Stores each under its name, the index last: what it promises is there."""
        if not files:
            return
        try:
            self._prepare_folder()
            for name, data in sorted(files.items(), key=lambda file: (file[0] == _INDEX, file[0])):
                self._store(name, data)
        except ValueError as error:  # an extractor of somebody else's gives data that marshal does not store
            self.note = f"nothing was cached: {error}"
        except OSError as error:
            self.note = f"nothing was cached: {self._name} cannot be written ({error.strerror or error})"

    def _prepare_folder(self) -> None:
        assert self._folder is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        ignore = self._folder / ".gitignore"
        if not ignore.exists():
            ignore.write_text("# Made by pytest-archguard; safe to delete.\n*\n", encoding="utf-8")

    def _file(self, key: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{key.replace('/', '-')}.{sys.implementation.cache_tag}.bin"

    def _load(self, key: str) -> dict[Any, Any]:
        if self._folder is None:
            return {}
        try:
            content = self._file(key).read_bytes()
        except OSError:
            return {}
        stamp = _stamp()
        start = len(stamp) + DIGEST_SIZE
        if content[: len(stamp)] != stamp or content[len(stamp) : start] != content_digest(content[start:]):
            return {}
        try:
            table = marshal.loads(content[start:])
        except (EOFError, ValueError, TypeError):
            return {}
        return table if isinstance(table, dict) else {}

    def _store(self, key: str, table: dict[Any, Any]) -> None:
        payload = marshal.dumps(table)
        target = self._file(key)
        temporary = target.with_name(f"{target.name}.{os.getpid()}.tmp")
        try:
            temporary.write_bytes(_stamp() + content_digest(payload) + payload)
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)


@lru_cache(maxsize=1)
def _stamp() -> bytes:
    """The format, the exact Python, and the code that reads facts: none of them may differ."""
    code = hashlib.blake2b(digest_size=DIGEST_SIZE)
    for path in sorted(Path(__file__).parent.rglob("*.py")):
        code.update(path.read_bytes())
    return _MAGIC + sys.version.encode() + sys.byteorder.encode() + b"\n" + code.digest()
