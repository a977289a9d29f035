"""Modules in which no word of a resource stands: they reach sessions by what they import alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.codebase.module_names import ModuleNames
from pytest_archguard.rules.sessions.readings import Readings
from pytest_archguard.rules.sessions.snippets import APPLICATION, RESOURCE

# Nothing ends so, but with this glob every file is one that may hold a name.
EVERY_FILE = f'{RESOURCE}names = ["*_of_no_code*"]\n'

HELPERS = {"app/helpers.py": "from app.database import SessionLocal as make\n"}
LEAK = "def f():\n    db = make()\n"
REACHING: dict[str, Mapping[str, str]] = {
    "a function under another name": {**HELPERS, "app/orders.py": f"from app.helpers import make\n{LEAK}"},
    "a module under another name": {
        **HELPERS,
        "app/orders.py": "import app.helpers as tools\ndef f():\n    db = tools.make()\n",
    },
    "a module of a package": {
        **HELPERS,
        "app/orders.py": "from app import helpers\ndef f():\n    db = helpers.make()\n",
    },
    "a module by its whole name": {
        **HELPERS,
        "app/orders.py": "import app.helpers\ndef f():\n    db = app.helpers.make()\n",
    },
    "an object that an object has": {
        "app/store.py": (
            "from app.database import SessionLocal\nclass Store:\n    def take(self):\n        return SessionLocal()\n"
        ),
        "app/repo.py": (
            "from app.store import Store\nclass Repo:\n    def __init__(self, store: Store):\n        self.store = store\n"
        ),
        "app/orders.py": "from app.repo import Repo\ndef f(repo: Repo):\n    db = repo.store.take()\n",
    },
    "an object that a class makes and another inherits": {
        "app/store.py": (
            "from app.database import SessionLocal\nclass Store:\n    def take(self):\n        return SessionLocal()\n"
        ),
        "app/repo.py": "from app.store import Store\nclass Repo:\n    store = Store()\n",
        "app/more.py": "from app.repo import Repo\nclass More(Repo):\n    pass\n",
        "app/orders.py": (
            "from app.more import More\nclass Orders(More):\n    def f(self):\n        db = self.store.take()\n"
        ),
    },
    "an attribute of an object whose module has no word": {
        "app/helpers.py": "from app.database import SessionLocal as build\n",
        "app/box.py": "from app.helpers import build\nclass Box:\n    def __init__(self):\n        self.make = build\n",
        "app/orders.py": "# SessionLocal\nfrom app.box import Box\ndef f(box: Box):\n    db = box.make()\n",
    },
    "a name of a name": {
        **HELPERS,
        "app/more.py": "from app.helpers import make as build\n",
        "app/most.py": "from app.more import build\nconstruct = build\n",
        "app/orders.py": "from app.most import construct\ndef f():\n    db = construct()\n",
    },
    "a module that another one imports": {
        **HELPERS,
        "app/more.py": "from app import helpers as tools\n",
        "app/most.py": "from app import more\n",
        "app/orders.py": "from app.most import more\ndef f():\n    db = more.tools.make()\n",
    },
    "a module that an earlier one imports": {
        **HELPERS,
        "app/a.py": "from app import helpers as tools  # not SessionLocal\n",
        "app/orders.py": "from app.a import tools\ndef f():\n    db = tools.make()\n",
    },
    "everything in a module": {**HELPERS, "app/orders.py": f"from app.helpers import *\n{LEAK}"},
    "everything in a package": {
        "app/inner/__init__.py": "from app.database import SessionLocal as make\n",
        "app/inner/orders.py": f"from . import *\n{LEAK}",
    },
    "a class that inherits": {
        "app/base.py": (
            "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker\n"
            "class Base:\n    make: async_sessionmaker[AsyncSession]\n"
        ),
        "app/middle.py": "from app.base import Base\nclass Middle(Base):\n    pass\n",
        "app/orders.py": (
            "from app.middle import Middle\nclass Orders(Middle):\n    def f(self):\n        db = self.make()\n"
        ),
    },
    "a class that inherits another name of it": {
        "app/base.py": "from app.database import SessionLocal\nclass Base:\n    make = SessionLocal\n",
        "app/orders.py": "from app.base import Base\nclass Orders(Base):\n    def f(self):\n        db = self.make()\n",
    },
    "a class that inherits it as a static method": {
        "app/base.py": "from app.database import SessionLocal\nclass Base:\n    make = staticmethod(SessionLocal)\n",
        "app/orders.py": "from app.base import Base\nclass Orders(Base):\n    def f(self):\n        db = self.make()\n",
    },
    "an object that is called": {
        "app/base.py": (
            "from app.database import SessionLocal\nclass Maker:\n    def __call__(self):\n        return SessionLocal()\n"
        ),
        "app/more.py": "from app.base import Maker\nmake = Maker()\n",
        "app/orders.py": f"from app.more import make\n{LEAK}",
    },
    "an object with a method that opens one": {
        "app/base.py": (
            "from app.database import SessionLocal\nclass Store:\n    def open(self):\n        return SessionLocal()\n"
        ),
        "app/more.py": "from app.base import Store\nstore = Store()\n",
        "app/orders.py": "from app.more import store\ndef f():\n    db = store.open()\n",
    },
    "an object that keeps it under another name": {
        "app/base.py": (
            "from app.database import SessionLocal\nclass Base:\n    def __init__(self):\n        self.make = SessionLocal\n"
        ),
        "app/orders.py": "from app.base import Base\ndef f(base: Base):\n    db = base.make()\n",
    },
    "a type of what makes one": {
        "app/types.py": (
            "from typing import Callable\nfrom sqlalchemy.ext.asyncio import AsyncSession\n"
            "Maker = Callable[[], AsyncSession]\n"
        ),
        "app/orders.py": f"from app.types import Maker\nmake: Maker\n{LEAK}",
    },
    "a type through a package": {
        "app/types.py": (
            "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker\n"
            "Maker = async_sessionmaker[AsyncSession]\n"
        ),
        "app/orders.py": f"import app.types\nmake: app.types.Maker\n{LEAK}",
    },
}


@pytest.mark.parametrize("files", REACHING.values(), ids=REACHING)
@pytest.mark.parametrize("resource", [RESOURCE, EVERY_FILE], ids=["by-import", "every-file"])
def test_a_session_is_found_that_is_reached_by(files: Mapping[str, str], resource: str, found: Any) -> None:
    modules = 'modules = ["app.inner"]' if "app/inner/orders.py" in files else 'modules = ["app.orders"]'
    assert [violation.check for violation in found(f'open = "never"\n{modules}', files, resource)] == ["leak"]


def test_modules_that_import_nothing_of_a_session_are_not_put_in_order(
    read: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        **APPLICATION,
        **HELPERS,
        "app/orders.py": "from app.helpers import make\n",
        "app/a.py": "import json\nfrom app.b import other\n",
        "app/b.py": "def other():\n    return 1\n",
    }
    zone, _ = read('open = "never"')
    codebase = codebase_of(files, zone.needs())
    made: list[str] = []
    fill = ModuleNames.__init__
    monkeypatch.setattr(ModuleNames, "__init__", lambda self, *data: (made.append(data[0]), fill(self, *data))[1])
    list(zone.check(codebase))
    assert {"app.database", "app.orders"} <= set(made)
    assert not {"app.a", "app.b"} & set(made)


def test_a_type_without_a_name_says_nothing(found: Any) -> None:
    code = (
        'def f(db: tables["a"]()[int]):\n    pass\nx: tables["a"]()[int] = 1\nfrom app.database import SessionLocal\n'
    )
    assert found('open = "never"', code) == []


OWN_NAMES = {
    "an import under another name": "from app.database import SessionLocal as make\ndef f():\n    db = make()\n",
    "another name for it": "from app.database import SessionLocal\nmake = SessionLocal\ndef f():\n    db = make()\n",
    "a factory made of an engine": (
        "from sqlalchemy.ext.asyncio import async_sessionmaker\nmake = async_sessionmaker()\ndef f():\n    db = make()\n"
    ),
    "a function that returns a session": (
        "from app.database import SessionLocal\ndef make():\n    db = SessionLocal()\n    return db\n"
        "def f():\n    db = make()\n"
    ),
    "a function that returns what it opens": (
        "from app.database import SessionLocal\ndef make():\n    return SessionLocal()\ndef f():\n    db = make()\n"
    ),
    "a generator of a session": (
        "from contextlib import asynccontextmanager\nfrom app.database import SessionLocal\n@asynccontextmanager\n"
        "async def lend():\n    async with SessionLocal() as db:\n        yield db\ndef f():\n    db = lend()\n"
    ),
    "a function that returns a factory": (
        "from app.database import SessionLocal\ndef getter():\n    return SessionLocal\ndef f():\n    db = getter()()\n"
    ),
    "a parameter that makes one": (
        "from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker\n"
        "def f(make: async_sessionmaker[AsyncSession]):\n    db = make()\n"
    ),
    "a function as the default of a parameter": (
        "from app.database import SessionLocal\ndef f(make=SessionLocal):\n    db = make()\n"
    ),
    "an object that is called": (
        "from app.database import SessionLocal\nclass Maker:\n    def __call__(self):\n        return SessionLocal()\n"
        "make = Maker()\ndef f():\n    db = make()\n"
    ),
    "a class of its own": (
        "from sqlalchemy.ext.asyncio import AsyncSession\nclass Ours(AsyncSession):\n    pass\n"
        "def f():\n    db = Ours()\n"
    ),
}


@pytest.mark.parametrize("code", OWN_NAMES.values(), ids=OWN_NAMES)
def test_a_file_is_read_once_for_the_names_it_gives_itself(
    code: str, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Readings, "read_again", None)
    assert "leak" in {violation.check for violation in found('open = "never"', code)}


def test_a_file_is_read_again_for_the_names_that_others_give(found: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[str]] = []
    again = Readings.read_again
    monkeypatch.setattr(
        Readings, "read_again", lambda self, modules: (read.append(sorted(modules)), again(self, modules))
    )
    files = {
        "app/store.py": (
            "from app.database import SessionLocal\nclass Store:\n    def open_one(self):\n        return SessionLocal()\n"
        ),
        "app/orders.py": "from app.store import Store\n# SessionLocal\ndef f():\n    db = Store().open_one()\n",
        "app/other.py": "from app.store import Store\n# SessionLocal\ndef f():\n    return Store().close_one()\n",
    }
    assert [violation.check for violation in found('open = "never"', files)] == ["leak"]
    assert read == [["app.orders"]]
