"""The baseline is whole at every moment, whoever is killed or writes at the same time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pytest_archguard.ledger import writing
from pytest_archguard.ledger.writing import ConflictError, WriteError, replace

OLD, NEW = b"old\n" * 10, b"new\n" * 500_000


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def start(code: str, *arguments: object) -> subprocess.Popen[bytes]:
    source = "import os, sys, time\nfrom pathlib import Path\nfrom pytest_archguard.ledger import writing\n"
    command = [sys.executable, "-c", source + textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_a_file_is_created_and_replaced(tmp_path: Path) -> None:
    file = tmp_path / "f"
    replace(file, OLD, None)
    replace(file, NEW, OLD)
    assert file.read_bytes() == NEW
    assert files_in(tmp_path) == ["f"]


@pytest.mark.parametrize("expected", [None, b"something else"])
def test_what_somebody_else_wrote_is_not_lost(tmp_path: Path, expected: bytes | None) -> None:
    file = tmp_path / "f"
    file.write_bytes(OLD)
    with pytest.raises(ConflictError, match="changed by somebody else in the meantime; nothing was written"):
        replace(file, NEW, expected)
    assert file.read_bytes() == OLD


def test_of_two_writers_at_once_one_wins_and_the_other_is_told(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(OLD)
    go = tmp_path / "go"
    code = """
        path, go, new = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].encode() * 300_000
        old = path.read_bytes()
        go.with_name(f"ready-{sys.argv[3]}").touch()
        while not go.exists():
            time.sleep(0.001)
        try:
            writing.replace(path, new, old)
        except writing.ConflictError as error:
            sys.exit(7)
    """
    writers = [start(code, file, go, letter) for letter in "abcd"]
    wait_for(lambda: len(list(tmp_path.glob("ready-*"))) == len(writers))
    go.touch()
    codes = [writer.wait(60) for writer in writers]
    assert sorted(codes) == [0, 7, 7, 7]
    assert file.read_bytes() == "abcd"[codes.index(0)].encode() * 300_000
    assert files_in(tmp_path) == ["f", "go", *(f"ready-{letter}" for letter in "abcd")]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("moment", ["write", "fsync", "replace"])
def test_a_writer_killed_at_any_moment_leaves_the_file_whole(tmp_path: Path, moment: str) -> None:
    file = tmp_path / "f"
    file.write_bytes(OLD)
    code = """
        path, moment = Path(sys.argv[1]), sys.argv[2]

        def hang(*arguments, **keywords):
            if moment == "write":
                arguments[0].write(b"half")
                arguments[0].flush()
            Path(sys.argv[3]).touch()
            time.sleep(60)

        if moment == "write":
            class Slow:
                def __init__(self, descriptor, mode): self.file = open(descriptor, mode)
                def __enter__(self): return self
                def __exit__(self, *error): self.file.close()
                def write(self, data): hang(self.file)
            writing.os.fdopen = Slow
        elif moment == "fsync":
            writing.os.fsync = hang
        else:
            writing.Path.replace = hang
        writing.replace(path, b"new" * 100_000, path.read_bytes())
    """
    reached = tmp_path / "reached"
    process = start(code, file, moment, reached)
    wait_for(reached.exists)
    process.kill()
    process.wait()
    assert file.read_bytes() == OLD
    assert len(files_in(tmp_path)) == 3  # with what the dead process left
    replace(file, NEW, OLD)
    assert file.read_bytes() == NEW
    assert files_in(tmp_path) == ["f", "reached"]


def test_an_interrupted_write_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "f"
    file.write_bytes(OLD)

    def interrupt(descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(writing.os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace(file, NEW, OLD)
    assert file.read_bytes() == OLD
    assert files_in(tmp_path) == ["f"]


def test_a_writer_that_hangs_is_not_waited_for_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PATIENCE", 0.1)
    with writing._locked(tmp_path / "f"), pytest.raises(ConflictError, match="somebody else is writing f"):
        replace(tmp_path / "f", NEW, None)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(OLD)
    target.chmod(0o640)
    link = tmp_path / "link"
    link.symlink_to(target)
    replace(link, NEW, OLD)
    assert link.is_symlink()
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "ordinary").touch()
    replace(tmp_path / "f", NEW, None)
    assert (tmp_path / "f").stat().st_mode == (tmp_path / "ordinary").stat().st_mode


def test_a_disk_that_cannot_be_written_is_a_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **keywords: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(writing.tempfile, "mkstemp", fail)
    with pytest.raises(WriteError, match="cannot be written: No space left on device; nothing was changed"):
        replace(tmp_path / "f", NEW, None)
