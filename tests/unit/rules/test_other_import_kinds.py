from __future__ import annotations

from typing import Any


def chains(result: Any) -> list[tuple[str, ...]]:
    return [violation.chain for violation in result.violations]


INDEPENDENT = """
[[tool.archguard.independence]]
id = "plugins"
modules = ["app.plugins.*"]
"""


def test_each_match_of_a_wildcard_is_a_member(judge: Any, package: Any) -> None:
    files = package(
        plugins__a__x="import app.plugins.b", plugins__b__y="import app.shared", shared="import app.plugins.c",
        plugins__c="",
    )  # fmt: skip
    result = judge(INDEPENDENT, files)
    assert chains(result) == [
        ("app.plugins.a.x", "app.plugins.b"),
        ("app.plugins.b.y", "app.shared", "app.plugins.c"),
    ]
    assert result.examined == {"members": 3, "modules": 5}


def test_one_member_alone_is_independent_of_nothing(judge: Any, package: Any) -> None:
    result = judge(INDEPENDENT, package(plugins__a=""))
    assert result.error == '"modules" stands for 1 member; independence needs at least two'


def test_overlapping_members_are_an_error(judge: Any, package: Any) -> None:
    toml = INDEPENDENT.replace('["app.plugins.*"]', '["app.plugins", "app.plugins.a"]')
    result = judge(toml, package(plugins__a=""))
    assert "app.plugins and app.plugins.a both hold app.plugins.a" in (result.error or "")


def test_only_allowed_importers_may_import_what_is_protected(judge: Any, package: Any) -> None:
    toml = """
    [[tool.archguard.protected]]
    id = "models"
    modules = ["app.models"]
    allowed_importers = ["app.services"]
    """
    files = package(
        models__user="import app.models.base",
        models__base="",
        services__a="import app.models.user",
        api="import app.models.user",
        main="import app.api",
    )
    result = judge(toml, files)
    assert chains(result) == [("app.api", "app.models.user")]
    assert result.violations[0].message == "only app.services may import app.models"


def test_an_external_driver_can_be_protected(judge: Any, package: Any) -> None:
    toml = """
    [[tool.archguard.protected]]
    id = "driver"
    modules = ["sqlite3"]
    allowed_importers = ["app.db"]
    """
    files = package(db="import sqlite3", jobs="def f():\n    import sqlite3")
    (violation,) = judge(toml, files).violations
    assert (violation.chain, violation.sites[0].line) == (("app.jobs", "sqlite3"), 2)


INTERFACE = """
[[tool.archguard.interface]]
id = "billing"
package = "app.billing"
public = ["=app.billing", "app.billing.api"]
"""


def test_a_package_may_be_imported_through_its_interface_only(judge: Any, package: Any) -> None:
    files = package(
        billing__api="import app.billing.ledger",
        billing__ledger="",
        shop="from app.billing import api\nimport app.billing\nfrom app.billing.ledger import x",
    )
    result = judge(INTERFACE, files)
    assert chains(result) == [("app.shop", "app.billing.ledger")]
    assert result.violations[0].sites[0].line == 3


def test_a_public_module_outside_the_package_is_an_error(judge: Any, package: Any) -> None:
    toml = INTERFACE.replace("app.billing.api", "app.shop")
    assert (
        judge(toml, package(billing__api="", shop="")).error == '"public" names app.shop, which is not in app.billing'
    )


ACYCLIC = """
[[tool.archguard.acyclic]]
id = "no-cycles"
"""


def test_every_pair_that_imports_each_other_is_listed_once(judge: Any, package: Any) -> None:
    files = package(a="import app.b", b="def f():\n  import app.a\n  import app.c", c="import app.b", d="import app.a")
    result = judge(ACYCLIC, files)
    assert chains(result) == [("app.a", "app.b", "app.a"), ("app.b", "app.c", "app.b")]
    assert [site.line for site in result.violations[0].sites] == [1, 2]


def test_a_longer_cycle_is_shown_by_its_shortest_way(judge: Any, package: Any) -> None:
    files = package(a="import app.b", b="import app.c", c="import app.a\nimport app.d", d="import app.c")
    assert chains(judge(ACYCLIC, files)) == [("app.c", "app.d", "app.c"), ("app.a", "app.b", "app.c", "app.a")]


def test_type_checking_imports_make_no_cycle_by_default(judge: Any, package: Any) -> None:
    files = package(a="import app.b", b="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import app.a")
    assert judge(ACYCLIC, files).outcome == "passed"
    assert judge(ACYCLIC + 'styles = ["top", "type_checking"]\n', files).outcome == "failed"


def test_a_loop_of_thousands_is_one_cycle(judge: Any) -> None:
    files = {f"m{number}.py": f"import m{(number + 1) % 2000}" for number in range(2000)}
    (violation,) = judge(ACYCLIC, files).violations
    assert len(violation.chain) == 2001


def test_the_imports_to_cut_are_named_with_their_lines(judge: Any, package: Any) -> None:
    files = package(a="import app.b", b="import app.c", c="\nimport app.a")
    (advice,) = judge(ACYCLIC, files).advice
    assert advice.text.startswith("the 3 modules around app.a are free of cycles without ")
    assert len(advice.sites) == 1


def test_packages_are_judged_as_wholes_on_their_level(judge: Any, package: Any) -> None:
    files = package(x__a="import app.y.a", y__a="", y__b="import app.x.b", x__b="")
    assert judge(ACYCLIC, files).outcome == "passed"
    (violation,) = judge(ACYCLIC + 'level = "package"\n', files).violations
    assert violation.chain == ("app.x", "app.y", "app.x")
    assert [site.path for site in violation.sites] == ["app/x/a.py", "app/y/b.py"]
