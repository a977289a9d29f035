"""Baselines that git merges: the result can be read, and one prune puts it in order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Layered = Callable[..., Any]

UP = "from app.api import routes\n"
SIZE = """
[[tool.archguard.size]]
id = "size"
modules = ["app"]
max_lines = 10
"""


@pytest.fixture
def branches(layered: Layered) -> Any:
    """Two branches that each fixed one of two neighbours, and lowered one of two ceilings, and pruned."""
    far = {f"e{number}": UP for number in range(5)}  # git joins conflicts that are close to each other
    project = layered(a=UP, b=UP, c=UP, **far, x="x = 1\n" * 50, y="y = 1\n" * 50)
    toml = (project.root / "pyproject.toml").read_text()
    project.write({"pyproject.toml": toml + SIZE, ".gitattributes": "*.jsonl merge=union\n"})
    project.accept()
    project.commit()
    for branch, fixed, lowered in (("ours", "b", "x"), ("theirs", "c", "y")):
        project.git("checkout", "-q", "-b", branch, "main")
        project.write({f"app/services/{fixed}.py": "", f"app/services/{lowered}.py": "z = 1\n" * 30})
        project.prune()
        project.commit()
    return project


def test_two_prunes_merge(branches: Any) -> None:
    branches.git("merge", "-q", "-m", "both", "ours")
    assert branches.judge("baseline").outcome == "passed"
    states = [v.state for rule_id in ("layering", "size") for v in branches.judge(rule_id).violations]
    assert states == ["known"] * 8
    branches.prune()
    listed = [(entry["subject"], entry.get("ceiling")) for entry in branches.entries]
    assert listed[:2] == [("app.services.a", None), ("app.services.e0", None)]
    assert listed[-2:] == [("app.services.x", 30), ("app.services.y", 30)]
    assert [branches.judge(rule_id).outcome for rule_id in ("baseline", "layering", "size")] == ["passed"] * 3


def test_a_merge_that_leaves_a_line_twice_is_named_and_mended(branches: Any) -> None:
    line = branches.baseline.read_text().splitlines()[1]
    branches.baseline.write_text(branches.baseline.read_text() + line + "\n")
    [fault] = branches.judge("baseline").violations
    assert fault.advice == "archguard prune keeps the stricter one"
    branches.prune()
    assert branches.judge("baseline").outcome == "passed"


def test_two_branches_that_start_a_baseline_merge(branches: Any) -> None:
    branches.git("checkout", "-q", "--orphan", "start")
    branches.baseline.unlink()
    branches.commit()
    for branch, rule_id in (("one", "layering"), ("two", "size")):
        branches.git("checkout", "-q", "-b", branch, "start")
        branches.accept(rule_id)
        branches.commit()
    branches.git("merge", "-q", "-m", "both", "one")
    assert [branches.judge(rule_id).outcome for rule_id in ("baseline", "layering", "size")] == ["passed"] * 3
