from __future__ import annotations

from typing import Any

RULE = """
[[tool.archguard.forbidden]]
id = "no"
from = ["app.services"]
to = [{to}]
"""


def rule(to: str, more: str = "") -> str:
    return RULE.replace("{to}", f'"{to}"') + more


def chains(result: Any) -> list[tuple[str, ...]]:
    return [violation.chain for violation in result.violations]


def test_an_indirect_import_is_found_at_the_import_that_leaves(judge: Any, package: Any) -> None:
    files = package(
        services__a="from app.services import b", services__b="import app.glue", glue="import app.web", web=""
    )
    result = judge(rule("app.web"), files)
    assert chains(result) == [("app.services.b", "app.glue", "app.web")]


def test_an_external_package_is_found_through_others(judge: Any, package: Any) -> None:
    files = package(services__a="import app.glue\nimport requests", glue="from requests.adapters import HTTPAdapter")
    assert chains(judge(rule("requests"), files)) == [
        ("app.services.a", "requests"),
        ("app.services.a", "app.glue", "requests.adapters"),
    ]


def test_an_external_subpackage_is_told_from_its_parent(judge: Any, package: Any) -> None:
    files = package(
        services__a="import sqlalchemy",
        services__b="from sqlalchemy import orm",
        services__c="import sqlalchemy.orm.session",
        services__d="from sqlalchemy.orm import Session",
        services__e="from sqlalchemy import ormx",
    )
    result = judge(rule("sqlalchemy.orm"), files)
    assert [(violation.subject, violation.object) for violation in result.violations] == [
        ("app.services.b", "sqlalchemy.orm"),
        ("app.services.c", "sqlalchemy.orm.session"),
        ("app.services.d", "sqlalchemy.orm"),
    ]


def test_direct_only_leaves_chains_alone(judge: Any, package: Any) -> None:
    files = package(services__a="import app.glue", glue="import requests")
    assert judge(rule("requests", "direct_only = true"), files).outcome == "passed"


def test_wildcards_select_targets(judge: Any, package: Any) -> None:
    files = package(services__a="import app.x.internal.deep", x__internal__deep="", y__internal="import app.z", z="")
    assert chains(judge(rule("app.*.internal"), files)) == [("app.services.a", "app.x.internal.deep")]


def test_the_shortest_chain_is_shown_and_among_equals_the_first_by_name(judge: Any, package: Any) -> None:
    files = package(
        services__a="import app.start",
        start="import app.long1\nimport app.z\nimport app.b",
        long1="import app.long2",
        long2="import app.web",
        z="import app.web",
        b="import app.web",
        web="",
    )
    assert chains(judge(rule("app.web"), files)) == [("app.services.a", "app.start", "app.b", "app.web")]


def test_a_prohibited_package_nobody_imports_is_fine_when_it_is_known(judge: Any, package: Any) -> None:
    assert judge(rule("sqlite3"), package(services__a="")).outcome == "passed"


def test_a_prohibited_package_nobody_knows_fails_with_the_nearest_names(judge: Any, package: Any) -> None:
    result = judge(rule("sqlalchemi"), package(services__a="", db="import sqlalchemy"))
    assert result.outcome == "error"
    assert "sqlalchemi" in (result.error or "") and "the nearest: sqlalchemy" in (result.error or "")


def test_a_target_below_our_own_package_is_never_taken_for_an_external_one(judge: Any, package: Any) -> None:
    result = judge(rule("app.servces"), package(services__a=""))
    assert result.error == '"to": app.servces matches no module; the nearest: app.services, app.services.a'


def test_a_module_in_both_ends_belongs_to_the_target(judge: Any, package: Any) -> None:
    files = package(services__a="import app.services.legacy.x", services__legacy__x="import app.services.a")
    assert chains(judge(rule("app.services.legacy"), files)) == [("app.services.a", "app.services.legacy.x")]


def test_a_target_that_holds_all_importers_forbids_nothing_and_says_so(judge: Any, package: Any) -> None:
    result = judge(rule("app"), package(services__a=""))
    assert result.error == '"to" (app) holds every module of "from", so the rule forbids nothing'


def test_a_group_with_a_dead_member_fails(judge: Any, package: Any) -> None:
    toml = "[tool.archguard.groups]\nwork = ['app.services', 'app.wrokers']\n" + RULE.replace(
        '["app.services"]', '["@work"]'
    ).replace("{to}", '"sqlite3"')
    result = judge(toml, package(services__a="", workers=""))
    assert result.error == '"from": @work (app.wrokers) matches no module; the nearest: app.workers, app.services'


def test_a_group_named_without_its_sign_is_recognised(judge: Any, package: Any) -> None:
    groups = '[tool.archguard.groups]\nwork = ["app.workers"]\n'
    table = '[[tool.archguard.forbidden]]\nid = "r"\nfrom = ["{0}"]\nto = ["{1}"]\nexcept = [{{ from = "work", reason = "x" }}]'
    files = package(workers__a="", api="import app.workers.a")
    result = judge(groups + table.format("work", "work"), files)
    assert result.error == (
        '"from": work matches no module; the group of that name is written @work\n'
        '"to": work is no module of the code base, and no package that is imported, installed or declared as a '
        "dependency; the group of that name is written @work; if it is not there on purpose: "
        'allow_empty = { "work" = "why" }'
    )
    result = judge(groups + table.format("app.api", "@work"), files)
    assert [stale.text for stale in result.stale] == [
        'except { from = "work" } matches no violation; the group of that name is written @work'
    ]


def test_a_group_may_hold_modules_and_external_packages(judge: Any, package: Any) -> None:
    toml = "[tool.archguard.groups]\nold = ['app.legacy', 'requests', 'sqlite3']\n" + rule("@old")
    files = package(services__a="import app.legacy\nimport app.glue", glue="import requests", legacy="")
    assert chains(judge(toml, files)) == [
        ("app.services.a", "app.glue", "requests"),
        ("app.services.a", "app.legacy"),
    ]


def test_a_name_without_its_package_is_answered_with_the_whole_name(judge: Any, package: Any) -> None:
    result = judge(rule("web"), package(services__a="", web=""))
    assert result.error.partition("; the nearest: ")[2].startswith("app.web;")


def test_a_target_that_is_nowhere_may_be_so_on_purpose(judge: Any, package: Any) -> None:
    files = package(services__a="")
    hint = '; the top-level modules are app; if it is not there on purpose: allow_empty = { "qqqq" = "why" }'
    assert judge(rule("qqqq"), files).error.endswith(hint)
    near = judge(rule("jsom"), files).error  # a near name may be a wrong guess
    assert "the nearest: json" in near
    assert near.endswith('allow_empty = { "jsom" = "why" }')
    assert judge(rule("qqqq", 'allow_empty = { "qqqq" = "we are rid of it" }\n'), files).error is None
