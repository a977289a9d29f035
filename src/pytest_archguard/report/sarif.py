"""SARIF 2.1.0, the format that code hosts show as annotations: https://docs.oasis-open.org/sarif/sarif/v2.1.0/."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

Data = Mapping[str, Any]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOMEPAGE = "https://pypi.org/project/pytest-archguard/"
_LEVELS = {"error": "error", "warn": "warning", "off": "none"}


def sarif(document: Data) -> dict[str, Any]:
    """A result document as one SARIF run.

    Every violation is a result: new and expired ones with `baselineState` "new", known ones "unchanged"; known and
    suppressed ones carry a suppression with its reason. `partialFingerprints` hold our own key, which no moved line
    changes. A rule that could not be judged is a notification of the run.
    """
    rules = document["rules"]
    base = "" if document["root"] == "." else f"{document['root']}/"
    results = [
        _result(rule, number, violation, base) for number, rule in enumerate(rules) for violation in rule["violations"]
    ]
    run = {
        "tool": {"driver": _driver(document)},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(rules)}],
        "columnKind": "unicodeCodePoints",
        "results": results,
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _driver(document: Data) -> dict[str, Any]:
    driver = {"name": document["tool"], "informationUri": HOMEPAGE, "rules": [_rule(r) for r in document["rules"]]}
    if document["tool_version"] != "unknown":
        driver["version"] = document["tool_version"]
    return driver


def _rule(rule: Data) -> dict[str, Any]:
    help_lines = [rule["sentence"]]
    help_lines += [f"Why: {rule['because']}"] if rule["because"] else []
    help_lines += [f"Fix: {rule['fix']}"] if rule["fix"] else []
    described: dict[str, Any] = {
        "id": rule["id"],
        "name": rule["kind"],
        "shortDescription": {"text": rule["sentence"]},
        "help": {"text": "\n\n".join(help_lines)},
        "defaultConfiguration": {"level": _LEVELS[rule["severity"]], "enabled": rule["severity"] != "off"},
        "properties": {"tags": ["architecture", rule["kind"]]},
    }
    if rule["docs"].startswith(("https://", "http://")):
        described["helpUri"] = rule["docs"]
    return described


def _result(rule: Data, number: int, violation: Data, base: str) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": rule["id"],
        "ruleIndex": number,
        "level": _LEVELS[rule["severity"]],
        "message": {"text": _message(rule, violation)},
        "locations": [_location(site, base) for site in violation["sites"][:1]],
        "partialFingerprints": {"archguard/v1": violation["fingerprint"]},
        "baselineState": "unchanged" if violation["state"] == "known" else "new",
        "occurrenceCount": violation["count"],
    }
    related = [{"id": i, **_location(site, base)} for i, site in enumerate(violation["sites"][1:], start=1)]
    if related:
        result["relatedLocations"] = related
    if violation["state"] in ("known", "suppressed"):
        # Known ones are in the baseline file, exceptions in the rules file; only comments are in the source.
        suppression = {"kind": "external", "justification": violation["reason"] or violation["state"]}
        result["suppressions"] = [suppression]
    return result


def _message(rule: Data, violation: Data) -> str:
    chain = " -> ".join(violation["chain"])
    what = violation["label"] or chain or violation["subject"]
    parts = [f"{violation['message']}: {what}"]
    parts += [violation["advice"].removeprefix("<- ")] if violation["advice"] else []
    parts += [f"because {rule['because']}"] if rule["because"] else []
    parts += [f"fix: {rule['fix']}"] if rule["fix"] else []
    return "; ".join(parts)


def _location(site: Data, base: str) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": site["line"], "startColumn": site["column"]}
    if site["source"]:
        region["snippet"] = {"text": site["source"]}
    return {"physicalLocation": {"artifactLocation": {"uri": quote(base + site["path"])}, "region": region}}


def _notifications(rules: list[Data]) -> list[dict[str, Any]]:
    return [
        {"level": "error", "message": {"text": rule["error"]}, "associatedRule": {"id": rule["id"], "index": number}}
        for number, rule in enumerate(rules)
        if rule["error"]
    ]
