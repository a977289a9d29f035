"""All files of a project, whatever their type: what rules about files look at."""

from __future__ import annotations

import os
from pathlib import Path

# What tools make and no person writes.
_NEVER = frozenset({"__pycache__", "node_modules", "site-packages", ".git", ".hg", ".svn", ".tox", ".nox", ".eggs"})


def project_files(root: Path) -> tuple[str, ...]:
    """The paths of all files below the folder, relative to it, with forward slashes, sorted.

    Left out: version control, caches (`.*_cache`), virtual environments, `node_modules`, `__pycache__`. A link to a
    folder is followed unless it leads to a folder above; links below it are not, so that no circle can come of them.
    """
    found: list[str] = []
    _walk(str(root), "", os.path.realpath(root), found)
    return tuple(sorted(found))


def _walk(folder: str, prefix: str, real: str | None, found: list[str]) -> None:
    """Adds what is in a folder to what was found. real: the folder's real path; None below a link."""
    try:
        entries = list(os.scandir(folder))
    except OSError:
        return  # `readable` names the folders that cannot be listed
    if "pyvenv.cfg" in [entry.name for entry in entries]:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name in _NEVER or (entry.name.startswith(".") and entry.name.endswith("_cache")):
                continue
            if not entry.is_symlink():
                below = None if real is None else f"{real}{os.sep}{entry.name}"
                _walk(entry.path, f"{prefix}{entry.name}/", below, found)
            elif real is not None and not f"{real}{os.sep}".startswith(f"{os.path.realpath(entry.path)}{os.sep}"):
                _walk(entry.path, f"{prefix}{entry.name}/", None, found)
        elif entry.is_file():
            found.append(f"{prefix}{entry.name}")
