"""The raw counts of any source equal radon's, wherever radon can count it."""

from __future__ import annotations

import ast
import sys
import warnings

from hypothesis import assume, example, given
from hypothesis import strategies as st
from radon.raw import analyze

from pytest_archguard.codebase.facts.raw import RawCounts, extract, raw_counts
from pytest_archguard.codebase.facts.raw_bounds import raw_counts_within
from pytest_archguard.codebase.source import Source

# Fragments chosen for what has a say in radon's counts: colons in every role, brackets over lines, strings of every
# kind alone and in company, comments everywhere, semicolons, backslashes, white space that `str.splitlines` splits at.
NAMES = ["a", "if_", "lambda_", "f", "rb", "émile"]
STRINGS = [
    "'a'", '"#no"', "'it\\'s: [('", 'r"\\d{"', "b'x'", "Rb'\\''", "u''", '""', "''", '""""""', "'''a:b'''", "'a' \"b\"",
    '"""doc\n\n   more # no\n"""', "'''\n'''", 'r"""\\"""', '"""a\\"""b"""', "'a\\\n  b'", '"""x\n\\\n\n y"""',
    '"a\\\\"', '"""\n  ends with four""\\""""', "'\t'", '"""\n\t\xa0\n"""', "'\u2028'", '"""\x0c\n\x0b"""', '"\x0c"',
    "f'{a}'", "f'{a:>10}'", 'f"{a!r:{a}}: #{{"', "f'''{\na\n}'''", "F'{a[1:2]}'", "f'}}{{'", "rf'\\d{a}'", "f'{a=}'",
    "f'{(lambda: 1)()}'", "f'{a:}'", "f''", "f'{{a:b}}'", "fr'{a:\\d}'", "f'{a!s}' 'b:c'", "f'\\N{EM DASH}{a:x}'",
]  # fmt: skip
if sys.version_info >= (3, 12):
    STRINGS += [
        'f"{a["b"]}"', 'f"{f"{f"{a:1}"}"}"', 'f"""{\na  # c: d\n}"""', "f'{a['x:y']}'", "f'{'}' + a['x']}'",
        "f'{a\n}'", "f'{a:{'>'}{10}}'", "f'{\"{\"}'", "f'{a # {b\n}'", "f'{[b:=1, {1: 2}]}'", "f'{a:=^10}'",
    ]  # fmt: skip
if sys.version_info >= (3, 14):
    STRINGS += ["t'{a:x}'", "t'{a}'", 'tr"{a["b"]}"']

blanks = st.sampled_from(
    ["", "", " ", "\n", "\n\n", "  # c\n", ' # it\'s (\n  # """\n', "\n\n  \t\n", "\\\n", "\\\n# c\n"]
)
atoms = st.one_of(
    st.sampled_from(NAMES), st.sampled_from(["1", "0x1F", "1_0.5e-3j", "...", "None"]), st.sampled_from(STRINGS)
)


def _brackets(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    # White space and comments only inside brackets, where they may stand.
    spaced = st.builds("{}{}{}".format, blanks.map(_unhung), inner, blanks.map(_unhung))
    return st.one_of(
        st.builds("({})".format, spaced),
        st.builds("[{},{}]".format, spaced, spaced),
        st.builds("{{{}:{}}}".format, spaced, spaced),
        st.builds("a({}, b={})".format, spaced, spaced),
        st.builds("a[{}:{}]".format, spaced, spaced),
        st.builds("a[:]({})".format, spaced),
        st.builds("(lambda a={}: {})".format, spaced, spaced),
        st.builds("(b := {})".format, spaced),
        st.builds("{} if {} else{} a".format, inner, inner, st.sampled_from(["", " \\\n"])),
        st.builds("(a not in[{}])".format, spaced),
        st.builds("[a for a in ({}) if {}]".format, spaced, inner),
        st.builds("a and\\\n{}".format, inner),
        st.builds("{} + {}".format, inner, inner),
    )


def _unhung(blank: str) -> str:
    return "" if blank.endswith("\\\n") else blank


expressions = st.recursive(atoms, _brackets, max_leaves=5)
# Semicolons, hanging backslashes and form feeds take the second path through the code; half of all files have none.
plain_ends = st.sampled_from(["", "", " ", "  # c", "# it's: ("])
odd_ends = st.sampled_from([";", "; ", " ; # c", " \\\n", "\\\n\n", "\\\n  \t\n", "\x0c", "#\x0cb", "#\x0c(", "#\x1c'"])
simple = st.one_of(
    expressions,
    st.sampled_from(STRINGS),
    st.sampled_from(STRINGS),
    st.builds("a = {}".format, expressions),
    st.builds("a: {} = {}".format, expressions, expressions),
    st.builds("a: {}".format, expressions),
    st.sampled_from(
        ["pass", "import os", "from a import (b,\n  # c\n\n c)", "del a[1:2]", "assert a, \\\n 'b'", "global g"]
    ),
    st.builds("return {}".format, expressions),
    st.builds("print({}, file={})".format, expressions, expressions),
)
headers = st.one_of(
    st.builds("if {}:".format, expressions),
    st.builds("if(a):".format, expressions),
    st.builds("while {} :".format, expressions),
    st.builds("for a in {}:".format, expressions),
    st.builds("with {} as b, (\n a\n):".format, expressions),
    st.builds("def f(a: {} = 1, *,\n  # c:\n b=[b:=2] if 0 else {{1: 2}}) -> {}:".format, atoms, atoms),
    st.builds("def f(a: {}, /, *b, **c) -> {}:".format, expressions, expressions),
    st.builds("@a({})\nasync def f(): ".format, expressions),
    st.builds("@a # c\n\n# d\n@b[1:2]\nclass C(a, metaclass={}):".format, expressions),
    st.builds("class C:  # c: d {}".format, st.sampled_from(["", "'", '"""', "("])),
)
branches = st.sampled_from(["else:", "else :  # c", "elif a[1:]:", "elif\\\n a:"])
handlers = st.sampled_from(["except a as b:", "except (a,\n b):", "finally:", "except: # c"])
separators = st.sampled_from(
    ["\n", "\n", "\n", "\n\n", "\n  \n\t\n", "\n# c\n", "\n    # c\n", "\n\x0c\n", "\n\x0c", "\n#\n#\n"]
)


def _indented(text: str) -> str:
    return "\n".join("    " + line for line in text.split("\n"))


def _compound(
    inner: st.SearchStrategy[str], one_liners: st.SearchStrategy[str], ends: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    body = st.one_of(
        st.builds(" {}".format, one_liners),
        st.builds("{}{}".format, separators, inner.map(_indented)),
        st.builds("  # c\n{}".format, inner.map(_indented)),
    )
    return st.one_of(
        st.builds("{}{}".format, headers, body),
        st.builds("if {}:{}\n{}{}".format, expressions, body, branches, body),
        st.builds("try:{}\n{}{}".format, body, handlers, body),
        st.builds(
            "match a:\n  case {{'a': b}} if a:\n{}\n  case _:\n{}".format, inner.map(_indented), inner.map(_indented)
        ),
        st.builds("{}{}{}".format, inner, separators, inner),
        st.builds("{}{}".format, one_liners, ends),
    )


def _files(
    starts: list[str], one_liners: st.SearchStrategy[str], ends: st.SearchStrategy[str], last: list[str]
) -> st.SearchStrategy[str]:
    lines = st.builds("{}{}".format, one_liners, ends)
    blocks = st.recursive(lines, lambda inner: _compound(inner, one_liners, ends), max_leaves=6)
    return st.builds("{}{}{}".format, st.sampled_from(starts), blocks, st.sampled_from(last))


plain_files = _files(
    ["", "\n", "# c\n", "\n\n", "\x0c"],
    simple,
    plain_ends,
    ["", "\n", "\n\n", "  ", "\n# c", "\n  # c", "\n\n    \n", "\n'''\n'''"],
)
odd_files = _files(
    ["", "\x0c", "\\\n", "# c\n\\\n"],
    st.lists(simple, min_size=1, max_size=3).map("; ".join),
    plain_ends | odd_ends,
    ["", "\n", "\\\n", "\x0c", "\n\\\n"],
)
files = st.one_of(plain_files, odd_files)


def _counts(text: str) -> RawCounts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return raw_counts(Source("a.py", b"", text))


def _parses(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            return False
        return True


@given(files)
@example("")
@example("\n")
@example("x = 1")
@example("#")
@example("'doc'")
@example("'''doc\n\n'''  ")
@example("x = 1 \\\n\ny = 2\n")
@example('if"a":b=""\n')
@example('x = not"{a:b}"\n')
@example("\\\n'a'")
def test_raw_counts_equal_radons(text: str) -> None:
    assume(_parses(text))
    counts = _counts(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = analyze(text)
    except SyntaxError:  # radon fails: its definitions hold all the same
        assert counts.loc == counts.sloc + counts.blank + counts.multi + counts.single_comments
    else:
        assert counts == RawCounts(**theirs._asdict())


@given(files)
@example("x = {a:\n b}; y = {c:\n d}; z = {e:\n f}\n")
@example("if a:\n\n\n  if b: c; d\n")
@example("x = lambda: a\ny: int = b[1:2]\n")
@example("x  # a\x0cy()\x0cz()")
def test_no_file_is_above_limits_that_its_text_shows_it_to_be_within(text: str) -> None:
    assume(_parses(text))
    counts = _counts(text)
    assert not raw_counts_within(text, counts.sloc - 1, sys.maxsize)
    assert not raw_counts_within(text, sys.maxsize, counts.lloc - 1)


@given(files, st.integers(1, 9) | st.none(), st.integers(1, 9) | st.none())
def test_only_files_above_a_limit_have_counts(text: str, sloc: int | None, lloc: int | None) -> None:
    assume(_parses(text))
    counts = _counts(text)
    above = (sloc is not None and counts.sloc > sloc) or (lloc is not None and counts.lloc > lloc)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert extract(Source("a.py", b"", text), (sloc, lloc)) == (tuple(counts) if above else (0,) * 7)
