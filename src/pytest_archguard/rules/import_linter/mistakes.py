"""Mistakes that import-linter itself passes over: sections and keys it does not know, values it reads as false."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pytest_archguard.config.nearest import did_you_mean, nearest
from pytest_archguard.config.options import Context
from pytest_archguard.rules.import_linter.presence import INI_FILES, SECTION, TOML_FILE, resembles_import_linter
from pytest_archguard.rules.import_linter.reading import Declaration, Documents

SESSION_KEYS = frozenset(
    {"root_package", "root_packages", "include_external_packages", "exclude_type_checking_imports", "contract_types"}
)
_SWITCHES = ("include_external_packages", "exclude_type_checking_imports")
_INI_HINT = f"import-linter reads [{SECTION}] and [{SECTION}:contract:<id>]"


def report_misspelt_sections(documents: Documents, context: Context) -> None:
    """Reports every section or table that is meant for import-linter but that it does not read."""
    for name, parser in documents.ini.items():
        _report_sections(name, parser.sections(), context)
    tool = documents.toml.get("tool", {})
    tables = [f"tool.{key}" for key in tool if key != SECTION] if isinstance(tool, Mapping) else []
    for table in (*tables, *documents.toml):
        if resembles_import_linter(table.removeprefix("tool.")):
            context.report(f"[{table}]", f"nobody reads this table; import-linter reads [tool.{SECTION}]")


def _report_sections(file: str, sections: Sequence[str], context: Context) -> None:
    for section in sections:
        head = re.split(r"[:.\s]", section.removeprefix("tool:"))[0]
        if not _is_read(section) and resembles_import_linter(head):
            context.report(f"{file} [{section}]", f"nobody reads this section; {_INI_HINT}")
    contracts = [section for section in sections if section.startswith(f"{SECTION}:")]
    if contracts and SECTION not in sections:
        text = f"without a section [{SECTION}] (root_package = ...) import-linter reads none of its contracts"
        context.report(f"{file} [{contracts[0]}]", text)
    elif file == ".importlinter" and not any(map(resembles_import_linter, sections)):
        context.report(file, f"declares nothing; {_INI_HINT}")


def _is_read(section: str) -> bool:
    return section == SECTION or section.startswith(f"{SECTION}:")


def report_session_mistakes(declared: Declaration, context: Context) -> None:
    """Reports what is wrong with the session options; a wrong contract fails alone, when it is judged."""
    for text in _session_mistakes(declared):
        context.report(declared.where, text)


def _session_mistakes(declared: Declaration) -> Iterator[str]:
    yield from _unknown_keys(declared)
    yield from _root_mistakes(declared)
    for key in _SWITCHES:
        if key in declared.session and declared.session[key] not in ("True", "true", "False", "false"):
            yield f'"{key}" is {declared.session[key]!r}, which import-linter reads as false; write true or false'
    yield from _contract_type_mistakes(declared)
    if not declared.contracts:
        yield f"declares no contracts; they stand in {_contract_tables(declared.file)}"


def _unknown_keys(declared: Declaration) -> Iterator[str]:
    known = SESSION_KEYS | ({"contracts"} if declared.file == TOML_FILE else set())
    for key in sorted(set(declared.session) - known - declared.inherited):
        # The project's own contract types may read options of their own; then only what looks misspelt is a mistake.
        if "contract_types" not in declared.session or nearest(key, known):
            yield f'unknown key "{key}"{did_you_mean(key, known)}; the keys are {", ".join(sorted(known))}'


def _root_mistakes(declared: Declaration) -> Iterator[str]:
    session = declared.session
    if "root_packages" in session:
        names = session["root_packages"]
        if not isinstance(names, list):
            yield f'"root_packages" must be a list, one name a line; for a single package write root_package = {names}'
        elif not names or not all(isinstance(name, str) and name.strip() for name in names):
            yield '"root_packages" must list the names of packages, and no empty ones'
    elif "root_package" not in session:
        yield 'the key "root_package" (or "root_packages") is missing'
    elif not isinstance(session["root_package"], str) or not session["root_package"].strip():
        yield '"root_package" must be the name of one package'


def _contract_type_mistakes(declared: Declaration) -> Iterator[str]:
    entries = declared.session.get("contract_types", [])
    if not isinstance(entries, list):
        yield '"contract_types" must be a list, one `name: package.module.Class` a line'
        return
    for entry in entries:
        if split_contract_type(entry) is None:
            yield f'"contract_types" holds {entry!r}, which is not of the form `name: package.module.Class`'


def split_contract_type(entry: Any) -> tuple[str, str] | None:
    """`name: package.module.Class` in two; None when it has another form."""
    parts = entry.split(": ") if isinstance(entry, str) else []
    if len(parts) != 2 or not all(part.strip() for part in parts) or "." not in parts[1]:
        return None
    return parts[0].strip(), parts[1].strip()


def _contract_tables(file: str) -> str:
    return f"sections [{SECTION}:contract:<id>]" if file in INI_FILES else f"[[tool.{SECTION}.contracts]]"
