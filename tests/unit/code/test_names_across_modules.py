"""What a name means that comes from another module, and what a name in one module means."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_archguard.codebase.facts.code.name_globs import absolute, may_match


def test_a_name_that_packages_hand_on_is_followed(lines: Any) -> None:
    files = {
        "app/db/session.py": "def make_session(): ...",
        "app/db/__init__.py": "from .session import make_session",
        "app/api.py": "from app.db import make_session as new\n\nnew()",
        "app/jobs.py": "from . import db\ndb.make_session()",
    }
    assert lines('calls = ["app.db.session.make_session"]', files) == [2, 3]


def test_a_glob_may_be_the_name_a_package_hands_on(lines: Any) -> None:
    files = {
        "app/db/session.py": "def make_session(): ...\nmake_session()",
        "app/db/__init__.py": "from app.db.session import make_session",
        "app/api.py": "\n\nfrom app.db.session import make_session\nmake_session()",
    }
    assert lines('calls = ["app.db.make_session"]', files) == [2, 4]


def test_a_library_that_a_module_hands_on_is_followed(lines: Any) -> None:
    files = {
        "app/http.py": "import requests\nimport httpx as client",
        "app/api.py": "from app.http import requests, client\nrequests.get(1)\n\nclient.get(1)",
    }
    assert lines('calls = ["requests.*"]', files) == [2]
    assert lines('calls = ["httpx.get"]', files) == []  # client may be anything: renamed modules are not followed


def test_modules_that_import_from_each_other_in_a_circle_do_not_hang(lines: Any) -> None:
    files = {"app/a.py": "from app.b import f\nf()", "app/b.py": "from app.a import f\nf()"}
    assert lines('calls = ["x.f"]', files) == []


@pytest.mark.parametrize(
    ("code", "glob", "is_found"),
    [
        ("import os\nos.getenv('A')", "os.getenv", True),
        ("import os as system\nsystem.getenv('A')", "os.getenv", True),
        ("import os.path as p\np.join('A')", "os.path.join", True),
        ("import os.path\nos.path.join('A')", "os.*", True),
        ("from os import getenv\ngetenv('A')", "os.getenv", True),
        ("from os import getenv as env\nenv('A')", "os.getenv", True),
        ("import os\nread = os.getenv\nread('A')", "os.getenv", True),
        ("import os\ndef f(os):\n    os.getenv('A')", "os.getenv", False),
        ("import os\ndef f():\n    os = 1\n    os.getenv('A')", "os.getenv", False),
        ("import os\nclass C:\n    os = 1\n    def f(self):\n        os.getenv('A')", "os.getenv", True),
        ("import os\nclass C:\n    os = X()\n    os.getenv('A')", "os.getenv", False),
        ("def f():\n    import os\n    os.getenv('A')", "os.getenv", True),
        ("def f():\n    import os\nos.getenv('A')", "os.getenv", True),  # NameError when run, and os by name
        ("def getenv(a): ...\ngetenv('A')", "os.getenv", False),
        ("def getenv(a): ...\ngetenv('A')", "app.module.getenv", True),
        ("from .environment import read\nread()", "app.environment.read", True),
        ("from . import environment as e\ne.read()", "app.environment.*", True),
        ("from .. import environment\nenvironment.read()", "app.environment.*", False),
        ("print(1)", "print", True),
        ("print(**options)", "print", True),
        ("from app.texts import print\nprint(1)", "print", False),
        ("for print in x: print(1)", "print", False),
        ("[print(1) for print in x]", "print", False),
        ("[x for print in x]\nprint(1)", "print", True),
        ("(lambda print: print(1))", "print", False),
        ("def f(x=print(1)): print = 2", "print", True),
        ("def f():\n    global print\n    print = 1\nprint(2)", "print", False),
        ("try:\n    import ujson as json\nexcept ImportError:\n    import json\njson.loads(1)", "json.loads", True),
        ("def f(session): session.commit()", "*.commit", True),
        ("def f(session): session.commit()", "session.commit", False),
        ("class C:\n    def f(self): self.session.commit()", "self.session.commit", True),
        ("make().commit()", "*.commit", True),
        ("make().commit()", "make.commit", False),
        ("x[0].y.commit()", "*.commit", True),
        ("from os import *\ngetenv('A')", "os.getenv", False),  # not guessed
        ("from datetime import datetime\ndatetime.utcnow()", "datetime.utcnow", True),
        ("with open(x) as f: f.read()", "open", True),
        ("from app.llm import chat_agent\nchat_agent.run(1)", "*agent.run", True),
        ("from app import llm\nllm.chat_agent.run(1)", "*agent.run", True),
        ("from app.llm import agents\nagents.run(1)", "*agent.run", False),
        ("from app.llm import chat_agent\nchat_agent.run(1)", "app.*agent.run", True),
        ("match x:\n    case print: print(1)", "print", False),
        ("try: pass\nexcept E as print: print(1)", "print", False),
    ],
)
def test_a_call_is_what_its_name_means(code: str, glob: str, is_found: bool, lines: Any) -> None:
    assert bool(lines(f'calls = ["{glob}"]', code)) is is_found


@pytest.mark.parametrize(
    ("name", "module", "package", "expected"),
    [
        ("=f", "app.a", "app", "app.a.f"),
        (".b.f", "app.a", "app", "app.b.f"),
        (".f", "app", "app", "app.f"),
        ("..f", "app.x.a", "app.x", "app.f"),
        ("...f", "app.a", "app", "...f"),
        (".f", "a", "", ".f"),
        ("os.getenv", "app.a", "app", "os.getenv"),
    ],
)
def test_relative_names_are_completed(name: str, module: str, package: str, expected: str) -> None:
    assert absolute(name, module, package) == expected


@pytest.mark.parametrize(
    ("glob", "name", "possible"),
    [
        ("app.db.make", "=make", True),
        ("app.db.make", ".make", True),
        ("app.db.make", "..db.make", True),
        ("app.db.make", "..web.make", False),
        ("app.db.*", "=make", False),  # its own modules are not those that use it
        ("app.db.*", "..db.make", True),
        ("*.make", "~make", False),
        ("*make", "~make", True),
        ("db.make", "~db.make", False),
    ],
)
def test_names_are_kept_that_may_match_once_the_module_is_known(glob: str, name: str, possible: bool) -> None:
    assert may_match(glob, name) is possible
