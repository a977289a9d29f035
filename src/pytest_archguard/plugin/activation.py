"""Which rules a run is about, decided once from the options, the arguments and `auto`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.rulesfile import holds_rules, read_rules_file
from pytest_archguard.errors import ArchguardError, ConfigurationError
from pytest_archguard.plugin.run import Run, RunSettings
from pytest_archguard.plugin.selection import Plan, RulesFile, same_file
from pytest_archguard.report.document import check_writable
from pytest_archguard.report.viewpoint import seen_from
from pytest_archguard.rules.configuration import Configuration, load_configuration

_CONFIG = "--archguard-config"


def activate(config: pytest.Config) -> None:
    """Registers the part of the plugin that collects and runs rules, if there are any for this run.

    Raises pytest.UsageError.
    """
    settings = _settings(config)
    plan = _handed_over(config) if hasattr(config, "workerinput") else _decide(config)
    if plan.files or plan.idle:
        config.pluginmanager.register(Run(config, plan, settings), "archguard-run")


@dataclass(frozen=True, slots=True)
class _Files:
    """The rules files in question: `declared` by option or by being in the root folder, `named` by an argument."""

    declared: list[Path]
    explicit: bool
    named: list[Path]


def _settings(config: pytest.Config) -> RunSettings:
    shown = str(config.option.archguard_show)
    if shown != "all" and not shown.isdecimal():
        raise pytest.UsageError(f'--archguard-show takes a number or "all", not "{shown}"')
    json_path = None
    if config.option.archguard_json:
        json_path = config.invocation_params.dir / config.option.archguard_json
        try:
            check_writable(json_path)
        except ArchguardError as error:
            raise pytest.UsageError(f"--archguard-json: {error}") from None
    return RunSettings(
        show=None if shown == "all" else int(shown),
        strict=config.option.archguard_strict,
        json_path=json_path,
    )


def _handed_over(config: pytest.Config) -> Plan:
    """What the controller of pytest-xdist decided: a worker sees only part of what was typed."""
    handed = config.workerinput["archguard"]  # type: ignore[attr-defined]
    return Plan(tuple(RulesFile(_load(config.rootpath / path, config), complete) for path, complete in handed["files"]))


def _decide(config: pytest.Config) -> Plan:
    files = _Files(_declared(config), bool(config.option.archguard_config), list(_named(config)))
    typed = any(str(argument).startswith("--archguard") for argument in config.invocation_params.args)
    if typed and not files.explicit and files.named and not holds_rules(files.declared[0]):
        wanted = []  # the flag is about the files that are named
    elif typed or config.option.archguard:
        wanted = files.declared
    else:
        wanted = [path for path in files.declared if _is_auto(path, files.explicit, config)]
    complete = wanted if typed or not _paths_given(config) else []
    run = [RulesFile(_load(path, config), complete=True) for path in complete]
    run += [RulesFile(_load(path, config), complete=False) for path in files.named if path not in complete]
    idle = [_load(path, config) for path in wanted if path not in complete and path not in files.named]
    _check_ids(config, run)
    return Plan(tuple(run), tuple(idle))


def _declared(config: pytest.Config) -> list[Path]:
    values = _typed_values(config) or config.option.archguard_config
    if not values:
        return [same_file(config.rootpath / "pyproject.toml")]
    start = config.invocation_params.dir
    # What stands in addopts has to work from sub-folders too.
    return [same_file(start / v if (start / v).exists() else config.rootpath / v) for v in dict.fromkeys(values)]


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
            raise _usage_error(error, config) from None
        return False  # pytest itself reports a pyproject.toml that is no TOML
    return document["tool"]["archguard"].get("auto", False) is not False


def _paths_given(config: pytest.Config) -> bool:
    """Whether the user typed paths; those in addopts and testpaths are the project's "everything"."""
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        return False
    typed = {str(argument) for argument in config.invocation_params.args}
    return any(argument in typed for argument in config.args) or any(a.startswith("@") for a in typed)


def _load(path: Path, config: pytest.Config) -> Configuration:
    if not path.is_relative_to(same_file(config.rootpath)):
        raise pytest.UsageError(
            f"{path}: rules are test items, so their file must lie in pytest's root folder {config.rootpath} or below; "
            "set another one with --rootdir"
        )
    try:
        return load_configuration(path)
    except ConfigurationError as error:
        raise _usage_error(error, config) from None


def _usage_error(error: ConfigurationError, config: pytest.Config) -> pytest.UsageError:
    """The error as seen from where pytest was started, with the rules file that was perhaps meant."""
    start = config.invocation_params.dir
    text = str(ConfigurationError(seen_from(str(start), error.path), error.problems))
    if not holds_rules(Path(error.path)):
        folders = [folder for folder in (start, *start.parents) if folder.is_relative_to(config.rootpath)]
        nearby = [folder / "pyproject.toml" for folder in folders if holds_rules(folder / "pyproject.toml")]
        text += (
            f"\n{seen_from(str(start), str(nearby[0]))} has the table: name it with {_CONFIG}"
            if nearby
            else f"\nadd the table, even an empty one, or name another file with {_CONFIG}"
        )
    return pytest.UsageError(text)


def _check_ids(config: pytest.Config, files: list[RulesFile]) -> None:
    """An argument naming a rule that does not exist: pytest's own words would not say which rules do."""
    rules = {file.path: [rule.id for rule in file.configuration.rules] for file in files}
    for argument in config.args:
        text, separator, rule_id = argument.partition("::")
        known = rules.get(same_file(config.invocation_params.dir / text))
        if separator and known is not None and rule_id not in known:
            hint = did_you_mean(rule_id, known) or f"; its rules are {', '.join(known)}"
            raise pytest.UsageError(f'{text}: there is no rule "{rule_id}" in it{hint}')
