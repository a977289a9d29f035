from __future__ import annotations

import textwrap
from collections.abc import Callable

import pytest

from pytest_archguard.codebase.facts.definitions import ClassSize, Definitions, FunctionSize, extract
from pytest_archguard.codebase.source import Source

Parse = Callable[[str], Source]


@pytest.fixture
def function(source: Parse) -> Callable[[str], FunctionSize]:
    """The first function of some code."""
    return lambda text: FunctionSize(*Definitions(*extract(source(textwrap.dedent(text)))).functions[0])  # type: ignore[arg-type]


@pytest.fixture
def cls(source: Parse) -> Callable[[str], ClassSize]:
    """The first class of some code."""
    return lambda text: ClassSize(*Definitions(*extract(source(textwrap.dedent(text)))).classes[0])  # type: ignore[arg-type]


def test_names_are_qualified_and_in_the_order_of_lines(source: Parse) -> None:
    found = Definitions(
        *extract(
            source(
                textwrap.dedent(
                    """\
                    class A:
                        class B:
                            async def m(self):
                                def inner(): pass
                                class C:
                                    def n(self): pass
                        if True:
                            def k(self): pass
                    def f(): pass
                    """
                )
            )
        )
    )

    assert [row[:3] for row in found.functions] == [
        ("A.B.m", 3, 9),
        ("A.B.m.inner", 4, 13),
        ("A.B.m.C.n", 6, 17),
        ("A.k", 8, 9),
        ("f", 9, 1),
    ]
    assert [row[:3] for row in found.classes] == [("A", 1, 1), ("A.B", 2, 5), ("A.B.m.C", 5, 13)]


def test_only_what_is_in_no_definition_is_at_the_top(source: Parse) -> None:
    text = """\
        try:
            def f(): pass
            class A:
                def m(self): pass
                class B: pass
        except E:
            def f():
                def closure(): pass
        """

    found = Definitions(*extract(source(textwrap.dedent(text))))

    assert (found.top_functions, found.top_classes) == (2, 1)


def test_lines_go_from_def_to_the_last_line_without_decorators(function: Callable[[str], FunctionSize]) -> None:
    text = """\
        @decorated(
            1,
        )
        async def f(
            a,
        ):
            '''Doc.'''

            # comment
            return g(
                a
            )
        # after
        """

    assert (function(text).line, function(text).lines) == (4, 9)


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("def f(): pass", 0),
        ("def f(self): pass", 1),
        ("def f(a, /, b, *c, d, **e): pass", 5),
        ("class A:\n  def f(self): pass", 0),
        ("class A:\n  def f(this, a, *, b): pass", 2),
        ("class A:\n  def f(self, /, a): pass", 1),
        ("class A:\n  @classmethod\n  def f(cls, a): pass", 1),
        ("class A:\n  @staticmethod\n  def f(a, b): pass", 2),
        ("class A:\n  def f(*args): pass", 1),
        ("class A:\n  if True:\n    def f(self, a): pass", 1),
    ],
)
def test_the_first_parameter_of_a_method_is_no_argument(
    function: Callable[[str], FunctionSize], text: str, arguments: int
) -> None:
    assert function(text).arguments == arguments


@pytest.mark.parametrize(
    ("body", "nesting"),
    [
        ("pass", 0),
        ("if a: pass", 1),
        ("if a: pass\nelif b: pass\nelif c: pass\nelse: pass", 1),
        ("if a: pass\nelse:\n  if b: pass", 2),
        ("if a: pass\nelif b:\n  if c: pass", 2),
        ("for a in b:\n  while c: pass", 2),
        ("try:\n  pass\nexcept E:\n  with a: pass", 2),
        ("try:\n  pass\nfinally:\n  async for a in b: pass", 2),
        ("match a:\n  case 1:\n    if b: pass", 2),
        ("if a:\n  def inner():\n    if b:\n      if c: pass", 1),
        ("if a:\n  class C:\n    if b:\n      if c: pass", 1),
        ("x = [a for a in b if c for d in e]", 0),
    ],
)
def test_nesting_counts_blocks_inside_each_other(
    function: Callable[[str], FunctionSize], body: str, nesting: int
) -> None:
    assert function("async def f():\n" + textwrap.indent(body, "  ")).nesting == nesting


@pytest.mark.parametrize(
    ("body", "statements"),
    [
        ("pass", 1),
        ("'''Doc.'''", 0),
        ("'''Doc.'''\nreturn 1", 1),
        ("pass; pass", 2),
        ("if a: pass\nelif b: pass\nelse: pass", 5),
        ("try: pass\nexcept E: pass\nelse: pass\nfinally: pass", 5),
        ("match a:\n  case 1: pass\n  case _: pass", 3),
        ("def inner():\n  '''Doc.'''\n  return 1\nreturn inner", 3),
        ("class C:\n  a = 1\n  def m(self): return 1", 4),
    ],
)
def test_statements_count_at_any_depth_without_docstrings(
    function: Callable[[str], FunctionSize], body: str, statements: int
) -> None:
    assert function("def f():\n" + textwrap.indent(body, "  ")).statements == statements


def test_attributes_are_the_names_assigned_in_a_class_and_on_its_instances(cls: Callable[[str], ClassSize]) -> None:
    text = """\
        class A:
            one = 1
            two: int
            three, (four, *five) = values
            if True:
                six = 6
            one.other = local[0] = 7

            def __init__(this, given):
                this.seven: int = 0
                this.one, this.eight[0] = 1, given.nine
                if given:
                    this.ten = this.eleven = 1
                    this.ten += 1
                local = given.twelve = this.part.thirteen = 1
                def closure():
                    this.fourteen = 1

            @staticmethod
            def make(this):
                this.fifteen = 1

            def only(this, /, given):
                this.seventeen = this.twelve = given.eighteen = 1

            def none(*given, this):
                given[0].nineteen = this.twenty = 1

            made().other = 1

            class Inner:
                sixteen = 1
        """

    names = {"one", "two", "three", "four", "five", "six", "seven", "ten", "eleven", "seventeen", "twelve"}

    assert cls(text).attributes == len(names)


def test_methods_are_the_defs_of_the_class_body(cls: Callable[[str], ClassSize]) -> None:
    text = """\
        class A:
            @property
            def a(self): pass
            @a.setter
            def a(self, value): pass
            if True:
                async def b(self):
                    def closure(): pass
            class Inner:
                def c(self): pass
        """

    assert cls(text)[3:5] == (10, 3)


def test_a_thousand_branches_need_no_recursion(source: Parse) -> None:
    text = "def f(a):\n    if a: pass\n" + "    elif a: pass\n" * 1500

    assert Definitions(*extract(source(text))).functions[0][5:] == (1, 3002)
