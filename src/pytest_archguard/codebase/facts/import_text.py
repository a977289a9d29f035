"""The import statements of a file read off its text, where the text alone leaves no doubt about them.

A syntax tree is most of what reading a file costs, and import rules need nothing else of it. Of code that is valid,
every import statement holds the word `import` outside strings and comments, so all of them are found by looking for
that word. One that starts in column 0 is read by a pattern; for the others the statement at module level that they
are in is parsed, and nothing else. Whatever is unusual is left to the tree.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field

from pytest_archguard.codebase.facts.statements import RELATIVE, STAR, TOP, Statement
from pytest_archguard.codebase.syntax import UnparsableError

# Comments, strings and the word itself, whichever comes first.
_TOKEN = re.compile(
    r'''
      \#[^\n]*
    | """[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""
    | \'\'\'[^'\\]*(?:(?:\\.|'(?!\'\'))[^'\\]*)*\'\'\'
    | "[^"\\\n]*(?:\\.[^"\\\n]*)*"
    | '[^'\\\n]*(?:\\.[^'\\\n]*)*'
    | import
    ''',
    re.VERBOSE | re.DOTALL,
)
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*"
_AS = rf"(?:[ ]as[ ]{_NAME})?"
_LIST = rf"{_NAME}{_AS}(?:[ ]*,[ ]*{_NAME}{_AS})*"
# A statement alone on its lines, written as nearly all are.
_PLAIN = re.compile(
    rf"""
    (?:
        import[ ]+(?P<modules>{_DOTTED}{_AS}(?:[ ]*,[ ]*{_DOTTED}{_AS})*)
      | from[ ]+(?P<dots>\.*)(?P<module>{_DOTTED})?[ ]+import[ ]*
        (?: (?P<names>\*|{_LIST}) | \((?P<lines>(?:[^()\#\\;]|\#[^\n]*\n)*)\) )
    )
    [ \t]*(?:\#[^\n]*)?(?:\n|\Z)
    """,
    re.VERBOSE,
)
_COMMENT = re.compile(r"#[^\n]*")
# The first line behind a statement at module level: no clause of it, no blank, comment or closing bracket.
_NEXT = re.compile(r"^(?![\s#)\]}]|(?:else|elif|except|finally)\b)", re.MULTILINE)
_CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
_LARGE = 0.25  # of the file: from here on parsing parts and checking the whole costs more than one parse

Parse = Callable[[str], "list[Statement]"]


class _DoubtError(Exception):
    """Indicates that the text does not show for certain what is imported."""


def statements_in(text: str, parse: Parse) -> list[Statement] | None:
    """The statements in the order of their lines, right if the text is valid Python; None: ask the tree.

    parse: the statements of a text that starts at module level; raises UnparsableError.
    """
    last = text.rfind("import")
    if last < 0:
        return []
    if "import_module" in text or "__import__" in text:
        return None
    reader = _Reader(text, parse)
    try:
        token = _TOKEN.search(text)
        while token is not None and token.start() <= last:
            token = _TOKEN.search(text, reader.take(token))
        return reader.checked()
    except (_DoubtError, UnparsableError):
        return None


@dataclass(slots=True)
class _Reader:
    """Reads one text from start to end.

    found: what is known so far. words: the lines in which the word stands in statements that were parsed. strings:
    where strings of several lines start and end. done: up to where statements have been read. parsed: how much of the
    text was parsed.
    """

    text: str
    parse: Parse
    found: list[Statement] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    strings: list[tuple[int, int]] = field(default_factory=list)
    done: int = 0
    parsed: int = 0
    _line: int = 1
    _counted: int = 0

    def take(self, token: re.Match[str]) -> int:
        """Reads one token; returns where to look for the next."""
        start, end = token.span()
        first = self.text[start]
        if first == "i":
            return end if _is_in_word(self.text, start, end) else self._read(start, end)
        if first != "#":
            if start and self.text[start - 1] in "fFtT":
                _check_format(token[0])
            if "\n" in token[0]:
                self.strings.append((start, end))
        return end

    def checked(self) -> list[Statement]:
        """What was found, if it accounts for every word."""
        if self.words:
            lines = {line for statement in self.found for line in range(statement[0], statement[2] + 1)}
            if not lines.issuperset(self.words):
                raise _DoubtError
            self.found.sort(key=lambda statement: statement[:2])
        return self.found

    def _read(self, word: int, end: int) -> int:
        if word >= self.done:
            start = self.text.rfind("\n", 0, word) + 1
            plain = _PLAIN.match(self.text, start)
            if plain is not None and plain.end() > word and not self._continues(start):
                return self._run(plain)
            self._parse_around(start, word)
        self.words.append(self._line_of(word))
        return end

    def _run(self, plain: re.Match[str] | None) -> int:
        """Takes plain statements for as long as one follows the other, as most do."""
        line, end = 0, 0
        while plain is not None:
            line = line or self._line_of(plain.start())
            self.found.append(_statement(plain, line))
            line += plain[0].count("\n")
            end = plain.end()
            plain = _PLAIN.match(self.text, end)
        self.done = end
        return end

    def _parse_around(self, line: int, word: int) -> None:
        """Parses the statement at module level that a line is in."""
        start = self._module_level(line)
        following = _NEXT.search(self.text, self.text.find("\n", word) + 1 or len(self.text))
        end = following.start() if following else len(self.text)
        self.parsed += end - start
        if self.parsed > _LARGE * len(self.text):
            raise _DoubtError
        above = self._line_of(start) - 1
        for first, column, last, *rest in self.parse(self.text[start:end]):
            self.found.append((first + above, column, last + above, *rest))  # type: ignore[arg-type]
        self.done = end

    def _module_level(self, line: int) -> int:
        """Where the statement at module level starts: the nearest line that is not indented and no clause."""
        text = self.text
        while True:
            is_start = text[line] not in " \t\f\n#)]}" and _CLAUSE.match(text, line) is None
            if is_start and not self._continues(line) and not self._in_string(line):
                return line
            if line == 0:
                raise _DoubtError
            line = text.rfind("\n", 0, line - 1) + 1

    def _continues(self, line: int) -> bool:
        return self.text[line - 2 : line] == "\\\n"

    def _in_string(self, place: int) -> bool:
        number = bisect_right(self.strings, (place, place)) - 1
        return number >= 0 and self.strings[number][0] < place < self.strings[number][1]

    def _line_of(self, place: int) -> int:
        """The line of a place; places are asked for in order."""
        self._line += self.text.count("\n", self._counted, place)
        self._counted = place
        return self._line


def _check_format(text: str) -> None:
    """Raises _DoubtError for an f-string that may go on behind the quote that seems to end it (Python 3.12)."""
    if text.count("{") != text.count("}") or "{{" in text or "}}" in text:
        raise _DoubtError


def _is_in_word(text: str, start: int, end: int) -> bool:
    """Whether what stands there is part of a longer identifier."""
    return (start > 0 and f"_{text[start - 1]}".isidentifier()) or (end < len(text) and f"_{text[end]}".isidentifier())


def _statement(match: re.Match[str], line: int) -> Statement:
    """What the pattern found, as `facts.imports` has it. line: where it starts."""
    modules, dots, module, names, lines = match.groups()
    if modules is not None:
        return (line, 1, line, TOP, -1, "", *_listed(modules))
    level = len(dots)
    bits = TOP | RELATIVE if level else TOP
    if names == "*":
        return (line, 1, line, bits | STAR, level, module or "", ("*",), None)
    if names is not None:
        return (line, 1, line, bits, level, module or "", *_listed(names))
    end = line + lines.count("\n")
    return (line, 1, end, bits, level, module or "", *_listed(_COMMENT.sub("", lines) if "#" in lines else lines))


def _listed(text: str) -> tuple[tuple[str, ...], tuple[str | None, ...] | None]:
    """Names and aliases of a list with commas; the latter None where nothing is renamed."""
    words = text.replace(",", " ").split()
    if not text.isascii():  # Python normalises other letters
        raise _DoubtError
    if "as" not in words:
        return tuple(words), None
    items = [part.split() for part in text.split(",") if part.strip()]
    return tuple([item[0] for item in items]), tuple([item[2] if len(item) == 3 else None for item in items])
