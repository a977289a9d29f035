"""`archguard schema`: the JSON schema of the rules file, for editors."""

from __future__ import annotations

import argparse
import json

from pytest_archguard.rules.schema import configuration_schema


def declare(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(arguments: argparse.Namespace) -> int:  # noqa: ARG001
    """Prints the schema of `[tool.archguard]`."""
    print(json.dumps(configuration_schema(), indent=2))
    return 0
