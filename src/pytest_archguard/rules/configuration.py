"""The whole rules file: settings and rules, or every mistake in it at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.config.options import Context, keys_of, read_table
from pytest_archguard.config.rulesfile import read_rules_file
from pytest_archguard.config.settings import SETTINGS_TABLES, Settings, read_settings
from pytest_archguard.errors import ArchguardError, ConfigurationError
from pytest_archguard.rules.base import RESERVED_IDS, Rule, RuleKind, RuleOptions
from pytest_archguard.rules.baseline import Baseline
from pytest_archguard.rules.import_linter.presence import may_declare_contracts
from pytest_archguard.rules.readable import Readable
from pytest_archguard.rules.registry import BUILT_IN, load_kind, third_party
from pytest_archguard.rules.suppressions import Suppressions


@dataclass(frozen=True, slots=True)
class Configuration:
    """A rules file that has no mistake.

    root: its folder; every path in it is relative to that. rules: the extra items `readable`, `baseline` and
    `suppressions` first, then the rule tables in the order of the file, then import-linter's contracts.
    """

    path: Path
    settings: Settings
    rules: tuple[Rule, ...]

    @property
    def root(self) -> Path:
        """The folder that every path in the rules file is relative to."""
        return self.path.parent

    def rule(self, rule_id: str) -> Rule:
        """The rule of this id; raises KeyError."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


def load_configuration(path: Path) -> Configuration:
    """Reads a rules file.

    Raises ConfigurationError with every mistake in it, each with its table, its key and the nearest valid name.
    """
    return configuration_of(path, *read_rules_file(path))


def configuration_of(path: Path, document: Mapping[str, Any], text: str) -> Configuration:
    """The same for a document that is in memory; `path` is where it is, or would be."""
    table = document["tool"]["archguard"]
    context = Context(tables=table)
    points = _third_party_kinds(table)
    settings = read_settings(table, frozenset({*BUILT_IN, *points}), context)
    _check_source_roots(settings, path.parent, context)
    rules: list[Rule] = []
    for kind_name in (name for name in table if name in BUILT_IN or name in points):
        rules.extend(_read_kind(kind_name, table[kind_name], points, text, context))
    if settings.import_linter == "auto":
        rules.extend(_contracts(path.parent, context))
    _report_duplicates(rules, context)
    if context.problems:
        raise ConfigurationError(str(path), tuple(context.problems))
    return Configuration(path, settings, (*_extra_rules(rules), *rules))


def _check_source_roots(settings: Settings, root: Path, context: Context) -> None:
    for text in settings.source_roots or ():
        if not (root / text).is_dir():
            folders = [entry.name for entry in root.iterdir() if entry.is_dir()]
            context.report(
                "[tool.archguard]", f'"source_roots": there is no folder "{text}"{did_you_mean(text, folders)}'
            )


def _third_party_kinds(table: Mapping[str, Any]) -> dict[str, Any]:
    """Installed distributions are looked through only when some table is none of ours."""
    ours = {*BUILT_IN, *SETTINGS_TABLES, *(key.name for key in keys_of(Settings))}
    return third_party() if any(name not in ours for name in table) else {}


def _extra_rules(rules: list[Rule]) -> tuple[Rule, ...]:
    """The items that are always there; they come first, for without them no other verdict can be trusted."""
    names = frozenset(name for rule in rules for name in (rule.id, rule.options.renamed_from) if name)
    kinds: dict[str, RuleKind] = {"readable": Readable(), "baseline": Baseline(), "suppressions": Suppressions(names)}
    return tuple(Rule(RuleOptions(id=rule_id), kind) for rule_id, kind in kinds.items())


def _read_kind(name: str, tables: Any, points: dict[str, Any], text: str, context: Context) -> list[Rule]:
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        context.report(f"[tool.archguard.{name}]", f"rules are arrays of tables: write [[tool.archguard.{name}]]")
        return []
    try:
        cls = load_kind(name, points)
    except ArchguardError as error:
        context.report(f"[[tool.archguard.{name}]]", str(error))
        return []
    lines = _table_lines(name, text)
    rules = []
    for number, table in enumerate(tables, start=1):
        line = lines[number - 1] if number <= len(lines) else 1
        rule = _read_rule(name, cls, table, number, line, context)
        if rule is not None:
            rules.append(rule)
    return rules


def _read_rule(
    name: str, cls: type[RuleKind], table: dict[str, Any], number: int, line: int, context: Context
) -> Rule | None:
    rule_id = table.get("id")
    label = f'"{rule_id}"' if isinstance(rule_id, str) else f"number {number}"
    where = f"[[tool.archguard.{name}]] {label} (line {line})"
    common = _key_names(RuleOptions)
    own = _key_names(cls)
    for key in sorted(set(table) - common - own):
        hint = did_you_mean(key, common | own)
        context.report(where, f'unknown key "{key}"{hint}; the keys are {", ".join(sorted(common | own))}')
    options = read_table(RuleOptions, {k: v for k, v in table.items() if k in common}, where, context)
    kind = read_table(cls, {k: v for k, v in table.items() if k in own}, where, context)
    if rule_id in RESERVED_IDS:
        context.report(where, f'the id "{rule_id}" is reserved for an item of its own')
        return None
    return Rule(options, kind, line, where) if options and kind else None


@cache
def _key_names(cls: type) -> frozenset[str]:
    return frozenset(key.name for key in keys_of(cls))


def _contracts(root: Path, context: Context) -> tuple[Rule, ...]:
    """The contracts declared for import-linter beside the rules file."""
    if not may_declare_contracts(root):
        return ()
    from pytest_archguard.rules.import_linter.contracts import load_contracts  # most projects have none

    return load_contracts(root, context)


def _report_duplicates(rules: list[Rule], context: Context) -> None:
    seen: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in seen:
            first = seen[rule.id].where or f'the rule "{rule.id}"'
            context.report(rule.where, f'the id "{rule.id}" is taken by {first}; ids are unique over all kinds')
        seen.setdefault(rule.id, rule)
    former: dict[str, Rule] = {}
    for rule in rules:
        old = rule.options.renamed_from
        if old and old in seen:
            context.report(rule.where, f'"renamed_from": the rule "{old}" still exists')
        elif old and old in former:
            context.report(rule.where, f'"renamed_from": "{old}" is already the former name of "{former[old].id}"')
        former.setdefault(old, rule)


def _table_lines(name: str, text: str) -> list[int]:
    """The lines of `[[tool.archguard.<name>]]`, in order; tables written inline have none."""
    header = re.compile(rf"\s*\[\[\s*tool\s*\.\s*archguard\s*\.\s*[\"']?{re.escape(name)}[\"']?\s*\]\]")
    return [number for number, line in enumerate(text.splitlines(), start=1) if header.match(line)]
