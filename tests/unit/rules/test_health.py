from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest


def rule(*checks: str, more: str = "") -> str:
    listed = ", ".join(f'"{check}"' for check in checks)
    return f'[[tool.archguard.health]]\nid = "x"\nchecks = [{listed}]\n{more}'


def objects(result: Any) -> list[tuple[str, str | None]]:
    return [(violation.subject, violation.object) for violation in result.violations]


def test_an_import_of_a_module_that_is_gone_is_found(judge: Any, package: Any) -> None:
    files = package(a="import os\nimport app.gone\nfrom app.lost.deep import x\n", losst="")
    result = judge(rule("unresolved"), files)
    assert objects(result) == [("app.a", "app.gone"), ("app.a", "app.lost")]
    assert [v.sites[0].line for v in result.violations] == [2, 3]
    assert result.violations[1].label == 'app.a: there is no app.lost (did you mean "app.losst"?)'


def test_a_name_that_nothing_defines_is_found(judge: Any, package: Any) -> None:
    files = package(a="from app.b import load, save, helper, os, late\n", b=BINDS, c="def helper(): ...")
    result = judge(rule("unresolved"), files)
    assert objects(result) == [("app.a", "app.b:save")]
    assert result.violations[0].label == "app.a: app.b has no save"


BINDS = """
import os
from app.c import *

def load(): ...

if os.name:
    try:
        late = 1
    except ValueError:
        pass
"""


def test_star_imports_are_followed(judge: Any, package: Any) -> None:
    files = package(a="from app.b import x, y", b="from app.c import *", c="from app.d import *", d="x = 1")
    assert objects(judge(rule("unresolved"), files)) == [("app.a", "app.b:y")]


@pytest.mark.parametrize(
    "binding",
    [
        "x = 1", "x: int = 1", "(a, [x, *b]) = f()", "for x in y: pass", "with f() as x: pass", "a = x = 1",
        "with f(), g() as (a, x): pass", "for a.b, *x in y: pass", "try:\n  x = 1\nfinally:\n  pass", "a[x := 1] = 2",
        "match v:\n  case A(b=[B() as x]): pass", "match v:\n  case _ if (x := 1): pass", "b = [x := a for a in c]",
        "for a in b:\n  pass\nelse:\n  x = 1", "try:\n  pass\nexcept E:\n  x = 1", "x += 1",
        "match v:\n  case 1:\n    x = 1", "class C:\n  def f(self):\n    if a:\n      global x\n      x = 1",
        "import q.x as x",
        "import x.y", "def x(): ...", "class x: ...", "async def x(): ...", "if (x := 1): pass", "f(x := 1)",
        "try:\n  pass\nexcept E as x:\n  pass", "while 1:\n  x = 1", "match v:\n  case [x, *_]: pass",
        "match v:\n  case {'a': 1, **x}: pass", "def f():\n  global x\n  x = 1", "def __getattr__(name): ...",
        "globals()['x'] = 1", "import sys\nsys.modules[__name__] = 1", "vars()['x'] = 1", "exec('x = 1')",
        "def f():\n  globals().update(x=1)", "import sys\nsetattr(sys.modules[__name__], 'x', 1)",
        "import sys\nme = sys.modules[__name__]\nme.x = 1", "names = globals()\nnames['x'] = 1",
    ],
)  # fmt: skip
def test_every_way_to_bind_a_name_counts(judge: Any, package: Any, binding: str) -> None:
    assert judge(rule("unresolved"), package(a="from app.b import x", b=binding)).outcome == "passed"


@pytest.mark.parametrize(
    "other",
    ["[x for x in y]", "f(x=1)", "lambda x: x", "def f(x): y = x", "class C:\n  x = 1", "y = globals()['y']",
     "x.a = x[b] = 1", "with x: pass", "for a in x: pass", "a = (y := [x for x in b])", "match x:\n  case x.y: pass",
     "del x", "try:\n  pass\nexcept x as y:\n  pass", "match v:\n  case X(x=1): pass",
     "def f():\n  return globals().get('x')", "def f(y):\n  return locals(), vars(y)", "y = 'y' in globals()"],
)  # fmt: skip
def test_names_of_other_scopes_do_not(judge: Any, package: Any, other: str) -> None:
    assert objects(judge(rule("unresolved"), package(a="from app.b import x", b=other))) == [("app.a", "app.b:x")]


def test_a_target_that_does_not_parse_is_not_accused(judge: Any, package: Any) -> None:
    files = package(a="from app.b import x\nimport app.b", b="def broken(:")
    assert judge(rule("unresolved"), files).outcome == "passed"


def test_a_guard_is_an_excuse_only_where_it_is_allowed(judge: Any, package: Any) -> None:
    files = package(a="try:\n    import app.gone\nexcept ImportError:\n    pass\n")
    assert judge(rule("unresolved"), files).outcome == "failed"
    assert judge(rule("unresolved", more="allow_guarded = true\n"), files).outcome == "passed"


def test_compiled_stubbed_and_generated_modules_are_there(judge: Any, package: Any) -> None:
    files = package(a="from app import fast, stubbed\nimport app._version\nfrom app.protos.x_pb2 import M\n")
    files["app/fast.cpython-311-x86_64-linux-gnu.so"] = ""
    files["app/stubbed.pyi"] = "x: int"
    generated = 'generated = ["app._version", "app.protos*"]\n'
    assert judge(rule("unresolved", more=generated), files).outcome == "passed"
    assert objects(judge(rule("unresolved"), files)) == [("app.a", "app._version"), ("app.a", "app.protos")]


def test_a_package_that_is_spread_over_distributions_may_have_more(judge: Any, package: Any) -> None:
    files = package(a="import app.elsewhere")
    files["app/__init__.py"] = "from pkgutil import extend_path\n__path__ = extend_path(__path__, __name__)\n"
    assert judge(rule("unresolved"), files).outcome == "passed"


def test_a_module_gone_from_a_folder_without_init_is_found(judge: Any) -> None:
    files = {"managers/users.py": "", "main.py": "from managers.old import x\nfrom managers import users, gone\n"}
    result = judge(rule("unresolved"), files)
    assert sorted(objects(result)) == [("main", "managers.gone"), ("main", "managers.old")]


def test_a_relative_import_beyond_the_top_is_found(judge: Any, package: Any) -> None:
    (violation,) = judge(rule("unresolved"), package(a="from ... import x")).violations
    assert violation.label == "app.a: ... goes beyond the top-level package"


def test_unknown_packages_are_reported_only_on_request(judge: Any, package: Any) -> None:
    files = package(a="import no_such_distribution_anywhere.x\nimport json\n")
    assert judge(rule("unresolved"), files).outcome == "passed"
    assert objects(judge(rule("unresolved", more="externals = true\n"), files)) == [
        ("app.a", "no_such_distribution_anywhere")
    ]


def test_the_file_that_python_takes_hides_the_other(judge: Any, package: Any) -> None:
    files = package(audio="x = 1", audio__player="")
    result = judge(rule("shadowed"), files)
    assert [v.label for v in result.violations] == ["app/audio.py is hidden by app/audio/__init__.py"]


def test_a_module_hides_a_folder_without_init(judge: Any) -> None:
    result = judge(rule("shadowed"), {"audio.py": "", "audio/player.py": ""})
    assert [v.label for v in result.violations] == ["audio/player.py is hidden by audio.py"]


def test_a_top_level_module_may_hide_the_standard_library(judge: Any) -> None:
    result = judge(rule("shadowed"), {"logging.py": "", "app.py": ""})
    assert [v.label for v in result.violations] == ["logging hides logging of the standard library"]


def test_an_installed_copy_of_the_project_itself_is_not_hidden(judge: Any) -> None:
    import grimp

    own = Path(grimp.__file__).read_text("utf-8")
    assert judge(rule("shadowed"), {"grimp/__init__.py": own}).outcome == "passed"
    (violation,) = judge(rule("shadowed"), {"grimp/__init__.py": "x = 1"}).violations
    assert violation.label.startswith("grimp hides the installed package grimp")


def test_folders_without_init_empty_stub_and_shim_modules(judge: Any, package: Any) -> None:
    files = package(
        empty='"""Nothing yet."""\n',
        stub="def f():\n    ...\n",
        shim="from app.full import a\n\n__all__ = ['a']\n",
        full="def a():\n    x = 1\n    return x\n",
        sub__deep__x="a = 1\nb = 2\nc = 3\n",
    )
    del files["app/sub/deep/__init__.py"]
    result = judge(rule("missing_init", "empty", "stub", "reexport"), files)
    assert [(v.check, v.subject) for v in result.violations] == [
        ("missing_init", "app.sub.deep"),
        ("empty", "app.empty"),
        ("stub", "app.stub"),
        ("reexport", "app.shim"),
    ]


def test_an_empty_init_is_no_empty_module(judge: Any, package: Any) -> None:
    assert judge(rule("empty", "stub", "reexport"), package(sub__a="x = 1\ny = 2\nz = 3\n")).outcome == "passed"


def test_a_package_in_a_folder_without_init_is_named_with_that_folder(judge: Any, package: Any) -> None:
    files = {**package(a=""), "app/vendor/cron/__init__.py": "x = 1", "plugins/mail/__init__.py": "x = 1"}
    (violation,) = judge(rule("missing_init"), files).violations
    assert violation.label == "app/vendor/ has 1 package and no __init__.py"


def test_a_folder_of_migrations_needs_no_init(judge: Any, package: Any) -> None:
    files = {**package(a=""), "app/versions/0001_initial.py": "x = 1"}
    assert judge(rule("missing_init"), files).outcome == "passed"
    assert judge(rule("missing_init"), {**files, "app/versions/shared.py": "x = 1"}).outcome == "failed"


def test_a_long_table_and_a_main_module_are_no_stubs(judge: Any, package: Any) -> None:
    table = "X = {\n    'a': 1,\n    'b': 2,\n}\n"
    files = package(table=table, small="X = {'a': 1}\n", __main__="from app.table import X\nprint(X)\n")
    assert [v.subject for v in judge(rule("stub"), files).violations] == ["app.small"]


def test_every_unreachable_file_is_named_with_what_hides_it(judge: Any) -> None:
    files = {"app/__init__.py": "", "app/audio.py": "", "app/audio/player.py": "", "app/audio/deep/x.py": ""}
    result = judge(rule("shadowed"), files)
    assert [v.label for v in result.violations] == [
        "app/audio/deep/x.py is hidden by app/audio.py",
        "app/audio/player.py is hidden by app/audio.py",
    ]


def test_an_import_of_a_hidden_module_says_what_hides_it(judge: Any) -> None:
    files = {
        "app/__init__.py": "",
        "app/a.py": "import app.audio.player",
        "app/audio.py": "",
        "app/audio/player.py": "",
    }
    (violation,) = judge(rule("unresolved"), files).violations
    assert violation.label == "app.a: app/audio/player.py cannot be imported: app/audio.py hides it"


def test_submodules_that_others_import_are_names_of_their_package(judge: Any, package: Any) -> None:
    files = package(a="from app import sub\nfrom app.sub import deep, gone\n", b="import app.sub.deep", sub__deep="")
    assert objects(judge(rule("unresolved"), files)) == [("app.a", "app.sub:gone")]


def test_excluded_modules_exist_and_tests_are_not_judged(judge: Any, package: Any) -> None:
    files = {
        **package(a="from app.old import x\nfrom app import old\n", old="x = 1"),
        "tests/test_a.py": "import app.gone",
    }
    toml = 'tests = ["tests/**"]\nexclude = ["app/old.py"]\n' + rule("unresolved")
    assert judge(toml, files).outcome == "passed"


def test_names_that_only_all_mentions_are_not_there(judge: Any, package: Any) -> None:
    files = package(a="from app.b import x, y", b="__all__ = ['x', 'y']\nif z:\n    x = 1\nelse:\n    x = 2\n")
    assert objects(judge(rule("unresolved"), files)) == [("app.a", "app.b:y")]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the type statement came with 3.12")
def test_type_aliases_are_names(judge: Any, package: Any) -> None:
    files = package(a="from app.b import Id, Other", b="type Id[T] = list[T]")
    assert objects(judge(rule("unresolved"), files)) == [("app.a", "app.b:Other")]


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("x = 1\n_y = 2\n", ["app.b:_y"]),
        ("__all__ = ['_y']\nx = 1\n_y = 2\n", ["app.b:x"]),
        ("__all__ = names()\nx = 1\n_y = 2\n", []),
    ],
)
def test_a_star_takes_what_python_takes(judge: Any, package: Any, source: str, missing: list[str]) -> None:
    files = package(a="from app.b import x, _y", b="from app.c import *", c=source)
    assert [found for _, found in objects(judge(rule("unresolved"), files))] == missing
