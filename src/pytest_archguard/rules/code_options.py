"""The options of `code` that do not fit together, found when the rules file is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from pytest_archguard.codebase.facts.code.snippets import read_parameter, read_snippet
from pytest_archguard.config.nearest import did_you_mean

MATCHERS: tuple[str, ...] = ("forbid", "calls", "literals", "statements", "decorated", "parameters", "annotations")

# Which matchers an option belongs to.
_BELONGS: Mapping[str, tuple[str, ...]] = {
    "match": ("forbid", "parameters"),
    "swallows": ("forbid",),
    "handled_by": ("forbid",),
    "docstrings": ("literals",),
    "unless_keyword": ("forbid", "calls"),
    "require_keyword": ("decorated",),
    "require_decorator": ("decorated",),
}


def check_options(options: Any) -> str:
    """The one matcher of a table; raises ValueError for options that contradict each other."""
    given = [name for name in MATCHERS if getattr(options, name) is not None]
    if len(given) != 1:
        found = f"not {len(given)} ({', '.join(given)})" if given else "not none"
        raise ValueError(f"a table has exactly one of {', '.join(MATCHERS)}, {found}; write a table for each")
    matcher = given[0]
    for mistake in _mistakes(options, matcher):
        raise ValueError(mistake)
    return matcher


def _mistakes(options: Any, matcher: str) -> Iterator[str]:
    if not getattr(options, matcher):
        yield f'"{matcher}" is empty; name at least one'
    for name, matchers in _BELONGS.items():
        if getattr(options, name) and matcher not in matchers:
            yield f'"{name}" goes with {" or ".join(matchers)}, not with {matcher}'
    for both in sorted({s.shown for s in options.inside} & {s.shown for s in options.unless_inside}):
        yield f'"inside" and "unless_inside" both have `{both}`, so nothing can match'
    yield from _about_handlers(options)
    yield from _about_holes(options, matcher)
    if options.unless_keyword and matcher == "forbid":
        for snippet in options.forbid:
            if not any(isinstance(node, ast.Call) for node in ast.walk(read_snippet(snippet.text).root)):
                yield f'"unless_keyword": `{snippet.shown}` has no call that could be given a keyword'
    if options.max is not None and options.max_per_module is not None and options.max_per_module > options.max:
        yield '"max_per_module" is larger than "max", so it allows nothing'


def _about_handlers(options: Any) -> Iterator[str]:
    if options.handled_by and not options.swallows:
        yield '"handled_by" says what does not count as swallowing; it needs swallows = true'
    if options.swallows:
        for snippet in options.forbid:
            if not isinstance(read_snippet(snippet.text).root, ast.ExceptHandler):
                yield f'"swallows" is about handlers (`except Exception`), not about `{snippet.shown}`'


def _about_holes(options: Any, matcher: str) -> Iterator[str]:
    if not options.match:
        return
    read = read_parameter if matcher == "parameters" else read_snippet
    holes = sorted({hole for snippet in getattr(options, matcher) for hole in read(snippet.text).holes})
    for name in options.match:
        if name not in holes:
            known = f"the holes are {', '.join(holes)}" if holes else "the snippets have no named holes"
            yield f'"match": there is no hole "{name}"{did_you_mean(name, holes)}; {known}'
