"""Mistakes in the two tables are named, and nothing is silently green."""

from __future__ import annotations

import pytest

from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.errors import RuleError
from pytest_archguard.rules.sessions.snippets import APPLICATION

DB = "[tool.archguard.resources.db]\n"


@pytest.mark.parametrize(
    ("resources", "rule", "said"),
    [
        (f'{DB}preset = "sqlalchmy"', 'open = "with"', 'did you mean "sqlalchemy"?'),
        (
            '[tool.archguard.resources.orders]\npreset = "sqlite3"',
            'resource = "order"\nopen = "with"',
            'no resource "order" (did you mean "orders"?); the resources: orders',
        ),
        ("", 'open = "with"', 'no resource "db"'),
        (
            f'{DB}preset = "sqlite3"\nfactory = "x"',
            'open = "with"',
            'unknown key "factory" (did you mean "factories"?)',
        ),
        (
            f'{DB}factories = ["app.db.A", "app.db.A"]',
            'open = "with"',
            '"factories" names app.db.A, which "factories" of [tool.archguard.resources.db] already lists',
        ),
        (
            f'{DB}factories = ["app.db.A"]\nproviders = ["app.db.A"]',
            'open = "with"',
            '"providers" names app.db.A, which "factories" of [tool.archguard.resources.db] already lists',
        ),
        (
            f'{DB}factories = ["app.db.A"]\n[tool.archguard.resources.two]\nfactories = ["app.db.A"]',
            'open = "with"',
            '"factories" names app.db.A, which "factories" of [tool.archguard.resources.db] already lists',
        ),
        (
            f'{DB}factories = ["app.db SessionLocal"]',
            'open = "with"',
            '"factories" must be a dotted name or a name glob (`app.database.SessionLocal`, `*.session_factory`), not '
            '"app.db SessionLocal"',
        ),
        (
            f'{DB}types = ["*.Session"]',
            'open = "with"',
            '"types" must be a dotted name (`app.database.Session`), not "*.Session"',
        ),
        (
            f'{DB}preset = "sqlite3"\nmethods = ["db.save"]',
            'open = "with"',
            '"methods" must be the name of a method, without dots, not "db.save"',
        ),
        (f'{DB}home = ["app.db"]', 'open = "with"', "says nothing about sessions"),
        (f'{DB}preset = "sqlite3"', 'open = "witf"', '"open" must be one of'),
        (f'{DB}preset = "sqlite3"', 'forbid = ["leek"]', 'did you mean "leak"?'),
        (f'{DB}preset = "sqlite3"', 'forbid = ["leak", "leak"]', '"forbid" names leak twice'),
        (f'{DB}preset = "sqlite3"', 'open = "never"\ninject = "default"', "contradicts"),
        (f'{DB}preset = "sqlite3"', 'open = "inject"\ninject = "alias"', 'needs the key "alias"'),
        (f'{DB}preset = "sqlite3"', 'open = "any"', "says nothing"),
        (f'{DB}preset = "sqlite3"', "", "says nothing"),
        ("[tool.archguard]\nresources = 3", 'open = "with"', "must be a table of tables"),
    ],
)
def test_a_mistake_is_named_with_the_nearest_name(read, resources, rule, said):
    _, problems = read(rule, resources)

    assert any(said in problem for problem in problems), problems


@pytest.mark.parametrize(
    ("resources", "said"),
    [
        ('factories = ["app.database.SesionLocal"]', "app.database.SesionLocal does not exist in the code base; the nearest: app.database.SessionLocal"),
        ('providers = ["app.databas.session_scope"]', "app.databas.session_scope does not exist in the code base; the nearest: app.database.session_scope"),
        ('dependencies = ["app.database.get_database"]', "app.database.get_database does not exist"),
        ('alias = "app.dependencies.DbSesion"', '"alias" of [tool.archguard.resources.db]: app.dependencies.DbSesion does not exist in the code base; the nearest: app.dependencies.DbSession'),
        ('factories = ["*.session_factry"]', "*.session_factry matches no call"),
        ('factories = ["nowhere.Session"]', "nowhere.Session does not exist"),
        ('types = ["app.database.Sesion"]', '"types" of [tool.archguard.resources.db]: app.database.Sesion does not exist in the code base; the nearest: app.database.SessionLocal'),
    ],
)  # fmt: skip
def test_a_name_that_does_not_exist_fails_the_rule(found, resources, said):
    with pytest.raises(RuleError) as error:
        found('open = "with"', "x = 1", f'{DB}preset = "sqlalchemy"\n{resources}')

    assert said in str(error.value)


def test_a_glob_that_matches_no_call_is_shown_calls_of_other_words(found):
    code = "from sqlalchemy.orm import Session\nclass C:\n    def f(self):\n        return self.session_factory()\n"
    with pytest.raises(RuleError) as error:
        found('open = "with"', code, f'{DB}preset = "sqlalchemy"\nfactories = ["*.session_factry"]')
    assert "*.session_factry matches no call in the code base; the nearest: *.session_factory" in str(error.value)


@pytest.mark.parametrize(
    "resources",
    [
        'factories = ["app.database.SessionLocal"]',
        'factories = ["app.SessionLocal"]',
        'factories = ["app.orders.Store.open"]',
        'factories = ["app.orders.Store.make"]',
        'factories = ["app.orders.Child.open"]',
        'factories = ["*.open"]',
        'factories = ["sqlalchemy.orm.Session"]',
    ],
)
def test_a_name_that_exists_passes(found, resources):
    code = """
        from app.database import SessionLocal
        class Store:
            def __init__(self): self.make = SessionLocal
            def open(self): ...
        class Child(Store): ...
        Store().open()
    """
    application = {**APPLICATION, "app/__init__.py": "from .database import SessionLocal"}

    found('forbid = ["share"]', code, f'{DB}preset = "sqlalchemy"\n{resources}', application)


def test_a_zone_that_is_all_home_forbids_nothing(found):
    with pytest.raises(RuleError, match="all part of home"):
        found('open = "with"\nmodules = ["app.database"]', "")


def test_home_and_modules_must_match_something(read):
    zone, _ = read('open = "with"')

    assert [(claim.key, claim.selector.text) for claim in zone.claims()] == [
        ("modules", "app.orders"),
        ("resources.db.home", "app.database"),
    ]


def test_the_identity_holds_no_line(found):
    code = "from app.database import SessionLocal\ndef f():\n    db = SessionLocal()\n"

    (first,) = found('open = "with"', code)
    (second,) = found('open = "with"', code.replace("def", "\n\n\ndef").replace("SessionLocal()", "SessionLocal( )"))

    assert first.key == second.key
    assert first.key[:2] + first.key[3:4] == ("leak", "app.orders", "f")
    assert first.sites[0].line != second.sites[0].line


def test_a_violation_says_where_and_what_to_write(found):
    code = "from app.database import SessionLocal\nasync def f():\n    session = SessionLocal()\n"

    (violation,) = found('open = "provider"', code)

    assert violation.label == "app.orders.f: session = SessionLocal() (nothing closes it)"
    assert violation.message == "a session is opened that is not closed on every path (leak)"
    assert violation.advice == "`async with session_scope() as session:`"


def test_the_sentence_says_what_the_zone_may_do(read):
    zone, _ = read('open = "provider"\nforbid = ["hold"]')

    assert zone.sentence() == (
        "app.orders may have db sessions by inject or provider only; "
        "in app.orders these are forbidden for db sessions: hold"
    )


def test_all_rules_of_a_rules_file_share_one_reading_of_a_file(read):
    resources = f'{DB}preset = "sqlite3"\n[tool.archguard.resources.two]\npreset = "django"'
    one, _ = read('open = "with"', resources)
    two, _ = read('resource = "two"\nopen = "with"', resources)

    assert one.needs() == two.needs()


def test_a_file_that_does_not_parse_hides_nothing(read):
    zone, _ = read('open = "with"\nmodules = ["app"]')
    code = "from app.database import SessionLocal\ndb = SessionLocal()"
    codebase = codebase_of({**APPLICATION, "app/orders.py": code, "app/broken.py": "def"}, zone.needs())

    assert [v.check for v in zone.check(codebase)] == ["leak"]


def test_a_dependency_that_is_only_imported_exists(found):
    code = """
        from typing import Annotated
        from elsewhere import lend_session
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession

        async def f(db: Annotated[AsyncSession, Depends(lend_session)]): ...
    """
    resources = f'{DB}preset = "sqlalchemy-async"\ndependencies = ["*lend_session"]'

    (violation,) = found('open = "never"', code, resources, {"app/__init__.py": ""})

    assert violation.check == "annotated"


@pytest.mark.parametrize(
    ("inject", "written", "advice"),
    [
        ("annotated", "db: AsyncSession = Depends(get_db)", "`db: Annotated[AsyncSession, Depends(get_db)]`"),
        ("default", "db: Annotated[AsyncSession, Depends(get_db)]", "`db = Depends(get_db)`"),
        ("alias", "db: AsyncSession = Depends(get_db)", "`db: DbSession`"),
    ],
)
def test_the_advice_is_a_form_that_the_rule_allows(found, inject, written, advice):
    code = f"""
        from typing import Annotated
        from app.database import get_db
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession

        async def f({written}): ...
    """

    (violation,) = found(f'open = "inject"\ninject = "{inject}"', code)

    assert violation.advice == advice


def test_without_an_alias_the_advice_names_the_dependency(found):
    code = "from app.database import SessionLocal\nasync def f():\n    async with SessionLocal() as db: ...\n"
    resources = f'{DB}preset = "sqlalchemy-async"\nhome = ["app.database"]\ndependencies = ["app.database.get_db"]'

    (violation,) = found('open = "inject"', code, resources)

    assert violation.advice == "`db: Annotated[AsyncSession, Depends(get_db)]`"
