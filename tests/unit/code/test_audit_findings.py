"""What audits of back ends keep finding, each as a table of a few lines, with code that is bad and code that is not."""

from __future__ import annotations

from typing import Any

import pytest

# name, table, code that violates it (each line with a violation ends in `# !`), code that does not.
FINDINGS: list[tuple[str, str, str, str]] = [
    (
        "HTML in Python",
        r"literals = ['(?i)</?(div|html|table|span|p|a)\b[^>]*>']",
        """
        def page(name):
            return f"<div class='{name}'>hello</div>"  # !
        """,
        '''
        def page(name):
            """Renders the <div> around a name."""
            return render("name.html", less=1 < 2 > 0, name=name)
        ''',
    ),
    (
        "decisions on the text of an exception",
        """forbid = ['"$..." in str($E)', '"$..." in $E.args[0]', 'str($E).startswith($...)']""",
        """
        try:
            load()
        except ValueError as error:
            if "not found" in str(error):  # !
                pass
            if str(error).startswith("gone"):  # !
                pass
        """,
        """
        try:
            load()
        except NotFound as error:
            log.info("not found: %s", str(error))
            if error.code in CODES:
                pass
        """,
    ),
    (
        "raise Exception",
        'forbid = ["raise Exception($...)", "raise BaseException($...)"]',
        """
        def f(error):
            raise Exception("no such device")  # !
        def g(error):
            raise Exception from error  # !
        """,
        """
        def f(error):
            raise DeviceError("no such device")
        def g():
            raise
        """,
    ),
    (
        "swallowed exceptions",
        """
        forbid = ["except Exception", "except BaseException", "except"]
        swallows = true
        """,
        """
        try:
            load()
        except Exception:  # !
            pass
        try:
            load()
        except (KeyError, Exception) as error:  # !
            result = None
        try:
            load()
        except:  # !
            print("failed")
        """,
        """
        try:
            load()
        except KeyError:
            pass
        try:
            load()
        except Exception:
            logger.exception("load")
        try:
            load()
        except Exception:
            await logger.aerror("load")
        try:
            load()
        except Exception as error:
            problems.append(error)
        try:
            load()
        except Exception:
            cleanup()
            raise
        """,
    ),
    (
        "HTTP calls without a timeout",
        """
        calls = ["requests.*", "httpx.get", "httpx.post"]
        unless_keyword = ["timeout"]
        """,
        """
        import requests
        from requests import get as fetch
        def f(url):
            requests.post(url, json={})  # !
            fetch(url)  # !
            from httpx import get
            get(url)  # !
        """,
        """
        import requests
        def f(url, requests_seen, **options):
            requests.post(url, timeout=5)
            requests.get(url, **options)
            requests_seen.append(url)
        def g(requests):
            requests.append(1)
        """,
    ),
    (
        "calls of a language model that may hang",
        """
        forbid = ["await $AGENT.run($...)"]
        match = { AGENT = "*agent" }
        unless_inside = ["asyncio.wait_for($...)", "async with asyncio.timeout($...)"]
        unless_keyword = ["timeout"]
        """,
        """
        async def f(self, agent):
            await self.llm_agent.run("hello")  # !
            await agent.run("hello")  # !
            async with asyncio.timeout(5):
                async def later():
                    await agent.run("x")  # !
        """,
        """
        import asyncio
        from asyncio import timeout, wait_for as limit
        async def f(self, agent):
            await limit(wrapped(await agent.run("x")), 5)
            await agent.run("hello", timeout=5)
            await server.run("hello")
            async with lock, timeout(5):
                await self.llm_agent.run("hello")
        """,
    ),
    (
        "routes without a response model",
        """
        decorated = ["router.get", "router.post", "app.get"]
        require_keyword = ["response_model"]
        unless_inside = ["def $F($...) -> $R", "async def $F($...) -> $R"]
        """,
        """
        @router.get("/orders")  # !
        async def orders():
            return []
        @router.post("/orders", status_code=201)  # !
        @cached
        def create():
            return {}
        """,
        """
        @router.get("/orders", response_model=list[Order])
        async def orders():
            return []
        @router.get("/typed")
        async def typed() -> list[Order]:
            return []
        @router.post("/orders", **OPTIONS)
        def create():
            return {}
        """,
    ),
    (
        "routes without a permission check",
        """
        decorated = ["*.post", "*.delete"]
        require_decorator = ["*.requires_login", "public"]
        """,
        """
        @router.delete("/orders")  # !
        async def orders():
            return []
        """,
        """
        from app.security import requires_login as needs_login
        @router.delete("/orders")
        @needs_login
        async def orders():
            return []
        @public
        @router.post("/login")
        async def login():
            return []
        """,
    ),
    (
        "global state",
        'statements = ["global", "nonlocal"]',
        """
        def connect():
            global connection  # !
            connection = 1
            def inner():
                nonlocal x  # !
        """,
        """
        connection = None
        def f(x):
            globals_ = x
        """,
    ),
    (
        "print",
        'calls = ["print", "pprint.pprint"]',
        """
        from pprint import pprint as pp
        def f(x):
            print(x)  # !
            pp(x)  # !
        """,
        """
        def f(x, print):
            print(x)
            self.print(x)
            logger.info(x)
        """,
    ),
    (
        "the environment read all over the place",
        """
        forbid = ["os.getenv($...)", "os.environ[$KEY]", "os.environ.get($...)"]
        """,
        """
        import os
        from os import environ, getenv as env
        a = env("A")  # !
        b = os.environ["B"]  # !
        c = environ["C"]  # !
        d = environ.get("D", "")  # !
        """,
        """
        from app.config import settings
        a = settings.a
        b = os.environments["x"]
        """,
    ),
    (
        "naive dates",
        'calls = ["datetime.datetime.utcnow", "datetime.datetime.utcfromtimestamp"]',
        """
        import datetime as dt
        from datetime import datetime
        a = datetime.utcnow()  # !
        b = dt.datetime.utcnow()  # !
        """,
        """
        from datetime import datetime, timezone
        a = datetime.now(timezone.utc)
        """,
    ),
    (
        "blocking calls in async functions",
        """
        calls = ["time.sleep", "requests.*", "subprocess.run", "open"]
        in_async = true
        """,
        """
        import time, requests
        async def f(url):
            time.sleep(1)  # !
            data = [requests.get(u) for u in url]  # !
            with open(url) as file:  # !
                pass
        """,
        """
        import time, requests, asyncio
        def f(url):
            time.sleep(1)
        async def g(url):
            def blocking():
                return requests.get(url)
            await asyncio.to_thread(blocking)
            await asyncio.to_thread(lambda: time.sleep(1))
            await asyncio.sleep(1)
        """,
    ),
    (
        "raw SQL",
        r"literals = ['(?is)\b(select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from)\b']",
        '''
        def f(db, table):
            db.execute("SELECT * " "FROM orders")  # !
            db.execute(f"""
                DELETE FROM {table}  # !
            """)
        ''',
        '''
        def f(db):
            """Select all orders from the table."""
            db.execute(select(Order))
            return "please select one"
        ''',
    ),
    (
        "mutable default arguments",
        'parameters = ["$P=[]", "$P=[$...]", "$P={}", "$P={$...}", "$P={**$...}", "$P=list($...)", "$P=set($...)"]',
        """
        def f(a, b=[], *, c={}):  # ! !
            return lambda d=set(): d  # !
        def g(a=[1, 2], b={"x": 1}):  # ! !
            pass
        """,
        """
        def f(a=(), b=None, c=field(default_factory=list)):
            x = []
        """,
    ),
    (
        "handlers that take a bare dict",
        """
        parameters = ["$P: dict", "$P: dict[$...]", "$P: Any", "$P: dict | None"]
        inside = ["@router.post($...)", "@router.put($...)"]
        """,
        """
        from typing import Any
        @router.post("/orders")
        async def create(order: dict, note: "dict[str, int]", more: Any = None):  # ! ! !
            pass
        """,
        """
        def helper(order: dict):
            pass
        @router.post("/orders")
        async def create(order: Order, ids: list[dict]):
            def progress(event: dict):
                pass
        @router.get("/orders")
        async def read(order: dict):
            pass
        """,
    ),
    (
        "Depends without the alias",
        'parameters = ["$P=Depends(get_db)", "$P: Annotated[$T, Depends(get_db)]"]',
        """
        from fastapi import Depends as D, Depends
        async def a(db: Session = Depends(get_db)):  # !
            pass
        async def b(db: Annotated[Session, Depends(get_db)]):  # !
            pass
        """,
        """
        DbSession = Annotated[Session, Depends(get_db)]
        async def a(db: DbSession, user=Depends(get_user)):
            pass
        """,
    ),
    (
        "retired names in strings",
        r"literals = ['\bold_shop\b', 'legacy-api']",
        """
        URL = "https://legacy-api.example.com"  # !
        KEY = f"{PREFIX}/old_shop/{1}"  # !
        TASKS = {"old_shop.tasks.send": 1}  # !
        """,
        """
        # old_shop is gone
        URL = "https://api.example.com/threshold_shop"
        old_shop = 1
        """,
    ),
    (
        "loose types in annotations",
        'annotations = ["typing.Any", "*.Session"]',
        """
        import typing as t
        from sqlalchemy import orm
        def f(a: dict[str, t.Any]) -> "orm.Session | None":  # ! !
            x: t.Any = 1  # !
        """,
        """
        def f(a: AnyStr, b: Literal["Any"], c: Annotated[int, Any]) -> None:
            Any = 1
        """,
    ),
    (
        "tasks that nobody keeps",
        'forbid = ["asyncio.create_task($...)"]\nunless_inside = ["$T = $V", "$S.add($...)", "await $X", "return $X"]',
        """
        import asyncio
        async def f():
            asyncio.create_task(work())  # !
        """,
        """
        import asyncio
        async def f(tasks):
            task = asyncio.create_task(work())
            tasks.add(asyncio.create_task(work()))
            await asyncio.create_task(work())
        """,
    ),
    (
        "classes with a base they should not have",
        'forbid = ["class $C(Manager, $...)", "class $C($..., metaclass=$M)"]',
        """
        class A(Manager):  # !
            pass
        class B(Base, metaclass=Meta):  # !
            x = 1
        """,
        """
        class A(Base):
            manager = Manager()
        """,
    ),
]


def marked(code: str) -> list[int]:
    return sorted(n for n, line in enumerate(code.split("\n"), start=1) for _ in range(line.count("!")))


@pytest.mark.parametrize(("table", "bad"), [f[1:3] for f in FINDINGS], ids=[f[0] for f in FINDINGS])
def test_the_finding_is_found(table: str, bad: str, lines: Any) -> None:
    assert marked(bad)
    assert lines(table, bad) == marked(bad)


@pytest.mark.parametrize(("table", "good"), [(f[1], f[3]) for f in FINDINGS], ids=[f[0] for f in FINDINGS])
def test_code_without_the_finding_is_left_alone(table: str, good: str, lines: Any) -> None:
    assert lines(table, good) == []
