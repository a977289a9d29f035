"""Replacing a file so that it is always whole, whoever is killed or writes at the same time."""

from __future__ import annotations

import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pytest_archguard.errors import ArchguardError

_PATIENCE = 10.0  # seconds; a write takes milliseconds
_PAUSE = 0.02


class WriteError(ArchguardError):
    """Indicates that a file was not written; it is as it was before."""


class ConflictError(WriteError):
    """Indicates that somebody else changed the file since it was read."""


def replace(path: Path, new: bytes, expected: bytes | None) -> None:
    """Replaces the file by `new` if it still holds `expected` (None: if it still does not exist).

    The file is complete at every moment: the new contents are written beside it, flushed to disk and renamed.
    Raises ConflictError when another process was faster, WriteError when the file cannot be written.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    try:
        with _locked(target):
            if _contents(target) != expected:
                raise ConflictError(
                    f"{path.name} was changed by somebody else in the meantime; nothing was written, run it again"
                )
            _remove_leftovers(target)
            write_whole(target, new)
    except OSError as error:
        raise WriteError(f"{path} cannot be written: {error.strerror or error}; nothing was changed") from error


def _contents(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def write_whole(target: Path, new: bytes) -> None:
    """Writes a file that is at every moment complete or as it was before; raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    beside = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(_mode(target))
        beside.replace(target)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    _flush_folder(target.parent)


def _mode(target: Path) -> int:
    """The permissions the file has, or a new file would get."""
    try:
        return target.stat().st_mode & 0o777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def _flush_folder(folder: Path) -> None:
    """Makes the renaming survive a power cut, where the system can."""
    if sys.platform != "win32":
        with suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _remove_leftovers(target: Path) -> None:
    """Half-written files of processes that were killed; nobody else can be writing, the lock is ours."""
    for leftover in target.parent.glob(f".{target.name}.*.tmp"):
        with suppress(OSError):
            leftover.unlink()


@contextmanager
def _locked(target: Path) -> Iterator[None]:
    """Keeps other writers of the same file out; the operating system takes the lock back when its holder dies."""
    descriptor = _open_lock(target)
    try:
        end = time.monotonic() + _PATIENCE
        while not _try_lock(descriptor):
            if time.monotonic() > end:
                raise ConflictError(f"somebody else is writing {target.name}; nothing was written, run it again")
            time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)  # gives the lock back


if sys.platform == "win32":
    import msvcrt

    def _open_lock(target: Path) -> int:
        """A file elsewhere, because Windows locks no folders and a lock beside the target would be committed."""
        name = hashlib.blake2b(os.fsencode(target), digest_size=8).hexdigest()
        return os.open(Path(tempfile.gettempdir()) / f"archguard-{name}.lock", os.O_RDWR | os.O_CREAT)

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _open_lock(target: Path) -> int:
        """The folder: nothing is left behind, and it is the same for all users and containers that share it."""
        return os.open(target.parent, os.O_RDONLY)

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
