"""What the words of `forbid` find, and what they leave alone."""

from __future__ import annotations

import re

import pytest

SYNC = """
[tool.archguard.resources.db]
preset = "sqlalchemy"
home = ["app.database"]
factories = ["app.database.SessionLocal"]
providers = ["app.database.session_scope"]
names = ["db", "session", "g.db"]
"""
DATABASE = {
    "app/__init__.py": "",
    "app/database.py": """
from contextlib import contextmanager
from sqlalchemy.orm import sessionmaker, scoped_session
SessionLocal = scoped_session(sessionmaker())
@contextmanager
def session_scope():
    with SessionLocal() as db:
        yield db
""",
}


@pytest.fixture
def lines(found):
    """The lines on which one word finds something, with a synchronous resource."""

    def judge(word: str, code: str, resources: str = SYNC) -> list[int]:
        application = DATABASE if resources is SYNC else None
        keywords = {"application": application} if application else {}
        violations = found(f'forbid = ["{word}"]', code, resources, **keywords)
        return sorted(v.sites[0].line for v in violations if v.check == word)

    return judge


def test_hold_finds_sessions_that_are_kept(lines):
    code = """
        from dataclasses import dataclass
        from typing import Protocol
        from sqlalchemy.orm import Session
        from app.database import SessionLocal, session_scope

        db = SessionLocal()

        class A:
            shared = SessionLocal()

            def __init__(self, db, other: Session, third):
                self.db = db
                self.other = other
                self.third = third
                self.make = SessionLocal
                with session_scope() as s:
                    self.s = s

        @dataclass
        class B:
            session: Session
            name: str

        class Has(Protocol):
            session: Session

        def f():
            global db
            db = SessionLocal()
            local = SessionLocal()
            copy = local
    """

    assert lines("hold", code) == [7, 10, 13, 14, 18, 22, 30]


def test_transaction_finds_methods_of_sessions_only(lines):
    code = """
        from sqlalchemy.orm import Session
        from app.database import SessionLocal, session_scope
        from flask import g

        def f(a: Session, db, other, repo, c: "Session | None" = None):
            a.commit()
            db.flush()
            other.commit()
            repo.flush()
            c.rollback()
            with a.begin(): ...
            g.db.commit()
            with session_scope() as s:
                s.commit()
            def inner():
                a.commit()
            SessionLocal.commit()
            SessionLocal().commit()
            with SessionLocal.begin() as t: ...

        class A:
            session: Session
            def f(self):
                self.session.commit()
                self.git.commit()
    """

    assert lines("transaction", code) == [7, 8, 11, 12, 13, 15, 17, 18, 19, 25]


def test_transaction_finds_a_session_that_is_kept_on_self(lines):
    code = """
        from sqlalchemy.orm import Session
        from app.database import SessionLocal

        class A:
            def __init__(self, given: Session, db, other):
                self.given = given
                self.db = db
                self.other = other
                self.own = SessionLocal()

            def f(self):
                self.given.commit()
                self.db.commit()
                self.other.commit()
                self.own.commit()
    """

    assert lines("transaction", code) == [13, 14, 16]


def test_a_name_counts_only_without_a_type_that_is_known(lines):
    code = """
        from requests import Session

        def f(session: Session, db: int):
            session.commit()
            db.commit()
    """

    assert lines("transaction", code) == []


def test_transactions_of_django_are_functions(found):
    code = """
        from django.db import transaction, connection

        @transaction.atomic
        def g(): ...

        def f():
            with transaction.atomic():
                pass
            transaction.commit()
            transaction.on_commit(f)
            connection.rollback()
    """
    resources = '[tool.archguard.resources.db]\npreset = "django"'

    violations = found('forbid = ["transaction"]', code, resources, {"app/__init__.py": ""})

    assert sorted(v.sites[0].line for v in violations) == [4, 8, 10, 12]


def test_engine_finds_engines_and_makers_outside_home(lines):
    code = """
        from sqlalchemy import create_engine
        from sqlalchemy.orm import sessionmaker, scoped_session
        import sqlalchemy as sa
        engine = create_engine("sqlite://")
        Make = scoped_session(sessionmaker(engine))
        other = sa.create_engine("sqlite://")
        from mine import create_engine as theirs
        third = theirs()
    """

    assert lines("engine", code) == [5, 6, 6, 7]


def test_share_finds_sessions_given_to_what_runs_beside(lines):
    code = """
        import asyncio
        import threading
        from concurrent.futures import ThreadPoolExecutor
        from sqlalchemy.orm import Session

        async def f(db: Session, background, x):
            await asyncio.gather(load(db), load(db))
            await asyncio.gather(db.execute(1), load(x))
            asyncio.create_task(load(x, session=db))
            async with asyncio.TaskGroup() as group:
                group.create_task(load(db))
            await asyncio.to_thread(load, db)
            await asyncio.to_thread(db.commit)
            threading.Thread(target=load, args=(db, 1)).start()
            ThreadPoolExecutor().submit(load, db)
            background.add_task(load, db)
            task.delay(db)
            await asyncio.gather(*(load(db, y) for y in x))
            await asyncio.wait_for(load(db), 3)
            await asyncio.gather(load(db.url), load(x))
            asyncio.create_task(load(x))
    """

    assert lines("share", code) == [8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19]


def test_async_mismatch_finds_a_synchronous_session_in_async_def(lines):
    code = """
        from sqlalchemy.orm import Session
        from app.database import SessionLocal, session_scope

        async def f():
            with SessionLocal() as db: ...
            with session_scope() as db: ...
            def inner():
                with SessionLocal() as db: ...
            await run(lambda: SessionLocal())

        async def g(db: Session): ...

        def h(db: Session): ...
    """

    assert lines("async_mismatch", code) == [6, 7, 12]


def test_async_mismatch_finds_an_asynchronous_session_that_is_not_awaited(found):
    code = """
        from sqlalchemy.ext.asyncio import AsyncSession
        from app.database import SessionLocal, session_scope

        def f():
            with SessionLocal() as db: ...
            db = SessionLocal()

        async def g(db: AsyncSession):
            db.commit()
            await db.commit()
            db.add(1)
            return db.execute(2)

        async def h():
            with session_scope() as db: ...
    """

    violations = found('forbid = ["async_mismatch"]', code)

    assert [v.sites[0].line for v in violations] == [6, 7, 16, 10]


@pytest.mark.parametrize(
    "body",
    [
        "async def f(db: AsyncSession):\n    db.execute(1)",
        "async def f(db: AsyncSession):\n    also = db\n    also.execute(1)",
        "async def f():\n    async with SessionLocal() as db:\n        db.execute(1)",
        "async def f():\n    async with session_scope() as db:\n        rows = db.execute(1)\n        rows.all()",
        "async def f():\n    SessionLocal().execute(1)",
        "class C:\n    def __init__(self, db: AsyncSession):\n        self.db = db\n    async def f(self):\n        self.db.execute(1)",
        "class C:\n    def __init__(self, db: AsyncSession):\n        self.db = db\n    async def f(self):\n        db = self.db\n        db.execute(1)",
        "class C:\n    db: AsyncSession\n    async def f(self):\n        return [row for row in self.db.execute(1)]",
        "class C:\n    db: AsyncSession\nasync def f(c: C):\n    c.db.execute(1).all()",
        "async def f(db=Depends(get_db)):\n    db.execute(1)",
    ],
)
def test_async_mismatch_finds_a_method_that_is_not_awaited_on(found, body):
    code = (
        "from fastapi import Depends\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
        f"from app.database import SessionLocal, get_db, session_scope\n{body}\n"
    )
    assert len(found('forbid = ["async_mismatch"]', code)) == 1
    awaited = re.sub(r"(\w[\w.()]*\.execute\(1\))", r"(await \1)", code)
    assert found('forbid = ["async_mismatch"]', awaited) == []


def test_bare_provider_finds_generators_without_decorator(found):
    code = {
        "app/more.py": "from app.database import SessionLocal\ndef lend():\n    with SessionLocal() as db:\n        yield db",
        "app/orders.py": "from app.more import lend\nfrom app.database import session_scope\ndef f():\n"
        "    with lend() as db: ...\n    with session_scope() as db: ...",
    }

    (violation,) = found('forbid = ["bare_provider"]', code)

    assert (violation.sites[0].line, violation.advice) == (
        4,
        "decorate lend with @contextmanager or @asynccontextmanager",
    )


def test_commit_in_loop_leaves_a_session_of_the_loop_alone(lines):
    code = """
        from sqlalchemy.orm import Session
        from app.database import session_scope

        def f(db: Session, xs):
            for x in xs:
                db.commit()
            for x in xs:
                with session_scope() as s:
                    s.commit()
            while True:
                for x in xs:
                    pass
                db.commit()
            with session_scope() as s:
                for x in xs:
                    s.add(x)
                else:
                    s.commit()
            db.commit()
    """

    assert lines("commit_in_loop", code) == [7, 14]


def test_commit_in_loop_looks_at_the_session_that_was_bound_last(lines):
    code = """
        from app.database import SessionLocal

        def f(db, xs):
            for x in xs:
                db = SessionLocal()
                db.commit()
    """

    assert lines("commit_in_loop", code) == []


def test_words_are_silent_in_home(found):
    code = {
        "app/database.py": "from sqlalchemy.ext.asyncio import AsyncSession\n"
        "async def f(db: AsyncSession):\n    await db.commit()\nSessionLocal = AsyncSession\nsession_scope = get_db = f",
        "app/orders.py": "",
    }

    assert found('forbid = ["transaction"]\nmodules = ["app"]', code) == []


DJANGO = """
[tool.archguard.resources.db]
preset = "django"
"""


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("from django.db.transaction import atomic as at\n@at\ndef f(): ...\n", 2),
        ("from django.db.transaction import atomic as at\n@at(using='x')\ndef f(): ...\n", 2),
        ("from django.db.transaction import atomic as at\ndef f():\n    with at(): ...\n", 3),
        ("from django.db.transaction import commit as save\ndef f():\n    save()\n", 3),
        ("from django.db import transaction as t\n@t.atomic\ndef f(): ...\n", 2),
    ],
)
def test_transaction_finds_the_functions_of_a_driver_under_other_names(found, code, line):
    (violation,) = found('open = "any"\nforbid = ["transaction"]', code, DJANGO)
    assert violation.sites[0].line == line


def test_transaction_finds_a_function_of_a_driver_that_another_module_renames(found):
    files = {
        "app/more.py": "from django.db.transaction import atomic as at\n",
        "app/orders.py": "from app.more import at\n@at\ndef f():\n    with at(): ...\n",
    }
    violations = found('open = "any"\nforbid = ["transaction"]', files, DJANGO)
    assert [violation.sites[0].line for violation in violations] == [4, 2]


@pytest.mark.parametrize(
    "call",
    [
        "pool.submit(lambda: db.execute(1))",
        "Thread(target=lambda: db.execute(1)).start()",
        "pool.submit(lambda: load(db, 1))",
        "gather(*[to_thread(lambda: db.execute(1))])",
    ],
)
def test_share_finds_a_session_that_a_lambda_takes_along(found, call):
    code = f"from sqlalchemy.ext.asyncio import AsyncSession\ndef f(db: AsyncSession, pool):\n    {call}\n"
    assert [v.sites[0].line for v in found('open = "any"\nforbid = ["share"]', code)] == [3]
    own = code.replace("lambda:", "lambda db:")
    assert found('open = "any"\nforbid = ["share"]', own) == []
