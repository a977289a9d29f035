"""From violations to states: new, known, suppressed, expired, and entries that are stale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.model import RuleResult

Layered = Callable[..., Any]

UP = "from app.api import routes\n"
CYCLES = """
[[tool.archguard.acyclic]]
id = "cycles"
"""
SIZE = """
[[tool.archguard.size]]
id = "size"
modules = ["app"]
max_lines = 10
max_function_lines = 3
"""


def states(result: RuleResult) -> list[tuple[str, str, int]]:
    return [(v.subject.removeprefix("app.services."), v.state, v.count) for v in result.violations]


def stale(result: RuleResult) -> list[tuple[str, str]]:
    return [(entry.text, entry.remedy) for entry in result.stale]


def lines(number: int) -> str:
    return "x = 1\n" * number


def test_what_is_accepted_is_known_and_what_comes_later_is_new(layered: Layered) -> None:
    project = layered(mail=UP)
    assert states(project.judge("layering")) == [("mail", "new", 1)]
    project.accept()
    project.write({"app/services/sms.py": UP})
    result = project.judge("layering")
    assert states(result) == [("mail", "known", 1), ("sms", "new", 1)]
    assert (result.outcome, result.violations[0].reason) == ("failed", "known since we look")


def test_what_is_fixed_is_stale_until_it_is_pruned(layered: Layered) -> None:
    project = layered(mail=UP, sms=UP)
    project.accept()
    project.write({"app/services/mail.py": ""})
    result = project.judge("layering")
    assert (result.outcome, result.fewer, result.count("known")) == ("failed", 1, 1)
    assert stale(result) == snapshot(
        [("app.services.mail -> app.api.routes (layer) is in the baseline, but it is gone", "archguard prune")]
    )
    project.prune()
    assert project.judge("layering").outcome == "passed"
    assert [entry["subject"] for entry in project.entries] == ["app.services.sms"]


@pytest.mark.parametrize(
    "source",
    [
        "\n\n'''Text.'''\n\nfrom app.api import routes  # moved down\n",
        "import os\nfrom app.api import (\n    routes,\n)\n",
        "def late():\n    import app.api.routes as r\n",
        "from app.api import routes\nfrom app.api.routes import X\n",
    ],
)
def test_reformatting_changes_nothing(layered: Layered, source: str) -> None:
    project = layered(mail=UP)
    project.accept()
    project.write({"app/services/mail.py": source})
    project.rules(
        '[[tool.archguard.layers]]\nid = "layering"\nlayers = ["app.api", "app.services"]\n'
        'because = "another reason"\nfix = "another way"\n'
    )
    result = project.judge("layering")
    assert (states(result), result.stale) == ([("mail", "known", 1)], ())


def test_another_hop_of_a_chain_changes_nothing(layered: Layered) -> None:
    project = layered(mail="import app.core\n").write({"app/core.py": "import app.glue", "app/glue.py": UP})
    project.accept()
    project.write({"app/core.py": UP})
    assert states(project.judge("layering")) == [("mail", "known", 1)]


def test_an_entry_is_known_up_to_its_last_day(layered: Layered) -> None:
    project = layered(mail=UP)
    project.accept("--until", "2099-03-01")
    assert states(project.judge("layering", today=date(2099, 3, 1))) == [("mail", "known", 1)]
    result = project.judge("layering", today=date(2099, 3, 2))
    assert (states(result), result.outcome) == ([("mail", "expired", 1)], "failed")
    assert result.violations[0].reason == "known until 2099-03-01: known since we look"


def test_a_rule_that_warns_counts_down_without_failing(layered: Layered) -> None:
    project = layered(mail=UP, sms=UP)
    project.accept()
    toml = (project.root / "pyproject.toml").read_text() + 'severity = "warn"\n'
    project.write({"pyproject.toml": toml, "app/services/mail.py": ""})
    result = project.judge("layering")
    assert (result.outcome, len(result.stale), result.fewer) == ("passed", 1, 1)


def test_a_renamed_rule_keeps_its_entries(layered: Layered) -> None:
    project = layered(mail=UP, sms=f"{UP.strip()}  # archguard: ignore[layering] soon\n")
    project.accept()
    toml = (project.root / "pyproject.toml").read_text()
    toml = toml.replace('id = "layering"', 'id = "tiers"\nrenamed_from = "layering"')
    project.write({"pyproject.toml": toml})
    assert states(project.judge("tiers")) == [("mail", "known", 1), ("sms", "suppressed", 1)]
    assert project.judge("baseline").outcome == project.judge("suppressions").outcome == "passed"
    assert "renamed: app.services.mail -> app.api.routes (layer) was of the rule layering" in project.prune()
    assert [entry["rule"] for entry in project.entries] == ["tiers"]


def test_a_rule_that_cannot_be_judged_calls_nothing_stale(layered: Layered) -> None:
    project = layered(mail=UP)
    project.accept()
    project.write({"app/services/mail.py": ""})
    toml = (project.root / "pyproject.toml").read_text().replace('"app.services"', '"app.services", "app.nope"')
    project.write({"pyproject.toml": toml})
    result = project.judge("layering")
    assert (result.outcome, result.stale) == ("error", ())
    code, out, _ = project.command("prune")
    assert (code, len(project.entries)) == (1, 1)
    assert "layering cannot be judged, so its entries were kept" in out


# Ceilings


def test_a_value_is_known_up_to_its_ceiling(layered: Layered) -> None:
    project = layered(big=lines(100)).rules(SIZE)
    project.accept()
    assert [entry["ceiling"] for entry in project.entries] == [100]
    assert states(project.judge("size")) == [("big", "known", 1)]
    project.write({"app/services/big.py": lines(101)})
    result = project.judge("size")
    assert states(result) == [("big", "new", 1)]
    assert result.violations[0].advice == "its ceiling in the baseline is 100"


@pytest.mark.parametrize(("length", "prune"), [(99, False), (95, False), (94, True), (11, True)])
def test_a_ceiling_more_than_a_twentieth_too_high_has_to_be_lowered(layered: Layered, length: int, prune: bool) -> None:
    project = layered(big=lines(100)).rules(SIZE)
    project.accept()
    project.write({"app/services/big.py": lines(length)})
    result = project.judge("size")
    assert states(result) == [("big", "known", 1)]
    text = f"app.services.big (max_lines) is at {length}, its ceiling is 100"
    if prune:
        assert (stale(result), result.notes) == ([(f"{text}; lower it", "archguard prune")], ())
    else:
        assert (stale(result), result.notes) == ([], (f"better: {text}",))
    project.prune()
    assert [entry["ceiling"] for entry in project.entries] == [length]


def test_a_value_under_the_limit_needs_no_ceiling(layered: Layered) -> None:
    project = layered(big=lines(100)).rules(SIZE)
    project.accept()
    project.write({"app/services/big.py": lines(10)})
    assert stale(project.judge("size")) == snapshot(
        [("app.services.big (max_lines) is in the baseline, but it is gone", "archguard prune")]
    )


def test_every_offender_keeps_its_own_ceiling(layered: Layered) -> None:
    project = layered(big=lines(100), small=lines(20)).rules(SIZE)
    project.accept()
    project.write({"app/services/small.py": lines(21)})
    assert states(project.judge("size")) == [("big", "known", 1), ("small", "new", 1)]


def test_a_minimum_is_mirrored(layered: Layered) -> None:
    toml = '[[tool.archguard.size]]\nid = "size"\nmodules = ["app"]\nmin_maintainability = 99\n'
    project = layered(big="def f(a):\n    return 1 if a else 2 if not a else 3\n" * 30).rules(toml)
    project.accept()
    [entry] = project.entries
    assert "ceiling" not in entry
    assert states(project.judge("size")) == [("big", "known", 1)]
    project.write({"app/services/big.py": "def f(a):\n    return 1 if a else 2 if not a else 3\n" * 60})
    worse = project.judge("size")
    assert states(worse) == [("big", "new", 1)]
    assert worse.violations[0].advice.startswith("its floor in the baseline is ")
    project.write({"app/services/big.py": "def f(a):\n    return 1 if a else 2 if not a else 3\n" * 5})
    better = project.judge("size")
    assert (states(better), [s.remedy for s in better.stale]) == ([("big", "known", 1)], ["archguard prune"])


# Cycles


def test_cutting_an_import_of_a_cycle_makes_no_other_cycle_new(layered: Layered) -> None:
    # a <-> b is the shortest cycle through a -> b; without b -> a it is the long one by way of c and d.
    project = layered(
        a="import app.services.b", b="import app.services.a\nimport app.services.c",
        c="import app.services.d", d="import app.services.a",
    ).rules(CYCLES)  # fmt: skip
    project.accept()
    before = {v.chain for v in project.judge("cycles").violations}
    project.write({"app/services/b.py": "import app.services.c"})
    result = project.judge("cycles")
    assert {v.chain for v in result.violations} - before == set()
    assert {v.state for v in result.violations} == {"known"}
    project.write({"app/services/b.py": "import app.services.a\nimport app.services.c", "app/services/d.py": ""})
    result = project.judge("cycles")
    assert {v.state for v in result.violations} == {"known"}
    assert [text for text, _ in stale(result)] == snapshot(
        [
            "app.services.b -> app.services.c (cycle) is in the baseline, but it is gone",
            "app.services.c -> app.services.d (cycle) is in the baseline, but it is gone",
            "app.services.d -> app.services.a (cycle) is in the baseline, but it is gone",
        ]
    )
    project.prune()
    assert project.judge("cycles").outcome == "passed"


def test_a_cycle_that_was_longest_before_is_known_as_well(layered: Layered) -> None:
    # Each import of this ring has its way back; once b -> a is cut, a -> b is in no cycle but a, b, c, d.
    ring = {"a": "bd", "b": "ac", "c": "bd", "d": "ca"}
    sources = {name: "".join(f"import app.services.{to}\n" for to in tos) for name, tos in ring.items()}
    project = layered(**sources).rules(CYCLES)
    project.accept()
    before = {v.chain for v in project.judge("cycles").violations}
    project.write({"app/services/b.py": "import app.services.c"})
    result = project.judge("cycles")
    assert {v.chain for v in result.violations} - before, "the test is about a cycle that was not listed"
    assert {v.state for v in result.violations} == {"known"}


def test_a_new_import_that_closes_a_cycle_is_new(layered: Layered) -> None:
    project = layered(a="import app.services.b", b="import app.services.a", c="").rules(CYCLES)
    project.accept()
    project.write({"app/services/b.py": "import app.services.a\nimport app.services.c"})
    project.write({"app/services/c.py": "import app.services.a"})
    assert sorted((v.chain[0], v.state) for v in project.judge("cycles").violations) == [
        ("app.services.a", "known"),
        ("app.services.a", "new"),
    ]


# Files that cannot be read


def test_an_entry_whose_module_cannot_be_read_is_neither_stale_nor_pruned(layered: Layered) -> None:
    project = layered(mail=UP, sms=UP)
    project.accept()
    project.write({"app/services/mail.py": "from app.api import (\n", "app/services/sms.py": ""})
    assert [text for text, _ in stale(project.judge("layering"))] == [
        "app.services.sms -> app.api.routes (layer) is in the baseline, but it is gone"
    ]
    assert "kept, because their code cannot be read: 1 entry" in project.prune()
    assert [entry["subject"] for entry in project.entries] == ["app.services.mail"]
    project.write({"app/services/mail.py": UP})
    assert states(project.judge("layering")) == [("mail", "known", 1)]


def test_an_entry_that_leads_through_a_file_that_cannot_be_read_is_kept(layered: Layered) -> None:
    project = layered(mail="import app.glue\n", sms="import app.glue\n").write({"app/glue.py": UP})
    project.accept()
    project.write({"app/glue.py": "from app.api import (\n", "app/services/sms.py": ""})
    assert len(project.judge("layering").stale) == 1
    project.prune()
    assert [entry["subject"] for entry in project.entries] == ["app.services.mail"]


# Suppressions


def test_a_suppressed_violation_is_not_new_and_needs_no_entry(layered: Layered) -> None:
    project = layered(mail=UP)
    project.accept()
    project.write({"app/services/mail.py": f"{UP.strip()}  # archguard: ignore[layering] legacy\n"})
    result = project.judge("layering")
    assert (states(result), result.violations[0].reason) == ([("mail", "suppressed", 1)], "legacy")
    assert len(result.stale) == 1


def test_an_import_is_suppressed_at_its_first_line(layered: Layered) -> None:
    comment = "  # archguard: ignore[layering] legacy\n"
    first = layered(mail=f"from app.api.routes import X{comment}def f():\n    import app.api.routes\n")
    assert states(first.judge("layering")) == [("mail", "suppressed", 1)]
    first.write({"app/services/mail.py": f"from app.api.routes import X\ndef f():\n    import app.api.routes{comment}"})
    assert states(first.judge("layering")) == [("mail", "new", 1)]


def test_an_unused_suppression_fails_the_rule_it_names(layered: Layered) -> None:
    project = layered(mail="X = 1  # archguard: ignore[layering] legacy\n# archguard: ignore[layering] lost\n")
    assert stale(project.judge("layering")) == snapshot(
        [
            ("the suppression at app/services/mail.py:1 suppresses nothing", "remove the comment"),
            (
                "the suppression at app/services/mail.py:2 suppresses nothing: it stands on no statement",
                "put the comment on the statement itself, or remove it",
            ),
        ]
    )
    assert project.judge("suppressions").outcome == "passed"


def test_a_suppression_ends_after_its_last_day(layered: Layered) -> None:
    project = layered(mail=f"{UP.strip()}  # archguard: ignore[layering] until=2027-03-01 legacy\n")
    assert states(project.judge("layering", today=date(2027, 3, 1))) == [("mail", "suppressed", 1)]
    result = project.judge("layering", today=date(2027, 3, 2))
    assert (states(result), result.violations[0].reason) == (
        [("mail", "expired", 1)],
        "suppressed until 2027-03-01: legacy",
    )


def test_an_exception_ends_after_its_last_day(layered: Layered) -> None:
    project = layered(mail=UP)
    toml = (project.root / "pyproject.toml").read_text()
    exception = 'except = [{ from = "app.services.mail", reason = "legacy", until = 2027-03-01 }]\n'
    project.write({"pyproject.toml": toml + exception})
    assert states(project.judge("layering", today=date(2027, 3, 1))) == [("mail", "suppressed", 1)]
    assert states(project.judge("layering", today=date(2027, 3, 2))) == [("mail", "expired", 1)]
    project.write({"pyproject.toml": toml + exception.replace("2027", "2020")})
    out = project.command("accept", "--reason", "x")[1]
    assert out.splitlines()[-1] == "1 violation of expired exceptions or suppressions not accepted: renew their dates"
    assert not project.baseline.exists(), "what an exception allowed until yesterday is not taken over by the baseline"


def test_a_finding_about_a_module_is_suppressed_on_line_1(layered: Layered) -> None:
    project = layered(big=f"# archguard: ignore[size] a table\n{lines(100)}").rules(SIZE)
    assert states(project.judge("size")) == [("big", "suppressed", 1)]


def test_a_comment_at_one_import_of_a_cycle_speaks_for_the_cycle(layered: Layered) -> None:
    comment = "  # archguard: ignore[cycles] they belong together\n"
    project = layered(a="import app.services.b\n", b=f"import app.services.a{comment}").rules(CYCLES)
    assert [v.state for v in project.judge("cycles").violations] == ["suppressed"]


def test_wrong_suppressions_fail_an_item_of_their_own(layered: Layered) -> None:
    texts = ("ignore[layring] why", "ignore[layering]", "x", "ignore[readable] why")
    result = layered(mail="\n".join(f"x = 1  # archguard: {text}" for text in texts)).judge("suppressions")
    assert [(v.sites[0].line, v.detail) for v in result.violations] == snapshot(
        [
            (1, 'there is no rule "layring" (did you mean "layering"?)'),
            (2, "this suppression gives no reason; write `# archguard: ignore[rule-id] reason`"),
            (3, "this comment cannot be read; write `# archguard: ignore[rule-id] reason`"),
            (4, '"readable" cannot be suppressed'),
        ]
    )


# The item `baseline`


def test_faults_of_the_file_fail_an_item_of_their_own(layered: Layered) -> None:
    project = layered(mail=UP)
    project.accept()
    text = project.baseline.read_text()
    project.baseline.write_text(text + text.splitlines()[1].replace("layering", "layring") + "\n{\n")
    result = project.judge("baseline")
    assert [(v.check, v.label, v.advice) for v in result.violations] == snapshot(
        [
            (
                "malformed",
                "line 4 is no JSON (Expecting property name enclosed in double quotes: line 1 column 2 (char 1))",
                None,
            ),
            (
                "unknown-rule",
                'line 3 names a rule "layring" that does not exist, in 1 entry (did you mean "layering"?)',
                'archguard prune layring removes them; if the rule was renamed: renamed_from = "layring"',
            ),
        ]
    )
    assert project.judge("layering").outcome == "passed"


def test_a_file_of_another_version_makes_nothing_known_and_says_so(layered: Layered) -> None:
    project = layered(mail=UP)
    project.baseline.write_text('{"archguard-baseline": 9}\n')
    result = project.judge("layering")
    assert (states(result), result.notes) == snapshot(
        ([("mail", "new", 1)], ("archguard-baseline.jsonl cannot be used, so nothing is known: see the item baseline",))
    )
    assert project.judge("baseline").outcome == "failed"
    assert project.command("accept", "--reason", "x")[0] == 2
    assert project.baseline.read_text() == '{"archguard-baseline": 9}\n'
