"""From where a result is looked at: what its paths and its commands are relative to."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pytest_archguard.config.rulesfile import holds_rules


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Somebody who stands in the folder `start` and looks at the rules in `rules_file`; both are absolute."""

    start: Path
    rules_file: Path

    def path(self, relative: str) -> str:
        """A path of the model, which is relative to the rules file's folder, as seen from `start`."""
        return seen_from(str(self.start), os.path.join(self.rules_file.parent, relative))  # noqa: PTH118

    @property
    def rules_path(self) -> str:
        """The rules file itself."""
        return self.path(self.rules_file.name)

    def command(self, verb: str, rest: str) -> str:
        """An `archguard` command, with `--config` where the command would not find the rules file by itself.

        It looks for the nearest `pyproject.toml` with the table, from `start` upwards.
        """
        top = self.rules_file.parent
        found = self.rules_file.name == "pyproject.toml" and self.start.is_relative_to(top)
        nearer = [
            folder for folder in (self.start, *self.start.parents) if folder != top and folder.is_relative_to(top)
        ]
        if found and not any(holds_rules(folder / "pyproject.toml") for folder in nearer):
            return f"archguard {verb} {rest}"
        return f"archguard {verb} --config {self.rules_path} {rest}"


@lru_cache(maxsize=4096)
def seen_from(start: str, path: str) -> str:
    """`path` relative to the folder `start`, with forward slashes; absolute where there is no way (another drive)."""
    try:
        relative = os.path.relpath(path, start)
    except ValueError:
        relative = path
    return relative.replace(os.sep, "/")
