"""The fixture `archguard`: the code base, for architecture tests that are written by hand."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_archguard.check import Analysis, RunOptions
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.options import Context, keys_of, read_table
from pytest_archguard.config.rulesfile import holds_rules, read_rules_file
from pytest_archguard.config.selectors import Selector, read_groups
from pytest_archguard.config.settings import Settings
from pytest_archguard.errors import ArchguardError, ConfigurationError
from pytest_archguard.plugin.choice import same_file
from pytest_archguard.report.text import failure_text
from pytest_archguard.report.viewpoint import Viewpoint
from pytest_archguard.rules.base import Rule, RuleKind, RuleOptions
from pytest_archguard.rules.configuration import Configuration, load_configuration
from pytest_archguard.rules.registry import BUILT_IN, load_kind, third_party

if TYPE_CHECKING:  # grimp costs time that a test without `graph` need not spend
    from grimp import ImportGraph


class Archguard:
    """The code base of the rules file in pytest's root folder; without one, with the default settings."""

    def __init__(self, configuration: Configuration, groups: dict[str, tuple[str, ...]], options: RunOptions) -> None:
        self._configuration = configuration
        self._groups = groups
        self._options = options

    def modules(self, selector: str = "**") -> list[str]:
        """The names of the judged modules that a selector picks (`app.services.*`, `=app.main`, `@group`), sorted.

        Raises ValueError for what is no selector.
        """
        context = Context(groups=self._groups)
        picked = Selector.from_toml(selector, context)
        return sorted(self._codebase.select((picked,)))

    @cached_property
    def graph(self) -> ImportGraph:
        """A `grimp.ImportGraph` of all modules with every import between them; see grimp's documentation."""
        return self._codebase.whole_grimp_graph()

    def check(self, rule: RuleKind | str, **options: Any) -> None:
        """Judges one rule; fails the test with the rule's own text when it is violated or cannot be judged.

        rule: an instance of a rule kind, or the name of one with its options as in the rules file; a key that is a
        Python keyword gets an underscore: `archguard.check("forbidden", from_=["app.core"], to=["app.api"])`. The keys
        of every rule (`because`, `except_`, ...) may be given too. The baseline is not asked.
        """
        made = self._rule(rule, options)
        alone = Configuration(self._configuration.path, self._configuration.settings, (made,))
        result = Analysis(alone, None, self._options).judge(made.id)
        if result.outcome in ("failed", "error"):
            view = Viewpoint(Path.cwd(), self._configuration.path)
            pytest.fail(failure_text(result, view), pytrace=False)

    @cached_property
    def _codebase(self) -> Codebase:
        return Analysis(self._configuration, (), self._options).codebase

    def _rule(self, rule: RuleKind | str, options: dict[str, Any]) -> Rule:
        table = {key.rstrip("_"): value for key, value in options.items()}
        context = Context(groups=self._groups)
        if isinstance(rule, str):
            kinds = {**BUILT_IN, **third_party()}
            if rule not in kinds:
                raise ArchguardError(f'there is no rule kind "{rule}"{did_you_mean(rule, kinds)}')
            cls: Any = load_kind(rule, third_party())
            common = {key: table.pop(key) for key in list(table) if key in _COMMON}
            kind = read_table(cls, table, f'check("{rule}")', context)
        else:
            common, kind = table, rule
        shared = read_table(RuleOptions, {"id": "archguard-check", **common}, "check()", context)
        if kind is None or shared is None:
            raise ConfigurationError("archguard.check", tuple(context.problems))
        return Rule(shared, kind)


_COMMON = frozenset(key.name for key in keys_of(RuleOptions))


def fixture_of(config: pytest.Config) -> Archguard:
    """The fixture's value; fails the test that asks for it when the rules file has mistakes."""
    path = same_file(config.rootpath) / "pyproject.toml"
    groups: dict[str, tuple[str, ...]] = {}
    try:
        if holds_rules(path):
            configuration = load_configuration(path)
            document, _ = read_rules_file(path)
            groups = read_groups(document["tool"]["archguard"].get("groups", {}), "groups", Context())
        else:
            configuration = Configuration(path, Settings(), ())
    except ConfigurationError as error:
        pytest.fail(str(error), pytrace=False)
    return Archguard(configuration, groups, RunOptions(cache=not config.option.archguard_no_cache))
