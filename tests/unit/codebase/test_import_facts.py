"""What is read off each import statement: names, style, traits, place."""

from __future__ import annotations

import textwrap

import pytest

from pytest_archguard.codebase.facts.imports import extract
from pytest_archguard.codebase.facts.statements import GUARDED, RELATIVE, STAR, STYLE_BITS, STYLES, Statement
from pytest_archguard.codebase.source import Source


def read(text: str) -> tuple[Statement, ...]:
    text = textwrap.dedent(text).lstrip("\n")
    return extract(Source("m.py", text.encode(), text))


def style(text: str) -> str:
    (found,) = read(text)
    return STYLES[found[3] & STYLE_BITS]


def traits(text: str) -> set[str]:
    (found,) = read(text)
    return {name for bit, name in ((GUARDED, "guarded"), (STAR, "star"), (RELATIVE, "relative")) if found[3] & bit}


@pytest.mark.parametrize(
    ("text", "level", "module", "names", "aliases"),
    [
        ("import a", -1, "", ("a",), None),
        ("import a.b, c as d", -1, "", ("a.b", "c"), (None, "d")),
        ("from a.b import c", 0, "a.b", ("c",), None),
        ("from a import (\n    b as x,\n    c,\n)", 0, "a", ("b", "c"), ("x", None)),
        ("from . import a", 1, "", ("a",), None),
        ("from ...a.b import c", 3, "a.b", ("c",), None),
        ("from a import *", 0, "a", ("*",), None),
    ],
)
def test_a_statement_keeps_what_is_written(
    text: str, level: int, module: str, names: tuple[str, ...], aliases: tuple[str | None, ...] | None
) -> None:
    (found,) = read(text)
    assert found[4:] == (level, module, names, aliases)


def test_lines_and_columns_count_from_one_in_characters() -> None:
    found = read("import a\nx = 'é'; from b import (\n  c,\n)\nif x:\n\timport d\n")
    assert [statement[:3] for statement in found] == [(1, 1, 1), (2, 10, 4), (6, 2, 6)]


def test_statements_are_in_the_order_of_lines() -> None:
    found = read("if x:\n    import a\nelse:\n    import b\nimport c; import d\ndef f():\n    import e\nimport g\n")
    assert [statement[6] for statement in found] == [("a",), ("b",), ("c",), ("d",), ("e",), ("g",)]


# Styles


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("import a", "top"),
        ("class C:\n  import a", "top"),
        ("if x:\n  import a", "top"),
        ("try:\n  import a\nfinally:\n  pass", "top"),
        ("try:\n  pass\nfinally:\n  import a", "top"),
        ("try:\n  pass\nexcept E:\n  pass\nelse:\n  import a", "top"),
        ("with x:\n  import a", "top"),
        ("for x in y:\n  pass\nelse:\n  import a", "top"),
        ("match x:\n  case 1:\n    import a", "top"),
        ("def f():\n  import a", "function"),
        ("async def f():\n  import a", "function"),
        ("class C:\n  def f(self):\n    import a", "function"),
        ("def f():\n  class C:\n    import a", "function"),
        ("def f():\n  def g():\n    if x:\n      import a", "function"),
        ("if x:\n  def f():\n    try:\n      pass\n    except E:\n      import a", "function"),
    ],
)
def test_an_import_in_a_function_body_is_function_style_and_others_are_top(text: str, expected: str) -> None:
    assert style(text) == expected


# Exactly what grimp leaves out with exclude_type_checking_imports; the property test holds this against grimp.
@pytest.mark.parametrize(
    "text",
    [
        "if TYPE_CHECKING:\n  import a",
        "if typing.TYPE_CHECKING:\n  import a",
        "if a.b().TYPE_CHECKING:\n  import a",
        "if x:\n  pass\nelif TYPE_CHECKING:\n  import a",
        "if TYPE_CHECKING:\n  if x:\n    pass\n  else:\n    import a",
        "if TYPE_CHECKING:\n  def f():\n    import a",
        "def f():\n  if TYPE_CHECKING:\n    import a",
        "class C:\n  if TYPE_CHECKING:\n    import a",
    ],
)
def test_the_body_under_type_checking_is_type_checking_style(text: str) -> None:
    assert style(text) == "type_checking"


@pytest.mark.parametrize(
    "text",
    [
        "if not TYPE_CHECKING:\n  import a",
        "if TYPE_CHECKING:\n  pass\nelse:\n  import a",
        "if TYPE_CHECKING:\n  pass\nelif x:\n  import a",
        "if TYPE_CHECKING and x:\n  import a",
        "if TC:\n  import a",
        "while TYPE_CHECKING:\n  import a",
        "if TYPE_CHECKING == True:\n  import a",
    ],
)
def test_what_only_resembles_type_checking_is_not(text: str) -> None:
    assert style(text) == "top"


# Traits


@pytest.mark.parametrize(
    "handler",
    [
        "except ImportError:",
        "except ModuleNotFoundError as e:",
        "except Exception:",
        "except BaseException:",
        "except:",
        "except (OSError, ImportError):",
        "except builtins.ImportError:",
        "except KeyError:\n  pass\nexcept Exception:",
    ],
)
def test_an_import_whose_failure_is_caught_is_guarded(handler: str) -> None:
    assert traits(f"try:\n  import a\n{handler}\n  pass") == {"guarded"}


@pytest.mark.parametrize(
    "text",
    [
        "try:\n  import a\nexcept KeyError:\n  pass",
        "try:\n  import a\nfinally:\n  pass",
        "try:\n  pass\nexcept ImportError:\n  import a",
        "try:\n  pass\nexcept ImportError:\n  pass\nelse:\n  import a",
        "try:\n  def f():\n    import a\nexcept ImportError:\n  pass",
        "with suppress(KeyError):\n  import a",
        "with open(ImportError):\n  import a",
    ],
)
def test_an_import_whose_failure_is_not_caught_is_not_guarded(text: str) -> None:
    assert traits(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "with suppress(ImportError):\n  import a",
        "with contextlib.suppress(KeyError, ImportError):\n  import a",
        "try:\n  if x:\n    import a\nexcept ImportError:\n  pass",
        "try:\n  try:\n    pass\n  except KeyError:\n    import a\nexcept ImportError:\n  pass",
    ],
)
def test_a_guard_may_be_further_out_or_a_suppress(text: str) -> None:
    assert traits(text) == {"guarded"}


def test_star_and_relative_are_traits() -> None:
    assert traits("from a import *") == {"star"}
    assert traits("from .a import b") == {"relative"}
    assert traits("try:\n  from . import *\nexcept ImportError:\n  pass") == {"star", "relative", "guarded"}


def test_traits_are_independent_of_the_style() -> None:
    text = "try:\n  if TYPE_CHECKING:\n    from .a import b\nexcept ImportError:\n  pass"
    assert (style(text), traits(text)) == ("type_checking", {"relative", "guarded"})


# Dynamic imports


@pytest.mark.parametrize(
    ("text", "level", "module"),
    [
        ("import_module('a.b')", 0, "a.b"),
        ("x = importlib.import_module('a')", 0, "a"),
        ("def f():\n  return [g(import_module(name='a.b'))]", 0, "a.b"),
        ("__import__('a')", 0, "a"),
        ("import_module('.b', __package__)", 1, "b"),
        ("import_module('..b.c', package=__package__)", 2, "b.c"),
        ("import_module('.', __package__)", 1, ""),
        ("import_module('.b', 'app.core')", 0, "app.core.b"),
        ("import_module('..b', 'app.core')", 0, "app.b"),
        ("import_module('my-plugin.x')", 0, "my-plugin.x"),
    ],
)
def test_a_call_with_a_literal_is_a_dynamic_import(text: str, level: int, module: str) -> None:
    (found,) = read(text)
    assert STYLES[found[3] & STYLE_BITS] == "dynamic"
    assert found[4:7] == (level, module, ())


@pytest.mark.parametrize(
    "text",
    [
        "import_module(name)",
        "import_module(f'a.{b}')",
        "import_module('a' + b)",
        "import_module()",
        "import_module('')",
        "import_module('a b')",
        "import_module('a..b')",
        "import_module('.b')",
        "import_module('.b', package)",
        "import_module('....b', 'app.core')",
        "__import__('.a')",
        "import_module",
        "'import_module(\"a\")'",
        "# import_module('a')",
    ],
)
def test_what_is_computed_or_wrong_is_not_guessed(text: str) -> None:
    assert read(text) == ()


def test_dynamic_imports_are_among_the_others_in_the_order_of_lines() -> None:
    found = read("import a\nimport_module('b')\nimport c\n")
    assert [statement[0] for statement in found] == [1, 2, 3]


# Size and nesting


def test_a_chain_of_a_thousand_branches_is_read() -> None:
    text = "if x: pass\n" + "".join(f"elif x == {n}: import m{n}\n" for n in range(900))
    assert len(read(text)) == 900


def test_imports_are_found_wherever_lines_are_joined_or_split() -> None:
    text = "x = 'import'\nif x: y = '''\n'''; import a\ndef f(a=1,\n  b=2): import b\nclass C: pass; import c\n"
    assert [statement[6][0] for statement in read(text)] == ["a", "b", "c"]


@pytest.mark.parametrize("text", ["", "\n\n", "x = 1\n", "'import'\n", "def f():\n  important()\n"])
def test_a_file_without_imports_has_none(text: str) -> None:
    assert read(text) == ()
