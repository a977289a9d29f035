"""The fixture `archguard` for architecture tests written by hand."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    for path, source in {
        "app/__init__.py": "",
        "app/api.py": "X = 1",
        "app/core.py": "from app.api import X",
        "app/services/mail.py": "import app.core",
    }.items():
        file = pytester.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    return pytester


def run(project: pytest.Pytester, test: str, rules: str = "") -> pytest.RunResult:
    project.makepyprojecttoml(textwrap.dedent(rules))
    project.makepyfile(test_architecture=textwrap.dedent(test))
    return project.runpytest_inprocess("-p", "no:cacheprovider")


def test_modules_and_the_graph_are_there_without_any_rules_file(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
        def test_it(archguard):
            assert archguard.modules("app.services") == ["app.services.mail"]
            assert archguard.modules("=app") == ["app"]
            assert archguard.graph.find_shortest_chain("app.services.mail", "app.api") == (
                "app.services.mail", "app.core", "app.api")
            (details,) = archguard.graph.get_import_details(importer="app.core", imported="app.api")
            assert (details["line_number"], details["line_contents"]) == (1, "from app.api import X")
        """,
    )
    result.assert_outcomes(passed=1)


def test_a_rule_that_is_violated_fails_the_test_with_its_own_text(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
        def test_it(archguard):
            archguard.check("forbidden", from_=["app.core"], to=["app.api"], because="core is reused")
        """,
    )
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*app.core may not import app.api", "*because core is reused", "*app/core.py:1  from app.api import X"]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_rule_may_be_an_instance_and_groups_of_the_rules_file_are_known(project: pytest.Pytester) -> None:
    result = run(
        project,
        """
        from pytest_archguard.rules.acyclic import Acyclic

        def test_it(archguard):
            archguard.check(Acyclic())
            archguard.check("forbidden", from_=["@web"], to=["app.services"])
            assert archguard.modules("@web") == ["app.api"]
        """,
        '[tool.archguard.groups]\nweb = ["app.api"]\n',
    )
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ('archguard.check("forbiden", to=["a"])', '*no rule kind "forbiden" (did you mean "forbidden"?)*'),
        ('archguard.check("forbidden", to=["app"])', '*the key "from" is missing*'),
        ('archguard.check("forbidden", from_=["app.cor"], to=["app.api"])', "*app.cor matches no module*"),
    ],
)
def test_mistakes_are_named(project: pytest.Pytester, call: str, message: str) -> None:
    result = run(project, f"def test_it(archguard):\n    {call}\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([message])


def test_the_tests_in_the_documentation_run(pytester: pytest.Pytester, repository: Path) -> None:
    page = (repository / "docs" / "custom-rules.md").read_text("utf-8")
    (block,) = re.findall(r"```python\n# tests/test_architecture.py\n(.*?)```", page, re.S)
    for path, source in {
        "app/__init__.py": "",
        "app/main.py": "import app.scheduler\nimport app.services.mail_service",
        "app/scheduler.py": "import app.core",
        "app/core.py": "import json",
        "app/db.py": "import sqlalchemy, fastapi",
        "app/services/mail_service.py": "import app.db",
    }.items():
        file = pytester.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source)
    pytester.makepyfile(test_architecture=block)
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=3)
    (pytester.path / "app/core.py").write_text("import app.db\nimport app.scheduler")
    pytester.runpytest_inprocess("-p", "no:cacheprovider").assert_outcomes(passed=1, failed=2)
