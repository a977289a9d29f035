"""Contracts are judged on code bases written as strings; the configuration is TOML, as users write it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.options import Context
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Violation
from pytest_archguard.rules.import_linter.contract import ImportLinterContract
from pytest_archguard.rules.import_linter.contracts import load_contracts

Judge = Callable[..., "Judged"]


class Judged:
    """What became of each contract, by name: its violations, or why it could not be judged."""

    def __init__(self, folder: Path, files: Mapping[str, str], toml: str) -> None:
        (folder / "pyproject.toml").write_text(toml, encoding="utf-8")
        context = Context()
        rules = load_contracts(folder, context)
        assert context.problems == []
        self.codebase = codebase_of(files)
        self.kinds: dict[str, ImportLinterContract] = {}
        self.violations: dict[str, list[Violation]] = {}
        self.errors: dict[str, str] = {}
        for rule in rules:
            assert isinstance(rule.kind, ImportLinterContract)
            self.kinds[rule.kind.name] = rule.kind
            try:
                self.violations[rule.kind.name] = list(rule.kind.check(self.codebase))
            except RuleError as error:
                self.errors[rule.kind.name] = str(error)

    def lines(self, name: str = "c") -> list[str]:
        """The violations of one contract: message, chain or label, places."""
        return [
            f"{v.message}: {v.label or ' -> '.join(v.chain)} [{', '.join(f'{s.path}:{s.line}' for s in v.sites)}]"
            for v in self.violations[name]
        ]


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    """Judges contracts given as TOML tables; keyword arguments are session options."""

    def judge_contracts(files: Mapping[str, str], *contracts: str, session: str = "") -> Judged:
        tables = "".join(f"[[tool.importlinter.contracts]]\n{contract}\n" for contract in contracts)
        root = "" if "root_package" in session else 'root_package = "app"\n'
        return Judged(tmp_path, files, f"[tool.importlinter]\n{root}{session}\n{tables}")

    return judge_contracts
