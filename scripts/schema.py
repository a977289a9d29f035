"""Writes the JSON schema of `[tool.archguard]` that ships in the package; a test fails while it differs."""

from __future__ import annotations

import json
from pathlib import Path

from pytest_archguard.rules.schema import configuration_schema

TARGET = Path(__file__).resolve().parent.parent / "src" / "pytest_archguard" / "archguard.schema.json"

if __name__ == "__main__":
    TARGET.write_text(json.dumps(configuration_schema(), indent=2) + "\n", encoding="utf-8", newline="\n")
