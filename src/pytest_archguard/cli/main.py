"""Entry point of the command: arguments in, exit code out, no traceback."""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from traceback import extract_tb
from typing import Protocol

from pytest_archguard.errors import ArchguardError

DONE, FINDINGS, USAGE, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 130, 141

# One line a command: its name, its module, what it is for. The module has `declare` and `run`; it is imported only
# when the command is called.
COMMANDS: tuple[tuple[str, str, str], ...] = (
    ("init", "init", "propose rules for the code as it is, and write them into pyproject.toml"),
    ("accept", "accepting", "list today's violations in the baseline, with a reason"),
    ("prune", "pruning", "remove from the baseline what is fixed"),
    ("debt", "debt", "what the baseline lists, by rule and package"),
    ("rules", "rules", "the rules with what they match"),
    ("explain", "explaining", "what a rule means and matches, or which rules judge a module"),
    ("why", "chains", "how one module comes to import another, and which rules object"),
    ("report", "reporting", "a result document as text, SARIF, Markdown or annotations"),
    ("schema", "schema", "the JSON schema of [tool.archguard]"),
)


class Command(Protocol):
    """What the module of a command has."""

    def declare(self, parser: argparse.ArgumentParser) -> None:
        """Adds the arguments of the command."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it; returns the exit code. Raises ArchguardError (exit code 2) with a text for people."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0 when it is done, 1 when it has findings, 2 when it cannot be done as asked."""
    _tolerate_any_text()
    try:
        name, arguments = _parse(list(sys.argv[1:] if argv is None else argv))
        code = _command(name).run(arguments)
        sys.stdout.flush()
    except SystemExit as stopped:  # argparse has printed help, the version, or what is wrong
        return stopped.code if isinstance(stopped.code, int) else USAGE
    except ArchguardError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        _fail("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # `archguard debt | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as error:  # noqa: BLE001 - a traceback is no message; where it happened is enough for a report
        place = extract_tb(error.__traceback__)[-1]
        where = f"{os.path.basename(place.filename)}:{place.lineno}"  # noqa: PTH119
        return _fail(f"internal error, please report it: {type(error).__name__}: {error} ({where})")
    return code


def _parse(argv: list[str]) -> tuple[str, argparse.Namespace]:
    parser = argparse.ArgumentParser(
        prog="archguard",
        description="Architecture rules: everything but the check, which is `pytest --archguard`.",
        epilog="Exit codes: 0 done, 1 findings, 2 it cannot be done as asked.",
    )
    parser.add_argument("--version", action="store_true", help="show the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    called = next((argument for argument in argv if not argument.startswith("-")), None)
    for name, _, summary in COMMANDS:
        sub = commands.add_parser(name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.")
        if name == called:
            _declare(name, sub)
    arguments = parser.parse_args(argv)
    if arguments.version:
        from pytest_archguard.check import tool_version

        print(f"archguard {tool_version()}")
        raise SystemExit(DONE)
    if arguments.command is None:
        parser.print_help()
        raise SystemExit(USAGE)
    return arguments.command, arguments


def _declare(name: str, parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config",
        metavar="PATH",
        help="the TOML file with [tool.archguard]; by default the nearest pyproject.toml above that has it",
    )
    _command(name).declare(parser)


def _command(name: str) -> Command:
    module = next(module for command, module, _ in COMMANDS if command == name)
    command: Command = import_module(f"pytest_archguard.cli.{module}")
    return command


def _fail(text: str) -> int:
    print(f"archguard: {text}", file=sys.stderr)
    return USAGE


def _tolerate_any_text() -> None:
    """A reason in a script that the terminal cannot show must not end the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
