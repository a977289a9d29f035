from __future__ import annotations

from typing import Any

import pytest

from pytest_archguard.errors import ConfigurationError

LAYERS = """
[[archguard.layers]]
id = "order"
layers = ["app.api", "app.services", "app.models"]
""".replace("[[", "[[tool.")


def crossings(result: Any) -> list[tuple[str, ...]]:
    return [violation.chain for violation in result.violations]


def test_downward_imports_are_kept(judge: Any, package: Any) -> None:
    files = package(api__routes="import app.services.users", services__users="import app.models.user", models__user="")
    result = judge(LAYERS, files)
    assert result.outcome == "passed"
    assert result.examined == {"modules": 6}


def test_an_upward_import_is_a_violation_with_its_line(judge: Any, package: Any) -> None:
    files = package(api__routes="X = 1", services__users="\n\nfrom app.api.routes import X\n", models__user="")
    result = judge(LAYERS, files)
    assert result.outcome == "failed"
    (violation,) = result.violations
    assert violation.message == "app.services may not import app.api"
    assert violation.chain == ("app.services.users", "app.api.routes")
    (site,) = violation.sites
    assert (site.path, site.line, site.source) == ("app/services/users.py", 3, "from app.api.routes import X")


def test_every_line_of_a_direct_import_is_a_site(judge: Any, package: Any) -> None:
    files = package(api__routes="", services__users="import app.api.routes\ndef f():\n  from app.api import routes\n")
    files["app/models/__init__.py"] = ""
    (violation,) = judge(LAYERS, files).violations
    assert [site.line for site in violation.sites] == [1, 3]


def test_a_chain_through_undeclared_modules_is_a_violation_of_its_first_import(judge: Any, package: Any) -> None:
    files = package(
        api__routes="", services__users="import app.glue", glue="import app.more", more="import app.api.routes"
    )
    files["app/models/__init__.py"] = ""
    (violation,) = judge(LAYERS, files).violations
    assert violation.chain == ("app.services.users", "app.glue", "app.more", "app.api.routes")
    assert (violation.subject, violation.object, violation.detail) == ("app.services.users", "app.glue", "app.api")
    assert [site.path for site in violation.sites] == ["app/services/users.py", "app/glue.py", "app/more.py"]


def test_a_chain_through_another_layer_is_that_layers_violation(judge: Any, package: Any) -> None:
    files = package(api__routes="", services__users="import app.api.routes", models__user="import app.services.users")
    assert crossings(judge(LAYERS, files)) == [
        ("app.services.users", "app.api.routes"),
        ("app.models.user", "app.services.users"),
    ]


def test_direct_only_ignores_chains(judge: Any, package: Any) -> None:
    files = package(api__routes="", services__users="import app.glue", glue="import app.api.routes", models__user="")
    assert judge(LAYERS + "direct_only = true\n", files).outcome == "passed"


def test_the_most_shared_import_of_a_chain_is_the_one_to_cut(judge: Any, package: Any) -> None:
    files = package(
        api__routes="", services__a="import app.glue", services__b="import app.glue", glue="import app.api.routes"
    )
    files["app/models/__init__.py"] = ""
    assert {violation.advice for violation in judge(LAYERS, files).violations} == {"<- cut the second import"}


def test_independent_siblings_may_not_import_each_other(judge: Any, package: Any) -> None:
    toml = LAYERS.replace('"app.services"', '"app.services | app.jobs"')
    files = package(api="", services__users="import app.jobs.run", jobs__run="import app.services", models="")
    assert [(v.check, v.chain) for v in judge(toml, files).violations] == [
        ("sibling", ("app.jobs.run", "app.services")),
        ("sibling", ("app.services.users", "app.jobs.run")),
    ]


def test_siblings_joined_by_a_colon_may_import_each_other(judge: Any, package: Any) -> None:
    toml = LAYERS.replace('"app.services"', '"app.services : app.jobs"')
    files = package(api="", services__users="import app.jobs.run", jobs__run="import app.services", models="")
    assert judge(toml, files).outcome == "passed"


def test_an_optional_layer_may_be_absent_and_another_may_not(judge: Any, package: Any) -> None:
    files = package(api="", models="")
    assert judge(LAYERS.replace('"app.services"', '"(app.services)"'), files).outcome == "passed"
    result = judge(LAYERS.replace("app.services", "app.model"), files)
    assert result.outcome == "error"
    assert result.error == '"layers": app.model matches no module; the nearest: app.models'


def test_containers_with_wildcards_hold_the_layers_each(judge: Any, package: Any) -> None:
    toml = """
    [[tool.archguard.layers]]
    id = "features"
    containers = ["app.features.*"]
    layers = ["api", "(domain)"]
    """
    files = package(
        features__orders__api="",
        features__orders__domain="import app.features.orders.api",
        features__users__api="import app.features.orders.domain",
    )
    result = judge(toml, files)
    assert crossings(result) == [("app.features.orders.domain", "app.features.orders.api")]


def test_a_layer_missing_in_one_container_is_an_error_that_hides_no_violation(judge: Any, package: Any) -> None:
    toml = """
    [[tool.archguard.layers]]
    id = "features"
    containers = ["app.features.*"]
    layers = ["api", "domain"]
    """
    files = package(features__a__api="", features__a__domain="import app.features.a.api", features__b__api="")
    result = judge(toml, files)
    assert result.outcome == "error"
    assert "app.features.b.domain does not exist" in (result.error or "")
    assert len(result.violations) == 1


def test_exhaustive_asks_for_every_module_beside_the_layers(judge: Any, package: Any) -> None:
    files = package(api="", services="", models="", stray="", scripts__run="")
    result = judge(LAYERS + "exhaustive = true\n", files)
    assert [(v.check, v.subject) for v in result.violations] == [
        ("exhaustive", "app.scripts"),
        ("exhaustive", "app.stray"),
    ]
    ignoring = judge(LAYERS + 'exhaustive = true\nexhaustive_ignores = ["stray", "scripts"]\n', files)
    assert ignoring.outcome == "passed"


def test_a_closed_layer_may_not_be_bypassed(judge: Any, package: Any) -> None:
    files = package(api__routes="import app.models.user", services__users="import app.models.user", models__user="")
    assert judge(LAYERS, files).outcome == "passed"
    (violation,) = judge(LAYERS + 'closed = ["app.services"]\n', files).violations
    assert violation.chain == ("app.api.routes", "app.models.user")
    assert violation.message == "app.api may import app.models only through app.services"


def test_overlapping_layers_are_an_error_that_names_a_module_of_both(judge: Any, package: Any) -> None:
    result = judge(LAYERS.replace("app.models", "app.api.models"), package(api__models="", services=""))
    assert result.outcome == "error"
    assert "app.api and app.api.models both hold app.api.models" in (result.error or "")


def test_styles_choose_which_imports_count(judge: Any, package: Any) -> None:
    source = """
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        import app.api.typed
    def f():
        import app.api.late
    import app.api.early
    """
    files = package(api__typed="", api__late="", api__early="", services__users=source, models="")
    found = {
        style: crossings(judge(LAYERS + f'styles = ["{style}"]\n', files))
        for style in ("top", "function", "type_checking")
    }
    assert found == {
        "top": [("app.services.users", "app.api.early")],
        "function": [("app.services.users", "app.api.late")],
        "type_checking": [("app.services.users", "app.api.typed")],
    }


def test_an_exception_removes_the_violation_and_not_the_edge(judge: Any, package: Any) -> None:
    exempt = 'except = [{ from = "app.services.users", to = "app.api.routes", reason = "ADR-12" }]\n'
    files = package(
        api__routes="",
        services__users="import app.api.routes",
        services__jobs="import app.services.users\nimport app.glue",
        glue="import app.services.users",
        models__user="",
    )
    result = judge(LAYERS + exempt, files)
    assert [(v.subject, v.state, v.reason) for v in result.violations] == [
        ("app.services.users", "suppressed", "ADR-12")
    ]
    assert result.outcome == "passed"


def test_an_exception_that_matches_no_violation_fails_its_rule(judge: Any, package: Any) -> None:
    exempt = 'except = [{ from = "app.services.users", to = "app.api", reason = "ADR-12" }]\n'
    result = judge(LAYERS + exempt, package(api="", services__users="", models=""))
    assert result.outcome == "failed"
    assert [stale.text for stale in result.stale] == [
        'except { from = "app.services.users", to = "app.api" } matches no violation'
    ]


def test_an_exception_whose_date_has_passed_counts_no_more(judge: Any, package: Any) -> None:
    exempt = 'except = [{ from = "app.services", to = "app.api", reason = "ADR-12", until = 2020-01-31 }]\n'
    result = judge(LAYERS + exempt, package(api="", services__users="import app.api", models=""))
    assert result.outcome == "failed"
    assert [(v.state, v.reason) for v in result.violations] == [("expired", "allowed until 2020-01-31: ADR-12")]


def test_an_allowance_for_an_empty_layer_holds_until_it_is_filled(judge: Any, package: Any) -> None:
    toml = LAYERS + 'allow_empty = { "app.services" = "not yet written" }\n'
    assert judge(toml, package(api="", models="")).outcome == "passed"
    filled = judge(toml, package(api="", models="", services=""))
    assert filled.outcome == "failed"
    assert filled.stale[0].text == 'allow_empty names "app.services", which matches modules by now'


@pytest.mark.parametrize("layers", ['["app.api"]', '["app.api : app.models"]'])
def test_one_layer_is_a_mistake_since_nothing_is_below_it(judge: Any, package: Any, layers: str) -> None:
    with pytest.raises(ConfigurationError, match="has one layer .*name at least two"):
        judge(f'[[tool.archguard.layers]]\nid = "one"\nlayers = {layers}\n', package(api="", models=""))


def test_one_layer_of_independent_siblings_forbids_something(judge: Any, package: Any) -> None:
    toml = '[[tool.archguard.layers]]\nid = "one"\nlayers = ["app.api | app.models"]\n'
    assert judge(toml, package(api="import app.models", models="")).outcome == "failed"
