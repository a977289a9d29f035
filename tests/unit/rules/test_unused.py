from __future__ import annotations

from typing import Any

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
    assert labels(judge(toml, files)) == ["app.jobs.clean", "app.tested"]
    assert labels(judge(toml + "strings = true\n", files)) == ["app.tested"]
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
