from __future__ import annotations

from typing import Any

import pytest


def rule(*what: str, more: str = "") -> str:
    listed = ", ".join(f'"{each}"' for each in what)
    return f'[[tool.archguard.duplicates]]\nid = "x"\nof = [{listed}]\n{more}'


BODY = "    a = x + 1\n    b = a * 2\n    if b:\n        return a\n    return b\n"


def test_a_class_in_two_modules_is_found_with_both_places(judge: Any, package: Any) -> None:
    files = package(x="class A: ...\n", x_v2="\nclass A: ...\nclass B: ...\n", y="def A(): ...\n")
    (violation,) = judge(rule("class_names"), files).violations
    assert [(site.path, site.line) for site in violation.sites] == [("app/x.py", 1), ("app/x_v2.py", 2)]
    assert (violation.subject, violation.count, violation.label) == ("A", 1, "A: 2 copies")


def test_functions_and_methods_are_compared_by_name(judge: Any, package: Any) -> None:
    source = "def f(): ...\nclass C:\n    def m(self): ...\n    class In: ...\n"
    result = judge(rule("function_names", "method_names"), package(a=source, b=source))
    assert [(v.check, v.subject) for v in result.violations] == [("function_names", "f"), ("method_names", "C.m")]


def test_overloads_in_one_module_are_no_copies(judge: Any, package: Any) -> None:
    assert judge(rule("function_names"), package(a="def f(): ...\ndef f(): ...\n")).outcome == "passed"


def test_bodies_are_equal_without_decoration(judge: Any, package: Any) -> None:
    files = package(
        a=f"def one(x: int) -> int:\n    '''Says what.'''\n{BODY}",
        b=f"class C:\n    @cached\n    def two(x):\n{''.join('    ' + line + chr(10) for line in BODY.splitlines())}",
        c=f"async def one(x):\n{BODY}",
        d=f"def one(x):\n{BODY.replace('x + 1', 'y + 1')}",
    )
    (violation,) = judge(rule("bodies"), files).violations
    assert [site.path for site in violation.sites] == ["app/a.py", "app/b.py"]
    assert violation.label == "one = C.two, 5 statements: 2 copies"


def test_short_bodies_may_be_equal(judge: Any, package: Any) -> None:
    source = "def f(x):\n    a = x\n    return a\n"
    assert judge(rule("bodies"), package(a=source, b=source)).outcome == "passed"
    assert judge(rule("bodies", more="min_statements = 2\n"), package(a=source, b=source)).outcome == "failed"


def test_a_nested_docstring_and_annotation_make_no_difference_and_a_value_does(judge: Any, package: Any) -> None:
    plain = "def f():\n    def g(x):\n        return 1\n    a = g(1)\n    b = 2\n    return a + b\n"
    decorated = plain.replace("def g(x):", "def g(x: int) -> int:\n        'Doc.'").replace("b = 2", "b = 2")
    other = plain.replace("b = 2", "b = 3")
    assert judge(rule("bodies"), package(a=plain, b=decorated)).outcome == "failed"
    assert judge(rule("bodies"), package(a=plain, b=other)).outcome == "passed"


def test_packages_of_one_name_are_found(judge: Any, package: Any) -> None:
    files = package(utils__a="", core__utils__b="")
    (violation,) = judge(rule("package_names"), files).violations
    assert violation.label == "utils: app.core.utils, app.utils"


def test_one_copy_less_is_no_other_violation(judge: Any, package: Any) -> None:
    three = judge(rule("class_names"), package(a="class A: ...", b="class A: ...", c="class A: ...")).violations
    two = judge(rule("class_names"), {**package(b="class A: ...", c="class A: ..."), "app/a.py": ""}).violations
    assert [v.key for v in three] == [v.key for v in two]
    assert (three[0].count, two[0].count) == (2, 1)


def test_names_can_be_ignored(judge: Any, package: Any) -> None:
    files = package(a="class Meta: ...", b="class Meta: ...")
    assert judge(rule("class_names", more='ignore = ["Me*"]\n'), files).outcome == "passed"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("    a: int = x\n", "    a = x\n"),
        ("    for i in x: one(i)\n", "    for i in x: two(i)\n"),  # each calls itself
        ("    def g(y: int = 1) -> int:\n        'Doc.'\n        return y\n", "    def g(y=1):\n        return y\n"),
    ],
)
def test_what_is_only_decoration_makes_no_difference(judge: Any, package: Any, one: str, other: str) -> None:
    files = package(a=f"def one(x):\n{one}{BODY}", b=f"def two(x: str) -> str:\n{other}{BODY}")
    assert judge(rule("bodies"), files).outcome == "failed"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x.a", "x.b"), ("1", "True"), ("1", "'1'"), ("x + 1", "x - 1"), ("x < 1", "x > 1"), ("f(a=x)", "f(b=x)"),
        ("f(x)", "f(*x)"), ("{**x}", "{x: x}"), ("[x, [x]]", "[[x], x]"), ("x[1:]", "x[:1]"), ("f'{x!r}'", "f'{x!s}'"),
        ("lambda y, *, z=1: y", "lambda y, z=1: y"), ("[y for y in x]", "{y for y in x}"), ("x and y", "x or y"),
    ],
)  # fmt: skip
def test_what_is_done_makes_a_difference(judge: Any, package: Any, one: str, other: str) -> None:
    files = package(a=f"def f(x):\n    print({one})\n{BODY}", b=f"def f(x):\n    print({other})\n{BODY}")
    assert judge(rule("bodies"), files).outcome == "passed"
    files = package(a=f"def f(x):\n    print({one})\n{BODY}", b=f"def f(x):\n    print({one})\n{BODY}")
    assert judge(rule("bodies"), files).outcome == "failed"


CALLS = """
def g(x):
    'Doc.'
    a: list[int] = x.b(c, *d, e=f, **h).i[j]().k
    g(a)(lambda: g)(l.m.n, -1.5, b"o", ..., p=[*q, {}])
    r = s = x.g()
    def g(t: u = v): return g
    x()
"""

EVERY_STATEMENT = """
def f(x):
    global g
    import a.b as c, d
    from .e import h as i
    try:
        async def j(*k, m=1, **n): yield from k
    except (A, B) as error: raise C from error
    finally: del x
    match x:
        case {"a": 1, **rest} | [None, *_] if rest: pass
        case D(y, z=3) as w: pass
    with o() as p, q: assert p, q
    while (r := 1): break
    return f"{x!r:>{r}}", ~x, x if r else -x, {"a": x, **r}, x[1:2, ...], (await s for s in x)
"""


def test_every_statement_can_be_compared(judge: Any, package: Any) -> None:
    source = EVERY_STATEMENT
    assert judge(rule("bodies"), package(a=source, b=source)).violations[0].count == 1
    for old, new in (("as c", "as cc"), ("**rest", "**more"), ("None", "True"), ("m=1", "m=2"), ("g\n", "gg\n")):
        assert judge(rule("bodies"), package(a=source, b=source.replace(old, new))).outcome == "passed", old


def test_bodies_keep_the_digests_that_baselines_hold(judge: Any, package: Any) -> None:
    bodies = package(a=EVERY_STATEMENT + CALLS, b=EVERY_STATEMENT + CALLS)
    assert sorted(v.detail for v in judge(rule("bodies"), bodies).violations) == [
        "1e63c350833336a6",
        "4a9483aa840e18d8",
    ]
