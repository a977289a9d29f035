"""The pytest plugin's entry module: the options, and the decision whether there is anything to do.

It is imported at every pytest start, so it imports nothing of this package; everything else is loaded by
`pytest_configure` once rules are asked for.
"""

from __future__ import annotations

import gc
import re
import sys
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

import pytest

# One line an option: the flag and what argparse is told about it.
_OPTIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("--archguard", {"action": "store_const", "const": True, "dest": "archguard", "help":
        "Run the architecture rules of [tool.archguard] in pyproject.toml, whatever paths are given. Any other "
        "--archguard-... option typed on the command line does so too."}),
    ("--no-archguard", {"action": "store_const", "const": False, "dest": "archguard", "help":
        "Do not run architecture rules, even where the configuration says auto = true."}),
    ("--archguard-config", {"action": "append", "metavar": "PATH", "default": [], "help":
        "Take the rules from this TOML file instead of the pyproject.toml in the root folder. Paths in it are relative "
        "to its own folder. May be given several times."}),
    ("--archguard-json", {"metavar": "PATH", "help":
        "Write all violations, uncapped, to this file as JSON."}),
    ("--archguard-sarif", {"metavar": "PATH", "help":
        "Write all violations to this file as SARIF 2.1.0, which code hosts show on the lines of a pull request."}),
    ("--archguard-markdown", {"metavar": "PATH", "help":
        "Write the new violations to this file as Markdown, for the summary of a CI job."}),
    ("--archguard-show", {"metavar": "N|all", "default": "20", "help":
        "How many violations of a rule to print (default: 20)."}),
    ("--archguard-strict", {"action": "store_true", "help":
        'Let rules with severity = "warn" fail too.'}),
    ("--archguard-base", {"metavar": "REF", "help":
        "Fail when the baseline lists more than at the merge base with this branch or commit (origin/main)."}),
    ("--archguard-allow-growth", {"action": "store_true", "help":
        "Let the baseline list more than at the merge base, although --archguard-base is given."}),
    ("--archguard-no-cache", {"action": "store_true", "help":
        "Read every file anew, and keep nothing for the next run."}),
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the `--archguard` options."""
    group = parser.getgroup("archguard", "architecture rules (pytest-archguard)")
    for flag, details in _OPTIONS:
        group.addoption(flag, **details)


def pytest_configure(config: pytest.Config) -> None:
    """Loads the rest of the plugin if rules are asked for.

    Raises pytest.UsageError (exit code 4) for every mistake in the rules file or in the options.
    """
    config.addinivalue_line("markers", "archguard: an architecture rule, run by pytest-archguard.")
    if config.option.archguard is not False and not config.option.help and _may_have_rules(config):
        _load(config)


def _load(config: pytest.Config) -> None:
    if _Unrewritten not in sys.meta_path:
        sys.meta_path.insert(0, _Unrewritten)
    collects = gc.isenabled()
    gc.disable()  # modules are no garbage, and a full collection costs as much as loading a quarter of them
    try:
        from pytest_archguard.plugin.activation import activate

        activate(config)
    finally:
        if collects:
            gc.enable()


class _Unrewritten:
    """Imports the rest of this package as Python does.

    pytest rewrites the assert statements of all modules of a distribution that has a plugin, which nobody needs here
    and which, where site-packages cannot be written, parses and compiles each of them at every start.
    """

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Of this package's modules what the import system says behind pytest's back."""
        return PathFinder.find_spec(name, path, target) if name.startswith("pytest_archguard.") else None


def _may_have_rules(config: pytest.Config) -> bool:
    """Whether this run can have anything to do with rules; true too often costs time, false too often hides rules."""
    if hasattr(config, "workerinput"):  # a worker of pytest-xdist does what its controller decided
        return "archguard" in config.workerinput
    if config.option.archguard or config.option.archguard_config:
        return True
    if any(str(argument).startswith("--archguard") for argument in config.invocation_params.args):
        return True
    if any(argument.partition("::")[0].endswith(".toml") for argument in config.args):
        return True
    try:
        data = (config.rootpath / "pyproject.toml").read_bytes()
    except OSError:
        return False
    # An over-estimate of "[tool.archguard] sets auto"; only where it holds is the file parsed.
    return b"archguard" in data and re.search(rb"\bauto[\"']?\s*=(?!\s*false\b)", data) is not None


@pytest.fixture(scope="session")
def archguard(request: pytest.FixtureRequest) -> Any:
    """The code base for architecture tests written by hand: `modules()`, `graph`, `check()`."""
    from pytest_archguard.plugin.fixture import fixture_of

    return fixture_of(request.config)
