"""A result document as SARIF, annotations and Markdown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_archguard.model import Result, RuleResult, Site, Violation
from pytest_archguard.report.formats import FORMATS, rendered
from pytest_archguard.report.github import annotation_lines
from pytest_archguard.report.markdown import markdown
from pytest_archguard.report.sarif import sarif

SCHEMA = json.loads((Path(__file__).parent / "data" / "sarif-schema-2.1.0.json").read_text("utf-8"))

NEW = Violation(
    check="layer",
    subject="app.services.mail",
    object="app.glue",
    detail="app.api",
    message="app.services may not import app.api",
    chain=("app.services.mail", "app.glue", "app.api.routes"),
    sites=(Site("app/services/mail.py", 3, 5, "import app.glue"), Site("app/glue.py", 1, 1, "import app.api.routes")),
    advice="<- cut the second import",
)
KNOWN = replace(NEW, subject="app.services.old", state="known", reason="before the split")
ALLOWED = replace(NEW, subject="app.services.two", state="suppressed", reason="ADR-12, 100 %")
LAYERS = RuleResult(
    id="order",
    kind="layers",
    severity="error",
    outcome="failed",
    sentence="app.api > app.services: lower layers may not import higher ones",
    because="services run in workers too",
    fix="move it down",
    docs="https://example.org/layers",
    violations=(NEW, KNOWN, ALLOWED),
    ranks=(("app.api",), ("app.services",)),
)
BROKEN = RuleResult("dead", "forbidden", "warn", "error", "a may not import b", error='"from": a matches no module')


def document(*rules: RuleResult, root: str = ".") -> dict[str, Any]:
    return {**Result(rules or (LAYERS, BROKEN), "1.2.3", modules=4, imports=9).to_json(), "root": root}


def test_sarif_is_valid_by_its_schema() -> None:
    jsonschema.Draft4Validator(SCHEMA).validate(sarif(document()))


def test_sarif_tells_new_known_and_allowed_apart() -> None:
    results = sarif(document())["runs"][0]["results"]
    assert [result["baselineState"] for result in results] == ["new", "unchanged", "new"]
    assert [[s["justification"] for s in result.get("suppressions", ())] for result in results] == [
        [],
        ["before the split"],
        ["ADR-12, 100 %"],
    ]


def test_sarif_holds_our_fingerprint_the_place_to_fix_and_the_chain() -> None:
    result = sarif(document(root="back end"))["runs"][0]["results"][0]
    assert result["partialFingerprints"] == {"archguard/v1": NEW.fingerprint("order")}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "back%20end/app/services/mail.py"
    assert (place["region"]["startLine"], place["region"]["startColumn"]) == (3, 5)
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "back%20end/app/glue.py"
    assert result["message"]["text"] == (
        "app.services may not import app.api: app.services.mail -> app.glue -> app.api.routes; cut the second import; "
        "because services run in workers too; fix: move it down"
    )


def test_sarif_says_which_rule_could_not_be_judged() -> None:
    (notification,) = sarif(document())["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notification["associatedRule"]["id"] == "dead"
    assert notification["message"]["text"] == '"from": a matches no module'


def test_annotations_are_for_new_violations_only_and_escaped() -> None:
    lines = list(annotation_lines(document(replace(LAYERS, id="order", because="100 % sure,\nreally"), root="backend")))
    assert lines == [
        "::error file=backend/app/services/mail.py,line=3,col=5,title=archguard%3A order::"
        "app.services may not import app.api: app.services.mail -> app.glue -> app.api.routes%0A"
        "because 100 %25 sure,%0Areally%0Afix: move it down"
    ]


def test_at_most_ten_annotations_a_rule_and_then_a_count() -> None:
    many = tuple(replace(NEW, subject=f"app.services.m{n}") for n in range(13))
    lines = list(annotation_lines(document(replace(LAYERS, violations=many))))
    assert len(lines) == 11
    assert lines[-1].endswith("::3 more new violations of this rule")


def test_markdown_counts_lists_and_draws() -> None:
    text = markdown(document())
    assert "**1 new**, 1 known, 1 suppressed; 4 modules, 9 imports examined." in text
    assert "| ❌ | `order` (layers) | 1 | 1 |" in text
    assert "| ❗ | `dead` (forbidden) | 0 | 0 |" in text
    assert "- app.services.mail -\\> app.glue -\\> app.api.routes `app/services/mail.py:3`, `app/glue.py:1`" in text
    picture = text.partition("```mermaid\n")[2].partition("```")[0].splitlines()
    assert picture == [
        "flowchart TB",
        '  n0["app.api"]',
        '  n1["app.services"]',
        '  n2["app"]',
        "  n0 ~~~ n1",
        '  n1 -->|"1"| n2',
        "  linkStyle 1 stroke:#d00,color:#d00",
    ]


def test_markdown_takes_text_literally() -> None:
    text = markdown(document(replace(LAYERS, because="a <b> *c* [d]")))
    assert r"a \<b\> \*c\* \[d\]" in text


@pytest.mark.parametrize("form", FORMATS)
def test_a_run_without_violations_has_every_form(form: str) -> None:
    assert rendered(document(replace(LAYERS, outcome="passed", violations=())), form).endswith("\n") or form == "github"
