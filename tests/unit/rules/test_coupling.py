from __future__ import annotations

from typing import Any

import pytest

RULE = '[[tool.archguard.coupling]]\nid = "x"\npackages = ["app.*"]\n'


def files(package: Any) -> dict[str, str]:
    """`core` is needed by two modules and needs one; `api` needs two and is needed by none; `db` is needed by one."""
    made: dict[str, str] = package(
        api__a="import app.core.x", api__b="import app.core.x", core__x="import app.db.y", db__y=""
    )
    return made


def test_instability_is_ce_by_ca_plus_ce(judge: Any, package: Any) -> None:
    result = judge(RULE + "max_instability = 0.3\n", files(package))
    assert [(v.subject, v.value, v.label) for v in result.violations] == [
        ("app.api", 1.0, "app.api (Ca 0, Ce 1)"),
        ("app.core", 0.33, "app.core (Ca 2, Ce 1)"),
    ]


def test_afferent_and_efferent_have_limits(judge: Any, package: Any) -> None:
    result = judge(RULE + "max_afferent = 1\nmax_efferent = 0\n", files(package))
    assert [(v.check, v.subject, v.value) for v in result.violations] == [
        ("max_efferent", "app.api", 1),
        ("max_afferent", "app.core", 2),
        ("max_efferent", "app.core", 1),
    ]


def test_dependencies_go_towards_stability(judge: Any, package: Any) -> None:
    assert judge(RULE + "stable_dependencies = true\n", files(package)).outcome == "passed"
    wrong = {**files(package), "app/db/y.py": "import app.api.a\nimport app.api.b\n"}
    (violation,) = judge(RULE + "stable_dependencies = true\n", wrong).violations
    assert (violation.subject, violation.object) == ("app.core", "app.db")
    assert [(site.path, site.line) for site in violation.sites] == [("app/core/x.py", 1)]


def test_the_share_of_modules_in_cycles_has_a_limit(judge: Any, package: Any) -> None:
    circular = {**files(package), "app/db/y.py": "import app.core.x\n"}
    (violation,) = judge(RULE + "max_cyclic_share = 10\n", circular).violations
    assert (violation.value, violation.limit) == (28.6, 10)
    assert judge(RULE + "max_cyclic_share = 30\n", circular).outcome == "passed"


@pytest.mark.parametrize(
    ("options", "mistake"),
    [
        ("", "nothing is demanded"),
        ("max_instability = 2", "a share from 0 to 1"),
        ("max_cyclic_share = 101", "percent"),
    ],
)
def test_mistakes_are_usage_errors(judge: Any, package: Any, options: str, mistake: str) -> None:
    with pytest.raises(Exception, match=mistake):
        judge(RULE + options, package(a=""))
