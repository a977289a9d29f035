"""What is read off the text alone is what stands in the tree, or nothing is said."""

from __future__ import annotations

import textwrap
from itertools import chain

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from pytest_archguard.codebase.facts import imports
from pytest_archguard.codebase.facts.import_text import statements_in
from pytest_archguard.codebase.facts.statements import Statement
from pytest_archguard.codebase.source import Source
from pytest_archguard.codebase.syntax import UnparsableError


def from_text(text: str) -> list[Statement] | None:
    return statements_in(text, imports._in_part)


def from_tree(text: str) -> list[Statement]:
    source = Source("a.py", text.encode("utf-8", "surrogatepass"), text)
    assert source.tree
    return list(imports.statements(source))


# Each alone in a file that is long enough for parts of it to be parsed.
SURE = {
    "plain": "import a.b, c as d",
    "from": "from a.b import c as d, e",
    "relative": "from . import a\nfrom ..b import c\nfrom ... import d",
    "star": "from a import *",
    "in brackets": "from a import (\n    b,  # why (not)\n    c as d,\n)\nfrom e import (f)\nfrom g import (h as i,)",
    "bracket close by": "from a import(b)\nfrom a import*",
    "comment behind": "import a  # import b\nfrom c import d  # noqa",
    "last line without an end": "x = 1\nimport a",
    "in a docstring": '"""An import.\n\nimport x\nfrom y import z\n"""\nimport a',
    "in a string at module level": "X = '''\nimport a\n'''\nimport b",
    "in a comment": "# import a\nimport b\n#import c",
    "in longer words": "important = imports = reimport = 1\nimport importlib\nx.imported",
    "in a class": "class A:\n    import a\n    from b import c",
    "in a function": "def f():\n    import a\n    async def g():\n        from b import c",
    "decorated": "@a(\n    b,\n)\ndef f():\n    import c",
    "type checking": "if TYPE_CHECKING:\n    from a import b\nelse:\n    import c",
    "below a clause": "if a:\n    b = 1\nelse:\n    import c\ntry:\n    d()\nfinally:\n    import e",
    "below a string with a header in it": 'def f():\n    x = """\nif y:\n    """\n    import a\n',
    "guarded": "try:\n    import a\nexcept ImportError:\n    a = None\nelse:\n    import b\nfinally:\n    import c",
    "on one line": "import a; import b\nif x: import c\nelse: import d\ntry: import e\nexcept ImportError: import f",
    "continued": "from a \\\n    import b\nimport c, \\\n    d",
    "continued into column 0": "if x: \\\nimport a\nfrom b \\\nimport c",
    "tabs": "if x:\n\timport a\nfrom\tb\timport\tc",
    "spaced dots": "import a . b\nfrom . . c import d",
    "a string that ends in column 0": 'def f():\n    x = """\ntext\n"""\n    import a\n    y = """\nmore\n"""',
    "a bracket that closes in column 0": "def f(\n    a,\n):\n    x = [\n]\n    import b\n",
    "a header over lines": "if (a\nand b):\n    import c",
    "quotes in comments": '# don\'t\nimport a\n# """\nimport b',
    "escaped quotes": 'x = \'it\\\'s\'\nimport a\ny = """\\""""""\nimport b\nz = r\'\\\'\'\nimport c',
    "an f-string": "x = f'{a}{b!r:>{c}}'\nimport d",
    "other letters": "import ä, b\nfrom c import \u017f",
    "other letters in brackets": "from c import (\n    \u017f,\n)",
    "a match": "match x:\n    case 1:\n        import a",
    "a semicolon behind brackets": "from a import (b); import c",
    "form feeds": "\x0cimport a\n\x0c\nimport b",
    "deep in a function": "def f():\n    if a:\n        with b:\n            for c in d:\n                import e\n",
}
LINES = "\n".join(f"value_{number} = {number}" for number in range(100))
PADDING = "\n".join(f"value_{number} = {number} * 'x'" for number in range(400))


@pytest.mark.parametrize("text", SURE.values(), ids=SURE.keys())
def test_the_text_shows_what_the_tree_does(text: str) -> None:
    for whole in (f"{text}\n{PADDING}\n", f"{PADDING}\n{text}"):
        assert from_text(whole) in (None, from_tree(whole))


MOSTLY = (
    "other letters",
    "other letters in brackets",
    "a string that ends in column 0",
    "a header over lines",
    "an f-string",
    "form feeds",
)


@pytest.mark.parametrize("name", [name for name in SURE if name not in MOSTLY])
def test_the_text_is_enough(name: str) -> None:
    assert from_text(f"{SURE[name]}\n{PADDING}\n") is not None


DOUBTFUL = {
    "calls that import": "import_module('a')",
    "an f-string that a quote may not end": "x = f'{{{a}'\nimport b",
    "most of the file": "def f():\n" + textwrap.indent(PADDING, "    ") + "\n    import a",
}


@pytest.mark.parametrize("text", DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_the_tree_is_asked_where_the_text_leaves_a_doubt(text: str) -> None:
    assert from_text(text) is None


@pytest.mark.parametrize("text", ["import", "from x import (", "from x import (a as)", "import as", "x = '''import"])
def test_text_that_is_no_python_harms_nothing(text: str) -> None:
    from_text(f"{text}\n{PADDING}")
    from_text(f"{PADDING}\n{text}")
    with pytest.raises(UnparsableError):
        from_tree(text)


def test_a_word_that_no_statement_accounts_for_is_a_doubt() -> None:
    assert statements_in(f"def f():\n    import a\n{PADDING}", lambda _: []) is None


# Generated files: statements in blocks in blocks.

SIMPLE = st.sampled_from(
    [
        *("import a", "import a.b as c", "import a, b.c", "from a import b", "from .a import (b, c as d)"),
        *(
            "from a import (\n    b,\n\n  # c)\n    d,\n)",
            "from a import *",
            "import a; import b",
            "import a  # import b",
        ),
        *("x = 'import a'", 'x = """\nimport a\n"""', "x = '''\n  from a import b\n'''", "x = f'{a}'", "x = (\n1\n)"),
        *("# import a", "#'", "important = 1", "x = 1; from a import b", "from a \\\n  import b", "pass", "'''doc'''"),
        *(
            'x = f"""{a}\nimport b\n"""',
            "x = rb'\\''",
            'x = "\\"import a"',
            "import a, \\\nb",
            "\n",
            "x = [\n  'a',\n]",
        ),
    ]
)
HEADERS = st.sampled_from(
    [
        *("if TYPE_CHECKING:", "if a:", "def f():", "class A:", "async def f(\n  a,\n):", "for a in b:", "while a:"),
        *("with suppress(ImportError):", "with a as b:", "if (\na\n):", "@a\ndef f(): # import b", "if a: # '''"),
    ]
)
TAILS = st.sampled_from(
    [(), ("else",), ("elif a", "else"), ("except ImportError",), ("except A", "finally"), ("finally",)]
)


def indented(text: str, indent: str) -> str:
    return "\n".join(indent + line if line.strip() else line for line in text.split("\n"))


@st.composite
def compound(draw: st.DrawFn, body: st.SearchStrategy[str]) -> str:
    tails = draw(TAILS)
    header = draw(HEADERS) if not tails else "try:" if tails[0].startswith(("except", "finally")) else "if a:"
    indent = draw(st.sampled_from(["    ", "  ", "\t"]))
    parts = [f"{header}\n{indented(draw(body), indent)}"]
    parts += [f"{tail}:\n{indented(draw(body), indent)}" for tail in tails]
    return "\n".join(parts)


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    statement = st.one_of(SIMPLE, SIMPLE, compound(inner.map(lambda text: f"{text}\npass")))
    return st.lists(statement, min_size=1, max_size=5).map("\n".join)


FILES = st.recursive(SIMPLE, blocks, max_leaves=25)


@given(st.lists(FILES, min_size=1, max_size=6), st.integers(0, 3), st.booleans())
def test_generated_files_import_what_their_trees_say(parts: list[str], padding: int, end: bool) -> None:
    text = "\n".join(chain.from_iterable((part, LINES) if padding else (part,) for part in parts))
    text += "\n" * end
    try:
        expected = from_tree(text)
    except UnparsableError:
        event("no Python")
        return
    found = from_text(text)
    event("doubt" if found is None else "sure")
    assert found in (None, expected)
