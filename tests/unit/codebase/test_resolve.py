"""What import statements mean in a given set of modules."""

from __future__ import annotations

import pytest

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.resolve import Import

FILES = {
    "app/__init__.py": "",
    "app/core/__init__.py": "",
    "app/core/db.py": "",
    "app/api.py": "",
    "plugins/one.py": "",
    "main.py": "",
}


def imports(importer: str, statement: str, **options: tuple[str, ...]) -> tuple[Import, ...]:
    codebase = codebase_of({**FILES, importer: statement}, **options)  # type: ignore[arg-type]
    name = next(module.name for module in codebase.modules.values() if module.path == importer)
    return codebase.imports_of(name)


def only(importer: str, statement: str, **options: tuple[str, ...]) -> tuple[str | None, str | None, str | None]:
    (found,) = imports(importer, statement, **options)
    return found.imported, found.external, found.missing


@pytest.mark.parametrize(
    ("importer", "statement", "imported"),
    [
        ("main.py", "import app.core.db", "app.core.db"),
        ("main.py", "from app.core import db", "app.core.db"),
        ("main.py", "from app.core.db import Session", "app.core.db"),
        ("main.py", "from app import *", "app"),
        ("app/core/db.py", "from . import x", "app.core"),
        ("app/core/db.py", "from .. import api", "app.api"),
        ("app/core/db.py", "from ..api import route", "app.api"),
        ("app/core/__init__.py", "from . import db", "app.core.db"),
        ("app/core/__init__.py", "from .. import api", "app.api"),
        ("app/__init__.py", "from .api import x", "app.api"),
        ("plugins/one.py", "from . import one", "plugins.one"),
        ("main.py", "import plugins", "plugins"),
        ("main.py", "import main", "main"),
        ("main.py", "import_module('app.api')", "app.api"),
        ("app/core/db.py", "import_module('..api', __package__)", "app.api"),
        ("app/core/__init__.py", "import_module('.db', __name__)", "app.core.db"),
        ("app/api.py", "import_module('.x', __name__)", "app.api"),
        ("app/core/db.py", "import_module('.', __package__)", "app.core"),
    ],
)
def test_an_import_of_the_code_base(importer: str, statement: str, imported: str) -> None:
    assert only(importer, statement)[:2] == (imported, None)


@pytest.mark.parametrize(
    ("importer", "statement", "imported", "missing"),
    [
        ("main.py", "import app.nope", "app", "app.nope"),
        ("main.py", "from app.nope import x", None, "app.nope"),
        ("main.py", "from app.nope.deep import x", None, "app.nope"),
        ("main.py", "from app.core.nope.deep import x", None, "app.core.nope"),
        ("main.py", "import app.api.x", "app.api", "app.api.x"),
        ("app/api.py", "from .nope import x", None, "app.nope"),
        ("app/api.py", "from .. import core", None, ".."),
        ("app/api.py", "from ..core import x", None, "..core"),
        ("app/core/db.py", "from ....a.b import x", None, "....a.b"),
        ("app/__init__.py", "from .. import x", None, ".."),
        ("main.py", "from . import app", None, "."),
        ("main.py", "from .app import x", None, ".app"),
    ],
)
def test_what_ought_to_be_there_and_is_not_is_missing(
    importer: str, statement: str, imported: str | None, missing: str
) -> None:
    assert only(importer, statement) == (imported, None, missing)


@pytest.mark.parametrize(
    ("statement", "external"),
    [
        ("import os.path", "os.path"),
        ("from sqlalchemy.orm import Session", "sqlalchemy.orm"),
        ("import application", "application"),
        ("from plugins.other.deep import x", "plugins.other.deep"),
        ("import_module('os')", "os"),
    ],
)
def test_everything_else_is_external_as_written(statement: str, external: str) -> None:
    assert only("main.py", statement) == (None, external, None)


def test_what_a_namespace_package_does_not_hold_may_be_elsewhere() -> None:
    assert only("main.py", "from plugins import other") == ("plugins", "plugins.other", None)
    assert only("main.py", "import plugins.other") == ("plugins", "plugins.other", None)


def test_an_excluded_module_is_outside_not_missing() -> None:
    assert only("main.py", "from app.core import db", exclude=("app/core/db.py",)) == (None, "app.core.db", None)
    assert only("main.py", "import app.core.db", exclude=("app/core/db.py",)) == (None, "app.core.db", None)
    assert only("main.py", "from app.core.db import x", exclude=("app/core/**",)) == (None, "app.core.db", None)


def test_a_module_outside_the_configured_packages_is_outside() -> None:
    assert only("main.py", "import app.core", packages=("main",)) == (None, "app.core", None)


def test_one_statement_gives_one_import_a_target() -> None:
    found = imports("main.py", "from app import api, core as c, VERSION, nothing")
    assert [(i.imported, i.names, i.module) for i in found] == [
        ("app.api", (("api", None),), "app"),
        ("app.core", (("core", "c"),), "app"),
        ("app", (("VERSION", None), ("nothing", None)), "app"),
    ]


def test_one_plain_import_gives_one_import_a_name() -> None:
    found = imports("main.py", "import app.core.db as d, os")
    assert [(i.imported, i.external, i.module, i.alias) for i in found] == [
        ("app.core.db", None, "app.core.db", "d"),
        (None, "os", "os", None),
    ]


def test_place_style_and_traits_are_kept() -> None:
    (found,) = imports(
        "app/api.py", "def f():\n    try:\n        from . import (\n          core)\n    except ImportError: pass"
    )
    assert (found.importer, found.style, found.traits) == ("app.api", "function", {"guarded", "relative"})
    assert (found.line, found.column, found.end_line) == (3, 9, 4)


def test_an_external_import_is_known_by_the_module_and_by_each_name() -> None:
    (found,) = imports("main.py", "from sqlalchemy import orm, event as e")
    assert list(found.targets) == ["sqlalchemy", "sqlalchemy.orm", "sqlalchemy.event"]
    (found,) = imports("main.py", "from app import api")
    assert list(found.targets) == []


# Edges


def edges(codebase: Codebase) -> dict[tuple[str, str], int]:
    names = codebase.node_names
    return {(names[a], names[b]): bits for a, b, bits in codebase.edges}


def test_edges_carry_the_styles_of_all_statements_between_two_modules() -> None:
    codebase = codebase_of(
        {
            "a.py": "import b\ndef f():\n    import b\n    from c import x\nif TYPE_CHECKING:\n  import c\nimport a",
            "b.py": "import_module('c')",
            "c.py": "",
        }
    )
    assert edges(codebase) == {("a", "b"): 1 | 2, ("a", "c"): 2 | 4, ("b", "c"): 8, ("a", "a"): 1}


def test_edges_and_imports_say_the_same() -> None:
    codebase = codebase_of(
        {
            **FILES,
            "main.py": "from app import api, core, x\nimport app.core.db, app.nope, os\nfrom app.nope import y",
            "app/api.py": "from . import core\nfrom .. import y\nfrom .core import *\nimport_module('plugins.one')",
            "plugins/one.py": "import plugins.two\nfrom plugins import three",
        }
    )
    expected = {(name, i.imported) for name in codebase.modules for i in codebase.imports_of(name) if i.imported}
    assert set(edges(codebase)) == expected


def test_a_name_beyond_the_top_is_no_node() -> None:
    codebase = codebase_of({"app/__init__.py": "", "app/a.py": "from .. import x\nfrom ...y import z"})
    assert list(codebase.edges) == []
    assert codebase.node_names == ("app", "app.a")
