"""What is declared for import-linter beside the rules file, read exactly as import-linter reads it.

import-linter looks into `setup.cfg`, then `.importlinter`, then `pyproject.toml`, and the first that declares something
is the only one it uses. Its own reader is not called because it looks in the current folder and costs 60 ms to
import, which every start of pytest would pay; a test holds the two equal.
"""

from __future__ import annotations

import configparser
import locale
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pytest_archguard.config.options import Context
from pytest_archguard.config.toml import loads
from pytest_archguard.rules.import_linter.presence import INI_FILES, SECTION, TOML_FILE, mentions_import_linter


@dataclass(frozen=True, slots=True)
class Declared:
    """One contract as its author wrote it.

    where: its section or table, for people. line: of its table, where the file is the rules file.
    """

    options: Mapping[str, Any]
    where: str
    line: int = 1


@dataclass(frozen=True, slots=True)
class Declaration:
    """What one file declares.

    session: import-linter's "session options", as read. inherited: the keys that come from an ini file's [DEFAULT].
    """

    file: str
    session: dict[str, Any]
    contracts: tuple[Declared, ...]
    inherited: frozenset[str] = frozenset()

    @property
    def where(self) -> str:
        """The section or table that holds the session options, for people."""
        return "[tool.importlinter]" if self.file == TOML_FILE else f"{self.file} [{SECTION}]"


@dataclass(frozen=True, slots=True)
class Documents:
    """The files of a folder that may declare contracts, parsed; those that are not there are left out."""

    ini: Mapping[str, configparser.ConfigParser]
    toml: Mapping[str, Any]
    toml_text: str = ""


def read_documents(root: Path, context: Context) -> Documents:
    """Parses the three files; one that cannot be parsed but seems to declare contracts is reported."""
    ini = {}
    for name in INI_FILES:
        data = _bytes(root / name)
        if data is None:
            continue
        parser = configparser.ConfigParser()
        try:
            parser.read_string(_ini_text(data))
        except (configparser.Error, UnicodeDecodeError) as error:
            if name == ".importlinter" or mentions_import_linter(data):
                context.report(name, f"cannot be read as an ini file: {_first_line(error)}")
            continue
        ini[name] = parser
    data = _bytes(root / TOML_FILE)
    if data is None:
        return Documents(ini, {})
    try:
        text = data.decode("utf-8-sig")
        return Documents(ini, loads(text), text)
    except ValueError as error:  # not UTF-8, or not TOML: both are ValueErrors
        if mentions_import_linter(data):
            context.report(TOML_FILE, f"is not valid TOML: {error}")
        return Documents(ini, {})


def declaration(documents: Documents, context: Context) -> Declaration | None:
    """The declaration import-linter uses; None where there is none."""
    for name, parser in documents.ini.items():
        if parser.has_section(SECTION):
            try:
                return _from_ini(name, parser)
            except configparser.InterpolationError as error:
                context.report(name, f"cannot be read as an ini file: {_first_line(error)} (write % as %%)")
                return None
    return _from_toml(documents, context)


def _from_ini(name: str, parser: configparser.ConfigParser) -> Declaration:
    contracts = []
    for section in parser.sections():
        if section.startswith(f"{SECTION}:"):
            options = {"id": section.split(":")[-1], **_split_lines(dict(parser[section]))}
            contracts.append(Declared(options, f"{name} [{section}]"))
    session = _split_lines(dict(parser[SECTION]))
    return Declaration(name, session, tuple(contracts), frozenset(parser.defaults()))


def _split_lines(section: Mapping[str, str]) -> dict[str, Any]:
    return {key: value.strip().split("\n") if "\n" in value else value for key, value in section.items()}


def _from_toml(documents: Documents, context: Context) -> Declaration | None:
    tool = documents.toml.get("tool", {})
    table = tool.get(SECTION) if isinstance(tool, Mapping) else None
    if not table:
        return None
    if not isinstance(table, Mapping):
        context.report(f"[tool.{SECTION}]", "must be a table")
        return None
    session = {key: _text(value) for key, value in table.items() if key != "contracts"}
    listed = table.get("contracts", [])
    if not isinstance(listed, list) or not all(isinstance(contract, Mapping) for contract in listed):
        context.report(f"[tool.{SECTION}]", f"contracts are an array of tables: write [[tool.{SECTION}.contracts]]")
        return None
    contracts = []
    lines = list(_table_lines(documents.toml_text))
    for number, contract in enumerate(listed, start=1):
        line = lines[number - 1] if len(lines) == len(listed) else 1
        options = {key: _text(value) for key, value in contract.items()}
        contracts.append(Declared(options, f"[[tool.{SECTION}.contracts]] number {number} (line {line})", line))
    return Declaration(TOML_FILE, session, tuple(contracts))


def _text(value: Any) -> Any:
    """import-linter's fields know texts and lists of texts only."""
    return str(value) if isinstance(value, bool) else value


def _table_lines(text: str) -> Iterator[int]:
    header = re.compile(rf"\s*\[\[\s*tool\s*\.\s*{SECTION}\s*\.\s*contracts\s*\]\]")
    return (number for number, line in enumerate(text.split("\n"), start=1) if header.match(line))


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _ini_text(data: bytes) -> str:
    """import-linter reads ini files in the locale's encoding; nearly always that is UTF-8, which is tried first."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode(locale.getpreferredencoding(False))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _first_line(error: Exception) -> str:
    return str(error).replace("<string>", "it").replace("\n", " ").strip()
