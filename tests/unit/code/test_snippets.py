"""What a snippet matches, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest

MATCHES = [
    # snippet, code that matches, code that does not
    ("f($X)", "f(1)", "f(1, 2)"),
    ("f($X)", "f(g(1))", "f(a=1)"),
    ("f($...)", "f()", "g()"),
    ("f($...)", "f(1, *a, b=2, **c)", "f"),
    ("f($X, $...)", "f(1, 2, b=3)", "f(b=3)"),
    ("f($..., $X)", "f(1, 2)", "f(b=3)"),
    ("f($..., 3, $...)", "f(1, 3, 2)", "f(1, 2)"),
    ("f($..., timeout=None)", "f(1, timeout=None, b=2)", "f(1, timeout=2)"),
    ("f(a=1, b=2)", "f(b=2, a=1)", "f(a=1, b=2, c=3)"),
    ("f(a=1, **$...)", "f(c=3, a=1)", "f(1, a=1)"),
    ("f($KEY=1)", "f(b=1)", "f(b=2)"),
    ("$X == $X", "a.b == a.b", "a.b == a.c"),
    ("f($X, key=$X)", "f(a, key=a)", "f(a, key=b)"),
    ("$_ == $_", "a == b", "a != b"),
    ("def $F($...): return $F($...)", "def f(x): return f(x)", "def f(x): return g(x)"),
    ("$A.$METHOD()", "x.y.z()", "z()"),
    ("$A.$METHOD($METHOD)", "x.y(y)", "x.y(z)"),
    ("[$...]", "[]", "()"),
    ("[$..., 1]", "[0, 1]", "[1, 0]"),
    ("{'a': $X, **$...}", "{'b': 1, 'a': 2}", "{'b': 1}"),
    ("{'a': $X}", "{'a': 2}", "{'a': 2, 'b': 1}"),
    ("{**$...}", "{}", "set()"),
    ("'$S' + $X", "'a' + b", "1 + b"),
    ("'$...' % $X", "f'{a}' % b", "a % b"),
    ("'costs $5'", "'costs $5'", "'costs $6'"),
    ("'$X and $Y'", "'$X and $Y'", "'1 and 2'"),
    ("1", "1", "True"),
    ("1.0", "1.0", "1"),
    ("None", "None", "0"),
    ("x[$...]", "x[1, 2]", "y[1]"),
    ("x[1:$END]", "x[1:2]", "x[1:]"),
    ("a < $B < c", "a < b < c", "a < b <= c"),
    ("not $X", "not a", "-a"),
    ("lambda $...: $X", "lambda a, b=1: a", "x"),
    ("[$E for $V in $I]", "[a for a in b]", "[a for a in b if c]"),
    ("await $X", "async def f(): await g()", "async def f(): g()"),
    ("yield $...", "def f(): yield", "def f(): pass"),
    ("f'{$X}'", "f'{a}'", "f'{a}b'"),
    ("raise E", "raise E", "raise F"),
    ("raise E", "raise E('x') from y", "raise"),
    ("raise E($...)", "raise E", "raise F()"),
    ("raise E($X)", "raise E(1)", "raise E"),
    ("raise E from None", "raise E from None", "raise E"),
    ("raise", "raise", "raise E"),
    ("return", "def f(): return", "def f(): return 1"),
    ("return $...", "def f(): return", "def f(): pass"),
    ("return $X", "def f(): return 1", "def f(): return"),
    ("$X = None", "a = None", "a = 0"),
    ("$X = None", "a: int = None", "a: int"),
    ("$X: int = $V", "a: int = 1", "a = 1"),
    ("os.environ[$K] = $V", "import os\nos.environ['a'] = 1", "import os\nos.environ['a']"),
    ("os.environ[$K]", "import os\nx = os.environ['a']", "import os\nos.environ['a'] = 1\ndel os.environ['a']"),
    ("del $X", "del a", "a = 1"),
    ("assert $X", "assert a, 'why'", "a"),
    ("import $M", "import a", "from a import b"),
    ("from m import $...", "from m import a, b", "from n import a"),
    ("from m import $A", "from m import a as b", "from m import a, b"),
    ("except E", "try: pass\nexcept E as e: x", "try: pass\nexcept F: x"),
    ("except E", "try: pass\nexcept (F, E): x", "try: pass\nexcept: x"),
    ("except (E, F)", "try: pass\nexcept (E, F): x", "try: pass\nexcept E: x"),
    ("except", "try: pass\nexcept: x", "try: pass\nexcept E: x"),
    ("except $T", "try: pass\nexcept a.E: x", "try: pass\nexcept: x"),
    ("except E: pass", "try: pass\nexcept E: pass", "try: pass\nexcept E: x"),
    ("except E as $N:\n    $...\n    raise $N", "try: pass\nexcept E as e:\n  a\n  raise e", "try: pass\nexcept E as e: raise f"),
    ("try:\n    $...\nexcept E:\n    pass", "try:\n  a\n  b\nexcept F: x\nexcept E: pass\nfinally: c", "try: a\nexcept E: x"),
    ("with open($...)", "with a, open(1) as f: pass", "with close(1): pass"),
    ("with open($...) as $F", "with open(1) as f: pass", "with open(1): pass"),
    ("async with $L", "async def f():\n  async with l: pass", "with l: pass"),
    ("for $X in range($...)", "for i in range(3): pass\nelse: pass", "for i in x: pass"),
    ("while True", "while True: pass", "while x: pass"),
    ("while True:", "while True: pass", "while x: pass"),
    ("if TYPE_CHECKING", "if TYPE_CHECKING: pass\nelse: pass", "if not TYPE_CHECKING: pass"),
    ("class A", "class A(B, metaclass=M): x", "class B: x"),
    ("class $C(B)", "@d\nclass A(B): x", "class A(B, C): x"),
    ("class $C(B, $...)", "class A(B, C, m=1): x", "class A(C, B): x"),
    ("def f", "def f(a, *b, c=1, **d) -> int: x", "async def f(): x"),
    ("def f()", "def f(): x", "def f(a): x"),
    ("def $F($A, $B)", "def f(a: int, b=1): x", "def f(a): x"),
    ("def $F($..., x: int, $...)", "def f(a, x: int, *b): x", "def f(a, x: str): x"),
    ("def $F($...): pass", "def f():\n    'doc'\n    pass", "def f(): return"),
    ("def $F($...) -> None", "def f() -> None: x", "def f(): x"),
    ("async def $F", "async def f(): x", "def f(): x"),
    ("@d($...)", "@d(1)\ndef f(): x", "@e(1)\ndef f(): x"),
    ("@d", "@d\nclass C: x", "@d()\nclass C: x"),
    ("@property\ndef $F($...): $...", "@a\n@property\n@b\ndef f(self): x", "def f(self): x"),
    ("m.f($...)", "from m import f as g\ng(1)", "from n import f\nf(1)"),
    ("m.f($...)", "import m as n\nn.f(1)", "import n\nn.f(1)"),
    ("m.f($...)", "def g():\n  from m import f\n  f(1)", "def g(f):\n  f(1)"),
    ("m.C", "from m import C\nx = C", "from n import C\nx = C"),
    ("raise m.E($...)", "from m import E\nraise E(1)", "raise E(1)"),
    ("print($...)", "print()", "x.print()"),
]  # fmt: skip


@pytest.mark.parametrize(("snippet", "code"), [m[:2] for m in MATCHES], ids=[f"{m[0]} - {m[1]}" for m in MATCHES])
def test_a_snippet_matches(snippet: str, code: str, lines: Any) -> None:
    assert len(lines(f"forbid = ['''{snippet}''']", code)) == 1


@pytest.mark.parametrize(
    ("snippet", "code"), [(m[0], m[2]) for m in MATCHES], ids=[f"{m[0]} - {m[2]}" for m in MATCHES]
)
def test_a_snippet_does_not_match(snippet: str, code: str, lines: Any) -> None:
    assert lines(f"forbid = ['''{snippet}''']", code) == []


INSIDE = [
    # what is around, code where `f()` is inside, code where it is not
    ("g($...)", "g(1, [f()])", "g(1), f()"),
    ("g($...)", "g(lambda: f())", "def h(): f()\ng(h)"),
    ("with l", "with l: f()", "with f(): l"),
    ("with l", "with l:\n  if a: f()", "with l:\n  def h(): f()"),
    ("async with l", "async def h():\n  async with a, l: f()", "async def h():\n  with l: f()"),
    ("try", "try: f()\nexcept: pass", "try: pass\nexcept: f()"),
    ("except E", "try: pass\nexcept E: f()", "try: f()\nexcept E: pass"),
    ("if TYPE_CHECKING", "if TYPE_CHECKING: f()", "if TYPE_CHECKING: pass\nelse: f()"),
    ("for $X in $Y", "for a in b: f()", "for a in f(): b"),
    ("while $C", "while a: f()", "while f(): a"),
    ("class C", "class C:\n  def g(self):\n    def h(): f()", "class D: f()"),
    ("class $C(B)", "class C(B): f()", "class C(f()): x"),
    ("def g", "def g():\n  def h(): f()", "def h(x=f()): x"),
    ("def g", "def g(): f()", "async def g(): f()"),
    ("@d($...)", "@d(1)\ndef g():\n  f()", "@d(f())\ndef g(): x"),
    ("@d", "@d\nclass C:\n  def g(self): f()", "@e\nclass C:\n  def g(self): f()"),
    ("return $X", "def g(): return [f()]", "def g(): f()"),
    ("$X = $Y", "a = f()", "a += f()"),
    ("asyncio.timeout($...)", "from asyncio import timeout\ntimeout(f())", "timeout(f())"),
]


@pytest.mark.parametrize(("around", "code"), [i[:2] for i in INSIDE], ids=[f"{i[0]} - {i[1]}" for i in INSIDE])
def test_code_is_inside(around: str, code: str, lines: Any) -> None:
    assert len(lines(f"calls = ['f']\ninside = ['{around}']", code)) == 1
    assert lines(f"calls = ['f']\nunless_inside = ['nothing($...)', '{around}']", code) == []


@pytest.mark.parametrize(("around", "code"), [(i[0], i[2]) for i in INSIDE], ids=[f"{i[0]} - {i[2]}" for i in INSIDE])
def test_code_is_not_inside(around: str, code: str, lines: Any) -> None:
    assert lines(f"calls = ['f']\ninside = ['{around}']", code) == []
    assert len(lines(f"calls = ['f']\nunless_inside = ['{around}']", code)) == 1


@pytest.mark.parametrize(
    ("code", "is_async"),
    [
        ("async def g(): f()", True),
        ("async def g(): [f() for a in b]", True),
        ("async def g():\n  class C: f()", True),
        ("async def g(): lambda: f()", False),
        ("async def g():\n  def h(): f()", False),
        ("def g(): f()", False),
        ("f()", False),
        ("async def g(x=f()): x", False),
        ("@f()\nasync def g(): x", False),
        ("def g():\n  async def h(): f()", True),
    ],
)
def test_what_an_async_function_runs_itself(code: str, is_async: bool, lines: Any) -> None:
    assert len(lines("calls = ['f']\nin_async = true", code)) == is_async
    assert len(lines("calls = ['f']\nin_async = false", code)) == (not is_async)


@pytest.mark.parametrize(
    ("body", "swallowed"),
    [
        ("pass", True),
        ("return None", True),
        ("print('failed')", True),
        ("print(error)", False),
        ("error = None", True),
        ("call(**{'a': 1, **b})", True),
        ("raise", False),
        ("raise Other", False),
        ("if a: raise", False),
        ("def later(): raise", True),
        ("call(lambda: error)", True),
        ("logger.error('x')", False),
        ("self.log.warning('x')", False),
        ("logging.getLogger(__name__).info('x')", False),
        ("LOG.exception('x')", False),
        ("math.log(2)", False),  # it is called log, and nobody looks into it
        ("catalog.error('x')", True),
        ("dialog.info('x')", True),
        ("log_error('x')", False),
        ("login()", True),
        ("sys.exit(1)", False),
        ("exit_with_error('x')", False),
        ("self.handleError(record)", False),
        ("errors.append('x')", False),
        ("results.append('x')", True),
        ("traceback.print_exc()", False),
        ("sentry_sdk.capture_exception()", False),
        ("tell('x')", False),  # handled_by
    ],
)
def test_a_handler_swallows_what_nobody_learns_of(body: str, swallowed: bool, lines: Any) -> None:
    table = "forbid = ['except Exception']\nswallows = true\nhandled_by = ['tell']"
    code = f"import logging, math\ntry:\n    f()\nexcept Exception as error:\n    {body}\n"
    assert bool(lines(table, code)) is swallowed


def test_a_logger_is_known_by_where_it_comes_from(lines: Any) -> None:
    code = "from app.logging import out\ntry: f()\nexcept Exception: out.info('x')\n"
    assert lines("forbid = ['except Exception']\nswallows = true", code) == []
