"""Annotations on the lines of a pull request: workflow commands that GitHub Actions reads from the log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

MOST_PER_RULE = 10
"""GitHub shows ten annotations of a kind per step; more are lost without a word."""


def annotation_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """One command for each new or expired violation, at most ten a rule, then a count of the rest.

    The paths are relative to where the run was started, which has to be the root of the checkout.
    """
    base = "" if document["root"] == "." else f"{document['root']}/"
    for rule in document["rules"]:
        level = "error" if rule["severity"] == "error" else "warning"
        failing = [v for v in rule["violations"] if v["state"] in ("new", "expired")]
        for violation in failing[:MOST_PER_RULE]:
            yield _command(level, rule, violation, base)
        if len(failing) > MOST_PER_RULE:
            rest = len(failing) - MOST_PER_RULE
            yield f"::{level} title={_property('archguard: ' + rule['id'])}::{rest} more new violations of this rule"
        if rule["error"]:
            yield f"::error title={_property('archguard: ' + rule['id'])}::{_data(rule['error'])}"


def _command(level: str, rule: Mapping[str, Any], violation: Mapping[str, Any], base: str) -> str:
    what = violation["label"] or " -> ".join(violation["chain"]) or violation["subject"]
    lines = [f"{violation['message']}: {what}"]
    lines += [f"because {rule['because']}"] if rule["because"] else []
    lines += [f"fix: {rule['fix']}"] if rule["fix"] else []
    place = ""
    if violation["sites"]:
        site = violation["sites"][0]
        place = f"file={_property(base + site['path'])},line={site['line']},col={site['column']},"
    return f"::{level} {place}title={_property('archguard: ' + rule['id'])}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
