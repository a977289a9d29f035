"""How rules look and behave as pytest items."""

from __future__ import annotations

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from inline_snapshot import snapshot

from pytest_archguard.check import Analysis
from pytest_archguard.model import Violation


def test_a_printed_id_can_be_pasted_back_from_where_it_was_printed(project: Any) -> None:
    for folder in (".", "tests/unit", "app"):
        printed = project.run("--archguard", cwd=folder).stdout.str()
        node_id = re.search(r"^FAILED (\S+)", printed, re.MULTILINE)
        assert node_id is not None
        project.run(node_id[1], cwd=folder).assert_outcomes(failed=1)


def test_collecting_reads_no_code(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Analysis, "prepare", lambda *_: pytest.fail("the code base was read"))
    project.run("--archguard", "--co").assert_outcomes()
    project.run("--archguard", "-k", "test_top").assert_outcomes(passed=1, deselected=8)
    assert project.run("--archguard", "-k", "layering").ret == 1


def test_rules_come_first_and_in_the_order_of_the_file(project: Any) -> None:
    result = project.run("--archguard", "tests/unit", "--co", "-q")
    assert result.outlines[:8] == snapshot(
        [
            "pyproject.toml::readable",
            "pyproject.toml::baseline",
            "pyproject.toml::suppressions",
            "pyproject.toml::layering",
            "pyproject.toml::api-away-from-services",
            "pyproject.toml::soft",
            "pyproject.toml::retired",
            "tests/unit/test_deep.py::test_deep",
        ]
    )


def test_last_failed_reruns_the_rule_that_failed(project: Any) -> None:
    project.run("--archguard").assert_outcomes(failed=1, passed=7, skipped=1)
    for arguments in (("--lf",), ("--ff", "-x"), ("--lf", "tests")):
        outcomes = project.run("--archguard", *arguments).parseoutcomes()
        assert outcomes.pop("failed") == 1
        assert set(outcomes) <= {"deselected"}


def test_last_failed_skips_rules_that_passed(project: Any) -> None:
    project.write({"tests/test_top.py": "def test_top():\n    assert False\n"})
    project.run("--archguard", "--deselect", "pyproject.toml::layering").assert_outcomes(
        failed=1, passed=6, skipped=1, deselected=1
    )
    result = project.run("--archguard", "--lf")
    assert result.parseoutcomes()["failed"] == 1
    assert "passed" not in result.parseoutcomes()


def test_a_failure_is_its_text_without_a_traceback(project: Any) -> None:
    result = project.run("pyproject.toml::layering", "--tb=long", "-vv")
    shown = result.stdout.str().partition("layering ___")[2].partition("\n")[2].partition("\n=====")[0]
    assert shown == snapshot(
        """\
layers layering: 1 new violation

  app.services may not import app.api
  because services run in workers too; they must not need the web layer

  app.services.load -> app.api.routes
      app/services/load.py:2  from app.api.routes import ROUTES

  fix: move the shared helper down into app.core
  accept as known: archguard accept layering --reason "..."\
"""
    )
    result.stdout.fnmatch_lines(["FAILED pyproject.toml::layering - 1 new violation"])


def test_paths_are_relative_to_where_pytest_was_started(project: Any) -> None:
    printed = project.run("../../pyproject.toml::layering", cwd="app/api").stdout.str()
    assert "      ../services/load.py:2  from app.api.routes import ROUTES" in printed
    assert 'archguard accept layering --reason "..."' in printed


def test_one_line_tracebacks_name_the_rule_s_table(project: Any) -> None:
    printed = project.run("--archguard", "--tb=line").stdout.str()
    line = 1 + (project.root / "pyproject.toml").read_text().splitlines().index("[[tool.archguard.layers]]")
    assert f"pyproject.toml:{line}: 1 new violation" in printed


def test_a_rule_that_is_off_is_skipped_and_says_so(project: Any) -> None:
    result = project.run("--archguard", "-rs")
    result.stdout.fnmatch_lines(['SKIPPED * pyproject.toml: severity = "off" in pyproject.toml:*'])


def test_a_rule_that_cannot_be_judged_fails_alone(project: Any) -> None:
    text = (project.root / "pyproject.toml").read_text()
    (project.root / "pyproject.toml").write_text(text.replace('from = ["app.api"]', 'from = ["app.apis"]'))
    result = project.run("--archguard")
    result.assert_outcomes(failed=2, passed=6, skipped=1)
    result.stdout.fnmatch_lines(
        ["forbidden api-away-from-services: cannot be judged", "*app.apis*app.api*", "FAILED *- cannot be judged: *"]
    )


def test_when_there_is_nothing_to_analyse_every_rule_is_an_error(new_project: Any) -> None:
    project = new_project({"pyproject.toml": "[tool.archguard]\n", "test_a.py": "def test_a():\n    pass\n"})
    result = project.run("--archguard")
    result.assert_outcomes(passed=1, errors=3)
    assert "no Python modules were found" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()
    assert "analysis.prepare" not in result.stdout.str()
    assert "another exception" not in result.stdout.str()


def test_a_table_without_rules_is_said_to_have_none(new_project: Any) -> None:
    project = new_project({"pyproject.toml": "[tool.archguard]\n", "app.py": ""})
    project.run("--archguard").stdout.fnmatch_lines(["archguard: pyproject.toml declares no rule yet; *"])


def test_what_warns_is_shown_where_passes_are_shown(project: Any) -> None:
    printed = project.run("--archguard", "-rP").stdout.str()
    assert "forbidden soft: 1 new violation" in printed
    assert "layers layering" in printed


def test_junit_xml_has_message_text_and_counts(project: Any) -> None:
    project.run("--archguard", "--junitxml=junit.xml", "-o", "junit_family=xunit1")
    suite = ElementTree.parse(project.root / "junit.xml").getroot()
    case = next(case for case in suite.iter("testcase") if case.get("name") == "layering")
    failure = case.find("failure")
    assert failure is not None
    assert failure.get("message") == "1 new violation"
    assert "app/services/load.py:2  from app.api.routes" in (failure.text or "")
    assert case.get("file") == "pyproject.toml"
    assert {p.get("name"): p.get("value") for p in case.iter("property")} == {
        "archguard_new": "1",
        "archguard_known": "0",
    }


@pytest.mark.parametrize("workers", [(), ("-n1",)])
def test_colours_are_for_terminals(project: Any, workers: tuple[str, ...]) -> None:
    plain = project.run("pyproject.toml::layering", *workers, apart=bool(workers)).stdout.str()
    assert "\x1b" not in plain
    coloured = project.run("pyproject.toml::layering", "--color=yes", *workers, apart=bool(workers)).stdout.str()
    assert "\x1b[36mapp/services/load.py:2\x1b[0m  from app.api.routes import ROUTES" in coloured
    assert "\x1b[31m\x1b[1mlayers layering: 1 new violation\x1b[0m" in coloured
    assert "layering\x1b[0m - 1 new violation" in coloured


def test_a_rule_that_passes_with_debt_has_a_status_of_its_own(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    accept_everything(monkeypatch)
    result = project.run("--archguard", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["pyproject.toml::layering KNOWN*"])
    assert result.parseoutcomes() == {"passed": 6, "known": 2, "skipped": 1}
    project.run("--archguard").stdout.fnmatch_lines(["pyproject.toml ...k.ks *"])


def test_nothing_is_kept_where_nothing_is_wanted(project: Any) -> None:
    project.run("--archguard", "--archguard-no-cache")
    assert not (project.root / ".archguard_cache").exists()
    project.run("--archguard")
    assert (project.root / ".archguard_cache").exists()


def test_conftest_files_may_look_at_items_as_if_they_were_functions(project: Any) -> None:
    project.write(
        {
            "conftest.py": (
                "def pytest_collection_modifyitems(items):\n"
                "    for item in items:\n"
                "        if 'db' in item.fixturenames or item.get_closest_marker('slow'):\n"
                "            raise AssertionError\n"
                "def pytest_itemcollected(item):\n"
                "    item.warn(UserWarning('seen ' + item.nodeid))\n"
            )
        }
    )
    result = project.run("--archguard", apart=True)
    result.assert_outcomes(failed=1, passed=7, skipped=1, warnings=9)


def accept_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a baseline listed every violation."""
    from dataclasses import replace

    judge = Analysis.judge

    def accepting(self: Analysis, rule_id: str) -> Any:
        result = judge(self, rule_id)
        known: tuple[Violation, ...] = tuple(v.with_state("known", "later") for v in result.violations)
        outcome = "passed" if result.outcome == "failed" else result.outcome
        changed = replace(result, violations=known, outcome=outcome, fewer=1 if known else 0)
        self._results[rule_id] = changed
        return changed

    monkeypatch.setattr(Analysis, "judge", accepting)


@pytest.mark.parametrize(
    ("option", "shown"),
    [
        ((), ["*= archguard =*", "soft *forbidden *1 known (1 fewer)"]),
        (("-q",), ["archguard: 0 new, 2 known (2 fewer), 5 modules, 1 import examined in *"]),
    ],
)
def test_the_summary_never_keeps_debt_silent(
    project: Any, monkeypatch: pytest.MonkeyPatch, option: tuple[str, ...], shown: list[str]
) -> None:
    accept_everything(monkeypatch)
    project.run("--archguard", *option).stdout.fnmatch_lines(shown)


def test_very_quiet_runs_say_nothing_but_failures(project: Any) -> None:
    assert "examined in" not in project.run("--archguard", "-qq").stdout.str()


def test_warnings_of_a_rule_are_counted_in_the_summary(project: Any) -> None:
    result = project.run("--archguard")
    result.stdout.fnmatch_lines(
        [
            "archguard: 7 rules in pyproject.toml",
            "*= archguard =*",
            "soft  forbidden  warns: 1 new",
            "2 new, 5 modules, 1 import examined in *.?? s",
        ]
    )


def test_rules_that_paths_keep_from_running_are_announced(project: Any, configure: Any) -> None:
    configure(auto=True)
    printed = project.run("tests/unit").stdout.str()
    assert printed.count("archguard: 7 rules not run (paths given; add --archguard)") == 2
    quiet = project.run("tests/unit", "-q").stdout.str()
    assert quiet.count("archguard: 7 rules not run (paths given; add --archguard)") == 1
    assert "not run" not in project.run("tests/unit", "--no-archguard").stdout.str()


def test_rules_that_were_deselected_are_counted(project: Any) -> None:
    project.run("pyproject.toml::layering").stdout.fnmatch_lines(["1 new, 5 rules not run, *"])


def test_show_limits_the_violations_of_a_rule(project: Any) -> None:
    imports = "".join(f"import app.api.routes{n}\n" for n in range(30))
    project.write({"app/services/load.py": imports, **{f"app/api/routes{n}.py": "" for n in range(30)}})

    def shown(*options: str) -> tuple[int, bool]:
        text = project.run("pyproject.toml::layering", *options).stdout.str()
        return text.count("app.services.load -> "), "more, --archguard-show all)" in text

    assert shown() == (20, True)
    assert shown("--archguard-show=3") == (3, True)
    assert shown("--archguard-show=all") == (30, False)


def test_progress_is_for_terminals(project: Any) -> None:
    assert "\x1b7" not in project.run("--archguard", "--color=yes").stdout.str()
