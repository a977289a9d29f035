"""The projects in examples/: what they show, that they really run, and that the demo notices when they change."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

VERDICT = re.compile(r"^(PASSED|FAILED|ERROR) (pyproject\.toml::\S+)", re.M)
SITE = re.compile(r"^ +((?:app|service|shipyard)/\S+:\d+)  ", re.M)

# For each project the rules and the places that its failures name, hop by hop.
SHOWN = {
    "fastapi_backend": {
        "readable": [],
        "backend-layers": [
            "app/services/analytics_service.py:9",  # a service imports the API layer
            "app/services/scheduler.py:6",  # a chain of three modules
            "app/integrations/mail_gateway.py:5",
        ],
        "no-cycles": [  # two pairs, hidden by function-level imports
            "app/services/customer_service.py:12",
            "app/services/notification_service.py:13",
            "app/services/invoice_service.py:18",
            "app/services/order_service.py:16",
        ],
        "services-know-no-http": ["app/services/order_service.py:3"],
        "core-is-plain-python": [],
        "driver-stays-in-db": ["app/services/backup_service.py:3"],
        "payments-interface": ["app/services/order_service.py:10"],
        "independent-domains": ["app/shipping/returns.py:3"],
    },
    "flat_app": {
        "readable": [],
        "flat-layers": ["service/managers/schedule_manager.py:12"],
        "no-cycles": ["service/managers/schedule_manager.py:12", "service/routes.py:4"],
        "settings-in-one-place": [],
    },
    "importlinter_project": {
        "readable": [],
        "il-layers": ["shipyard/docks/dry_dock.py:3"],
        "il-no-web": ["shipyard/docks/weather.py:3"],
        "il-steel-is-plain": [],
    },
}

# The rules of audit.toml with the places they name: what an audit of a back end finds.
AUDITED = {
    "no-god-files": ["app/services/report_service.py:108", "app/services/report_service.py:1"],
    "services-borrow-sessions": [
        "app/services/analytics_service.py:20",  # a session held by an object
        "app/services/analytics_service.py:33",  # one session for two tasks
        "app/services/notification_service.py:15",  # a dependency stepped through by hand
        "app/services/order_service.py:50",  # a commit for every order
        "app/services/report_service.py:63",  # closed only where nothing goes wrong
    ],
    "routes-use-the-alias": ["app/api/order_routes.py:28", "app/api/order_routes.py:33"],
    "errors-are-classes": ["app/services/customer_service.py:19"],
    "nothing-is-swallowed": ["app/integrations/webhooks.py:18"],
    "model-calls-have-a-timeout": ["app/services/summary_service.py:11"],
    "no-html-in-python": ["app/services/report_service.py:15"],
    "imports-stand-on-top": ["app/services/customer_service.py:12"],
    "nothing-broken-or-empty": [
        "app/core/money.py:4",
        "app/services/coupons.py:1",
        "app/services/loyalty_service.py:1",
        "app/services/events.py:1",
    ],
    "no-dead-modules": ["app/services/legacy_discounts.py:1", "app/services/pricing_v2.py:1"],
    "written-once": ["app/services/pricing.py:4", "app/services/pricing_v2.py:9"],
    "towards-stability": ["app/services/analytics_service.py:9"],
    "one-version-of-a-file": ["app/services/pricing_v2.py:1"],
    "no-strays": ["app/services/test_data.py:1", "reset_orders.py:1"],
}


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_ADDOPTS")}
    environment |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.fixture
def copy(repository: Path, tmp_path: Path) -> Path:
    """A copy of the examples and the demo, to break."""
    ignored = shutil.ignore_patterns("__pycache__", ".*_cache", "*.db")
    for folder in ("examples", "scripts"):
        shutil.copytree(repository / folder, tmp_path / folder, ignore=ignored)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8", newline="\n")


@pytest.mark.parametrize("project", SHOWN)
def test_an_example_fails_at_the_listed_lines_and_its_own_tests_pass(repository: Path, project: str) -> None:
    command = ("-m", "pytest", "--archguard", "-rA", "-p", "no:cacheprovider")
    result = run(*command, cwd=repository / "examples" / project)

    verdicts = {node_id.partition("::")[2]: outcome for outcome, node_id in VERDICT.findall(result.stdout)}
    assert result.returncode == 1
    assert verdicts.items() >= {rule: "FAILED" if sites else "PASSED" for rule, sites in SHOWN[project].items()}.items()
    assert "FAILED tests/" not in result.stdout
    for rule, sites in SHOWN[project].items():
        assert SITE.findall(section(result.stdout, rule)) == sites


def test_every_finding_of_the_audit_is_a_failure_with_its_place(repository: Path) -> None:
    command = ("-m", "pytest", "--archguard", "--archguard-config", "audit.toml", "-rA", "-p", "no:cacheprovider")
    result = run(*command, cwd=repository / "examples" / "fastapi_backend")

    failed = re.findall(r"^FAILED audit\.toml::(\S+)", result.stdout, re.M)
    assert failed == list(AUDITED)
    for rule, sites in AUDITED.items():
        shown = re.findall(r" (\S+\.py:\d+)  ?", section(result.stdout, rule).replace("\n", "  \n"))
        assert set(sites) <= set(shown), rule


def section(output: str, rule: str) -> str:
    """The failure of one rule, without the advice below the violations."""
    found = re.search(rf"^_+ {rule} _+$(.*?)(?=^_+ \S+ _+$|^=+ )", output, re.M | re.S)
    return found[1].partition("free of cycles")[0] if found else ""


def test_the_demo_succeeds_when_exactly_the_expected_failures_are_shown(copy: Path) -> None:
    result = run("scripts/demo.py", cwd=copy)

    assert (result.returncode, result.stderr) == (0, "")
    assert f"{len(SHOWN)} example projects fail exactly where they should" in result.stdout


def test_the_demo_fails_and_says_so_when_an_expected_failure_is_missing(copy: Path) -> None:
    edit(
        copy / "examples/flat_app/service/managers/schedule_manager.py",
        "from routes import SWITCH_WORDS",
        "import routes",
    )

    result = run("scripts/demo.py", "flat_app", cwd=copy)

    assert result.returncode == 1
    assert "-    service/managers/schedule_manager.py:12  from routes import SWITCH_WORDS" in result.stderr
    assert "NOT as expected: flat_app" in result.stdout


def test_the_demo_fails_and_says_so_when_something_else_fails(copy: Path) -> None:
    with (copy / "examples/flat_app/service/config.py").open("a", encoding="utf-8") as file:
        file.write("\n\ndef restart() -> None:\n    import main\n\n    main.main()\n")

    result = run("scripts/demo.py", "flat_app", cwd=copy)

    assert result.returncode == 1
    assert "+    service/config.py:10  import main" in result.stderr


def test_the_demo_fails_when_the_rules_cannot_be_read(copy: Path) -> None:
    edit(copy / "examples/flat_app/pyproject.toml", "[[tool.archguard.layers]]", "[[tool.archguard.layer]]")

    result = run("scripts/demo.py", "flat_app", cwd=copy)

    assert result.returncode == 1
    assert "flat_app: pytest ended with exit code 4" in result.stderr


ONE_DAY_IN_THE_SHOP = """
import asyncio
from app.db import create_tables, session_scope
from app.main import app
from app.services import order_service, customer_service, product_service, report_service

async def day():
    await create_tables()
    async with session_scope() as db:
        customer = await customer_service.register(db, "Ada", "ada@example.org")
        product = await product_service.add(db, "Assam", "tea", 451, stock=5)
        order = await order_service.place(db, customer.id, product.id, pieces=2)
        await order_service.pay(db, order.id)
    print(len(app.openapi()["paths"]) > 8, (await report_service.order_report("csv", "paid", "id"))[0])

asyncio.run(day())
"""


def test_the_back_end_is_code_that_runs(copy: Path) -> None:
    result = run("-W", "ignore", "-c", ONE_DAY_IN_THE_SHOP, cwd=copy / "examples/fastapi_backend")

    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("True number,customer")
    assert "1,Ada,Assam,2,9.18,11.01,paid" in result.stdout


def test_the_rules_in_the_readme_fail_as_the_readme_says(repository: Path, copy: Path) -> None:
    readme = (repository / "README.md").read_text("utf-8")
    project = copy / "examples/fastapi_backend"
    rules = readme.partition("```toml\n")[2].partition("```")[0]
    (project / "pyproject.toml").write_text(rules, "utf-8")

    result = run("-m", "pytest", "pyproject.toml::backend-layers", "--rootdir=.", "-c", "pyproject.toml", cwd=project)

    assert readme.partition("```text\n")[2].partition("```")[0] in result.stdout
