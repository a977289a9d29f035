"""The forms a result document can be shown in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_archguard.model import Result
from pytest_archguard.report.github import annotation_lines
from pytest_archguard.report.markdown import markdown
from pytest_archguard.report.sarif import sarif
from pytest_archguard.report.summary import counts_line
from pytest_archguard.report.text import failure_text
from pytest_archguard.report.viewpoint import Viewpoint

FILE_FORMATS = ("json", "sarif", "markdown")
"""Those that pytest writes to a file on request (`--archguard-json PATH`, ...)."""

FORMATS = ("text", "json", "sarif", "github", "markdown")


def rendered(document: Mapping[str, Any], form: str) -> str:
    """The document as one of `FORMATS`, with a line end at the end."""
    if form == "sarif":
        return json.dumps(sarif(document), indent=2) + "\n"
    if form == "github":
        return "".join(f"{line}\n" for line in annotation_lines(document))
    if form == "markdown":
        return markdown(document)
    if form == "json":
        return json.dumps(document, indent=2) + "\n"
    return _text(document)


def _text(document: Mapping[str, Any]) -> str:
    result = Result.from_json(document)
    start = Path.cwd()
    view = Viewpoint(start, start / document["root"] / "pyproject.toml")
    shown = [rule for rule in result.rules if rule.outcome in ("failed", "error") or rule.count("new")]
    return "\n\n".join([*(failure_text(rule, view) for rule in shown), counts_line([result])]) + "\n"
