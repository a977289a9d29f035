"""All files of a project, whatever their type: what rules about files look at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

# What tools make and no person writes.
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages", ".git", ".hg", ".svn", ".tox", ".nox", ".eggs"})


def project_files(root: Path) -> tuple[str, ...]:
    """The paths of all files below the folder, relative to it, with forward slashes, sorted.

    Left out: version control, caches (`.*_cache`), virtual environments, `node_modules`, `__pycache__`. Links to
    folders are not followed, so none can lead in a circle.
    """
    return tuple(sorted(_walk(str(root), "")))


def _walk(folder: str, prefix: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # `readable` names the folders that cannot be listed
    if any(entry.name == "pyvenv.cfg" for entry in entries):
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _NEVER and not (entry.name.startswith(".") and entry.name.endswith("_cache")):
                yield from _walk(entry.path, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield f"{prefix}{entry.name}"
