"""Whether a folder may declare contracts: a look at bytes, cheap enough for every start."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from pathlib import Path

INI_FILES = ("setup.cfg", ".importlinter")
TOML_FILE = "pyproject.toml"
SECTION = "importlinter"


def may_declare_contracts(root: Path) -> bool:
    """Whether some file in the folder may declare contracts."""
    if (root / ".importlinter").is_file():
        return True
    return any(_mentions(root / name) for name in (*INI_FILES, TOML_FILE))


def _mentions(path: Path) -> bool:
    try:
        return mentions_import_linter(path.read_bytes())
    except OSError:
        return False


def mentions_import_linter(data: bytes) -> bool:
    """Whether a file may declare contracts, under whatever spelling: a look at its words that hold "lint"."""
    words = set(re.findall(r"[a-z_-]*lint[a-z_-]*", data.decode("latin-1").lower()))
    return any(map(resembles_import_linter, words))


def resembles_import_linter(name: str) -> bool:
    """Whether a section or table is most likely meant for import-linter: `import_linter`, `imprtlinter`."""
    letters = re.sub(r"[^a-z]", "", name.lower())
    if letters.startswith(("importlint", "importslint", "lintimports")):
        return True
    return SequenceMatcher(None, letters, SECTION).ratio() >= 0.85
