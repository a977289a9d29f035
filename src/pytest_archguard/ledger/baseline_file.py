"""The file of accepted violations: one sorted JSON line an entry, so that git merges it and people read its diffs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Any

from pytest_archguard.config.days import parse_day
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import ArchguardError
from pytest_archguard.ledger.entries import Entry

BASELINE = "archguard-baseline.jsonl"
VERSION = 1
_VERSION_KEY = "archguard-baseline"
_HEADER = f'{{"{_VERSION_KEY}": {VERSION}}}'
_CONFLICT = re.compile(r"^\s*(?:<{7}|>{7}|={7}\s*$|\|{7})", re.M)


class BaselineError(ArchguardError):
    """Indicates that the baseline has to be mended by hand before a command may write it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with the file.

    line: counts from 1. remedy: the command or the edit that mends it. blocks: writing the file would lose something.
    """

    line: int
    text: str
    remedy: str = ""
    blocks: bool = True


@dataclass(frozen=True)
class Baseline:
    """What a baseline file says.

    entries: in the order of the file, each with its line in `lines`. faults: what is wrong with it.
    usable: false when nothing can be said about what is known. data: the bytes read, None when there is no file.
    """

    entries: tuple[Entry, ...] = ()
    lines: tuple[int, ...] = ()
    faults: tuple[Fault, ...] = ()
    usable: bool = True
    data: bytes | None = field(default=None, repr=False)

    @cached_property
    def by_rule(self) -> Mapping[str, list[Entry]]:
        """The entries of each rule id."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.rule, []).append(entry)
        return found

    def check_writable(self) -> None:
        """Raises BaselineError when writing the file anew would lose something."""
        for fault in self.faults:
            if fault.blocks:
                raise BaselineError(f"{BASELINE}:{fault.line} {fault.text}; mend it first, nothing was written")


def read_baseline(path: Path) -> Baseline:
    """Reads a file; a missing one is empty, whatever else is wrong is a fault."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Baseline()
    except OSError as error:
        return Baseline(faults=(Fault(1, f"cannot be read: {error.strerror or error}"),), usable=False)
    return parse_baseline(data)


def parse_baseline(data: bytes) -> Baseline:
    """What the bytes of a file say."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Baseline(faults=(Fault(line, f"byte 0x{data[error.start]:02x} is not UTF-8"),), usable=False, data=data)
    # Not splitlines: a reason may hold U+2028, which JSON leaves as it is.
    numbered = [(n, line.strip()) for n, line in enumerate(text.split("\n"), start=1)]
    numbered = [(n, line) for n, line in numbered if line]
    faults: list[Fault] = []
    if _CONFLICT.search(text):
        numbered = list(_without_conflict_markers(numbered, faults))
    unknown = _check_header(numbered[0] if numbered else None)
    if unknown is not None:
        return Baseline(faults=(unknown,), usable=False, data=data)
    entries: list[Entry] = []
    lines: list[int] = []
    for (line, _), value in zip(numbered[1:], _values([text for _, text in numbered[1:]]), strict=True):
        if isinstance(value, dict) and value == {_VERSION_KEY: VERSION}:
            continue  # a union merge of two new files leaves two headers
        read = _entry(value)
        if isinstance(read, Entry):
            entries.append(read)
            lines.append(line)
        else:
            faults.append(Fault(line, read))
    faults.extend(_duplicates(entries, lines))
    faults.sort(key=lambda fault: fault.line)
    return Baseline(tuple(entries), tuple(lines), tuple(faults), data=data)


def render(entries: Iterable[Entry]) -> bytes:
    """The contents of a file that lists these entries: the same for the same entries in any order."""
    return "\n".join([_HEADER, *sorted(_line(entry) for entry in entries), ""]).encode("utf-8")


def _line(entry: Entry) -> str:
    data: dict[str, Any] = {"rule": entry.rule, "check": entry.check, "subject": entry.subject}
    data.update({key: value for key in ("object", "scope", "detail") if (value := getattr(entry, key))})
    if entry.times != 1:
        data["count"] = entry.times
    if entry.ceiling is not None:
        data["ceiling"] = _plain(entry.ceiling)
    if entry.floor is not None:
        data["floor"] = _plain(entry.floor)
    data["reason"] = entry.reason
    if entry.until is not None:
        data["until"] = entry.until.isoformat()
    line = json.dumps(data, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:  # a file name that is no text
        line = json.dumps(data)
    return line


def _plain(value: float) -> float:
    return int(value) if value == int(value) else value


def _without_conflict_markers(numbered: list[tuple[int, str]], faults: list[Fault]) -> Iterator[tuple[int, str]]:
    """The lines between the markers still count: both sides of a merge were known to somebody."""
    seen = False
    for line, text in numbered:
        if not _CONFLICT.match(text):
            yield line, text
        elif not seen:
            seen = True
            faults.append(Fault(line, "holds merge conflict markers; keep the lines of both sides, delete the markers"))


def _check_header(first: tuple[int, str] | None) -> Fault | None:
    if first is None:
        return Fault(1, f"is empty; its first line must be {_HEADER}")
    line, text = first
    try:
        header = json.loads(text)
    except ValueError:
        header = None
    if not isinstance(header, dict) or _VERSION_KEY not in header:
        return Fault(line, f"has no header; its first line must be {_HEADER}")
    if header[_VERSION_KEY] != VERSION or isinstance(header[_VERSION_KEY], bool):
        version = json.dumps(header[_VERSION_KEY])
        return Fault(line, f"has format version {version}; this release of pytest-archguard reads version {VERSION}")
    return None


def _values(texts: list[str]) -> list[Any]:
    """The JSON value of each line; a line that has none is its own error message."""
    try:
        values: list[Any] = json.loads("[" + ",\n".join(texts) + "]")  # one call for all: ten times as fast
        if len(values) == len(texts):
            return values
    except (ValueError, RecursionError):
        pass
    return [_value(text) for text in texts]


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"is no JSON ({error})"


_TEXTS = ("rule", "check", "subject", "object", "scope", "detail", "reason")
_KEYS = frozenset({*_TEXTS, "count", "ceiling", "floor", "until"})
_PLAIN = frozenset(_TEXTS)
_REQUIRED = frozenset({"rule", "check", "subject", "reason"})


def _entry(value: Any) -> Entry | str:
    """The entry a line stands for, or what is wrong with it."""
    if _is_plain(value):  # nearly all lines, by thousands
        get = value.get
        key = (value["subject"], get("object", ""), get("scope", ""), get("detail", ""))
        return Entry(value["rule"], value["check"], *key, reason=value["reason"])
    fault = _fault_of(value)
    if fault is not None:
        return fault
    get = value.get
    until: date | None = None
    if "until" in value:
        try:
            until = parse_day(str(value["until"]))
        except ValueError as error:
            return f'"until": {error}'
    return Entry(
        value["rule"], value["check"], value["subject"], get("object", ""), get("scope", ""), get("detail", ""),
        get("count", 1), get("ceiling"), get("floor"), value["reason"], until,
    )  # fmt: skip


def _is_plain(value: Any) -> bool:
    """Whether this is an entry without a number and a date, and without a fault."""
    if type(value) is not dict or not _REQUIRED <= value.keys() <= _PLAIN:
        return False
    return set(map(type, value.values())) == {str} and bool(value["reason"].strip())


def _fault_of(value: Any) -> str | None:
    if not isinstance(value, dict):
        return value if isinstance(value, str) and value.startswith("is no JSON") else "is no entry: a table is needed"
    keys = value.keys()
    if not keys <= _KEYS:
        name = next(key for key in value if key not in _KEYS)
        return f'has an unknown key "{name}"{did_you_mean(name, _KEYS)}'
    if not keys >= _REQUIRED:
        return f'has no "{min(_REQUIRED - keys)}"'
    for name in _TEXTS:
        if name in value and type(value[name]) is not str:
            return f'"{name}" must be a string'
    if not value["reason"].strip():
        return "gives no reason"
    count = value.get("count", 1)
    if type(count) is not int or count < 1:
        return '"count" must be a whole number above 0'
    for name in ("ceiling", "floor"):
        if name in value and not (type(value[name]) in (int, float) and isfinite(value[name])):
            return f'"{name}" must be a number'
    return None


def _duplicates(entries: list[Entry], lines: list[int]) -> Iterator[Fault]:
    """Keys listed twice, but for lines that differ in nothing but the number.

    Those are what a union merge of two prunes leaves; the lower number holds, and the next prune writes one line.
    """
    first: dict[tuple[str, ...], int] = {}
    for number, entry in enumerate(entries):
        key = entry[:6]
        earlier = first.setdefault(key, number)
        if earlier != number and not _lowered(entries[earlier], entry):
            remedy = "archguard prune keeps the stricter one"
            yield Fault(lines[number], f"lists {entry} of {entry.rule} again (line {lines[earlier]})", remedy, False)


def _lowered(a: Entry, b: Entry) -> bool:
    numbers = (a.times, a.ceiling, a.floor) != (b.times, b.ceiling, b.floor)
    return numbers and (a.reason, a.until) == (b.reason, b.until)
