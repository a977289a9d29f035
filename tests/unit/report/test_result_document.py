"""The JSON document and its schema."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_archguard.model import Advice, Result, RuleResult, Site, Stale, Violation
from pytest_archguard.report.document import Part, ReportError, check_writable, document, schema, write

FULL = RuleResult(
    id="full",
    kind="size",
    severity="warn",
    outcome="failed",
    sentence="s",
    because="b",
    fix="f",
    docs="d",
    owner="o",
    error="e",
    examined={"modules": 3},
    violations=(
        Violation(
            "max_lines", "app.a", "m", (Site("app/a.py", 1, 2, "x"),), "obj", "f", "d", "l", ("a", "b"), 2, 3.5, 2,
            "advice", "known", "reason", (("a", "b"),),
        ),
    ),
    stale=(Stale("t", "r"),),
    advice=(Advice("cut", (Site("app/b.py", 4),)),),
    fewer=1,
    notes=("n",),
    seconds=0.5,
)  # fmt: skip


def plain(data: dict[str, Any]) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(data))
    return loaded


def valid(data: dict[str, Any]) -> dict[str, Any]:
    jsonschema.Draft202012Validator(schema()).validate(data)
    return data


def of(rules: tuple[RuleResult, ...], rules_file: str = "/repo/pyproject.toml") -> Part:
    return Part(Result(rules, "1.0", modules=2, imports=3, seconds=1.0), Path(rules_file))


def test_a_full_document_is_valid_and_comes_back_as_it_was() -> None:
    data = valid(plain(document([of((FULL,))], Path("/repo"), Path("/repo"))))
    assert Result.from_json(data).rules == (FULL,)


def test_an_empty_document_is_valid() -> None:
    valid(plain(document([of(())], Path("/repo"), Path("/repo"))))


def test_fields_of_later_releases_are_valid_and_left_out() -> None:
    data = plain(document([of((FULL,))], Path("/repo"), Path("/repo")))
    data["later"] = data["rules"][0]["later"] = data["rules"][0]["violations"][0]["later"] = 1
    assert Result.from_json(valid(data)).rules == (FULL,)


@pytest.mark.parametrize(
    "breakage",
    [
        lambda d: d.pop("partial"),
        lambda d: d.update(version=2),
        lambda d: d["rules"][0].update(outcome="green"),
        lambda d: d["rules"][0].update(id="No Spaces"),
        lambda d: d["rules"][0]["violations"][0].update(fingerprint="short"),
        lambda d: d["rules"][0]["violations"][0].pop("value"),
        lambda d: d["rules"][0]["violations"][0]["sites"][0].update(line=0),
        lambda d: d["summary"].update(new=-1),
    ],
)
def test_what_breaks_the_contract_is_invalid(breakage: Callable[[dict[str, Any]], Any]) -> None:
    data = plain(document([of((FULL,))], Path("/repo"), Path("/repo")))
    breakage(data)
    with pytest.raises(jsonschema.ValidationError):
        valid(data)


@pytest.mark.parametrize(
    ("name", "cls"),
    [("rule", RuleResult), ("violation", Violation), ("stale", Stale), ("advice", Advice), ("site", Site)],
)
def test_the_schema_describes_every_field(name: str, cls: type) -> None:
    described = set(schema()["$defs"][name]["properties"])
    assert described == {field.name for field in fields(cls)} | {
        "rule": {"rules_file"},
        "violation": {"fingerprint"},
    }.get(name, set())


def test_the_root_is_where_the_rules_file_lies() -> None:
    assert document([of((), "/repo/services/a/x.toml")], Path("/repo"), Path("/repo"))["root"] == "services/a"
    assert document([of(())], Path("/repo/app/api"), Path("/repo"))["root"] == "../.."


def test_several_rules_files_are_one_document() -> None:
    known = replace(FULL, id="other", severity="error", outcome="not_run", violations=())
    parts = [of((FULL,), "/repo/a/pyproject.toml"), of((known,), "/repo/b/rules.toml")]
    parts[1] = Part(replace(parts[1].result, partial=True), parts[1].rules_file)
    data = valid(plain(document(parts, Path("/repo/a"), Path("/repo"))))
    assert [rule["rules_file"] for rule in data["rules"]] == ["a/pyproject.toml", "b/rules.toml"]
    assert data["root"] == ".."
    assert data["partial"] is True
    assert data["summary"]["modules"] == 4
    assert data["summary"]["known"] == 2
    assert data["rules"][0]["violations"][0]["sites"][0]["path"] == "a/app/a.py"
    assert data["rules"][0]["advice"][0]["sites"][0]["path"] == "a/app/b.py"


def test_a_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.json"
    write({"a": 1}, path)
    write({"b": "\udce4"}, path)  # a file name that is no UTF-8 is no reason to fail
    assert json.loads(path.read_text(encoding="utf-8")) == {"b": "\udce4"}
    assert [entry.name for entry in path.parent.iterdir()] == ["out.json"]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "out.json"
    write({"a": 1}, path)

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(ReportError, match=r"out\.json: cannot be written: No space left on device"):
        write({"b": 2}, path)
    assert json.loads(path.read_text(encoding="utf-8")) == {"a": 1}
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.json"]


def test_what_cannot_be_written_is_known_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ReportError, match="is a folder"):
        check_writable(tmp_path)
    with pytest.raises(ReportError, match="is not a folder"):
        check_writable(tmp_path / "file" / "out.json")
    check_writable(tmp_path / "a" / "b" / "out.json")
    assert not (tmp_path / "a").exists()
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(ReportError, match="no permission"):
        check_writable(tmp_path / "out.json")
