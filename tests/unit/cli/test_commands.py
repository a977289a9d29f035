"""The command `archguard`: what it prints, writes and answers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.cli import main as cli
from pytest_archguard.cli.main import COMMANDS, main

RULES = """
[tool.archguard]
packages = ["app"]

[[tool.archguard.layers]]
id = "layering"
layers = ["app.api", "app.services"]

[[tool.archguard.size]]
id = "size"
modules = ["app"]
max_lines = 10

[[tool.archguard.forbidden]]
id = "retired"
from = ["app.services"]
to = ["app.api"]
severity = "off"
"""
UP = "from app.api import routes\n"
FILES = {
    "pyproject.toml": RULES,
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/routes.py": "X = 1\n" * 25,
    "app/services/__init__.py": UP,
    "app/services/mail.py": UP,
    "app/services/sms.py": UP,
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """`project(path, text)` writes a file of the project in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CI", raising=False)

    def write(path: str, text: str) -> None:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")

    for path, text in FILES.items():
        write(path, text)
    return write


@pytest.fixture
def archguard(project: Any, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """`archguard("accept", "--reason", "x")`: code, out and err of the command in the project's folder."""

    def call(*arguments: str) -> Any:
        code = main(arguments)
        out, err = capsys.readouterr()
        return SimpleNamespace(code=code, out=out, err=err)

    return call


def baseline() -> str:
    return Path("archguard-baseline.jsonl").read_text("utf-8")


# accept


def test_accept_lists_what_there_is_and_says_so(archguard: Any) -> None:
    done = archguard("accept", "--reason", "when  switched on")
    assert (done.code, done.out, done.err) == snapshot(
        (
            0,
            """\
layering: 3 entries
  app.services -> app.api.routes (layer)
  app.services.mail -> app.api.routes (layer)
  app.services.sms -> app.api.routes (layer)
size: 1 entry
  app.api.routes (max_lines) ceiling 25
archguard-baseline.jsonl written: 4 entries, 4 of them new or changed
""",
            "",
        )
    )
    assert baseline() == snapshot("""\
{"archguard-baseline": 1}
{"rule": "layering", "check": "layer", "subject": "app.services", "object": "app.api.routes", "detail": "app.api", "reason": "when switched on"}
{"rule": "layering", "check": "layer", "subject": "app.services.mail", "object": "app.api.routes", "detail": "app.api", "reason": "when switched on"}
{"rule": "layering", "check": "layer", "subject": "app.services.sms", "object": "app.api.routes", "detail": "app.api", "reason": "when switched on"}
{"rule": "size", "check": "max_lines", "subject": "app.api.routes", "ceiling": 25, "reason": "when switched on"}
""")


def test_accept_again_changes_nothing(archguard: Any) -> None:
    archguard("accept", "--reason", "when switched on")
    before = baseline()
    done = archguard("accept", "--reason", "another reason")
    assert (done.code, done.out, baseline()) == (0, "nothing to accept: there are no new violations\n", before)


def test_accept_takes_rules_and_a_last_day(archguard: Any) -> None:
    assert archguard("accept", "size", "--reason", "x", "--until", "2099-12-31").code == 0
    [entry] = map(json.loads, baseline().splitlines()[1:])
    assert (entry["rule"], entry["until"]) == ("size", "2099-12-31")


def test_accept_takes_single_violations(archguard: Any) -> None:
    archguard("accept", "size", "--reason", "x")
    refused = archguard("accept", "--only", "0123456789abcdef", "--reason", "x")
    assert (refused.code, refused.err) == snapshot(
        (2, "archguard: --only: 0123456789abcdef is that of no new violation; nothing was written\n")
    )


def test_accept_tells_apart_one_import_that_leads_to_two_targets(archguard: Any, project: Any) -> None:
    rule = '[tool.archguard]\n[[tool.archguard.forbidden]]\nid = "up"\nfrom = ["app.services"]\nto = ["app.api", "app.db"]\n'
    project("pyproject.toml", rule)
    project("app/db.py", "")
    project("app/glue.py", "import app.api\nimport app.db\n")
    project("app/services/sms.py", "import app.glue\n")
    done = archguard("accept", "--reason", "x")
    assert (done.code, done.out) == snapshot(
        (
            0,
            """\
up: 4 entries
  app.services -> app.api.routes (forbidden)
  app.services.mail -> app.api.routes (forbidden)
  app.services.sms -> app.glue (forbidden) towards app.api
  app.services.sms -> app.glue (forbidden) towards app.db
archguard-baseline.jsonl written: 4 entries, 4 of them new or changed
""",
        )
    )


def test_accept_takes_what_got_worse(archguard: Any, project: Any) -> None:
    archguard("accept", "--reason", "x")
    project("app/api/routes.py", "X = 1\n" * 30)
    assert "app.api.routes (max_lines) ceiling 30" in archguard("accept", "--reason", "y").out
    assert '"ceiling": 30, "reason": "y"' in baseline()
    assert "max_lines" not in baseline().replace('"check": "max_lines"', "", 1)


def test_accept_names_files_it_could_not_read(archguard: Any, project: Any) -> None:
    project("app/services/broken.py", "def f(:\n")
    done = archguard("accept", "--reason", "x")
    assert done.code == 0
    assert done.out.splitlines()[-2:] == snapshot(
        ["not judged, because they cannot be read: 1 file", "  app/services/broken.py:1: invalid syntax"]
    )


def test_accept_goes_on_beside_a_rule_that_cannot_be_judged(archguard: Any, project: Any) -> None:
    project("pyproject.toml", RULES.replace('modules = ["app"]', 'modules = ["app", "app.nope"]'))
    done = archguard("accept", "--reason", "x")
    assert (done.code, done.out.splitlines()[-2:]) == snapshot(
        (
            1,
            [
                "size cannot be judged, so nothing of it was accepted:",
                '  "modules": app.nope matches no module; the nearest: app.api',
            ],
        )
    )
    assert len(baseline().splitlines()) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--reason", " "), snapshot("archguard: --reason is empty; say why these violations are accepted\n")),
        (
            ("--reason", "x", "--until", "tomorrow"),
            snapshot('archguard: --until: "tomorrow" is no date such as 2027-03-01\n'),
        ),
        (("--reason", "x", "--until", "2020-01-01"), snapshot("archguard: --until: 2020-01-01 has passed\n")),
        (("layerin", "--reason", "x"), snapshot('archguard: there is no rule "layerin" (did you mean "layering"?)\n')),
        (
            ("readable", "--reason", "x"),
            snapshot('archguard: what "readable" finds cannot be accepted; it has to be mended\n'),
        ),
        (
            ("retired", "--reason", "x"),
            snapshot('archguard: the rule "retired" is off (severity = "off"), so there is nothing to accept\n'),
        ),
    ],
)
def test_accept_refuses(archguard: Any, arguments: tuple[str, ...], message: str) -> None:
    done = archguard("accept", *arguments)
    assert (done.code, done.out, done.err) == (2, "", message)
    assert not Path("archguard-baseline.jsonl").exists()


def test_accept_needs_a_reason(archguard: Any) -> None:
    done = archguard("accept")
    assert done.code == 2
    assert "--reason" in done.err


@pytest.mark.parametrize(("value", "code"), [("true", 2), ("1", 2), ("false", 0), ("", 0)])
def test_accept_refuses_in_ci_unless_forced(archguard: Any, monkeypatch: Any, value: str, code: int) -> None:
    monkeypatch.setenv("CI", value)
    done = archguard("accept", "--reason", "x")
    assert done.code == code
    if code:
        assert done.err == snapshot(
            "archguard: this is a CI job (CI is set), and a build must not accept its own violations; run it at the desk, or with --force\n"
        )
        assert archguard("accept", "--reason", "x", "--force").code == 0


def test_accept_tells_the_loser_of_two_writers(archguard: Any, monkeypatch: Any) -> None:
    from pytest_archguard.cli import accepting

    written = accepting.replace

    def late(path: Path, new: bytes, expected: bytes | None) -> None:
        path.write_text('{"archguard-baseline": 1}\n')
        written(path, new, expected)

    monkeypatch.setattr(accepting, "replace", late)
    done = archguard("accept", "--reason", "x")
    assert (done.code, done.err) == snapshot(
        (
            2,
            "archguard: archguard-baseline.jsonl was changed by somebody else in the meantime; nothing was written, run it again\n",
        )
    )
    assert baseline() == '{"archguard-baseline": 1}\n'


# prune


def test_prune_says_what_it_changed(archguard: Any, project: Any) -> None:
    archguard("accept", "--reason", "x")
    project("app/services/mail.py", "")
    project("app/api/routes.py", "X = 1\n" * 24)
    done = archguard("prune")
    assert (done.code, done.out) == snapshot(
        (
            0,
            """\
layering:
  removed: app.services.mail -> app.api.routes (layer)
size:
  lowered: app.api.routes (max_lines) from ceiling 25 to ceiling 24
archguard-baseline.jsonl written: 3 entries are left, 2 removed or changed
""",
        )
    )


def test_prune_adds_nothing(archguard: Any, project: Any) -> None:
    archguard("accept", "layering", "--reason", "x")
    before = baseline()
    project("app/services/more.py", UP)
    assert archguard("prune").out == "nothing to prune\n"
    assert baseline() == before


def test_prune_removes_entries_of_a_rule_that_is_gone_only_when_it_is_named(archguard: Any, project: Any) -> None:
    archguard("accept", "--reason", "x")
    project("pyproject.toml", RULES.replace('id = "size"', 'id = "sizes"'))
    assert archguard("prune").out == snapshot("""\
nothing to prune
kept: 1 entry of a rule "size" that does not exist; `archguard prune size` removes them
""")
    assert archguard("prune", "size").out == snapshot("""\
size:
  removed: app.api.routes (max_lines)
archguard-baseline.jsonl written: 3 entries are left, 1 removed or changed
""")
    assert '"rule": "size"' not in baseline()


def test_prune_takes_the_former_name_of_a_rule(archguard: Any, project: Any) -> None:
    archguard("accept", "--reason", "x")
    project("pyproject.toml", RULES.replace('id = "size"', 'id = "lengths"\nrenamed_from = "size"'))
    project("app/api/routes.py", "X = 1\n")
    done = archguard("prune", "size")
    assert (done.code, done.out) == snapshot(
        (
            0,
            """\
size:
  removed: app.api.routes (max_lines)
archguard-baseline.jsonl written: 3 entries are left, 1 removed or changed
""",
        )
    )


def test_prune_keeps_the_entries_of_a_rule_that_is_off(archguard: Any, project: Any) -> None:
    archguard("accept", "--reason", "x")
    before = baseline()
    project("pyproject.toml", RULES.replace('id = "size"', 'id = "size"\nseverity = "off"'))
    project("app/api/routes.py", "X = 1\n")
    done = archguard("prune")
    assert (done.code, done.out, baseline()) == (0, "nothing to prune\n", before)


def test_prune_joins_duplicates(archguard: Any) -> None:
    archguard("accept", "--reason", "x")
    before = baseline()
    Path("archguard-baseline.jsonl").write_text(before + before.splitlines()[1] + "\n")
    assert archguard("prune").code == 0
    assert baseline() == before


def test_prune_refuses_a_file_it_cannot_read_whole(archguard: Any) -> None:
    archguard("accept", "--reason", "x")
    Path("archguard-baseline.jsonl").write_text(f"{baseline()}<<<<<<< HEAD\n")
    done = archguard("prune")
    assert (done.code, done.err) == snapshot(
        (
            2,
            "archguard: archguard-baseline.jsonl:6 holds merge conflict markers; keep the lines of both sides, delete the markers; mend it first, nothing was written\n",
        )
    )


# debt


def test_debt_is_listed_by_rule_and_package(archguard: Any, project: Any) -> None:
    archguard("accept", "size", "--reason", "a table", "--until", "2099-01-01")
    archguard("accept", "--reason", "when switched on")
    done = archguard("debt")
    assert (done.code, done.out) == snapshot(
        (
            0,
            """\
layering (layers): 3 known
  app.services  3  when switched on
size (size): 1 known
  app.api  1  a table (until 2099-01-01)
4 known in 2 rules
""",
        )
    )
    assert json.loads(archguard("debt", "--json").out) == snapshot(
        {
            "version": 1,
            "known": 4,
            "rules": [
                {
                    "id": "layering",
                    "kind": "layers",
                    "known": 3,
                    "packages": [{"package": "app.services", "known": 3, "reason": "when switched on", "until": None}],
                },
                {
                    "id": "size",
                    "kind": "size",
                    "known": 1,
                    "packages": [{"package": "app.api", "known": 1, "reason": "a table", "until": "2099-01-01"}],
                },
            ],
        }
    )


def test_no_debt_is_said_so(archguard: Any) -> None:
    done = archguard("debt")
    assert (done.code, done.out) == (0, "no debt: the baseline lists nothing\n")


# rules, schema


def test_rules_are_listed_with_what_they_match(archguard: Any) -> None:
    done = archguard("rules")
    assert (done.code, done.out) == snapshot(
        (
            0,
            """\
layering (layers)
  app.api > app.services: lower layers may not import higher ones (top-level,
    function-level and type-checking imports count)
  layers: app.api       2 modules
  layers: app.services  3 modules
size (size)
  in app: modules may have at most 10 lines
  modules: app  6 modules
retired (forbidden, off)
  app.services may not import app.api (top-level, function-level and
    type-checking imports count)
  from: app.services  3 modules
  to: app.api         2 modules
3 rules, 6 modules in pyproject.toml
""",
        )
    )


def test_a_rule_that_matches_nothing_is_a_finding(archguard: Any, project: Any) -> None:
    project("pyproject.toml", RULES.replace('modules = ["app"]', 'modules = ["app.nope"]'))
    done = archguard("rules", "size")
    assert (done.code, done.out) == snapshot(
        (
            1,
            """\
size (size)
  in app.nope: modules may have at most 10 lines
  modules: app.nope  0 modules
  ! "modules": app.nope matches no module; the nearest: app.api
1 rule, 6 modules in pyproject.toml
""",
        )
    )


def test_the_schema_is_that_of_the_package(archguard: Any, repository: Path) -> None:
    shipped = (repository / "src/pytest_archguard/archguard.schema.json").read_text("utf-8")
    assert json.loads(archguard("schema").out) == json.loads(shipped)


# Every command


def test_a_command_finds_the_nearest_rules_file_above(archguard: Any, project: Any, monkeypatch: Any) -> None:
    project("app/pyproject.toml", "[tool.other]\nname = 'archguard'\n")
    monkeypatch.chdir("app/services")
    assert "../../archguard-baseline.jsonl written" in archguard("accept", "--reason", "x").out
    assert archguard("debt", "--config", "../../pyproject.toml").code == 0


def test_without_a_rules_file_it_says_what_is_missing(archguard: Any, tmp_path: Path, monkeypatch: Any) -> None:
    Path("pyproject.toml").write_text("")
    done = archguard("debt")
    assert (done.code, done.err.replace(str(tmp_path), "HERE")) == snapshot(
        (
            2,
            "archguard: no pyproject.toml in HERE or above has a [tool.archguard] table; add one, or name a file with --config\n",
        )
    )
    done = archguard("debt", "--config", "none.toml")
    assert (done.code, done.err.replace(str(tmp_path), "HERE")) == snapshot(
        (2, "archguard: HERE/none.toml: rules file: there is no such file\n")
    )


def test_mistakes_in_the_rules_file_are_named(archguard: Any, project: Any) -> None:
    project("pyproject.toml", RULES + "max_linse = 3\n")
    done = archguard("prune")
    assert done.code == 2
    assert 'unknown key "max_linse"' in done.err


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), *((name, "--help") for name, _, _ in COMMANDS)])
def test_help_is_no_error(archguard: Any, arguments: tuple[str, ...]) -> None:
    done = archguard(*arguments)
    assert (done.code, done.err) == (0, "")
    assert "archguard" in done.out


def test_nothing_asked_is_answered_with_help(archguard: Any) -> None:
    done = archguard()
    assert done.code == 2
    assert "accept" in done.out


def test_an_unknown_command_is_a_usage_error(archguard: Any) -> None:
    assert archguard("acept").code == 2


def test_no_traceback_reaches_the_user(archguard: Any, monkeypatch: Any) -> None:
    def fail(*arguments: object) -> None:
        raise ZeroDivisionError("of ours")

    monkeypatch.setattr("pytest_archguard.cli.debt.read_baseline", fail)
    done = archguard("debt")
    assert done.code == 2
    assert done.err.startswith("archguard: internal error, please report it: ZeroDivisionError: of ours (")
    assert "Traceback" not in done.err


def test_a_text_the_terminal_cannot_show_ends_nothing(project: Any) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    script = "import sys; from pytest_archguard.cli.main import main; sys.exit(main())"
    for arguments in (("accept", "--reason", "größer"), ("debt",)):
        done = subprocess.run([sys.executable, "-c", script, *arguments], env=environment, capture_output=True)
        assert (done.returncode, done.stderr) == (0, b"")
    assert b"gr\\xf6\\xdfer" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_an_interrupt_ends_it_without_a_word_too_many(project: Any, tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from pytest_archguard import check\n"
        "def hang(*arguments):\n    Path('reached').touch(); time.sleep(60)\n"
        "check.discover = hang\nfrom pytest_archguard.cli.main import main; sys.exit(main())"
    )
    command = [sys.executable, "-c", script, "accept", "--reason", "x"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.monotonic() + 30
    while not (tmp_path / "reached").exists():
        assert time.monotonic() < end
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, b"", b"archguard: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_a_reader_that_stops_reading_is_no_error(project: Any) -> None:
    script = "import sys; from pytest_archguard.cli.main import main; sys.exit(main())"
    process = subprocess.Popen([sys.executable, "-c", script, "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (cli.PIPE_CLOSED, b"")
