"""What a `code` rule demands, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

CHECKS: Mapping[str, str] = {
    "forbid": "forbid",
    "calls": "calls",
    "literals": "literal",
    "statements": "statement",
    "decorated": "decorated",
    "parameters": "parameter",
    "annotations": "annotation",
}
"""What a violation's `check` is, by matcher."""

_DEMANDS: Mapping[str, str] = {
    "forbid": "{who} may not contain {what}",
    "calls": "{who} may not call {what}",
    "literals": "no string in {who} may match {what}",
    "statements": "{who} may not use {what}",
    "decorated": "{who} may not use the decorator {what}",
    "parameters": "{who} may not have a parameter {what}",
    "annotations": "{who} may not use the type {what} in an annotation",
}


def demand(options: Any, matcher: str, patterns: Iterable[str], lacks: str = "") -> str:
    """The sentence about some of a table's patterns. lacks: what decorators of these names are without."""
    who = listed((selector.text for selector in options.modules), "and")
    who = "the code" if who == "**" else who
    what = listed((pattern if matcher in ("calls", "decorated") else f"`{pattern}`" for pattern in patterns), "or")
    if matcher == "decorated" and lacks:
        sentence = f"what is decorated with {what} in {who} needs the {lacks}"
    else:
        sentence = _DEMANDS[matcher].format(who=who, what=what)
    return sentence + "".join(_conditions(options)) + _allowance(options)


def requirements(options: Any) -> str:
    """What a table demands of decorated functions: `keyword response_model and the decorator requires_login`."""
    needs = [f"keyword {keyword.text}" for keyword in options.require_keyword]
    if options.require_decorator:
        needs.append(f"decorator {listed((glob.text for glob in options.require_decorator), 'or')}")
    return " and the ".join(needs)


def listed(names: Iterable[str], word: str) -> str:
    """`a, b or c`."""
    found = list(names)
    return f" {word} ".join([", ".join(found[:-1]), found[-1]]) if len(found) > 1 else "".join(found)


def _conditions(options: Any) -> Iterable[str]:
    if options.match:
        yield f" ({', '.join(f'${hole}: {globs}' for hole, globs in options.match.items())})"
    if options.swallows:
        yield " that swallows the exception"
    if options.unless_keyword:
        yield f" without the keyword {listed((keyword.text for keyword in options.unless_keyword), 'or')}"
    if options.in_async is not None:
        yield " in async functions" if options.in_async else " outside async functions"
    if options.inside:
        yield f" inside {listed((f'`{snippet.shown}`' for snippet in options.inside), 'or')}"
    if options.unless_inside:
        yield f" unless inside {listed((f'`{snippet.shown}`' for snippet in options.unless_inside), 'or')}"


def _allowance(options: Any) -> str:
    allowed = []
    if options.max is not None:
        allowed.append(f"{options.max} in all")
    if options.max_per_module is not None:
        allowed.append(f"{options.max_per_module} a module")
    return f" (allowed: {', '.join(allowed)})" if allowed else ""
