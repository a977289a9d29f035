"""A run as Markdown, for the summary of a CI job or a comment: counts, violations, and a picture of the packages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

Data = Mapping[str, Any]
_SHOWN = 20
_SIGNS = {"passed": "✅", "failed": "❌", "error": "❗", "off": "⏸", "not_run": "⏭"}


def markdown(document: Data) -> str:
    """Headline, a table of all rules, the new violations of each failing rule, and the imports that violate."""
    summary = document["summary"]
    lines = [
        "# Architecture rules",
        "",
        _headline(summary),
        "",
        "| | rule | new | known |",
        "| --- | --- | ---: | ---: |",
    ]
    for rule in document["rules"]:
        new, known = _count(rule, "new", "expired"), _count(rule, "known")
        lines.append(f"| {_SIGNS[rule['outcome']]} | `{rule['id']}` ({rule['kind']}) | {new} | {known} |")
    for rule in document["rules"]:
        if rule["outcome"] in ("failed", "error") or _count(rule, "new", "expired"):
            lines += ["", *_section(rule)]
    picture = list(_picture(document["rules"]))
    if picture:
        lines += ["", "## Imports between packages that violate a rule", "", "```mermaid", *picture, "```"]
    return "\n".join(lines) + "\n"


def _headline(summary: Data) -> str:
    parts = [f"**{summary['new']} new**"]
    parts += [f"{summary[name]} {name}" for name in ("known", "stale", "expired", "suppressed") if summary[name]]
    return f"{', '.join(parts)}; {summary['modules']} modules, {summary['imports']} imports examined."


def _section(rule: Data) -> Iterator[str]:
    yield f"## `{rule['id']}`"
    yield ""
    yield _text(rule["sentence"])
    for label, text in (("Why", rule["because"]), ("Fix", rule["fix"]), ("Not judged", rule["error"])):
        if text:
            yield f"<br>**{label}:** {_text(text)}"
    yield ""
    failing = [v for v in rule["violations"] if v["state"] in ("new", "expired")]
    for violation in failing[:_SHOWN]:
        what = violation["label"] or " -> ".join(violation["chain"]) or violation["subject"]
        places = ", ".join(f"`{site['path']}:{site['line']}`" for site in violation["sites"][:3])
        yield f"- {_text(what)} {places}".rstrip()
    if len(failing) > _SHOWN:
        yield f"- ... and {len(failing) - _SHOWN} more"
    for stale in rule["stale"]:
        yield f"- stale: {_text(stale['text'])}"


def _picture(rules: Iterable[Data]) -> Iterator[str]:
    """A Mermaid flow chart: packages, the layers of each layers rule from top to bottom, violating imports in red."""
    edges: Counter[tuple[str, str]] = Counter()
    ranks: list[str] = []
    for rule in rules:
        ranks += [name for row in rule["ranks"] for name in row if name not in ranks]
        for violation in rule["violations"]:
            if len(violation["chain"]) > 1 and violation["state"] in ("new", "expired"):
                ends = (_package(violation["chain"][0], ranks), _package(violation["chain"][1], ranks))
                if ends[0] != ends[1]:
                    edges[ends] += 1
    if not edges:
        return
    names = list(dict.fromkeys([*ranks, *(name for pair in sorted(edges) for name in pair)]))
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    yield "flowchart TB"
    yield from (f'  {ids[name]}["{name}"]' for name in names)
    yield from (f"  {ids[high]} ~~~ {ids[low]}" for high, low in pairwise(ranks))
    pairs = sorted(edges)
    yield from (f'  {ids[a]} -->|"{edges[a, b]}"| {ids[b]}' for a, b in pairs)
    first = max(0, len(ranks) - 1)  # Mermaid counts all links, the invisible ones too
    yield f"  linkStyle {','.join(str(first + n) for n in range(len(pairs)))} stroke:#d00,color:#d00"


def _package(module: str, ranks: list[str]) -> str:
    """The layer a module is in, else its package."""
    for name in ranks:
        if module == name or module.startswith(f"{name}."):
            return name
    return module.rpartition(".")[0] or module


def _count(rule: Data, *states: str) -> int:
    return sum(v["count"] for v in rule["violations"] if v["state"] in states)


def _text(text: str) -> str:
    """Text that Markdown takes literally."""
    escaped = re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)
    return escaped.replace("\n", "<br>")
