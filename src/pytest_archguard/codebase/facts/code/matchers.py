"""The matchers that look at expressions, statements and strings: `forbid`, `calls`, `literals`, `statements`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from pytest_archguard.codebase.facts.code.aliases import Aliases
from pytest_archguard.codebase.facts.code.calls import Calls
from pytest_archguard.codebase.facts.code.candidates import candidates
from pytest_archguard.codebase.facts.code.found import Found, source_text
from pytest_archguard.codebase.facts.code.handlers import swallows
from pytest_archguard.codebase.facts.code.matching import Bindings, Matcher
from pytest_archguard.codebase.facts.code.name_globs import glob_regex, matches, may_be_handed_on, may_hold, may_match
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.facts.code.shape import shape
from pytest_archguard.codebase.facts.code.snippets import Pattern, dotted, read_snippet
from pytest_archguard.codebase.facts.code.strings import Texts, is_part, line_of
from pytest_archguard.codebase.facts.named_calls import last_identifier
from pytest_archguard.codebase.source import Source

STATEMENTS: dict[str, tuple[str, ...]] = {
    "assert": ("Assert",),
    "async def": ("AsyncFunctionDef",),
    "class": ("ClassDef",),
    "def": ("FunctionDef",),
    "del": ("Delete",),
    "global": ("Global",),
    "lambda": ("Lambda",),
    "match": ("Match",),
    "nonlocal": ("Nonlocal",),
    "try": ("Try", "TryStar"),
    "while": ("While",),
    "with": ("With", "AsyncWith"),
}
"""The words of `statements`, each with the kinds of nodes it stands for."""


# An expression is a value: what is assigned to or deleted is written as a statement (`os.environ[$K] = $V`).
_TARGETS = (ast.Store, ast.Del)


def snippets(source: Source, search: Search) -> Iterator[Found]:
    """Nodes that match a snippet, each for the first snippet only."""
    seen: set[int] = set()
    for index, text in enumerate(search.patterns):
        pattern = read_snippet(text)
        possible = candidates(pattern, source)
        if not possible:
            continue
        matcher = Matcher(pattern, source)
        for node, about in possible:
            if id(node) in seen or isinstance(getattr(node, "ctx", None), _TARGETS):
                continue
            bindings = matcher.match(node)
            if bindings is None or not holes_fit(search, bindings, source):
                continue
            if search.unless_keyword and has_keyword(called_in(node), search.unless_keyword):
                continue
            if search.swallows and not swallows(node, source, search.handled_by):  # type: ignore[arg-type]
                continue
            seen.add(id(node))
            identity = partial(shape, node, header_only=has_any_body(pattern))
            yield Found(index, node, about, identity, itself=about is not node)


def has_any_body(pattern: Pattern) -> bool:
    """Whether a pattern leaves open what is in the body: then the body is no part of what was found."""
    body = getattr(pattern.root, "body", None)
    return isinstance(body, list) and len(body) == 1 and getattr(getattr(body[0], "value", None), "rest", False)


def holes_fit(search: Search, bindings: Bindings, source: Source) -> bool:
    """Whether the source text of each hole is one of those `match` allows."""
    return all(
        any(glob_regex(glob).fullmatch(_hole_text(bindings[hole], source)) for glob in globs)
        for hole, globs in search.match
        if hole in bindings
    )


def _hole_text(value: Any, source: Source) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    return source_text(value, source) if hasattr(value, "lineno") else ""


def called_in(node: ast.AST) -> ast.Call | None:
    """The outermost call of what was matched: the call itself, or what is awaited, raised or entered."""
    return next((inner for inner in ast.walk(node) if isinstance(inner, ast.Call)), None)


def has_keyword(call: ast.Call | None, names: Iterable[str]) -> bool:
    """Whether a call is given one of the keywords, or `**` something that may hold it."""
    return call is not None and any(keyword.arg is None or keyword.arg in names for keyword in call.keywords)


def calls(source: Source, search: Search) -> Iterator[Found]:
    """Calls whose resolved name a glob matches, or may match once the module is known."""
    seen: set[int] = set()
    index = source.once(Calls)
    for number, glob in enumerate(search.patterns):
        for call in index.candidates(glob):
            if id(call) in seen or not _plausible(glob, call.func, source):
                continue
            fitting = fitting_names(glob, call_names(call.func, source.once(Names)), call.func)
            if fitting:
                seen.add(id(call))
                if not (search.unless_keyword and has_keyword(call, search.unless_keyword)):
                    yield Found(number, call, call, partial(shape, call), fitting)


def fitting_names(glob: str, names: Iterable[str], node: ast.expr) -> tuple[str, ...]:
    """Those of the names that a node may have which a glob matches, or may match once other modules are known."""
    bare = isinstance(node, ast.Name)
    return tuple(name for name in names if may_match(glob, name) or may_be_handed_on(glob, name, bare))


def _plausible(glob: str, function: ast.expr, source: Source) -> bool:
    """A quick test, on what is written alone."""
    if not may_end(glob, function, source):
        return False
    written = dotted(function)
    if written is None:  # an attribute of something that has no name
        return glob.startswith(("*", "~"))
    if written.partition(".")[0] in source.once(Aliases).bound:
        return True
    # What is no import and no alias means what is written, as a variable or on its own.
    return matches(glob, written) or may_match(glob, f"~{written}") or may_match(glob, f"={written}")


def may_end(glob: str, named: ast.expr, source: Source) -> bool:
    """Whether what an attribute is an attribute of may be the last part but one of what a glob stands for."""
    receiver = named.value if isinstance(named, ast.Attribute) else None
    parent = last_identifier(receiver)
    if not parent or may_hold(glob, parent):
        return True
    aliases = source.once(Aliases)
    if not isinstance(receiver, ast.Name) or parent not in aliases.locals:
        return False
    return "*" in glob or any(parent in aliases.of(part) for part in glob.split("."))


def call_names(function: ast.expr, names: Names) -> tuple[str, ...]:
    """What is called: the resolved names, and the dotted name as written where it begins with an import.

    Somebody who writes `datetime.utcnow` means it, whether the file has `import datetime` or `from datetime import
    datetime`.
    """
    found = names.of(function)
    written = dotted(function)
    if written is None or "." not in written or not found:
        return found
    if any(name.startswith(("=", "~", "self.", "cls.")) for name in found):
        return found
    return found if written in found else (*found, written)


def literals(source: Source, search: Search) -> Iterator[Found]:
    """String constants that a regular expression finds something in."""
    texts = source.once(Texts)
    taken: set[int] = set()
    for number, pattern in enumerate(search.patterns):
        for hit, node in texts.found(pattern, search.docstrings):
            if id(node) in taken or is_part(node, source):
                continue
            taken.add(id(node))
            shown = " ".join(hit[0].split())[:60]
            line = line_of(hit.string, node, hit.start())
            yield Found(number, node, node, hit.group, (shown,), line=line)


def statements(source: Source, search: Search) -> Iterator[Found]:
    """Statements of a kind."""
    for number, word in enumerate(search.patterns):
        for kind in STATEMENTS[word]:
            for node in source.walk.every(getattr(ast, kind, ast.AST)):
                header_only = not isinstance(node, ast.Lambda)
                yield Found(number, node, node, partial(shape, node, header_only=header_only))
