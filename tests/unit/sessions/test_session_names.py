"""A factory is found under whatever name it is called."""

from __future__ import annotations

import pytest

PLAIN = """
[tool.archguard.resources.db]
preset = "sqlalchemy-async"
home = ["app.database"]
factories = ["app.database.SessionLocal"]
"""
POOL = """
[tool.archguard.resources.db]
preset = "asyncpg"
"""


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("from app.database import SessionLocal\nx = SessionLocal()", id="plain"),
        pytest.param("from app.database import SessionLocal as Make\nx = Make()", id="renamed"),
        pytest.param("import app.database\nx = app.database.SessionLocal()", id="module"),
        pytest.param("import app.database as d\nx = d.SessionLocal()", id="module renamed"),
        pytest.param("from app import database\nx = database.SessionLocal()", id="module from package"),
        pytest.param("from .database import SessionLocal\nx = SessionLocal()", id="relative"),
        pytest.param("from . import database\nx = database.SessionLocal()", id="relative module"),
        pytest.param("from app.database import *\nx = SessionLocal()", id="star"),
        pytest.param("from app.database import SessionLocal\nmake = SessionLocal\nx = make()", id="alias"),
        pytest.param("from app.database import SessionLocal\na = SessionLocal\nb = a\nx = b()", id="alias of alias"),
        pytest.param("def f():\n    from app.database import SessionLocal\n    x = SessionLocal()", id="in a function"),
        pytest.param(
            "from functools import partial\nfrom app.database import SessionLocal\nmake = partial(SessionLocal, a=1)\n"
            "x = make()",
            id="partial",
        ),
        pytest.param("from app.database import SessionLocal\ndef f(make=SessionLocal):\n    x = make()", id="default"),
        pytest.param("from sqlalchemy.ext.asyncio import AsyncSession\nx = AsyncSession()", id="the class itself"),
        pytest.param(
            "from sqlalchemy.ext.asyncio import AsyncSession\nclass S(AsyncSession): pass\nx = S()", id="a subclass"
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\nMake = async_sessionmaker()\nx = Make()",
            id="derived",
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\nx = async_sessionmaker()()", id="derived at once"
        ),
        pytest.param(
            "from sqlalchemy.orm import sessionmaker\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
            "Make = sessionmaker(class_=AsyncSession)\nx = Make()",
            id="derived by class_",
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\ndef f(e):\n    make = async_sessionmaker(e)\n"
            "    x = make()",
            id="derived in a function",
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\ndef maker(): return async_sessionmaker()\n"
            "Make = maker()\nx = Make()",
            id="derived by a function",
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\nMake = None\ndef init(e):\n    global Make\n"
            "    Make = async_sessionmaker(e)\ndef f():\n    x = Make()",
            id="derived global",
        ),
        pytest.param(
            "from app.database import SessionLocal\nclass A:\n    def __init__(self): self.make = SessionLocal\n"
            "    def f(self): x = self.make()",
            id="kept on self",
        ),
        pytest.param(
            "from app.database import SessionLocal\nclass A:\n    def __init__(self): self.make = SessionLocal\n"
            "class B(A):\n    def f(self): x = self.make()",
            id="kept on self by the base class",
        ),
        pytest.param(
            "from sqlalchemy.ext.asyncio import async_sessionmaker\nclass A:\n"
            "    def __init__(self, e): self.make = async_sessionmaker(e)\n    def f(self): x = self.make()",
            id="derived on self",
        ),
        pytest.param(
            "from app.database import SessionLocal\nclass A:\n    def __init__(self, make=SessionLocal):\n"
            "        self.make = make\n    def f(self): x = self.make()",
            id="kept on self from a default",
        ),
        pytest.param(
            "from app.database import SessionLocal\nclass A:\n    make = SessionLocal\n    def f(self): x = self.make()",
            id="kept on the class",
        ),
    ],
)
def test_a_factory_is_found(forms, code):
    assert [line for form, line in forms(code, PLAIN) if form == "leak"] == [code.count("\n") + 1]


def test_re_exports_are_followed_over_several_packages(forms):
    code = {
        "app/a/__init__.py": "from .b import Make",
        "app/a/b/__init__.py": "from .c import Session as Make",
        "app/a/b/c.py": "from ...d import *",
        "app/d.py": "from app.database import SessionLocal\nSession = SessionLocal",
        "app/orders.py": "from app import a\nx = a.Make()",
    }

    assert forms(code, PLAIN) == [("leak", 2)]


def test_an_import_in_a_function_shadows_the_module(forms):
    code = """
        from app.database import SessionLocal

        def f():
            from app.fakes import SessionLocal
            x = SessionLocal()

        def g(SessionLocal):
            x = SessionLocal()
    """

    assert forms({"app/orders.py": code, "app/fakes.py": "class SessionLocal: ..."}, PLAIN) == []


def test_circular_imports_end(forms):
    code = {
        "app/a.py": "from app.b import x\ny = x",
        "app/b.py": "from app.a import y\nx = y",
        "app/orders.py": "from app.a import x\nz = x()\nfrom app.database import SessionLocal\nSessionLocal()",
    }

    assert forms(code, PLAIN) == [("leak", 4)]


def test_a_pool_is_told_from_a_semaphore(forms):
    code = """
        import asyncio
        import asyncpg

        semaphore = asyncio.Semaphore(3)

        class Store:
            def __init__(self, limit: asyncio.Semaphore, connections: asyncpg.Pool):
                self.limit = limit
                self.connections = connections
                self.pool = None

            async def load(self):
                await semaphore.acquire()
                await self.limit.acquire()
                c = await self.pool.acquire()
                d = await self.connections.acquire()

        async def main():
            db = await asyncpg.create_pool()
            c = await db.acquire()
    """

    assert forms(code, POOL) == [("leak", 16), ("leak", 17), ("leak", 21)]


def test_receivers_match_by_name_glob(forms):
    resources = (
        '[tool.archguard.resources.db]\npreset = "sqlalchemy"\nfactories = ["*.session_factory", "*.db.get_session"]'
    )
    code = """
        class A:
            def f(self, session_factory):
                a = self.session_factory()
                b = self.db.get_session()
                c = session_factory()
                d = self.other.get_session()
    """

    assert forms(code, resources) == [("leak", 4), ("leak", 5), ("leak", 6)]


def test_a_method_that_returns_a_session_makes_its_callers_responsible(forms):
    code = """
        from app.database import SessionLocal

        class A:
            def session(self):
                return SessionLocal()

            def other(self):
                db = SessionLocal()
                return db

            async def f(self):
                db = self.session()
                async with self.other() as db2:
                    pass

        async def g(a: A):
            db = a.session()
            async with a.session() as db: ...

        async def h():
            db = A().session()
    """

    assert forms(code, PLAIN) == [
        ("escape", 6), ("escape", 9), ("leak", 13), ("with", 14), ("leak", 18), ("with", 19), ("leak", 22),
    ]  # fmt: skip


def test_callers_in_other_modules_are_found_too(forms):
    code = {
        "app/store.py": "from app.database import SessionLocal\nclass Store:\n"
        "    def open(self): return SessionLocal()\ndef new(): return Store().open()",
        "app/orders.py": "from app.store import Store, new\nclass A(Store):\n    def f(self):\n        x = self.open()\n"
        "y = new()",
    }

    assert forms(code, PLAIN) == [("leak", 4), ("leak", 5)]


def test_a_generator_that_yields_a_session_is_found_without_being_listed(forms):
    code = """
        from contextlib import contextmanager, asynccontextmanager
        from fastapi import Depends
        from app.database import SessionLocal

        async def give():
            async with SessionLocal() as db:
                yield db

        @asynccontextmanager
        async def lend():
            async with SessionLocal() as db:
                yield db

        borrow = asynccontextmanager(give)

        async def f(db=Depends(give)):
            async with lend() as a, borrow() as b, asynccontextmanager(give)() as c:
                pass
            d = await anext(give())
    """

    assert forms(code, PLAIN) == [
        ("with", 7), ("with", 12), ("default", 17), ("provider", 18), ("provider", 18), ("provider", 18),
        ("manual", 20),
    ]  # fmt: skip


def test_what_cannot_be_resolved_is_not_guessed(forms):
    code = """
        from elsewhere import make, SessionLocal

        def f(make_session, registry):
            a = make()
            b = SessionLocal()
            c = make_session()
            d = registry["db"]()
            e = getattr(registry, f"{c}")()
    """

    assert forms(code, PLAIN) == []


@pytest.mark.parametrize(
    ("helper", "code"),
    [
        pytest.param("make = SessionLocal", "from app.h import make\nx = make()", id="alias"),
        pytest.param("make = SessionLocal", "from app import h\nx = h.make()", id="alias by module"),
        pytest.param("make = SessionLocal", "from app.h import *\nx = make()", id="alias by star"),
        pytest.param("def make(): return SessionLocal()", "from app.again import make as m\nx = m()", id="re-exported"),
        pytest.param(
            "class Base:\n    def open(self): return SessionLocal()",
            "from app.h import Base\nclass A(Base):\n    def f(self): x = self.open()",
            id="inherited helper",
        ),
        pytest.param(
            "class Store:\n    def open(self): return SessionLocal()",
            "from app.h import Store\ndef f(s: Store): x = s.open()",
            id="helper of a parameter",
        ),
        pytest.param(
            "from contextlib import contextmanager\n@contextmanager\ndef lend():\n    with SessionLocal() as s:\n        yield s",
            "from app.h import lend\nx = next(lend())",
            id="derived provider",
        ),
    ],
)  # fmt: skip
def test_a_module_without_any_word_of_the_resource_is_not_overlooked(found, helper, code):
    files = {"app/h.py": f"from app.database import SessionLocal\n{helper}", "app/orders.py": code,
             "app/again.py": "from app.h import *"}  # fmt: skip

    violations = found('open = "any"\nforbid = ["leak"]\nmodules = ["=app.orders"]', files, PLAIN)

    assert [v.sites[0].line for v in violations] == [code.count("\n") + 1]


@pytest.mark.parametrize(
    ("helper", "code"),
    [
        pytest.param(
            "Handle = AsyncSession | None", "from app.h import Handle\nasync def f(db: Handle): await db.commit()", id="type"
        ),
        pytest.param(
            "class Base:\n    def __init__(self, db: AsyncSession): self.db = db",
            "from app.h import Base\nclass A(Base):\n    async def f(self): await self.db.commit()",
            id="inherited attribute",
        ),
        pytest.param(
            "class Mine(AsyncSession): ...", "from app.h import Mine\nasync def f(db: Mine): await db.commit()", id="subclass"
        ),
        pytest.param(
            "shared = AsyncSession()", "from app.h import shared\nasync def f(): await shared.commit()", id="global"
        ),
    ],
)  # fmt: skip
def test_a_session_that_is_held_under_another_name_is_not_overlooked(found, helper, code):
    files = {"app/h.py": f"from sqlalchemy.ext.asyncio import AsyncSession\n{helper}", "app/orders.py": code}

    (violation,) = found('forbid = ["transaction"]', files, PLAIN)

    assert violation.sites[0].line == code.count("\n") + 1


@pytest.mark.parametrize(
    "body",
    [
        "db = other()\n    db.commit()",
        "db, count = other(), 1\n    db.commit()",
        "with other() as db:\n        db.commit()",
        "for db in others():\n        db.commit()",
        "def inner():\n        db = other()\n        db.commit()\n    inner()",
    ],
    ids=["assigned", "in a tuple", "by with", "by a loop", "in a function inside"],
)
def test_a_variable_that_hides_a_session_of_the_module_is_none(found, body):
    code = f"from app.database import SessionLocal\nfrom app.remote import other, others\ndb = SessionLocal()\ndef f():\n    {body}\n"
    assert found('open = "any"\nforbid = ["transaction"]', code) == []
    assert len(found('open = "any"\nforbid = ["transaction"]', code.replace("db = other", "x = other"))) == (
        "db = other" in body
    )


def test_a_variable_that_hides_a_session_of_the_function_around_is_none(found):
    code = """
        from app.database import AsyncSession
        from app.remote import other

        def f(db: AsyncSession):
            def inner():
                db = other()
                db.commit()
            inner()
    """
    assert found('open = "any"\nforbid = ["transaction"]', code) == []


@pytest.mark.parametrize(
    "body",
    [
        "if (SessionLocal := other()):\n        SessionLocal()",
        "if (SessionLocal := None):\n        SessionLocal()",
        "try:\n        other()\n    except ValueError as SessionLocal:\n        SessionLocal()",
        "match other():\n        case [SessionLocal]:\n            SessionLocal()",
        "match other():\n        case [*SessionLocal]:\n            SessionLocal()",
        "match other():\n        case {**SessionLocal}:\n            SessionLocal()",
        "match other():\n        case str() as SessionLocal:\n            SessionLocal()",
        "return [SessionLocal() for SessionLocal in other()]",
        "return {k: SessionLocal() for k, SessionLocal in other()}",
        "return lambda *SessionLocal: SessionLocal()",
        "return lambda SessionLocal: SessionLocal()",
    ],
)
def test_a_name_that_is_bound_otherwise_is_no_factory(forms, body):
    code = f"from app.database import SessionLocal\nfrom app.remote import other\ndef f():\n    {body}\n"
    assert forms(code) == []


def test_what_is_looped_over_first_is_evaluated_outside(forms):
    code = "from app.database import SessionLocal\ndef f():\n    return [SessionLocal for SessionLocal in SessionLocal()]\n"
    assert forms(code) == [("leak", 3)]
    in_loop = code.replace("    return", "    for _ in 'ab':\n        yield")
    assert forms(in_loop) == [("leak", 4)]


def test_a_name_that_is_declared_global_is_that_of_the_module(forms):
    code = """
        from app.database import SessionLocal

        def f(q):
            SessionLocal = q
            def inner():
                global SessionLocal
                SessionLocal()
            inner()
    """
    assert forms(code) == [("leak", 8)]


@pytest.mark.parametrize(
    "parameter",
    ["db: Annotated[AsyncSession, D(get_db)]", "db=D(get_db)", "db: AsyncSession = D(get_db)", "db=fa.Depends(get_db)"],
)
def test_depends_may_be_called_otherwise(found, parameter):
    code = (
        "from typing import Annotated\nimport fastapi as fa\nfrom fastapi import Depends as D\n"
        f"from sqlalchemy.ext.asyncio import AsyncSession\nfrom app.database import get_db\ndef f({parameter}): ...\n"
    )
    assert [violation.check in ("annotated", "default") for violation in found('open = "never"', code)] == [True]
