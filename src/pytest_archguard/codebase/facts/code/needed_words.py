"""What must stand in the text of a file for a search to find something there."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

from pytest_archguard.codebase.facts.code.name_globs import any_word, last_fragment
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.facts.code.snippets import Pattern, hole_name, read_parameter, read_snippet
from pytest_archguard.codebase.facts.code.written import identifier_text
from pytest_archguard.codebase.source import Source

Alternatives = tuple[tuple[str, ...], ...]
"""All words of one of them stand in the text."""


class NeededWords:
    """The words of one search. A test of them is right whenever it says no."""

    def __init__(self, search: Search) -> None:
        conditions = [_of_patterns(search)]
        # A decorator that does not count is reported as well where something is demanded of those that do.
        if search.inside and not search.demands:
            conditions.append(_of_snippets(search.inside))
        if search.in_async and not search.demands:
            conditions.append((("async",),))
        self._conditions = [alternatives for alternatives in conditions if () not in alternatives]

    def stand_in(self, source: Source) -> bool:
        """Whether a file may hold a match."""
        if not self._conditions:
            return True
        text = source.once(identifier_text)
        return all(
            any(all(word in text for word in words) for words in alternatives) for alternatives in self._conditions
        )


def _of_patterns(search: Search) -> Alternatives:
    if search.matcher == "forbid":
        return _of_snippets(search.patterns)
    if search.matcher == "parameters":
        return _of_snippets(search.patterns, read_parameter)
    if search.matcher == "calls":
        return tuple(map(_of_glob, search.patterns))
    if search.matcher == "decorated":
        return tuple(("@", *_of_glob(glob)) for glob in search.patterns)
    if search.matcher == "statements":
        return tuple(tuple(word.split()) for word in search.patterns)
    # A string may be spelt with escapes, and so may a name in an annotation that is a string.
    return ((),)


def _of_snippets(texts: Iterable[str], read: Callable[[str], Pattern] = read_snippet) -> Alternatives:
    return tuple(_of_pattern(read(text)) for text in texts)


def _of_pattern(pattern: Pattern) -> tuple[str, ...]:
    words = {word for tree in (pattern.root, pattern.default) if tree is not None for word in _words_in(tree)}
    # The longest first: it is most likely to be missing.
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _of_glob(glob: str) -> tuple[str, ...]:
    words = dict.fromkeys((any_word(glob), last_fragment(glob)))
    return tuple(word for word in words if word and word.isascii())


def _words_in(tree: ast.AST) -> Iterator[str]:
    """What stands in every match: a resolved name is made of names in the same file, whatever it is called there."""
    # A string annotation may spell a name with escapes, so what stands in annotations is no word to search for.
    annotations = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation]
    passed = {id(node) for annotation in annotations for node in ast.walk(annotation)}
    for node in ast.walk(tree):
        if id(node) not in passed:
            if type(node) in _KEYWORDS:
                yield _KEYWORDS[type(node)]
            field = _IDENTIFIERS.get(type(node))
            for name in (getattr(node, field) or "").split(".") if field else ():
                if name and name.isascii() and hole_name(name) is None:
                    yield name


_KEYWORDS: dict[type[ast.AST], str] = {
    ast.Assert: "assert",
    ast.AsyncFor: "async",
    ast.AsyncFunctionDef: "async",
    ast.AsyncWith: "async",
    ast.Await: "await",
    ast.ClassDef: "class",
    ast.Delete: "del",
    ast.ExceptHandler: "except",
    ast.FunctionDef: "def",
    ast.Global: "global",
    ast.Lambda: "lambda",
    ast.Nonlocal: "nonlocal",
    ast.Raise: "raise",
    ast.While: "while",
    ast.With: "with",
    ast.Yield: "yield",
    ast.YieldFrom: "yield",
}
"""Words without which there is no such node, as far as many files do without them."""
_IDENTIFIERS: dict[type[ast.AST], str] = {
    ast.Attribute: "attr",
    ast.ClassDef: "name",
    ast.FunctionDef: "name",
    ast.AsyncFunctionDef: "name",
    ast.Name: "id",
    ast.alias: "name",
    ast.arg: "arg",
    ast.keyword: "arg",
}
