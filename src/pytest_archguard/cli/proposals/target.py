"""The file that proposals are appended to: as it is, and as it would be."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_archguard.config.rulesfile import parse_toml
from pytest_archguard.errors import ArchguardError


@dataclass(frozen=True, slots=True)
class Target:
    """A TOML file without `[tool.archguard]`. data: its bytes; None when it does not exist yet."""

    path: Path
    data: bytes | None

    def with_text(self, text: str) -> bytes:
        """The file with this text at its end, everything before it byte for byte as it was."""
        before = self.data or b""
        newline = b"\r\n" if b"\r\n" in before else b"\n"
        gap = b"" if not before.removeprefix(codecs.BOM_UTF8) else newline
        if gap and not before.endswith(b"\n"):
            gap += newline
        return before + gap + text.encode("utf-8").replace(b"\n", newline)

    def document(self, data: bytes) -> tuple[dict[str, Any], str]:
        """What the file means with these contents.

        Raises ArchguardError where the table cannot be added, because `tool` is written inline or the like.
        """
        try:
            return parse_toml(self.path, data)
        except ArchguardError as error:
            raise ArchguardError(
                f"{self.path.name} cannot take [tool.archguard] at its end ({error}); "
                "write `tool` as tables ([tool.name]), or name another file with --config"
            ) from None


def open_target(path: Path) -> Target:
    """The file as it is. Raises ArchguardError when it is no TOML, cannot be read or has the table already."""
    if path.is_dir() or not path.parent.is_dir():
        raise ArchguardError(f"{path} is {'a folder' if path.is_dir() else 'in no folder that exists'}")
    try:
        data: bytes | None = path.read_bytes()
    except FileNotFoundError:
        return Target(path, None)
    except OSError as error:
        raise ArchguardError(f"{path} cannot be read: {error.strerror}") from None
    document, _ = parse_toml(path, data or b"")
    tool = document.get("tool", {})
    if isinstance(tool, dict) and "archguard" in tool:
        raise ArchguardError(
            f"{path.name} has [tool.archguard] already, and `init` changes no rules; "
            "remove the table to start anew, or see `archguard rules`"
        )
    return Target(path, data)
