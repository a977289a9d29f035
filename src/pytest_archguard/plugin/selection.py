"""The rules files of a run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pytest_archguard.rules.configuration import Configuration


@dataclass(frozen=True, slots=True)
class RulesFile:
    """One rules file; `complete`: all its rules run, not only those that an argument names."""

    configuration: Configuration
    complete: bool

    @property
    def path(self) -> Path:
        """Absolute, without links."""
        return self.configuration.path


@dataclass(frozen=True, slots=True)
class Plan:
    """files: what runs. idle: what would have run if no paths had been given."""

    files: tuple[RulesFile, ...]
    idle: tuple[Configuration, ...] = ()


def same_file(path: Path) -> Path:
    """The one spelling of a path by which rules files are compared."""
    return Path(os.path.realpath(path))
