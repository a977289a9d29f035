"""What git knows about files that are gone. Everything is asked, nothing is written."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path

_TIMEOUT = 30  # seconds for one question; a history of a million commits is not worth waiting for
_MOST_COMMITS = 12  # deletions in more commits than this are not followed
_MOST_PATHS = 200  # in one command: Windows allows 32 kB
# The user's configuration must not change what git prints, and no hook or helper of the repository is run.
_OPTIONS = ("-c", "core.quotePath=off", "-c", "core.fsmonitor=false", "-c", "color.ui=off")


class Git:
    """The repository around a folder. All paths are relative to the folder, with forward slashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, *arguments: str, text: bytes = b"") -> bytes | None:
        """What a git command prints; None when it fails, is not installed or takes too long."""
        environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
        try:
            done = subprocess.run(
                ("git", *_OPTIONS, *arguments),
                cwd=self._folder, env=environment, input=text, capture_output=True, timeout=_TIMEOUT, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired):
            return None
        return done.stdout if done.returncode == 0 else None

    @cached_property
    def is_repository(self) -> bool:
        """Whether the folder is in a work tree, and git is installed."""
        return self.ask("rev-parse", "--is-inside-work-tree") == b"true\n"

    @cached_property
    def is_shallow(self) -> bool:
        """Whether history is cut off, as CI services do by default."""
        return self.ask("rev-parse", "--is-shallow-repository") == b"true\n"

    def merge_base(self, reference: str) -> str | None:
        """The commit that HEAD and the reference have in common."""
        found = self.ask("merge-base", "--end-of-options", reference, "HEAD")
        return None if found is None else found.decode().split()[0]

    def last_revisions(self, paths: Collection[str]) -> Mapping[str, str]:
        """For each path that existed a revision that has it: HEAD, or the commit before its last deletion.

        A path may be a folder; it counts as one file then.
        """
        if not paths or not self.is_repository:
            return {}
        at_head = self.paths("HEAD")
        folders = {path for path in paths if any(p.startswith(f"{path}/") for p in at_head)}
        found = {path: "HEAD" for path in paths if path in at_head or path in folders}
        missing = [path for path in paths if path not in found]
        commits: dict[str, None] = {}
        for commit, deleted in self._deletions(missing):
            if commit not in commits and len(commits) == _MOST_COMMITS:
                break
            commits[commit] = None
            for path in missing:
                if path in deleted or any(d.startswith(f"{path}/") for d in deleted):
                    found.setdefault(path, f"{commit}^")
        return found

    def _deletions(self, paths: Collection[str]) -> Iterator[tuple[str, frozenset[str]]]:
        """The commits that deleted some of the paths, the newest first."""
        listed = [f":(literal){path}" for path in paths]
        for start in range(0, len(listed), _MOST_PATHS):
            out = self.ask(
                "log", "-z", "--format=%x01%H", "--diff-filter=D", "--no-renames", "--name-only", "--relative",
                "--", *listed[start : start + _MOST_PATHS],
            )  # fmt: skip
            for block in _text(out).split("\x01")[1:]:
                commit, *deleted = (part.strip("\n") for part in block.split("\0"))
                yield commit, frozenset(filter(None, deleted))

    @lru_cache(maxsize=16)  # noqa: B019 - lives as long as one run
    def paths(self, revision: str) -> frozenset[str]:
        """All files of a revision."""
        out = self.ask("ls-tree", "-r", "-z", "--name-only", revision)
        return frozenset(filter(None, _text(out).split("\0")))

    @lru_cache(maxsize=16)  # noqa: B019 - lives as long as one run
    def renames(self, revision: str) -> Mapping[str, str]:
        """Old path to new path for files that were renamed between a revision and the work tree."""
        out = self.ask(
            "diff", "-M", "-l0", "-z", "--name-status", "--diff-filter=R", "--relative", "--no-ext-diff", revision, "--"
        )
        fields = _text(out).split("\0")
        return dict(zip(fields[1::3], fields[2::3], strict=False))

    def contents(self, revision: str, paths: Collection[str]) -> Mapping[str, bytes]:
        """The contents of files of a revision; those that do not exist are left out."""
        found = {}
        for path in paths:
            data = self.ask("cat-file", "blob", f"{revision}:./{path}")
            if data is not None:
                found[path] = data
        return found


def _text(out: bytes | None) -> str:
    return "" if out is None else os.fsdecode(out)
