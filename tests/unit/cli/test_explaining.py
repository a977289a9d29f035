"""`archguard explain MODULE` and `archguard why`: what they say of one module."""

from __future__ import annotations

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from pytest_archguard.cli.main import main

FILES = {
    "pyproject.toml": """
[tool.archguard]

[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]

[[tool.archguard.size]]
id = "small"
max_complexity = 2

[[tool.archguard.acyclic]]
id = "retired"
severity = "off"
""",
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/routes.py": "",
    "app/services/__init__.py": "",
    "app/services/mail.py": (
        "from app.api import routes\n\n\ndef send(a):\n    if a:\n        return 1 if a > 1 else 2\n    return 3\n"
    ),
}


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def test_a_module_is_explained_with_every_rule_and_every_place(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("explain", "app.services.mail")) == 0
    assert capsys.readouterr().out.splitlines()[2:10] == [
        "judged by",
        "  layering (layers) as layers: app.services",
        "  and by the rules about every module: small",
        "",
        "violations: 2",
        "  layering (new): app.services.mail -> app.api.routes  app/services/mail.py:1",
        "  small (new): app.services.mail.send: functions may have a complexity of at",
        "    most 2, this has 3  app/services/mail.py:4",
    ]


def test_a_rule_and_what_it_matches_fit_80_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    because = "services run in workers too, where nobody has installed what the web layer needs to start"
    rules = FILES["pyproject.toml"].replace('id = "layering"', f'id = "layering"\nbecause = "{because}"')
    (tmp_path / "pyproject.toml").write_text(rules)
    for number in range(8):
        (tmp_path / f"app/api/resource_{number}.py").write_text("from app.services import mail\n")
    assert main(("explain", "layering")) == 0
    assert capsys.readouterr().out.partition("\n\n")[0] == snapshot("""\
layering (layers, error), pyproject.toml:4
  app.api > app.services: lower layers may not import higher ones (top-level,
    function-level and type-checking imports count)
  because: services run in workers too, where nobody has installed what the web
    layer needs to start
  layers: app.api = app.api, app.api.resource_0, app.api.resource_1,
    app.api.resource_2, app.api.resource_3, app.api.resource_4,
    app.api.resource_5, app.api.resource_6, app.api.resource_7, app.api.routes
  layers: app.services = app.services, app.services.mail
  docs: https://pypi.org/project/pytest-archguard/ (docs/rules/layers.md)\
""")
    assert main(("explain", "app.services.mail")) == 0
    assert capsys.readouterr().out.splitlines()[-3:] == snapshot(
        [
            "imported by: app.api.resource_0, app.api.resource_1, app.api.resource_2,",
            "  app.api.resource_3, app.api.resource_4, app.api.resource_5,",
            "  app.api.resource_6, app.api.resource_7",
        ]
    )
    assert main(("rules", "layering")) == 0
    assert capsys.readouterr().out == snapshot("""\
layering (layers)
  app.api > app.services: lower layers may not import higher ones (top-level,
    function-level and type-checking imports count)
  layers: app.api       10 modules
  layers: app.services  2 modules
1 rule, 13 modules in pyproject.toml
""")


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        (".", "app/services/mail.py"),
        (".", "./app/services/mail.py"),
        ("app/services", "mail.py"),
        ("app/api", "../services/mail.py"),
        ("app/api", "app/services/mail.py"),
    ],
)
def test_a_module_is_found_by_the_path_that_the_shell_completes(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str, path: str
) -> None:
    monkeypatch.chdir(folder)
    assert main(("explain", path)) == 0
    assert capsys.readouterr().out.startswith("app.services.mail, ")


@pytest.mark.parametrize(("folder", "path"), [(".", "app/services/"), ("app/services", ".")])
def test_a_package_is_found_by_its_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: str, path: str
) -> None:
    monkeypatch.chdir(folder)
    assert main(("explain", path)) == 0
    assert capsys.readouterr().out.startswith("app.services, ")


def test_one_import_leads_and_several_lead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(("why", "app.services", "app.api"))
    assert capsys.readouterr().out.startswith("1 import of app.services leads to app.api\n")
    (tmp_path / "app/services/sms.py").write_text("import app.api\n")
    main(("why", "app.services", "app.api"))
    assert capsys.readouterr().out.startswith("2 imports of app.services lead to app.api\n")


WHY = """
[tool.archguard]

[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]

[[tool.archguard.acyclic]]
id = "no-cycles"

[[tool.archguard.imports]]
id = "no-mail"
forbid = ["app.api:Mail"]

[[tool.archguard.size]]
id = "small"
max_lines = 1

[[tool.archguard.forbidden]]
id = "retired"
severity = "off"
from = ["app.services"]
to = ["app.glue"]
"""


def test_why_names_the_rules_that_object_and_the_import_they_object_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(WHY)
    (tmp_path / "app/api/__init__.py").write_text("class Mail: ...\n")
    (tmp_path / "app/glue.py").write_text("from app.api import Mail\nimport app.services.sms\n")
    (tmp_path / "app/services/sms.py").write_text("import app.glue\n")
    (tmp_path / "app/services/fax.py").write_text("import app.services.sms\n")  # leads there too
    assert main(("why", "app.services.sms", "app.api")) == 1
    assert capsys.readouterr().out == snapshot("""\
1 import of app.services.sms leads to app.api

app.services.sms -> app.glue -> app.api
    app/services/sms.py:1  import app.glue
    app/glue.py:1  from app.api import Mail

layering objects to app.services.sms -> app.glue, which leads to app.api (new)
no-cycles objects to app.services.sms -> app.glue, which is part of a cycle
  (new)
no-mail objects to app.glue -> app.api (new)
""")
    assert main(("why", "app.services.fax", "app.glue")) == 1
    assert capsys.readouterr().out.partition("\n\n")[2].partition("\n\n")[2] == snapshot("""\
layering objects to app.services.sms -> app.glue, which leads to app.api (new)
no-cycles objects to app.services.sms -> app.glue, which is part of a cycle
  (new)
""")
    assert main(("why", "app.services.fax", "app.services.sms")) == 0
    assert capsys.readouterr().out == snapshot("""\
1 import of app.services.fax leads to app.services.sms

app.services.fax -> app.services.sms
    app/services/fax.py:1  import app.services.sms

no rule objects
""")


def test_why_knows_imports_by_their_packages_where_a_rule_is_about_these(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = '[tool.archguard]\n[[tool.archguard.acyclic]]\nid = "packages"\nlevel = "package"\n'
    (tmp_path / "pyproject.toml").write_text(rules)
    (tmp_path / "app/api/routes.py").write_text("import app.services\n")
    assert main(("why", "app.services", "app.api")) == 1
    assert capsys.readouterr().out.splitlines()[-2:] == snapshot(
        ["packages objects to app.services.mail -> app.api.routes, which is part of a", "  cycle (new)"]
    )


def test_why_names_a_rule_that_cannot_be_judged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text(WHY)
    (tmp_path / "app/services/fax.py").write_text("from app.services import mail\n")
    assert main(("why", "app.services.fax", "app.services.mail")) == 1
    assert capsys.readouterr().out.partition("\n\n")[2].partition("\n\n")[2] == snapshot("""\
no-mail cannot be judged, so it may object as well:
  "app.api:Mail": app.api has no Mail
""")
