"""What cannot be said about entries while some files cannot be read."""

from __future__ import annotations

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.ledger.entries import Entry


class Readability:
    """Knows which entries may still be true although nothing was found: their code could not be read."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._paths = {fault.path for fault in codebase.unreadable}
        self._modules = {fault.module for fault in codebase.unreadable if fault.module}
        self._folders = {fault.path for fault in codebase.unreadable if not fault.module}

    def is_undecided(self, entry: Entry) -> bool:
        """Whether the entry may still hold: its subject was not read, or an import of it leads to what was not.

        As long as the import itself is there, an unread file may be the one by which it leads to the target.
        """
        if not self._paths:
            return False
        if entry.subject in self._modules or entry.subject in self._paths:
            return True
        inside = f"{entry.subject}."
        if any(name.startswith(inside) for name in self._modules) or self._in_unlisted_folder(entry.subject):
            return True
        if not entry.object:
            return False
        if entry.subject not in self._codebase.modules:
            return True  # a package: its imports are those of many modules
        return any(
            entry.object == found.imported or entry.object in found.targets
            for found in self._codebase.imports_of(entry.subject)
        )

    def _in_unlisted_folder(self, subject: str) -> bool:
        roots = self._codebase.layout.source_roots
        stem = subject if "/" in subject else subject.replace(".", "/")
        places = [stem, *(f"{root}/{stem}" for root in roots)]
        return any(place == folder or place.startswith(f"{folder}/") for place in places for folder in self._folders)
