"""The result document: JSON, version 1, that every other report is made from."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from pytest_archguard.errors import ArchguardError
from pytest_archguard.ledger.writing import write_whole
from pytest_archguard.model import Result
from pytest_archguard.report.viewpoint import seen_from


class ReportError(ArchguardError):
    """Indicates that a report cannot be written where it was asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """The result of one rules file (an absolute path)."""

    result: Result
    rules_file: Path


def document(parts: Sequence[Part], start: Path, top: Path) -> dict[str, Any]:
    """The document of a run that was started in `start`.

    `root` is the folder that all paths in it are relative to, as seen from `start`: the rules file's folder, or `top`
    where several rules files were run, whose rules then stand one after another, each with its `rules_file`.
    """
    if len(parts) == 1:
        data = parts[0].result.to_json()
        data["root"] = seen_from(str(start), str(parts[0].rules_file.parent))
        return data
    documents = [_moved(part, top) for part in parts]
    summaries = [data["summary"] for data in documents]
    return {
        **documents[0],
        "root": seen_from(str(start), str(top)),
        "partial": any(data["partial"] for data in documents),
        "summary": {name: sum(summary[name] for summary in summaries) for name in summaries[0]},
        "rules": [rule for data in documents for rule in data["rules"]],
    }


def _moved(part: Part, top: Path) -> dict[str, Any]:
    data = part.result.to_json()
    folder = str(part.rules_file.parent)
    for rule in data["rules"]:
        rule["rules_file"] = seen_from(str(top), str(part.rules_file))
        for owner in (*rule["violations"], *rule["advice"]):
            owner["sites"] = [
                {**site, "path": seen_from(str(top), os.path.join(folder, site["path"]))}  # noqa: PTH118
                for site in owner["sites"]
            ]
    return data


def schema() -> dict[str, Any]:
    """The JSON schema of the document, as shipped with the package."""
    text = files("pytest_archguard.report").joinpath("result-schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def check_writable(path: Path) -> None:
    """Raises ReportError when `path` obviously cannot be written, so that nobody waits for an analysis in vain."""
    if path.is_dir():
        raise ReportError(f"{path}: is a folder; a file name is needed")
    folder = path.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if not folder.is_dir():
        raise ReportError(f"{path}: cannot be written, {folder} is not a folder")
    if not os.access(folder, os.W_OK):
        raise ReportError(f"{path}: cannot be written, no permission to write in {folder}")


def write(data: dict[str, Any], path: Path, indent: int | None = 2) -> None:
    """Writes the document so that there is never half a file: it is complete or as it was before.

    indent: None for files that nobody looks at, which is five times as fast. Raises ReportError when the file cannot
    be written.
    """
    write_text(json.dumps(data, indent=indent) + "\n", path)


def write_text(text: str, path: Path) -> None:
    """Writes a report in whatever form, whole or not at all. Raises ReportError when it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode())
    except OSError as error:
        raise ReportError(f"{path}: cannot be written: {error.strerror or error}") from error
