"""All contracts declared in a folder, as rules."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pytest_archguard.config.options import Context
from pytest_archguard.rules.base import Rule, RuleOptions
from pytest_archguard.rules.import_linter.contract import ImportLinterContract, Session
from pytest_archguard.rules.import_linter.mistakes import report_misspelt_sections, report_session_mistakes
from pytest_archguard.rules.import_linter.reading import Declaration, Declared, declaration, read_documents


def load_contracts(root: Path, context: Context) -> tuple[Rule, ...]:
    """One rule for each contract declared in `root`; mistakes that concern all of them go into `context`.

    A contract that is itself wrong becomes a rule all the same, which fails alone and by name.
    """
    documents = read_documents(root, context)
    report_misspelt_sections(documents, context)
    before = len(context.problems)
    declared = declaration(documents, context)
    if declared is None:
        return ()
    report_session_mistakes(declared, context)
    if len(context.problems) > before:
        return ()
    session = Session.from_options(declared.session, str(root))
    rules = []
    ids = _unique(_slug(_label(contract)) for contract in declared.contracts)
    own_ids = set()
    for rule_id, contract in zip(ids, declared.contracts, strict=True):
        own_id = str(contract.options.get("id", ""))
        rules.append(_rule(f"il-{rule_id}", contract, declared, session, own_id in own_ids))
        own_ids.update({own_id} - {""})
    return tuple(rules)


def _rule(rule_id: str, declared: Declared, declaration: Declaration, session: Session, repeats_id: bool) -> Rule:
    name = str(declared.options.get("name") or declared.options.get("id") or rule_id)
    kind = ImportLinterContract(name, declared.options, session, declaration.file, repeats_id)
    fix = _joined(declared.options.get("broken_contract_guidance", ""))
    return Rule(RuleOptions(id=rule_id, fix=fix), kind, declared.line, declared.where)


def _joined(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _label(declared: Declared) -> str:
    return str(declared.options.get("id") or declared.options.get("name") or "")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "contract"


def _unique(slugs: Iterable[str]) -> list[str]:
    """Later ones of equal name are numbered: a, a-2, a-3."""
    listed = list(slugs)
    taken = set(listed)
    seen: set[str] = set()
    for position, slug in enumerate(listed):
        number = 2
        while listed[position] in seen:
            candidate = f"{slug}-{number}"
            number += 1
            if candidate not in taken:
                listed[position] = candidate
        seen.add(listed[position])
        taken.add(listed[position])
    return listed
