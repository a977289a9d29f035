from __future__ import annotations

from typing import Any

import pytest

RULE = '[[tool.archguard.unused]]\nid = "x"\n'


def labels(result: Any) -> list[str]:
    return [violation.label for violation in result.violations]


def test_modules_nobody_imports_are_reported_with_what_hangs_on_them(judge: Any, package: Any) -> None:
    files = package(main="import app.used", used="", dead="import app.only_dead\nimport app.used", only_dead="")
    assert labels(judge(RULE + 'entry_points = ["app.main"]', files)) == ["app.dead, and with it app.only_dead"]


def test_dead_modules_in_a_circle_are_dead(judge: Any, package: Any) -> None:
    files = package(main="", a="import app.b", b="import app.a")
    assert labels(judge(RULE + 'entry_points = ["app.main"]', files)) == ["app.a, and with it app.b"]


def test_an_import_inside_a_function_is_use_enough(judge: Any, package: Any) -> None:
    files = package(main="def f():\n    from app import late", late="")
    assert judge(RULE + 'entry_points = ["app.main"]', files).outcome == "passed"


def test_importing_a_module_uses_the_packages_above_it(judge: Any, package: Any) -> None:
    files = package(main="import app.sub.x", sub__x="", sub__y="")
    files["app/sub/__init__.py"] = "from app.sub.y import z\n"
    assert judge(RULE + 'entry_points = ["app.main"]', files).outcome == "passed"


def test_scripts_main_modules_and_main_guards_are_entry_points(judge: Any, package: Any) -> None:
    files = package(cli="", __main__="", tool='if __name__ == "__main__":\n    print(1)\n', dead="")
    scripts = '[project]\nname = "p"\n[project.scripts]\nrun = "app.cli:main"\n'
    assert labels(judge(RULE + scripts, files)) == ["app.dead"]
    assert labels(judge(RULE + "main_guard = false\n" + scripts, files)) == ["app.dead", "app.tool"]


def test_a_text_file_can_name_entry_points(judge: Any, package: Any) -> None:
    files = package(web="", worker="", dead="", jobs__run="")
    files["docker-compose.yaml"] = (
        "command: uvicorn app.web:app\n---\ncommand: python app/jobs/run.py\n  app.worker.main\n"
    )
    assert labels(judge(RULE + 'entry_points = ["text:docker-compose.yaml"]', files)) == ["app.dead"]


def test_a_text_file_that_is_not_there_is_an_error(judge: Any, package: Any) -> None:
    result = judge(RULE + 'entry_points = ["text:compose.yaml"]', package(a=""))
    assert result.error == '"entry_points": "text:compose.yaml" matches no file'


def test_strings_and_tests_count_when_asked(judge: Any, package: Any) -> None:
    files = package(main="TASKS = ['app.jobs.clean']", jobs__clean="", tested="")
    files["tests/test_it.py"] = "import app.tested\n"
    toml = 'tests = ["tests/**"]\n' + RULE + 'entry_points = ["app.main"]\n'
    assert labels(judge(toml, files)) == ["app.jobs.clean", "app.tested (imported by tests only)"]
    assert labels(judge(toml + "strings = true\n", files)) == ["app.tested (imported by tests only)"]
    assert labels(judge(toml + "tests_count = true\n", files)) == ["app.jobs.clean"]


def test_symbols_nobody_names_are_reported(judge: Any, package: Any) -> None:
    files = package(
        a="def used(): ...\ndef dead(): ...\nclass Gone: ...\n@route\ndef handler(): ...\ndef _private(): ...\n",
        b="from app.a import used\n",
    )
    result = judge(RULE + 'of = "symbols"\n', files)
    assert [(v.subject, v.scope, v.sites[0].line) for v in result.violations] == [
        ("app.a", "dead", 2),
        ("app.a", "Gone", 3),
    ]
    assert len(judge(RULE + 'of = "symbols"\nignore = ["Go*"]\n', files).violations) == 1


def test_fixing_one_dead_module_makes_no_other_new(judge: Any, package: Any) -> None:
    rule = RULE + 'entry_points = ["app.main"]'
    before = judge(rule, package(main="", a="import app.c", b="", c=""))
    after = judge(rule, package(main="import app.a", a="import app.c", b="", c=""))
    assert {v.key for v in after.violations} < {v.key for v in before.violations}


def test_every_file_that_hangs_on_a_dead_module_is_a_place(judge: Any, package: Any) -> None:
    files = package(main="", dead="import app.a, app.b, app.c, app.d", a="", b="", c="", d="")
    (violation,) = judge(RULE + 'entry_points = ["app.main"]', files).violations
    assert violation.label == "app.dead, and with it app.a, app.b, app.c and 1 more"
    assert [site.path for site in violation.sites] == [f"app/{name}.py" for name in ("dead", "a", "b", "c", "d")]


@pytest.mark.parametrize(
    "text",
    [
        "CMD uvicorn app.jobs.run:app --port 80", 'CMD ["gunicorn", "app.jobs.run:make()"]', "python -m app.jobs.run",
        "worker: celery -A app.jobs.run.celery worker", "command: python app/jobs/run.py", "run: python ./app/jobs/run.py",
        "python /srv/shop/app/jobs/run.py", "cd app/jobs && python run.py", "handler = app.jobs.run.", "'app.jobs.run'",
    ],
)  # fmt: skip
def test_files_for_deployment_name_modules_in_many_ways(judge: Any, package: Any, text: str) -> None:
    files = {**package(jobs__run=""), "deploy/Procfile": text}
    assert judge(RULE + 'entry_points = ["text:deploy/*"]', files).outcome == "passed"


@pytest.mark.parametrize("text", ["app.jobs.runner", "my_app.jobs.run_it", "app.jobs", "app/jobs/rerun.py", "run"])
def test_names_that_only_look_alike_start_nothing(judge: Any, package: Any, text: str) -> None:
    files = {**package(jobs__run=""), "Procfile": text}
    assert labels(judge(RULE + 'entry_points = ["text:Procfile"]', files)) == ["app.jobs.run"]


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ("uvicorn worker:app", []), ("python -m worker", []), ("celery -A worker beat", []), ("python worker.py", []),
        ("services:\n  worker:\n    image: worker", ["worker"]),
    ],
)  # fmt: skip
def test_a_module_at_the_top_is_named_by_how_it_is_started(judge: Any, text: str, dead: list[str]) -> None:
    files = {"worker.py": "", "compose.yaml": text}
    assert labels(judge(RULE + 'entry_points = ["text:compose.yaml"]', files)) == dead


def test_files_that_no_statement_can_import_are_started_some_other_way(judge: Any, package: Any) -> None:
    files = {**package(migrations__shared=""), "app/migrations/0001_initial.py": "import app.migrations.shared"}
    assert judge(RULE, files).outcome == "passed"


def test_text_files_in_folders_that_tools_make_are_not_read(judge: Any, package: Any) -> None:
    files = {**package(dead=""), "node_modules/x/a.yaml": "app.dead", "a.yaml": ""}
    assert labels(judge(RULE + 'entry_points = ["text:**/*.yaml"]', files)) == ["app.dead"]


FRAMEWORK = """
entry_points = ["**.management.commands", "**.templatetags", "**.apps", "**.admin", "=app.asgi"]
strings = true
"""


def test_modules_that_a_framework_finds_are_entry_points_by_wildcard(judge: Any, package: Any) -> None:
    files = package(
        asgi="SETTINGS = 'app.settings'",
        settings="INSTALLED_APPS = ['app.shop.apps.ShopConfig']\nROOT_URLCONF = 'app.urls'",
        urls="from app.shop import views",
        shop__apps="", shop__admin="import app.shop.forms", shop__forms="", shop__views="", shop__old="",
        shop__management__commands__clean="", shop__templatetags__money="",
    )  # fmt: skip
    assert labels(judge(RULE + FRAMEWORK, files)) == ["app.shop.old"]


def test_symbols_of_entry_points_and_in_text_files_are_used(judge: Any, package: Any) -> None:
    files = package(main="def create(): ...", tasks="def clean(): ...\ndef sweep(): ...")
    files["Procfile"] = "celery call app.tasks.clean"
    rule = RULE + 'of = "symbols"\nentry_points = ["app.main", "text:Procfile"]'
    assert [violation.scope for violation in judge(rule, files).violations] == ["sweep"]


def test_symbols_named_in_annotations_and_import_strings_are_used(judge: Any, package: Any) -> None:
    files = package(
        a="class One: ...\nclass Two: ...\nclass Three: ...\nclass Four: ...\n",
        b="x: 'list[One] | None' = None\nload('app.a:Two')\nload('app.a.Three')\nprint('Number Four is alive.')",
    )
    assert [v.scope for v in judge(RULE + 'of = "symbols"', files).violations] == ["Four"]


def test_a_dead_package_stands_for_the_modules_it_imports(judge: Any, package: Any) -> None:
    files = package(main="", suite__a="", suite__b="", suite__c="")
    files["app/suite/__init__.py"] = "from .a import x\nfrom .b import y\n"
    assert labels(judge(RULE + 'entry_points = ["app.main"]', files)) == [
        "app.suite, and with it app.suite.a, app.suite.b",
        "app.suite.c",
    ]


def test_a_package_can_be_named_too(judge: Any, package: Any) -> None:
    files = package(main="KINDS = ['app.kinds:Kind', 'app.jobs.clean']", kinds__a="", jobs__clean="", jobs__old="")
    files["app/kinds/__init__.py"] = "from app.kinds.a import Kind\n"
    rule = RULE + 'entry_points = ["app.main"]\nstrings = true'
    assert labels(judge(rule, files)) == ["app.jobs.old"]


def test_the_word_init_names_no_package(judge: Any, package: Any) -> None:
    files = package(main="SKIPPED = '__init__.py'", old__a="")
    files["app/old/__init__.py"] = "X = 1\n"
    rule = RULE + 'entry_points = ["app.main"]\nstrings = true'
    assert labels(judge(rule, files)) == ["app.old", "app.old.a"]


def test_each_module_of_a_dead_group_is_known_by_itself(judge: Any, package: Any) -> None:
    rule = RULE + 'entry_points = ["app.main"]'
    (before,) = judge(rule, package(main="", dead="import app.only_dead", only_dead="")).violations
    (after,) = judge(rule, {**package(main="", only_dead=""), "app/dead.py": "import app.main\nX = 1\n"}).violations[1:]
    assert set(after.entry_keys) < set(before.entry_keys)
