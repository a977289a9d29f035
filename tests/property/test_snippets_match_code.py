"""Real code is a snippet of itself, holes take anything, and what is quick is never wrong."""

from __future__ import annotations

import ast
import marshal
import random
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_archguard.codebase.facts.base import Parameter
from pytest_archguard.codebase.facts.code.candidates import candidates
from pytest_archguard.codebase.facts.code.extract import extract
from pytest_archguard.codebase.facts.code.matchers import call_names, fitting_names, may_end
from pytest_archguard.codebase.facts.code.matching import Matcher
from pytest_archguard.codebase.facts.code.name_globs import matches
from pytest_archguard.codebase.facts.code.names import Names
from pytest_archguard.codebase.facts.code.search import Search
from pytest_archguard.codebase.facts.code.snippets import read_snippet
from pytest_archguard.codebase.parse import parse
from pytest_archguard.codebase.source import Source

LIBRARY = Path(ast.__file__).parent
FILES = ["ast.py", "asyncio/tasks.py", "dataclasses.py", "functools.py", "http/client.py", "logging/__init__.py"]


@cache
def source(name: str) -> Source:
    read = parse(name, name, (LIBRARY / name).read_bytes())
    assert isinstance(read, Source)
    return read


@cache
def expressions(name: str) -> list[ast.expr]:
    kinds = (ast.Call, ast.Compare, ast.BinOp, ast.Subscript, ast.Attribute, ast.Dict, ast.List, ast.Lambda, ast.Await)
    return [
        node
        for kind in kinds
        for node in source(name).walk.every(kind)
        if isinstance(getattr(node, "ctx", ast.Load()), ast.Load)  # type: ignore[misc]
    ]


names = st.sampled_from(FILES)


@given(name=names, seed=st.integers())
def test_an_expression_is_a_snippet_of_itself(name: str, seed: int) -> None:
    node = random.Random(seed).choice(expressions(name))
    text = ast.unparse(node)
    assume("$" not in text)
    assert Matcher(read_snippet(text), source(name)).match(node) is not None


@given(name=names, seed=st.integers())
def test_a_hole_stands_for_any_part_of_an_expression(name: str, seed: int) -> None:
    chance = random.Random(seed)
    node = chance.choice(expressions(name))
    text = ast.unparse(node)
    inside = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load) and n is not node]
    # A name in a comprehension or a lambda is the same text elsewhere; a hole twice must be the same code.
    assume(inside and "$" not in text and "\u01c2" not in text)
    tree = ast.parse(text, mode="eval")
    chosen = chance.choice(inside).id
    for part in ast.walk(tree):
        if isinstance(part, ast.Name) and part.id == chosen:
            part.id = "\u01c2HOLE"
        if isinstance(part, ast.arg) and part.arg == chosen:
            part.arg = "\u01c2HOLE"
    snippet = ast.unparse(tree).replace("\u01c2", "$")
    pattern = read_snippet(snippet)
    bindings = Matcher(pattern, source(name)).match(node)
    assert bindings is not None
    assert getattr(bindings["HOLE"], "id", bindings["HOLE"]) == chosen


@given(name=names, seed=st.integers())
def test_the_quick_test_on_the_text_loses_nothing(name: str, seed: int) -> None:
    chance = random.Random(seed)
    text = ast.unparse(chance.choice(expressions(chance.choice(FILES))))
    assume("$" not in text)
    params = Search(matcher="forbid", patterns=(text,)).fact.params
    assert_equal_without_the_text_test(name, params)


@given(name=names, seed=st.integers())
def test_the_quick_test_on_called_names_loses_nothing(name: str, seed: int) -> None:
    chance = random.Random(seed)
    called = [ast.unparse(node.func) for node in source(chance.choice(FILES)).walk.every(ast.Call)]
    last = chance.choice([text for text in called if re.fullmatch(r"[\w.]+", text)])
    first = chance.choice(["", "*.", "os.", "self.", "app.logging.", "functools."])
    glob = chance.choice([last, f"{first}{last.rpartition('.')[2]}", f"{last.partition('.')[0]}.*"])
    for matcher in ("calls", "decorated"):
        assert_equal_without_the_text_test(name, Search(matcher=matcher, patterns=(glob,)).fact.params)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    "search",
    [
        *(
            Search(matcher="forbid", patterns=(text,))
            for text in (
                "raise ValueError($...)",
                "raise $X from $Y",
                "except (AttributeError, $X)",
                "async with $X",
                "await $X",
                "yield from $X",
                "lambda $...: $X",
                "class $C(Exception)",
                "class LogRecord",
                "def isEnabledFor(self, $...)",
                "from collections import $...",
                "global $X",
                "nonlocal _shutdown",
                "del $X",
                "while $X",
                "$F($..., key=$K)",
                "@classmethod",
                "self.$X = $Y",
                "os.path.$X",
                "assert $X",
            )
        ),
        Search(matcher="forbid", patterns=("$F($...)",), inside=("async def wait_for",)),
        Search(matcher="forbid", patterns=("$F($...)",), inside=("class Handler", "@property"), in_async=False),
        Search(matcher="calls", patterns=("*",), in_async=True),
        Search(matcher="calls", patterns=("*.get*", "*cancel", "events.get_*_loop")),
        Search(matcher="decorated", patterns=("*property", "types.coroutine", "wraps"), inside=("class $C",)),
        Search(matcher="decorated", patterns=("*",), require_keyword=("a",), inside=("class Task",), in_async=True),
        Search(matcher="statements", patterns=("async def", "global")),
        Search(matcher="parameters", patterns=("self", "$P=None", "$P: 'int'", "level=WARNING")),
    ],
    ids=lambda search: f"{search.matcher} {search.patterns[0]} {search.inside}",
)
def test_what_must_stand_in_the_text_stands_there_in_every_file_with_a_match(search: Search, name: str) -> None:
    assert_equal_without_the_text_test(name, search.fact.params)


def assert_equal_without_the_text_test(name: str, params: tuple[Parameter, ...]) -> None:
    fresh = parse(name, name, (LIBRARY / name).read_bytes())
    assert isinstance(fresh, Source)
    assert "walk" not in vars(fresh)
    walked = source(name)
    assert walked.walk
    assert extract(fresh, params) == extract(walked, params)


@pytest.mark.parametrize(
    ("search", "code"),
    [
        (Search(matcher="parameters", patterns=("$P: Optional",)), "def f(a: 'Opt' 'ional'): ..."),
        (Search(matcher="parameters", patterns=("$P: Optional = x",)), "def f(a: '\\x4fptional' = x): ..."),
        (Search(matcher="statements", patterns=("async def",)), "async  \\\n  def f(): ..."),
        (Search(matcher="calls", patterns=("*ge*t",)), "a.gadget()"),
        (Search(matcher="calls", patterns=("os.getenv",)), "import \uff4fs  # \u2014\n\uff4fs.g\uff45tenv()"),
        (Search(matcher="calls", patterns=("os.getenv",)), "import os  # \u2014 \u2026\nos.getenv()"),
        (Search(matcher="decorated", patterns=("a.b",), require_keyword=("c",)), "@ a . b()\ndef f(): ..."),
        (Search(matcher="decorated", patterns=("a",), require_keyword=("c",), in_async=True), "@a\ndef f(): ..."),
        (Search(matcher="decorated", patterns=("a",), require_keyword=("c",), inside=("class C",)), "@a\ndef f(): ..."),
        (
            Search(matcher="forbid", patterns=("with $X",), inside=("async with $Y",)),
            "async def f():\n async with a:\n  with b: ...",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else f"{value.matcher} {value.patterns[0]}",
)
def test_words_are_there_however_code_is_written(search: Search, code: str) -> None:
    read = parse("m.py", "m", code.encode())
    assert isinstance(read, Source)
    assert extract(read, search.fact.params) is not None


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("select", 'x = "sel" "ect"'),
        ("select", 'x = ("sel"  # comment: "\n     f\'ect\')'),
        ("select", 'x = "sel\\\nect"'),
        ("select", 'x = "\\x73elect"'),
        ("select", 'x = "\\163elect"'),
        ("select", 'x = "\\N{LATIN SMALL LETTER S}elect"'),
        ("(?i)SELECT", 'x = "\u017felect"'),
        ("(?i)select", 'x = "SELECT"'),
        ("select=", 'x = f"sel{ect=}"'),
        ("can't", "x = 'can\\'t'"),
        ("a{}b", 'x = f"a{1}b"'),
        ("don", "x = 'it\\'s' 'don'"),
        ("late", '# "\nx = """a " quote""" "late"'),
        ("b|", 'x = "c"'),
    ],
)
def test_a_string_is_found_however_it_is_written(pattern: str, code: str) -> None:
    read = parse("m.py", "m", code.encode())
    assert isinstance(read, Source)
    found = extract(read, Search(matcher="literals", patterns=(pattern,)).fact.params)
    assert found is not None
    assert len(found[0]) == 1


def test_quotes_inside_a_formatted_string_hide_no_string() -> None:
    read = parse("m.py", "m", b'x = f"{d["select"]}"')
    if not isinstance(read, Source):  # a syntax error before Python 3.12
        pytest.skip("this Python has no such strings")
    assert extract(read, Search(matcher="literals", patterns=("select",)).fact.params) is not None


@pytest.mark.parametrize(
    "code",
    [
        "from httpx import get\nget()",
        "from httpx import get as fetch\nfetch()",
        "import httpx\nfetch = httpx.get\nfetch()",
        "from app.http import get\nget ()",
        "from app import web\nfetch = web.get\nfetch()",
        "def get(): ...\nget()",
    ],
)
def test_a_call_is_found_however_it_is_written(code: str) -> None:
    params = Search(matcher="calls", patterns=("httpx.get",)).fact.params
    fresh, walked = parse("m.py", "m", code.encode()), parse("m.py", "m", code.encode())
    assert isinstance(fresh, Source)
    assert isinstance(walked, Source)
    assert walked.walk
    assert extract(walked, params) is not None
    assert extract(fresh, params) == extract(walked, params)


ALIASED = b"""
import os, requests as web, os.path as p, app.web
from os import environ as settings, getenv
from httpx import get as fetch, post
from . import get, client
from .. import http as requests
from x import some_client as other_name
env = os.environ
hole = web.get
again = hole
post2, other = web.post, 1
Failure = ValueError
class C:
    get = 1
    @client.get()
    @fetch
    @web.get("/")
    @make().get
    @app.web.get
    def f(self, a, env=settings["A"]):
        get(); fetch(); web.get(); get.get(); client.get(); hole(); again(); post2(); self.client.get(); env.get()
        os.getenv(1); getenv(1); settings.get(1); settings["B"]; env["C"]; os.environ["D"]; p.join(); os.path.join()
        make().get(); make().client.get(); a[0].get(); requests.get(); app.web.get(); x.fetch(); f()()
        other_name.get(); client.get.x(); self.client.x.y()
    try:
        raise Failure(1)
    except (KeyError, Failure):
        raise ValueError
    except Failure:
        raise
    except client.Failure:
        raise app.ValueError("x")
"""


@cache
def aliased() -> Source:
    read = parse("m.py", "m", ALIASED)
    assert isinstance(read, Source)
    return read


@pytest.mark.parametrize("name", [*FILES, "aliased"])
@pytest.mark.parametrize(
    "snippet",
    [
        "os.environ", "os.environ[$K]", "os.environ.get($...)", "os.getenv($...)", "get($...)", "client.get($...)",
        "$X.get($...)", "$F($...)", "raise ValueError($...)", "raise ValueError", "raise $X($...)", "raise",
        "except ValueError", "except (KeyError, $X)", "except $X", "except", "await $X.run($...)", "$X[0]",
        "isinstance($X, ($...))", "$X is None", "$X = None", "$X.$Y = $Z", "None", "\"$S\"", "requests.get($...)",
        "os.path.join($...)", "self.$X", "AttributeError", "$X()()", "with $L", "for $X in $Y", "def $F", "lambda: $X",
    ],
)  # fmt: skip
def test_only_nodes_are_left_out_that_do_not_match(snippet: str, name: str) -> None:
    read = aliased() if name == "aliased" else source(name)
    pattern = read_snippet(snippet)
    possible = {node for node, _ in candidates(pattern, read)}
    left_out = [node for node in ast.walk(read.tree) if node not in possible]
    assert [ast.dump(node) for node in left_out if Matcher(pattern, read).match(node) is not None] == []


@pytest.mark.parametrize("name", [*FILES, "aliased"])
@pytest.mark.parametrize(
    "glob",
    [
        "httpx.get", "requests.get", "requests.post", "get", "client.get", "get.get", "*.get", "*client.get",
        "app.*lient.get", "*t.*.get", "os.getenv", "os.environ.get", "os.path.join", "fetch", "app.web.get", "isinstance",
        "collections.namedtuple", "self.assertEqual", "*_client.get", "*ge*t", "*.client.*", "requests.*", "logging.getLogger", "*g.getLogger", "property",
    ],
)  # fmt: skip
def test_what_is_written_leaves_out_no_name_that_fits(glob: str, name: str) -> None:
    read = aliased() if name == "aliased" else source(name)
    names = read.once(Names)
    for call in read.walk.every(ast.Call):
        assert may_end(glob, call.func, read) or not fitting_names(glob, call_names(call.func, names), call.func)
    for matcher in ("calls", "decorated"):
        everything = extract(read, Search(matcher=matcher, patterns=("*",)).fact.params) or ((), ())
        found = extract(read, Search(matcher=matcher, patterns=(glob,)).fact.params) or ((), ())
        expected = {match[1:3] for match in everything[0] if any(matches(glob, meant) for meant in match[5])}
        assert expected <= {match[1:3] for match in found[0]}


SEARCHES = [
    Search(matcher="calls", patterns=("logging.*", "isinstance", "self.*")),
    Search(matcher="calls", patterns=("*",), in_async=True),
    Search(matcher="forbid", patterns=("except Exception", "raise $X($...)"), unless_inside=("class $C",)),
    Search(matcher="forbid", patterns=("$A.$B($...)",), match=(("A", ("self*",)),)),
    Search(matcher="literals", patterns=("[a-z]+ [a-z]+",), docstrings=True),
    Search(matcher="statements", patterns=("global", "class")),
    Search(matcher="decorated", patterns=("*property",), require_decorator=("nothing",)),
    Search(matcher="parameters", patterns=("$P=None", "*args")),
    Search(matcher="annotations", patterns=("*",)),
]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda search: f"{search.matcher} {search.patterns[0]}")
@pytest.mark.parametrize("name", FILES)
def test_matches_can_be_stored_and_do_not_depend_on_their_lines(search: Search, name: str) -> None:
    data = extract(source(name), search.fact.params)
    assert marshal.loads(marshal.dumps(data)) == data
    moved = parse(name, name, b"\n\n\n" + (LIBRARY / name).read_bytes())
    assert isinstance(moved, Source)
    again = extract(moved, search.fact.params)
    if data is None or again is None:
        assert data == again
    else:
        strip = [tuple(match[:1]) + tuple(match[3:]) for match in data[0]]  # type: ignore[index]
        assert [tuple(match[:1]) + tuple(match[3:]) for match in again[0]] == strip  # type: ignore[index]
        assert [match[1] - 3 for match in again[0]] == [match[1] for match in data[0]]  # type: ignore[index,operator]


@pytest.mark.parametrize("name", FILES)
def test_every_call_of_a_name_is_found_by_the_glob_for_all(name: str) -> None:
    found = extract(source(name), Search(matcher="calls", patterns=("*",)).fact.params)
    calls = [
        call
        for call in source(name).walk.every(ast.Call)
        if isinstance(call.func, (ast.Name, ast.Attribute))  # type: ignore[attr-defined]
    ]
    assert found is not None
    assert len(found[0]) == len(calls)


@pytest.mark.parametrize("name", FILES)
def test_calls_are_found_by_their_last_name_and_by_all_names_alike(name: str) -> None:
    everything = extract(source(name), Search(matcher="calls", patterns=("*",)).fact.params)
    assert everything is not None
    for glob in ("isinstance", "*.append", "*.get", "self.*", "len"):
        expected = [m for m in everything[0] if any(matches(glob, meant) for meant in m[5])]  # type: ignore[index,union-attr]
        found = extract(source(name), Search(matcher="calls", patterns=(glob,)).fact.params)
        places = [m[1:3] for m in found[0]] if found else []  # type: ignore[index]
        assert {m[1:3] for m in expected} <= set(places)  # type: ignore[index]
