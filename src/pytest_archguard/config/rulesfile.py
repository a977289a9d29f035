"""Finding and reading the TOML file that holds `[tool.archguard]`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.toml import loads
from pytest_archguard.errors import ConfigurationError, Problem

_TABLE = re.compile(rb"archguard")


def mentions_rules(path: Path) -> bool:
    """Whether the file may hold `[tool.archguard]`: a look at its bytes, cheap enough for every pytest start."""
    try:
        return _TABLE.search(path.read_bytes()) is not None
    except OSError:
        return False


def holds_rules(path: Path) -> bool:
    """Whether the file holds `[tool.archguard]`; a file that is no valid TOML but mentions it counts as one."""
    if not mentions_rules(path):
        return False
    try:
        document, _ = read_rules_file(path)
    except ConfigurationError as error:
        return "no [tool.archguard] table" not in str(error)
    return "archguard" in document["tool"]


def is_auto(path: Path) -> bool:
    """Whether the file says `auto = true` in `[tool.archguard]`."""
    try:
        if not mentions_rules(path) or b"auto" not in path.read_bytes():
            return False
        document, _ = read_rules_file(path)
    except (OSError, ConfigurationError):
        return False
    return document["tool"]["archguard"].get("auto") is True


def read_rules_file(path: Path) -> tuple[dict[str, Any], str]:
    """The parsed document and its text.

    Raises ConfigurationError when the file is missing, unreadable, not UTF-8, not TOML, or holds no
    `[tool.archguard]`.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _error(path, "there is no such file") from None
    except OSError as error:
        raise _error(path, f"cannot be read: {error.strerror}") from None
    document, text = parse_toml(path, data)
    tool = document.get("tool", {})
    if not isinstance(tool, dict) or not isinstance(tool.get("archguard"), dict):
        close = nearest("archguard", tool, most=1) if isinstance(tool, dict) else ()
        near = f"; is [tool.{close[0]}] meant to be it?" if close else ""
        raise _error(path, f"there is no [tool.archguard] table in it{near}")
    return document, text


def parse_toml(path: Path, data: bytes) -> tuple[dict[str, Any], str]:
    """The document that these bytes are and their text; raises ConfigurationError about `path`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _error(path, f"is not UTF-8 (byte {error.start}); TOML files are") from None
    try:
        document = loads(text)
    except (ValueError, RecursionError) as error:
        raise _error(path, f"is not valid TOML: {error}") from None
    return document, text


def _error(path: Path, text: str) -> ConfigurationError:
    return ConfigurationError(str(path), (Problem("rules file", text),))
