"""The gate against the merge base: a branch may not list more than where it started."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from inline_snapshot import snapshot

from pytest_archguard.ledger.ledger import Gate
from pytest_archguard.model import RuleResult

Layered = Callable[..., Any]

UP = "from app.api import routes\n"
MAIN = Gate("main")


@pytest.fixture
def branched(layered: Layered) -> Any:
    """A branch `work` that starts where `main` has one known violation, of two."""
    project = layered(mail=UP, sms=UP)
    fingerprint = project.judge("layering").violations[0].fingerprint("layering")
    project.accept("--only", fingerprint)
    project.commit()
    project.git("checkout", "-q", "-b", "work")
    return project


def found(result: RuleResult) -> list[tuple[str, str | None]]:
    return [(violation.check, violation.label) for violation in result.violations]


def test_a_new_entry_fails_and_growth_may_be_allowed(branched: Any) -> None:
    assert branched.judge("baseline", MAIN).outcome == "passed"
    branched.accept()
    result = branched.judge("baseline", MAIN)
    assert (result.outcome, found(result)) == (
        "failed",
        snapshot([("growth", "line 3 app.services.sms -> app.api.routes (layer) of layering: is new")]),
    )
    assert branched.judge("baseline", Gate("main", allow_growth=True)).outcome == "passed"
    assert branched.judge("baseline").outcome == "passed"


def test_growth_that_is_committed_on_the_branch_fails_too(branched: Any) -> None:
    branched.accept()
    branched.commit()
    branched.commit()
    assert branched.judge("baseline", MAIN).outcome == "failed"


def test_what_main_accepted_since_is_not_looked_at(branched: Any) -> None:
    branched.git("checkout", "-q", "main")
    branched.baseline.write_text('{"archguard-baseline": 1}\n')
    branched.commit()
    branched.git("checkout", "-q", "work")
    assert branched.judge("baseline", MAIN).outcome == "passed"


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ('"count": 2, ', '"count": 3, ', snapshot("line 2 a (c) of layering: is listed 3 times, before 2")),
        ("", '"count": 2, ', snapshot("line 2 a (c) of layering: is listed 2 times, before 1")),
        ('"ceiling": 10, ', '"ceiling": 10.5, ', snapshot("line 2 a (c) of layering: its ceiling is 10.5, before 10")),
        ('"ceiling": 10, ', "", snapshot("line 2 a (c) of layering: its ceiling is gone, before 10")),
        ('"floor": 10, ', '"floor": 9, ', snapshot("line 2 a (c) of layering: its floor is 9, before 10")),
        (
            '"until": "2027-01-01", ',
            '"until": "2027-01-02", ',
            snapshot("line 2 a (c) of layering: is known until 2027-01-02, before until 2027-01-01"),
        ),
        (
            '"until": "2027-01-01", ',
            "",
            snapshot("line 2 a (c) of layering: is known for ever, before until 2027-01-01"),
        ),
        ('"count": 3, ', '"count": 2, ', None),
        ('"ceiling": 10, ', '"ceiling": 9, ', None),
        ('"floor": 10, ', '"floor": 11, ', None),
        ("", '"until": "2027-01-02", ', None),
        ("", "", None),
    ],
)
def test_what_is_more(layered: Layered, before: str, now: str, expected: str | None) -> None:
    project = layered()
    line = '{"archguard-baseline": 1}\n{"rule": "layering", "check": "c", "subject": "a", %s"reason": "why"}\n'
    project.baseline.write_text(line % before)
    project.commit()
    project.baseline.write_text((line % now).replace("why", "other words"))
    assert [label for _, label in found(project.judge("baseline", Gate("HEAD")))] == ([expected] if expected else [])


def test_a_renamed_rule_has_not_grown(branched: Any) -> None:
    toml = (branched.root / "pyproject.toml").read_text()
    toml = toml.replace('id = "layering"', 'id = "tiers"\nrenamed_from = "layering"')
    branched.write({"pyproject.toml": toml})
    branched.prune()
    assert branched.judge("baseline", MAIN).outcome == "passed"


def test_a_moved_module_has_not_grown_but_its_copy_has(branched: Any) -> None:
    branched.git("mv", "app/services/mail.py", "app/services/post.py")
    branched.write({"app/services/sms.py": ""})
    branched.prune()
    branched.commit()
    assert [entry["subject"] for entry in branched.entries] == ["app.services.post"]
    assert branched.judge("baseline", MAIN).outcome == "passed"
    branched.write({"app/services/mail.py": UP})
    branched.accept()
    assert len(found(branched.judge("baseline", MAIN))) == 1


@pytest.mark.parametrize("reference", ["nowhere", "--help", "HEAD; echo"])
def test_a_reference_that_does_not_exist_cannot_be_verified(branched: Any, reference: str) -> None:
    result = branched.judge("baseline", Gate(reference))
    assert (result.outcome, result.error) == (
        "error",
        f"cannot verify against {reference}: git finds no common ancestor; is it fetched and spelt right?",
    )


def test_without_a_repository_nothing_can_be_verified(layered: Layered) -> None:
    result = layered().judge("baseline", MAIN)
    assert (result.outcome, result.error) == (
        "error",
        snapshot("cannot verify against main: this is no git repository, or git is not installed"),
    )


def test_a_shallow_clone_that_cannot_tell_says_what_to_add(branched: Any) -> None:
    branched.commit()
    clone = branched.root / "clone"
    url = branched.root.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth", "1", "--no-single-branch", url, clone], check=True)
    branched.root = clone
    branched.git("checkout", "-q", "work")
    result = branched.judge("baseline", Gate("origin/main"))
    assert (result.outcome, result.error) == (
        "error",
        snapshot(
            "cannot verify against origin/main: this clone is shallow; fetch the whole history: `fetch-depth: 0` in the "
            'checkout step of a GitHub workflow, `GIT_DEPTH: "0"` in a GitLab job'
        ),
    )
    assert branched.judge("baseline", Gate("origin/work")).outcome == "passed"


def test_a_baseline_that_was_broken_before_cannot_be_verified(branched: Any) -> None:
    branched.baseline.write_text('{"archguard-baseline": 9}\n')
    branched.commit()
    branched.baseline.write_text('{"archguard-baseline": 1}\n')
    result = branched.judge("baseline", Gate("HEAD"))
    assert (result.outcome, result.error) == (
        "error",
        snapshot(
            "cannot verify against HEAD: at its merge base archguard-baseline.jsonl has format version 9; "
            "this release of pytest-archguard reads version 1"
        ),
    )


def test_where_there_was_no_baseline_everything_is_new(branched: Any) -> None:
    branched.git("rm", "-q", "archguard-baseline.jsonl")
    branched.commit()
    branched.accept()
    assert len(found(branched.judge("baseline", Gate("HEAD")))) == 2
