"""The rules and the options of a run, read and checked before anything is collected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_archguard.check import RunOptions
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import ArchguardError, ConfigurationError
from pytest_archguard.ledger.ledger import Gate
from pytest_archguard.plugin.choice import Choice, same_file, usage_error
from pytest_archguard.report.document import check_writable
from pytest_archguard.report.formats import FILE_FORMATS
from pytest_archguard.rules.configuration import Configuration, load_configuration


@dataclass(frozen=True, slots=True)
class Plan:
    """What runs, `complete` or only so far as arguments name it, and what would have run if no paths had been given."""

    choice: Choice
    complete: tuple[Configuration, ...]
    named: tuple[Configuration, ...]
    idle: tuple[Configuration, ...]

    @property
    def running(self) -> tuple[Configuration, ...]:
        """Everything that is collected."""
        return self.complete + self.named


@dataclass(frozen=True, slots=True)
class RunSettings:
    """The options of this run.

    show: how many violations a rule prints, None for all. reports: files to write, each by the form it is in.
    """

    analysis: RunOptions
    show: int | None
    reports: tuple[tuple[str, Path], ...]


def load_plan(choice: Choice, config: pytest.Config) -> Plan:
    """Reads the rules files; raises pytest.UsageError with all mistakes in one of them."""
    complete, named, idle = (
        tuple(_load(path, config) for path in paths) for paths in (choice.complete, choice.named, choice.idle)
    )
    _check_ids(config, complete + named)
    return Plan(choice, complete, named, idle)


def load_settings(config: pytest.Config) -> RunSettings:
    """Reads the options; raises pytest.UsageError."""
    shown = str(config.option.archguard_show)
    if shown != "all" and not shown.isdecimal():
        raise pytest.UsageError(f'--archguard-show takes a number or "all", not "{shown}"')
    base = config.option.archguard_base
    if base is not None and not base.strip():
        raise pytest.UsageError("--archguard-base is empty; it takes a branch or a commit, such as origin/main")
    return RunSettings(
        analysis=RunOptions(
            strict=config.option.archguard_strict,
            cache=not config.option.archguard_no_cache,
            gate=Gate(base, config.option.archguard_allow_growth),
        ),
        show=None if shown == "all" else int(shown),
        reports=tuple(_reports(config)),
    )


def _reports(config: pytest.Config) -> Iterator[tuple[str, Path]]:
    for form in FILE_FORMATS:
        given = config.getoption(f"archguard_{form}")
        if given:
            path = config.invocation_params.dir / given
            try:
                check_writable(path)
            except ArchguardError as error:
                raise pytest.UsageError(f"--archguard-{form}: {error}") from None
            yield form, path


def _load(path: Path, config: pytest.Config) -> Configuration:
    if not path.is_relative_to(same_file(config.rootpath)):
        raise pytest.UsageError(
            f"{path}: rules are test items, so their file must lie in pytest's root folder {config.rootpath} or below; "
            "set another one with --rootdir"
        )
    try:
        return load_configuration(path)
    except ConfigurationError as error:
        raise usage_error(error, config) from None


def _check_ids(config: pytest.Config, files: tuple[Configuration, ...]) -> None:
    """An argument naming a rule that does not exist: pytest's own words would not say which rules do."""
    rules = {file.path: [rule.id for rule in file.rules] for file in files}
    for argument in config.args:
        text, separator, rule_id = argument.partition("::")
        known = rules.get(same_file(config.invocation_params.dir / text))
        if separator and known is not None and rule_id not in known:
            hint = did_you_mean(rule_id, known) or f"; its rules are {', '.join(known)}"
            raise pytest.UsageError(f'{text}: there is no rule "{rule_id}" in it{hint}')
