"""`archguard report`: a result document in another form."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from pytest_archguard.errors import ArchguardError
from pytest_archguard.model import Result
from pytest_archguard.report.formats import FORMATS, rendered


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.add_argument(
        "result", metavar="RESULT.json", help="what `pytest --archguard-json` wrote; - for standard input"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: %(default)s")
    parser.add_argument("--output", metavar="PATH", help="write to this file instead of standard output")


def run(arguments: argparse.Namespace) -> int:
    """Prints the report; 1 when the result holds new violations or rules that failed."""
    document = _read(arguments.result)
    text = rendered(document, arguments.format)
    if arguments.output is None:
        sys.stdout.write(text)
    else:
        try:
            Path(arguments.output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise ArchguardError(f"{arguments.output}: cannot be written: {error.strerror or error}") from None
    return 1 if any(rule["outcome"] in ("failed", "error") for rule in document["rules"]) else 0


def _read(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeError) as error:
        raise ArchguardError(f"{name}: cannot be read: {error}") from None
    try:
        document: dict[str, Any] = json.loads(text)
        # What an older release wrote lacks what was added since; the round trip fills it in.
        return {**document, **Result.from_json(document).to_json(), "root": document["root"]}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ArchguardError(
            f"{name}: is no result document (version 1); make one with `pytest --archguard --archguard-json {name}`"
        ) from None
