"""Every acquisition has exactly one form."""

from __future__ import annotations

import textwrap

import pytest

SYNC = """
[tool.archguard.resources.db]
preset = "sqlalchemy"
home = ["app.database"]
factories = ["app.database.SessionLocal"]
providers = ["app.database.session_scope"]
dependencies = ["app.database.get_db"]
"""
DATABASE = {
    "app/__init__.py": "",
    "app/database.py": """
from contextlib import contextmanager
from sqlalchemy.orm import sessionmaker
SessionLocal = sessionmaker()
def get_db():
    with SessionLocal() as db:
        yield db
@contextmanager
def session_scope():
    with SessionLocal() as db:
        yield db
""",
}
HEAD = "from contextlib import *\nfrom app.database import SessionLocal, session_scope, get_db\n"


def of(forms, body: str) -> list[str]:
    code = HEAD + "def f(db=None, stack=None, self=None):\n" + textwrap.indent(textwrap.dedent(body), "    ")
    return [form for form, _ in forms(code, resources=SYNC, application=DATABASE)]


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ("with", "with SessionLocal() as db: pass"),
        ("with", "with SessionLocal(): pass"),
        ("with", "with closing(SessionLocal()) as db: pass"),
        ("with", "with ExitStack() as stack:\n    db = stack.enter_context(SessionLocal())"),
        ("with", "db = stack.enter_context(closing(SessionLocal()))"),
        ("with", "with (SessionLocal() if db is None else nullcontext(db)) as db: pass"),
        ("with", "db = SessionLocal()\nwith db: pass"),
        ("with", "db = SessionLocal()\nwith closing(db): pass"),
        ("with", "db = SessionLocal()\nstack.enter_context(db)"),
        ("with", "with SessionLocal().begin(): pass"),
        ("provider", "with SessionLocal.begin() as db: pass"),
        ("provider", "with session_scope() as db: pass"),
        ("provider", "db = stack.enter_context(session_scope())"),
        ("provider", "scope = session_scope()\nwith scope as db: pass"),
        ("provider", "return session_scope()"),
        ("finally", "db = SessionLocal()\ntry:\n    pass\nfinally:\n    db.close()"),
        ("finally", "try:\n    db = SessionLocal()\nfinally:\n    if db: db.close()"),
        ("finally", "if db is None:\n    db = SessionLocal()\ntry:\n    pass\nfinally:\n    db.close()"),
        ("finally", "db = db or SessionLocal()\ntry:\n    pass\nfinally:\n    db.close()"),
        ("finally", "db = SessionLocal()\ntry:\n    return db.all()\nfinally:\n    with suppress(Error): db.close()"),
        ("finally", "db = SessionLocal()\ntry:\n    yield db\nfinally:\n    db.close()"),
        ("finally", "db = SessionLocal()\nstack.callback(db.close)"),
        ("escape", "return SessionLocal()"),
        ("escape", "yield SessionLocal()"),
        ("escape", "db = SessionLocal()\nreturn db"),
        ("escape", "db = SessionLocal()\nreturn db, True"),
        ("escape", "db = SessionLocal()\nyield db"),
        ("escape", "with SessionLocal() as db:\n    return db"),
        ("escape", "return lambda: SessionLocal()"),
        ("manual", "db = next(get_db())"),
        ("manual", "db = get_db().__next__()"),
        ("manual", "g = get_db()\ndb = next(g)"),
        ("manual", "for db in get_db(): pass"),
        ("manual", "db = session_scope().__enter__()"),
        ("manual", "scope = session_scope()\ndb = scope.__enter__()"),
        ("leak", "db = SessionLocal()"),
        ("leak", "db = SessionLocal()\ndb.close()"),
        ("leak", "db = SessionLocal()\ntry:\n    pass\nexcept ValueError:\n    db.close()"),
        ("leak", "SessionLocal().query()"),
        ("leak", "run(SessionLocal())"),
        ("leak", "run(db=SessionLocal())"),
        ("leak", "SessionLocal()"),
        ("leak", "if db is None:\n    db = SessionLocal()\nreturn db.all()"),
        ("leak", "session_scope()"),
        ("leak", "db = session_scope()\ndb.all()"),
    ],
)
def test_each_shape_has_its_form(forms, form, body):
    assert of(forms, body) == [form]


def test_a_listed_dependency_may_be_outside_home(found):
    code = """
        from app.database import session_scope, SessionLocal
        async def get_db():
            async with session_scope() as db:
                yield db
        def other():
            db = SessionLocal()
            yield db
    """
    resources = """
[tool.archguard.resources.db]
preset = "sqlalchemy-async"
home = ["app.database"]
factories = ["app.database.SessionLocal"]
providers = ["app.database.session_scope"]
dependencies = ["app.orders.get_db"]
"""

    assert [(v.check, v.scope) for v in found('open = "never"\nforbid = ["escape"]', code, resources)] == [
        ("escape", "other")
    ]


def test_home_may_do_anything(found):
    code = {"app/database/__init__.py": "", "app/database/sessions.py": "x = 1", "app/orders.py": "y = 2"}
    application = {"app/__init__.py": "", **code}
    application["app/database/sessions.py"] = (
        "from sqlalchemy.ext.asyncio import async_sessionmaker\nSessionLocal = async_sessionmaker()\ndb = SessionLocal()\n"
    )
    resources = """
[tool.archguard.resources.db]
preset = "sqlalchemy-async"
home = ["app.database"]
"""

    assert found('open = "never"\nforbid = ["engine"]\nmodules = ["app"]', {}, resources, application) == []


def test_a_factory_in_depends_leaks(found):
    code = """
        from fastapi import Depends
        from app.database import SessionLocal
        def show(db=Depends(SessionLocal)): ...
    """

    (violation,) = found('open = "any"\nforbid = ["leak"]', code)

    assert (violation.check, violation.scope, violation.sites[0].line) == ("leak", "show", 4)


@pytest.mark.parametrize(
    ("opens", "allowed"),
    [
        ("never", []),
        ("inject", ["alias"]),
        ("provider", ["alias", "provider"]),
        ("with", ["alias", "provider", "with"]),
        ("finally", ["alias", "provider", "with", "finally"]),
        ("any", ["alias", "provider", "with", "finally", "escape", "leak"]),
    ],
)
def test_the_scale_allows_what_is_stricter(found, opens, allowed):
    code = """
        from app.database import SessionLocal, session_scope, get_db
        from app.dependencies import DbSession
        async def alias(db: DbSession): ...
        async def provider():
            async with session_scope() as db: ...
        async def with_():
            async with SessionLocal() as db: ...
        async def finally_():
            db = SessionLocal()
            try: ...
            finally: await db.close()
        def escape(): return SessionLocal()
        def leak(): db = SessionLocal()
        async def manual(): db = await anext(get_db())
    """
    everything = ["alias", "provider", "with", "finally", "escape", "leak", "manual"]

    violations = found(f'open = "{opens}"\nforbid = ["bare_provider"]', code)

    assert [v.check for v in violations if v.check not in allowed] == [v.check for v in violations]
    assert {v.check for v in violations} == set(everything) - set(allowed)


@pytest.mark.parametrize(
    ("inject", "objections"),
    [
        ("any", []),
        ("default", ["alias", "annotated"]),
        ("annotated", ["default"]),
        ("alias", ["default", "annotated"]),
    ],
)
def test_inject_says_which_injection(found, inject, objections):
    code = """
        from typing import Annotated
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import get_db
        from app.dependencies import DbSession
        Other = Annotated[AsyncSession, Depends(get_db)]
        async def a(db: DbSession): ...
        async def b(db: AsyncSession = Depends(get_db)): ...
        async def c(db: Annotated[AsyncSession, Depends(get_db)]): ...
        async def d(db: "AsyncSession | None"): ...
    """

    assert sorted(v.check for v in found(f'open = "inject"\ninject = "{inject}"', code)) == sorted(objections)


def test_an_alias_other_than_the_one_is_no_alias(found):
    code = """
        from typing import Annotated
        from fastapi import Depends
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import get_db
        Other = Annotated[AsyncSession, Depends(get_db)]
        async def a(db: Other): ...
    """

    (violation,) = found('open = "inject"\ninject = "alias"', code)

    assert violation.check == "annotated"
    assert violation.advice == "`db: DbSession`"


@pytest.mark.parametrize(
    ("preset", "code", "expected"),
    [
        ("sqlite3", "import sqlite3\nwith sqlite3.connect('x') as db: ...", "leak"),
        ("sqlite3", "import sqlite3\nfrom contextlib import closing\nwith closing(sqlite3.connect('x')) as db: ...", "with"),
        ("sqlite3", "import sqlite3\ndef f():\n    db = sqlite3.connect('x')\n    with db: ...", "leak"),
        ("psycopg2", "import psycopg2\nwith psycopg2.connect('x') as db: ...", "leak"),
        ("psycopg2", "import psycopg2\nfrom contextlib import closing\nwith closing(psycopg2.connect('x')): ...", "with"),
        ("psycopg", "import psycopg\nwith psycopg.connect('x') as db: ...", "with"),
        ("psycopg", "import psycopg\nasync def f():\n    async with await psycopg.AsyncConnection.connect('x'): ...", "with"),
        ("psycopg", "from psycopg_pool import ConnectionPool\ndef f(p: ConnectionPool):\n    with p.connection(): ...", "provider"),
        ("psycopg", "from psycopg_pool import ConnectionPool\np = ConnectionPool()\ndef f():\n    c = p.getconn()\n"
                    "    try: ...\n    finally: p.putconn(c)", "finally"),
        ("psycopg", "from psycopg_pool import ConnectionPool\ndef f(p: ConnectionPool):\n    with p.getconn(): ...", "leak"),
        ("psycopg", "from psycopg_pool import ConnectionPool\ndef f(p: ConnectionPool):\n    c = p.getconn()\n    with c: ...", "leak"),
        ("asyncpg", "import asyncpg\nasync def f():\n    async with asyncpg.connect() as c: ...", "leak"),
        ("asyncpg", "async def f(pool):\n    async with pool.acquire() as c: ...", "with"),
        ("asyncpg", "async def f(pool):\n    c = await pool.acquire()\n    try: ...\n    finally: await pool.release(c)", "finally"),
        ("asyncpg", "async def f(pool):\n    c = await pool.acquire()\n    await pool.release(c)", "leak"),
        ("aiosqlite", "import aiosqlite\nasync def f():\n    async with aiosqlite.connect('x') as c: ...", "with"),
        ("aiosqlite", "import aiosqlite\nasync def f():\n    c = await aiosqlite.connect('x')", "leak"),
        ("sqlmodel", "from sqlmodel import Session\ndef f(e):\n    with Session(e) as s: ...", "with"),
        ("sqlmodel", "from sqlmodel import Session\ndef f(e):\n    s = Session(e)", "leak"),
        ("django", "from django.db import connection\nwith connection.cursor() as c: ...", "with"),
        ("django", "from django.db import connections\nc = connections['x'].cursor()", "leak"),
    ],
)  # fmt: skip
def test_each_driver_is_judged_by_what_its_with_does(forms, preset, code, expected):
    resources = f'[tool.archguard.resources.db]\npreset = "{preset}"'

    assert [form for form, _ in forms(code, resources=resources, application={"app/__init__.py": ""})] == [expected]


def test_the_table_can_say_otherwise_about_with(forms):
    resources = '[tool.archguard.resources.db]\npreset = "sqlite3"\nreleases = true'
    code = "import sqlite3\nwith sqlite3.connect('x') as db: ..."

    assert forms(code, resources=resources, application={"app/__init__.py": ""}) == [("with", 2)]


def test_a_session_kept_by_an_owner_that_closes_it_escapes(forms):
    code = """
        from app.database import SessionLocal
        class Unit:
            def __enter__(self):
                self.db = SessionLocal()
            def __exit__(self, *e):
                self.db.close()
        class Other:
            def __init__(self):
                self.db = SessionLocal()
    """

    assert forms(code, resources=SYNC, application=DATABASE) == [("escape", 5), ("leak", 10)]


def test_a_step_by_hand_is_shown_with_its_variable_and_what_to_write_instead(found) -> None:
    violations = found(
        'open = "provider"',
        """
        from app.database import get_db
        async def by_hand():
            db = await anext(get_db())
            await get_db().__anext__()
        """,
    )
    assert [(v.label, v.advice) for v in violations] == [
        ("app.orders.by_hand: db = anext(get_db())", "`async with session_scope() as db:`"),
        ("app.orders.by_hand: get_db().__anext__()", "`async with session_scope() as db:`"),
    ]


@pytest.mark.parametrize(
    ("preset", "code", "advice"),
    [
        ("asyncpg", "import asyncpg\nasync def f():\n    c = await asyncpg.connect()", "close `c` in `finally`; it is no context manager"),
        ("asyncpg", "async def f(pool):\n    c = await pool.acquire()", "`async with pool.acquire() as c:`"),
        ("psycopg", "import psycopg\ndef f():\n    c = psycopg.connect()", "`with psycopg.connect() as c:`"),
        ("psycopg", "import psycopg\nasync def f():\n    c = await psycopg.AsyncConnection.connect()",
         "`async with await psycopg.AsyncConnection.connect() as c:`"),
        ("psycopg", "from psycopg_pool import ConnectionPool\ndef f(p: ConnectionPool):\n    c = p.getconn()", "`with p.connection() as c:`"),
        ("psycopg2", "import psycopg2\ndef f():\n    c = psycopg2.connect()", "`with contextlib.closing(psycopg2.connect()) as c:`"),
        ("aiosqlite", "import aiosqlite\nasync def f():\n    c = await aiosqlite.connect('x')", "`async with aiosqlite.connect() as c:`"),
    ],
)  # fmt: skip
def test_the_advice_is_right_for_the_driver(found, preset, code, advice):
    resources = f'[tool.archguard.resources.db]\npreset = "{preset}"'

    (violation,) = found('forbid = ["leak"]', code, resources, {"app/__init__.py": ""})

    assert violation.advice == advice


@pytest.mark.parametrize(
    ("preset", "code", "advice"),
    [
        ("asyncpg", "async def f(c: asyncpg.Connection):\n    c.execute('x')", "`await c.execute()`"),
        ("aiosqlite", "async def f():\n    with aiosqlite.connect('x') as c: ...", "`async with`"),
        ("aiosqlite", "def f():\n    c = aiosqlite.connect('x')", "`async def`"),
        ("sqlite3", "async def f():\n    c = sqlite3.connect('x')", "open an asynchronous session, or move this to a plain `def` and run it in a thread"),
    ],
)  # fmt: skip
def test_a_mismatch_says_what_to_write(found, preset, code, advice):
    resources = f'[tool.archguard.resources.db]\npreset = "{preset}"'

    (violation,) = found('forbid = ["async_mismatch"]', f"import {preset}\n{code}", resources, {"app/__init__.py": ""})

    assert violation.advice == advice


def test_a_session_that_is_returned_from_inside_its_provider_is_closed_for_the_caller(forms):
    code = """
        from app.database import session_scope

        async def f():
            async with session_scope() as db:
                return db

        async def g():
            async with session_scope() as db:
                return db.info
    """
    assert forms(code) == [("escape", 5), ("provider", 9)]


def test_a_factory_that_is_known_by_its_name_has_a_begin(forms):
    resource = """
        [tool.archguard.resources.db]
        preset = "sqlalchemy-async"
        home = ["app.database"]
        factories = ["*.session_factory"]
    """
    code = """
        async def f(ctx):
            async with ctx.app.state.session_factory.begin() as db:
                pass
    """
    assert forms(code, resources=resource) == [("provider", 3)]
