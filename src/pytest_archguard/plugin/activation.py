"""Which rules files a run is about, decided once from the options, the arguments and `auto`.

Until that is known nothing of the rules is loaded, so that a run without rules costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_archguard.config.rulesfile import holds_rules, read_rules_file
from pytest_archguard.errors import ConfigurationError
from pytest_archguard.plugin.choice import Choice, same_file, usage_error

_CONFIG = "--archguard-config"


def activate(config: pytest.Config) -> None:
    """Registers the part of the plugin that collects and runs rules, if there are any for this run.

    Raises pytest.UsageError.
    """
    choice = _handed_over(config) if hasattr(config, "workerinput") else _choose(config)
    if choice.complete or choice.named or choice.idle:
        from pytest_archguard.plugin.loading import load_plan, load_settings
        from pytest_archguard.plugin.run import Run

        config.pluginmanager.register(Run(config, load_plan(choice, config), load_settings(config)), "archguard-run")


def _handed_over(config: pytest.Config) -> Choice:
    """What the controller of pytest-xdist decided."""
    handed = config.workerinput["archguard"]  # type: ignore[attr-defined]
    return Choice.from_plain(handed["choice"], same_file(config.rootpath))


def _choose(config: pytest.Config) -> Choice:
    declared, named = _declared(config), tuple(_named(config))
    explicit = bool(config.option.archguard_config)
    typed = any(str(argument).startswith("--archguard") for argument in config.invocation_params.args)
    if typed and not explicit and named and not holds_rules(declared[0]):
        wanted: tuple[Path, ...] = ()  # the flag is about the files that are named
    elif typed or config.option.archguard:
        wanted = declared
    else:
        wanted = tuple(path for path in declared if _is_auto(path, explicit, config))
    if typed or not _paths_given(config):
        return Choice(complete=wanted, named=tuple(path for path in named if path not in wanted))
    return Choice(named=named, idle=tuple(path for path in wanted if path not in named))


def _declared(config: pytest.Config) -> tuple[Path, ...]:
    """The rules files of this run, whether they are going to be used or not."""
    values = _typed_values(config) or config.option.archguard_config
    if not values:
        return (same_file(config.rootpath / "pyproject.toml"),)
    start, top = config.invocation_params.dir, config.rootpath
    # What stands in addopts has to work from sub-folders too.
    return tuple(same_file((start if (start / v).exists() or not (top / v).exists() else top) / v) for v in values)


def _typed_values(config: pytest.Config) -> list[str]:
    """`--archguard-config` as typed, which replaces what addopts say."""
    typed = [str(argument) for argument in config.invocation_params.args]
    following = [value for flag, value in pairwise(typed) if flag == _CONFIG]
    return following + [a.partition("=")[2] for a in typed if a.startswith(f"{_CONFIG}=")]


def _named(config: pytest.Config) -> Iterator[Path]:
    seen = set()
    for argument in config.args:
        text = argument.partition("::")[0]
        path = same_file(config.invocation_params.dir / text)
        if text.endswith(".toml") and path not in seen and holds_rules(path):
            seen.add(path)
            yield path


def _is_auto(path: Path, explicit: bool, config: pytest.Config) -> bool:
    """Whether the file sets `auto`; a wrong value counts as set, so that reading it whole reports it."""
    try:
        document, _ = read_rules_file(path)
    except ConfigurationError as error:
        if explicit:
            raise usage_error(error, config) from None
        return False  # pytest itself reports a pyproject.toml that is no TOML
    return document["tool"]["archguard"].get("auto", False) is not False


def _paths_given(config: pytest.Config) -> bool:
    """Whether the user typed paths; those in addopts and testpaths are the project's "everything"."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    typed = {str(argument) for argument in config.invocation_params.args}
    return any(argument in typed for argument in config.args) or any(a.startswith("@") for a in typed)
