"""Snippets: Python with holes, read into syntax trees that `matching` holds against code.

`$NAME` (capital letters, digits, underscores) stands for one node, `$...` for any number of arguments, elements,
parameters or statements, `"$NAME"` and `"$..."` for any string. The header of a compound statement may stand without
its body: `with open($...)`, `except Exception`, `class Settings`, `def $F`, `@router.get($...)`.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# A letter that may stand in an identifier and in nobody's code. It and what replaces the dots keep every column where
# it was, so that a mistake can be pointed at.
_MARK = "\u01c2"
_REST = f"{_MARK}___"
_HOLE = re.compile(r"\$(\.\.\.|(?:[A-Z][A-Z0-9_]*|_)(?!\w))")
_STRING_HOLE = re.compile(rf"{_MARK}(___|[A-Z][A-Z0-9_]*|_)")
_HEADER = re.compile(r"(async\s+(with|for|def)|with|for|while|if|def|class|try)\b")
_BARE_FUNCTION = re.compile(rf"(async\s+)?def\s+[\w{_MARK}]+")
_HAS_DEFINITION = re.compile(r"^(async\s+def|def|class)\b", re.MULTILINE)


class Hole(ast.expr):
    """A place that anything may stand in.

    name: what it is called; empty for `$_`, which is never compared. rest: `$...`. string: only strings fit.
    """

    _fields = ()
    name: str
    rest: bool
    string: bool


@dataclass(frozen=True, slots=True, eq=False)
class Pattern:
    """One snippet, read.

    root: what a matching node looks like; an `ast.arg` for a parameter, an expression for a decorator.
    part: `node`, `decorator` or `parameter`. default, stars: of a parameter. holes: the names that are compared.
    chains: the dotted name (`asyncio.wait_for`) of each node that is one, for comparison with resolved names.
    """

    text: str
    root: ast.AST
    part: str
    holes: frozenset[str]
    chains: dict[ast.AST, str]
    default: ast.expr | None = None
    stars: str = ""


def hole_name(text: str) -> str | None:
    """The name of the hole that an identifier stands for: "" for `$_`, "..." for `$...`, None when it is no hole."""
    if not text.startswith(_MARK):
        return None
    name = text[len(_MARK) :]
    return "..." if name == "___" else "" if name == "_" else name


def is_rest(node: Any) -> bool:
    """Whether a node of a snippet is `$...`."""
    if isinstance(node, ast.alias):
        return hole_name(node.name) == "..."
    return isinstance(bare(node), Hole) and bare(node).rest


def bare(node: Any) -> Any:
    """The hole of a statement that is a hole; `$X` in a body is any one statement."""
    return node.value if isinstance(node, ast.Expr) and isinstance(node.value, Hole) else node


@lru_cache(maxsize=512)
def read_snippet(text: str) -> Pattern:
    """Reads an expression, a statement, a header or a decorator; raises ValueError that shows where it is wrong."""
    body = textwrap.dedent(text.replace("\r\n", "\n")).strip()
    source, shift, part = _complete(_marked(body))
    statements = _parsed(source, shift, body).body
    if len(statements) != 1:
        found = "nothing" if not statements else f"{len(statements)} statements"
        raise ValueError(f"a snippet is one expression or one statement, not {found}{_shown(body)}")
    root: ast.AST = statements[0]
    if part == "handler":
        assert isinstance(root, ast.Try)
        if len(root.handlers) != 1:
            raise ValueError(f"a snippet has one `except`{_shown(body)}")
        root = root.handlers[0]
    elif part == "decorator":
        assert isinstance(root, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if len(root.decorator_list) != 1:
            raise ValueError(f"one decorator a snippet{_shown(body)}")
        root = root.decorator_list[0]
    elif isinstance(root, ast.Try) and part == "try":
        root.finalbody = []
    elif isinstance(root, ast.Expr):
        root = root.value
    root = _Holes().visit(root)
    if isinstance(root, Hole) and not root.string and part != "decorator":
        raise ValueError(f"a hole alone matches everything{_shown(body)}")
    return _pattern(text, root, "decorator" if part == "decorator" else "node")


@lru_cache(maxsize=512)
def read_parameter(text: str) -> Pattern:
    """Reads a parameter as it stands in a signature: `$P: dict`, `$P=[]`, `**$K: $T`; raises ValueError."""
    body = text.strip()
    before = "def _(\n"
    function = _parsed(f"{before}{_marked(body)}\n): _", 1, body).body[0]
    arguments = getattr(function, "args", None)
    if not isinstance(arguments, ast.arguments) or arguments.posonlyargs:
        raise ValueError(f"a parameter is written as in a signature{_shown(body)}")
    found = [("", arg) for arg in (*arguments.args, *arguments.kwonlyargs)]
    found += [("*", arguments.vararg)] if arguments.vararg else []
    found += [("**", arguments.kwarg)] if arguments.kwarg else []
    if len(found) != 1:
        raise ValueError(f"one parameter a snippet{_shown(body)}")
    stars, arg = found[0]
    arg = _Holes().visit(arg)
    default = _Holes().visit(arguments.defaults[0]) if arguments.defaults else None
    if not stars and default is None and arg.annotation is None and hole_name(arg.arg) is not None:
        raise ValueError(f"a hole alone matches every parameter{_shown(body)}")
    return _pattern(text, arg, "parameter", default, stars)


def _pattern(text: str, root: ast.AST, part: str, default: ast.expr | None = None, stars: str = "") -> Pattern:
    trees = [tree for tree in (root, default) if tree is not None]
    holes = {hole for tree in trees for hole in _holes_in(tree)}
    chains = {node: chain for tree in trees for node, chain in _chains_in(tree)}
    return Pattern(text, root, part, frozenset(holes), chains, default, stars)


def _holes_in(tree: ast.AST) -> Iterator[str]:
    """The names of the holes that are compared."""
    for node in ast.walk(tree):
        if isinstance(node, Hole):
            names: list[Any] = ["..." if node.rest else node.name]
        elif isinstance(node, ast.Constant):
            continue
        else:
            values = [value for _, value in ast.iter_fields(node)]
            texts = [text for value in values for text in (value if isinstance(value, list) else [value])]
            names = [hole_name(text) for text in texts if isinstance(text, str)]
        yield from (name for name in names if name not in (None, "", "..."))


def _chains_in(tree: ast.AST) -> Iterator[tuple[ast.AST, str]]:
    """The nodes that are dotted names."""
    for node in ast.walk(tree):
        chain = dotted(node) if isinstance(node, (ast.Name, ast.Attribute)) else None
        if chain is not None:
            yield node, chain


def dotted(node: ast.AST) -> str | None:
    """`a.b.c` for a name or attributes of a name without holes; None for anything else."""
    attributes: list[str] = []
    while isinstance(node, ast.Attribute):
        attributes.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    chain = ".".join([node.id, *reversed(attributes)])
    return None if _MARK in chain else chain


class _Holes(ast.NodeTransformer):
    """Puts `Hole` nodes where marked names and strings are, and gives other strings their dollars back."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = hole_name(node.id)
        return node if name is None else _hole(name)

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if isinstance(node.value, str) and _MARK in node.value:
            if _STRING_HOLE.fullmatch(node.value):
                return _hole(hole_name(node.value) or "", string=True)
            node.value = node.value.replace(_REST, "$...").replace(_MARK, "$")
        return node


def _hole(name: str, string: bool = False) -> Hole:
    hole = Hole()
    hole.name, hole.rest, hole.string = ("" if name == "..." else name), name == "...", string
    return hole


def _marked(text: str) -> str:
    if _MARK in text:
        raise ValueError(f"the letter {_MARK} cannot stand in a snippet{_shown(text)}")
    return _HOLE.sub(lambda hole: _REST if hole[1] == "..." else _MARK + hole[1], text)


def _complete(text: str) -> tuple[str, int, str]:
    """A whole statement made of a snippet, how many lines were put before it, and which part of it is meant."""
    if re.match(r"except\b", text):
        return f"try:\n    {_REST}\n{_closed(text, 'try: _' + chr(10))}", 2, "handler"
    if text.startswith("@") and not _HAS_DEFINITION.search(text):
        return f"{text}\ndef {_MARK}_({_REST}): {_REST}", 0, "decorator"
    if text.rstrip(" :") == "try":
        return f"try: {_REST}\nfinally: {_REST}", 0, "try"
    if _HEADER.match(text):
        return _closed(text), 0, "node"
    return text, 0, "node"


def _closed(text: str, before: str = "") -> str:
    """A compound statement with a body: its own, or any."""
    if text.endswith(":"):
        return f"{text} {_REST}"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(before + text)
    except SyntaxError:
        if _BARE_FUNCTION.fullmatch(text):
            text += f"({_REST})"
        return text if "\n" in text else f"{text}: {_REST}"
    return text


def _parsed(source: str, shift: int, body: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except SyntaxError as error:
        message = (error.msg or "invalid syntax").replace(_REST, "$...").replace(_MARK, "$")
        shown = _shown(body, (error.lineno or 1) - shift, error.offset or 1)
        raise ValueError(f"this is not Python: {message}{_hint(body, message)}{shown}") from None
    except (RecursionError, MemoryError):
        raise ValueError(f"this is nested too deeply{_shown(body)}") from None
    except ValueError as error:  # null bytes
        raise ValueError(f"this is not Python: {error}{_shown(body)}") from None


def _hint(body: str, message: str) -> str:
    if "positional argument follows keyword" in message and "$..." in body:
        return "; write `$...` before the keywords, it stands for them too"
    if "$" in _HOLE.sub("", body):
        return "; a hole is `$` and capital letters (`$X`), or `$...`"
    return ""


def _shown(body: str, line: int = 0, column: int = 0) -> str:
    """The snippet, indented, with a caret below the place; columns count from 1."""
    shown = []
    lines = body.split("\n")
    for number, text in enumerate(lines, start=1):
        shown.append(f"\n    {text}")
        if number == min(max(line, 1), len(lines)) and column:
            shown.append(f"\n    {' ' * (min(column, len(text) + 1) - 1)}^")
    return "".join(shown)
