"""`archguard init`: what it writes, what it leaves alone, and that the run after it is green."""

from __future__ import annotations

import codecs
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.check import Analysis
from pytest_archguard.cli.main import main
from pytest_archguard.rules.configuration import load_configuration

# Four parts in order, `api` above `services` above `models` above `core`; one import upwards among twelve.
LAYERED = {
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/orders.py": "import fastapi\nfrom app.services import a, b, c\nfrom app.models import m\n",
    "app/api/users.py": "import fastapi\nfrom app.services import a, b, c\nfrom app.core import x\n",
    "app/services/__init__.py": "",
    "app/services/a.py": "from app.models import m\nfrom app.core import x\n",
    "app/services/b.py": "from app.models import m\nfrom app.core import x\n",
    "app/services/c.py": "import smtplib\nfrom app.models import m\n\ndef f():\n    from app.api import orders\n",
    "app/models/__init__.py": "",
    "app/models/m.py": "from app.core import x\n",
    "app/models/n.py": "",
    "app/core/__init__.py": "",
    "app/core/x.py": "",
    "app/core/y.py": "",
}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`write({path: text})` in an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)

    def write(files: dict[str, str]) -> None:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(text.encode("utf-8"))

    return write


@pytest.fixture
def init(write: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """`init("--dry-run")`: code, out and err."""

    def call(*arguments: str) -> Any:
        code = main(["init", *arguments])
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return call


def outcomes() -> dict[str, str]:
    """How every item ends under the rules file that was written."""
    configuration = load_configuration(Path("pyproject.toml").resolve())
    analysis = Analysis(configuration)
    return {rule.id: analysis.judge(rule.id).outcome for rule in configuration.rules}


def rules_of(out: str) -> list[str]:
    return [line.split('"')[1] for line in out.splitlines() if line.startswith("id = ")]


def test_a_layered_application_gets_its_order_and_ends_green(write: Any, init: Any) -> None:
    write(LAYERED)

    result = init()

    assert (result.code, result.err) == (0, "")
    assert result.out == snapshot("""\
pyproject.toml: 6 rules proposed
  layers               1 violation
  no-cycles            holds
  no-web-below         holds
  smtplib-in-services  holds
  sizes                holds
  imports-resolve      holds

Rules with violations only warn; the comments say how to make them count.
Read the comments in pyproject.toml, then run:  pytest --archguard
""")
    assert Path("pyproject.toml").read_text(encoding="utf-8") == snapshot("""\
# --------------------------------------------------------------------------------------------------
# Architecture rules: `pytest --archguard` runs each table below as a test. Proposed by
# `archguard init` from the code as it is; the comments say how far each holds. Edit them freely.

[tool.archguard]

# From high to low. Holds for 14 of 15 imports between them.
[[tool.archguard.layers]]
id = "layers"
containers = ["app"]
layers = [
    "api",
    "services",
    "models",
    "core",
]
because = "this is the order the code is in; an import upwards would tie it in a knot"
fix = "move what both need into a lower layer, or pass it in"
# 1 violation is left, so the rule only warns. To make it count:
# archguard accept layers --reason "..."   then remove the next line.
severity = "warn"

# Holds for the imports at the top of modules.
# 2 modules are in circles that imports inside functions close; to see them, remove `styles`.
[[tool.archguard.acyclic]]
id = "no-cycles"
within = ["app"]
styles = ["top"]
because = "modules that import each other can only be understood, tested and moved together"
fix = "move what both need into a third module, or let the caller pass it in"

# Holds for all 6 modules of these parts, which are in the lower half of the layers.
[[tool.archguard.forbidden]]
id = "no-web-below"
from = ["app.core", "app.models"]
to = ["fastapi"]
direct_only = true
because = "what lies below the web layer also runs in jobs, commands and tests, where there is no request"
fix = "raise an error of your own and let the web layer turn it into a response"

# Holds: smtplib is imported in app.services only, by 1 module.
[[tool.archguard.protected]]
id = "smtplib-in-services"
modules = ["smtplib"]
allowed_importers = ["app.services"]
because = "what talks to the world outside is replaced, mocked and upgraded in one place"
fix = "put what needs it into app.services and call that"

# max_lines: holds for 14 of 14 files, the largest is 5.
# max_function_lines: holds for 1 of 1 functions, the largest is 2.
# max_complexity: holds for 1 of 1 functions, the largest is 1.
[[tool.archguard.size]]
id = "sizes"
modules = ["**"]
max_lines = 300
max_function_lines = 50
max_complexity = 10
because = "what is this large is read by nobody as a whole"
fix = "give the part that can be named alone a file or a function of its own"

# Holds for 14 of 14 imports.
[[tool.archguard.health]]
id = "imports-resolve"
checks = ["unresolved"]
because = "an import inside a function that fails is found by a user"
fix = "correct the name, or remove what needs it"
""")
    assert set(outcomes().values()) == {"passed"}


def test_accepted_violations_leave_no_rule_that_only_warns(write: Any, init: Any) -> None:
    write(LAYERED)

    result = init("--accept", "--reason", "as found")

    assert result.code == 0, result.err
    assert "severity" not in Path("pyproject.toml").read_text(encoding="utf-8")
    assert "as found" in Path("archguard-baseline.jsonl").read_text(encoding="utf-8")
    assert set(outcomes().values()) == {"passed"}


def test_a_new_violation_of_an_accepted_rule_fails(write: Any, init: Any) -> None:
    write(LAYERED)
    init("--accept", "--reason", "as found")

    write({"app/core/y.py": "from app.api import users\n"})

    assert outcomes()["layers"] == "failed"


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b'[project]\nname = "x"  # no newline at the end',
        b'[project]\r\nname = "x"\r\n',
        codecs.BOM_UTF8 + b'[project]\nname = "x"\n',
        codecs.BOM_UTF8,
        b"[[tool.mypy.overrides]]\nmodule = 'x'\n\n\n",
        b"tool.ruff.line-length = 100\n",
    ],
)
def test_what_was_in_the_file_stays_byte_for_byte(write: Any, init: Any, before: bytes) -> None:
    write(LAYERED)
    Path("pyproject.toml").write_bytes(before)

    result = init()

    after = Path("pyproject.toml").read_bytes()
    assert result.code == 0, result.err
    assert after.startswith(before)
    added = after[len(before) :]
    assert added.count(b"\r\n") == (added.count(b"\n") if b"\r\n" in before else 0)
    assert outcomes()["readable"] == "passed"


def test_a_dry_run_prints_the_same_and_writes_nothing(write: Any, init: Any, tmp_path: Path) -> None:
    write(LAYERED)
    before = sorted(tmp_path.rglob("*"))

    printed = init("--dry-run").out

    assert sorted(tmp_path.rglob("*")) == before
    init()
    assert Path("pyproject.toml").read_text(encoding="utf-8") == printed


@pytest.mark.parametrize(
    "table", ["[tool.archguard]\n", "[[tool.archguard.size]]\nid = 'x'\n", "tool.archguard = {}\n"]
)
def test_a_file_that_has_rules_is_refused(write: Any, init: Any, table: str) -> None:
    write({**LAYERED, "pyproject.toml": table})

    result = init()

    assert (result.code, Path("pyproject.toml").read_text(encoding="utf-8")) == (2, table)
    assert "has [tool.archguard] already" in result.err


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "no Python modules"),
        ({"notes.txt": "x"}, "no Python modules"),
        ({"tests/test_x.py": ""}, "is excluded or counts as a test"),
        ({"a.py": "def (:", "b.py": "def (:"}, "none of the Python files"),
        ({"a.py": "", "pyproject.toml": "[tool"}, "is not valid TOML"),
        ({"a.py": "", "pyproject.toml": "tool = { x = 1 }\n"}, "cannot take [tool.archguard] at its end"),
        ({"a.py": "", "pyproject.toml/x": ""}, "is a folder"),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_written(
    write: Any, init: Any, tmp_path: Path, files: dict[str, str], said: str
) -> None:
    write(files)

    result = init()

    assert result.code == 2
    assert said in result.err
    assert "internal error" not in result.err
    written = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in written if not path.startswith(".archguard_cache")} == set(files)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--accept"], "--accept needs --reason"),
        (["--accept", "--reason", " "], "--reason is empty"),
        (["--reason", "x"], "--reason says nothing without --accept"),
    ],
)
def test_accepting_needs_a_reason_before_anything_is_written(
    write: Any, init: Any, arguments: list[str], said: str
) -> None:
    write(LAYERED)

    result = init(*arguments)

    assert (result.code, Path("pyproject.toml").exists()) == (2, False)
    assert said in result.err


def test_a_ci_job_may_not_accept(write: Any, init: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    write(LAYERED)
    monkeypatch.setenv("CI", "true")

    assert init("--accept", "--reason", "x").code == 2
    assert not Path("pyproject.toml").exists()


def test_a_file_that_cannot_be_read_is_named_with_the_line_to_paste(write: Any, init: Any) -> None:
    write({**LAYERED, "app/core/broken.py": "def (:\n"})

    result = init()

    assert result.code == 0
    assert 'exclude = ["app/core/broken.py"]' in result.out
    assert {name for name, outcome in outcomes().items() if outcome != "passed"} == {"readable"}


def test_a_folder_on_the_path_is_proposed_as_a_source_root(write: Any, init: Any) -> None:
    write(
        {
            "backend/main.py": "from managers.orders import f\nfrom models import order\n",
            "backend/managers/orders.py": "from models import order\n\ndef f(): ...\n",
            "backend/models/order.py": "",
            "docs/conf.py": "",
        }
    )

    out = init("--dry-run").out

    assert 'source_roots = ["backend"]' in out
    assert "# 3 imports in backend/ are by names that start there." in out
    assert "packages" not in out


def test_scripts_that_import_each_other_make_no_source_root(write: Any, init: Any) -> None:
    write({**LAYERED, "scripts/run.py": "import load\nimport dump\n", "scripts/load.py": "", "scripts/dump.py": ""})

    out = init("--dry-run").out

    assert "source_roots" not in out
    assert 'packages = ["app"]' in out


def test_a_second_folder_on_the_path_stands_beside_the_first(write: Any, init: Any) -> None:
    write(
        {
            **LAYERED,
            "worker/run.py": "import queues\nfrom jobs import clean\nfrom app.core import x\n",
            "worker/queues.py": "",
            "worker/jobs/clean.py": "import queues\n",
        }
    )

    assert 'source_roots = [".", "worker"]' in init("--dry-run").out


def test_a_read_only_folder_is_said(write: Any, init: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(LAYERED)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pytest_archguard.ledger.writing.write_whole", refuse)
    result = init()

    assert result.code == 2
    assert "pyproject.toml" in result.err
    assert "Permission denied" in result.err
    assert not Path("pyproject.toml").exists()


def test_tests_migrations_and_documentation_are_set_apart(write: Any, init: Any) -> None:
    write(
        {
            **LAYERED,
            "docs/conf.py": "",
            "setup.py": "",
            "app/core/tests/test_x.py": "from app.core import x\n",
            "app/migrations/__init__.py": "",
            "app/migrations/m0001_first.py": "",
            "app/migrations/versions/a1b2_first.py": "",
        }
    )

    out = init("--dry-run").out

    assert 'packages = ["app"]' in out
    assert 'tests = ["app/**/tests/**"]' in out
    assert 'exclude = ["**/migrations/versions/*.py"]' in out


def test_tests_that_the_code_imports_are_judged(write: Any, init: Any) -> None:
    write(
        {
            **LAYERED,
            "app/tests/__init__.py": "",
            "app/tests/fakes.py": "",
            "app/core/y.py": "from app.tests import fakes\n",
        }
    )

    assert "tests = " not in init("--dry-run").out


def test_parts_in_one_knot_get_no_layers_but_the_reason(write: Any, init: Any) -> None:
    names = ("a", "b", "c")
    files = {f"app/{name}/__init__.py": "" for name in names}
    files |= {
        f"app/{name}/{number}.py".replace("/1", "/m1").replace("/2", "/m2"): "".join(
            f"from app.{other} import m1, m2\n" for other in names if other != name
        )
        for name in names
        for number in (1, 2)
    }
    write({"app/__init__.py": "", **files})

    out = init("--dry-run").out

    assert "layers" not in rules_of(out)
    assert "# No proposal for `layers`: 3 of the 3 parts of app import each other in one knot (a, b and c)." in out


def test_session_factories_become_a_resource(write: Any, init: Any) -> None:
    write(
        {
            **LAYERED,
            "app/db.py": (
                "from sqlalchemy.orm import sessionmaker\nSessionLocal = sessionmaker()\n\n"
                "def get_db():\n    with SessionLocal() as db:\n        yield db\n"
            ),
            "app/services/a.py": (
                "from app.db import SessionLocal\n\ndef f():\n    with SessionLocal() as db:\n        db.execute('')\n\n"
                "def g():\n    db = SessionLocal()\n    db.execute('')\n"
            ),
        }
    )

    out = init("--dry-run").out

    assert out[out.index("# Database") : out.index("because", out.index("# Database"))] == snapshot("""\
# Database sessions come from app.db.SessionLocal.
# `home` may do anything with them.
[tool.archguard.resources.db]
preset = "sqlalchemy"
home = ["=app.db"]
factories = ["app.db.SessionLocal"]
dependencies = ["app.db.get_db"]

# Holds for 1 of 2 places outside `home` where a session is had.
[[tool.archguard.sessions]]
id = "db-sessions-are-released"
resource = "db"
modules = ["**"]
forbid = ["leak", "escape"]
""")


def test_size_ceilings_stand_near_the_99th_percentile(write: Any, init: Any) -> None:
    from pytest_archguard.cli.proposals.sizes import ceiling

    assert ceiling(range(1, 1001), 50, 300) == 1000
    assert ceiling([10] * 995 + [900] * 5, 50, 300) == 300
    assert ceiling([*[400] * 60, 2485], 50, 300) == 800
    assert ceiling([], 50, 300) == 300


def test_imports_of_generated_modules_and_guarded_ones_are_allowed(write: Any, init: Any) -> None:
    write(
        {
            **LAYERED,
            "app/core/y.py": "from app._version import v\ntry:\n    from app import nothing\nexcept ImportError:\n    pass\n",
        }
    )

    out = init("--dry-run").out

    assert 'generated = ["app._version"]' in out
    assert "allow_guarded = true" in out


def test_broken_contracts_of_import_linter_are_left_to_it(write: Any, init: Any) -> None:
    contract = "[importlinter]\nroot_package = app\n[importlinter:contract:one]\nname = One\ntype = forbidden\n"
    write({**LAYERED, ".importlinter": f"{contract}source_modules = app.services\nforbidden_modules = app.core\n"})

    init()

    assert 'import_linter = "off"' in Path("pyproject.toml").read_text(encoding="utf-8")
    assert set(outcomes().values()) == {"passed"}


def test_pytest_is_green_after_it(write: Any, init: Any) -> None:
    write(LAYERED)
    init()

    command = [sys.executable, "-m", "pytest", "--archguard", "-p", "no:cacheprovider"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
