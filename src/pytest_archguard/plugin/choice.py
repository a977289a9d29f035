"""The rules files of a run, before they are read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from pytest_archguard.config.rulesfile import holds_rules
from pytest_archguard.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Choice:
    """Rules files, as absolute paths without links.

    complete: all their rules run. named: only the rules that arguments name do, or all if an argument names the file.
    idle: would have run if no paths had been given.
    """

    complete: tuple[Path, ...] = ()
    named: tuple[Path, ...] = ()
    idle: tuple[Path, ...] = ()

    def to_plain(self, top: Path) -> dict[str, list[str]]:
        """What can be sent to another process; the paths are relative to `top`."""
        return {name: [os.path.relpath(path, top) for path in paths] for name, paths in asdict(self).items()}

    @classmethod
    def from_plain(cls, data: Mapping[str, Sequence[str]], top: Path) -> Choice:
        """The inverse of `to_plain`."""
        return cls(**{name: tuple(same_file(top / path) for path in paths) for name, paths in data.items()})


def same_file(path: Path) -> Path:
    """The one spelling of a path by which rules files are compared."""
    return Path(os.path.realpath(path))


def usage_error(error: ConfigurationError, config: pytest.Config) -> pytest.UsageError:
    """The error as seen from where pytest was started, with the rules file that was perhaps meant."""
    start = config.invocation_params.dir
    path = os.path.relpath(error.path, start).replace(os.sep, "/")
    text = str(ConfigurationError(path, error.problems))
    if not holds_rules(Path(error.path)):
        text += f"\n{_hint(start, config.rootpath)}"
    return pytest.UsageError(text)


def _hint(start: Path, top: Path) -> str:
    """What to do about a rules file that is none."""
    nearest = next((path for folder in (start, *start.parents) if holds_rules(path := folder / "pyproject.toml")), None)
    if nearest is None:
        return "add the table, even an empty one, or name another file with --archguard-config"
    seen = os.path.relpath(nearest, start).replace(os.sep, "/")
    if nearest.is_relative_to(top):
        return f"{seen} has the table: name it with --archguard-config"
    folder = os.path.relpath(nearest.parent, start).replace(os.sep, "/")
    return f"{seen} has the table, but lies above pytest's root folder: start pytest with --rootdir={folder}"
