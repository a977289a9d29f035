"""The rules file a command is about."""

from __future__ import annotations

import argparse
import os
from collections.abc import Collection, Iterable
from pathlib import Path

from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.rulesfile import holds_rules
from pytest_archguard.errors import ArchguardError
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.configuration import Configuration, load_configuration


def load_project(arguments: argparse.Namespace) -> Configuration:
    """The configuration that `--config` names, or the nearest one. Raises ArchguardError."""
    return load_configuration(_rules_file(arguments.config, Path.cwd()))


def viewpoint(configuration: Configuration) -> Viewpoint:
    """The rules file as seen from the current folder."""
    return Viewpoint(Path(os.path.realpath(Path.cwd())), Path(os.path.realpath(configuration.path)))


def _rules_file(given: str | None, start: Path) -> Path:
    if given is not None:
        return Path(os.path.realpath(start / given))
    for folder in (start, *start.parents):
        path = folder / "pyproject.toml"
        if holds_rules(path):
            return path
    raise ArchguardError(
        f"no pyproject.toml in {start} or above has a [tool.archguard] table; add one, or name a file with --config"
    )


def chosen(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    """The names, each once. Raises ArchguardError for one that is not known, with the nearest."""
    listed = tuple(dict.fromkeys(names))
    for name in listed:
        if name not in known:
            there = did_you_mean(name, known) or f"; there are {', '.join(sorted(known)) or 'none'}"
            raise ArchguardError(f'there is no rule "{name}"{there}')
    return listed
