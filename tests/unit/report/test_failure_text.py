"""What a failure reads like: one golden text for each thing it can say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from inline_snapshot import snapshot

from pytest_archguard.model import Advice, RuleResult, Site, Stale, Violation
from pytest_archguard.report.text import headline

Make = Callable[..., RuleResult]
Show = Callable[..., str]

DIRECT = Violation(
    check="layer",
    subject="app.services.analytics_service",
    object="app.api.brands_routes",
    message="app.services may not import app.api",
    chain=("app.services.analytics_service", "app.api.brands_routes"),
    sites=(Site("app/services/analytics_service.py", 21, 1, "from app.api.brands_routes import BRAND_NAME_MAP"),),
)
INDIRECT = Violation(
    check="layer",
    subject="app.services.db_scheduler",
    object="app.glue.credentials",
    message="app.services may not import app.api",
    chain=("app.services.db_scheduler", "app.glue.credentials", "app.api.youtube_routes"),
    sites=(
        Site("app/services/db_scheduler.py", 765, 9, "from app.glue.credentials import creds"),
        Site("app/glue/credentials.py", 12, 1, "from app.api.youtube_routes import get_credentials"),
    ),
    advice="<- cut the second import",
)


def test_import_violations(rule: Make, shown: Show) -> None:
    known = tuple(replace(DIRECT, subject=f"app.services.s{n}", state="known") for n in range(5))
    result = rule(
        because="services run in workers too; they must not need the web layer",
        fix="move the shared helper down into app.core",
        violations=(DIRECT, INDIRECT, *known),
    )
    assert shown(result) == snapshot(
        """\
layers backend-layers: 2 new violations (5 known)

  app.services may not import app.api
  because services run in workers too; they must not need the web layer

  app.services.analytics_service -> app.api.brands_routes
      app/services/analytics_service.py:21  from app.api.brands_routes import BRAND_NAME_MAP
  app.services.db_scheduler -> app.glue.credentials -> app.api.youtube_routes      <- cut the second import
      app/services/db_scheduler.py:765      from app.glue.credentials import creds
      app/glue/credentials.py:12            from app.api.youtube_routes import get_credentials

  fix: move the shared helper down into app.core
  accept as known: archguard accept backend-layers --reason "..."\
"""
    )


def test_measured_violations_are_a_table_with_the_worst_first(rule: Make, shown: Show) -> None:
    def lines(subject: str, value: float, limit: float = 500) -> Violation:
        path = subject.replace(".", "/") + ".py"
        message = "modules have at most 500 lines"
        return Violation("max_lines", subject, message, (Site(path, 1),), value=value, limit=limit)

    index = Violation(
        "min_maintainability",
        "app.util",
        "maintainability is at least 20",
        (Site("app/util.py", 1),),
        value=7.25,
        limit=20,
    )
    method = Violation(
        "max_complexity",
        "app.big",
        "complexity is at most 12",
        (Site("app/big.py", 88, 5, "def run(self):"),),
        scope="Loader.run",
        value=31,
        limit=12,
    )
    found = (lines("app.small", 510), lines("app.services.youtube_routes", 2485), lines("app.big", 812), method, index)
    assert shown(rule(id="no-god-files", kind="size", violations=found, fix="split it")) == snapshot(
        """\
size no-god-files: 5 new violations

  modules have at most 500 lines

  2485  limit 500  (+1985)  app/services/youtube_routes.py:1  app.services.youtube_routes
   812  limit 500   (+312)  app/big.py:1                      app.big
   510  limit 500    (+10)  app/small.py:1                    app.small

  complexity is at most 12

  31  limit 12  (+19)  app/big.py:88  app.big.Loader.run

  maintainability is at least 20

  7.25  limit 20  (-12.75)  app/util.py:1  app.util

  fix: split it
  accept as known: archguard accept no-god-files --reason "..."\
"""
    )


def test_a_rule_that_cannot_be_judged(rule: Make, shown: Show) -> None:
    result = rule(
        outcome="error",
        error='"layers": app.servces matches no module; the nearest: app.services\n"layers": app.db matches no module',
        because="layers",
        fix="move it",
    )
    assert shown(result) == snapshot(
        """\
layers backend-layers: cannot be judged

  "layers": app.servces matches no module; the nearest: app.services
  "layers": app.db matches no module
  because layers

  fix: move it\
"""
    )
    assert headline(shown(result)) == snapshot(
        'cannot be judged: "layers": app.servces matches no module; the nearest: app.services'
    )


def test_an_error_hides_no_violation(rule: Make, shown: Show) -> None:
    result = rule(outcome="error", error='"layers": app.db matches no module', violations=(DIRECT,), because="layers")
    assert shown(result) == snapshot(
        """\
layers backend-layers: cannot be judged, 1 new violation

  "layers": app.db matches no module
  because layers

  app.services may not import app.api

  app.services.analytics_service -> app.api.brands_routes
      app/services/analytics_service.py:21  from app.api.brands_routes import BRAND_NAME_MAP

  accept as known: archguard accept backend-layers --reason "..."\
"""
    )


def test_stale_entries_with_the_command_that_removes_them(rule: Make, shown: Show) -> None:
    prune = "archguard prune backend-layers"
    stale = (
        Stale("app.services.a -> app.api.b is fixed but still in the baseline", prune),
        Stale("app.services.c -> app.api.d is fixed but still in the baseline", prune),
        Stale('the exception { from = "app.x" } matches nothing', "delete it from pyproject.toml"),
    )
    assert shown(rule(stale=stale, violations=(replace(DIRECT, state="known"),))) == snapshot(
        """\
layers backend-layers: 3 stale entries (1 known)

  stale: app.services.a -> app.api.b is fixed but still in the baseline
  stale: app.services.c -> app.api.d is fixed but still in the baseline
  stale: the exception { from = "app.x" } matches nothing
  mend: archguard prune backend-layers
  mend: delete it from pyproject.toml\
"""
    )


def test_what_has_expired_says_so(rule: Make, shown: Show) -> None:
    expired = replace(DIRECT, state="expired", reason="ADR-12, until 2026-03-31")
    assert shown(rule(violations=(expired,))) == snapshot(
        """\
layers backend-layers: 1 expired

  app.services may not import app.api

  app.services.analytics_service -> app.api.brands_routes
      no longer allowed: ADR-12, until 2026-03-31
      app/services/analytics_service.py:21  from app.api.brands_routes import BRAND_NAME_MAP\
"""
    )


def test_advice_for_the_whole_rule_stands_after_the_violations(rule: Make, shown: Show) -> None:
    advice = Advice(
        "12 modules import each other in circles; the cheapest imports to cut:",
        (Site("app/a.py", 3, 1, "import app.b"), Site("app/models/long_name.py", 14, 1, "from app import c")),
    )
    cycle = Violation(
        "cycle", "app.a", "these modules import each other in a circle", chain=("app.a", "app.b", "app.a")
    )
    assert shown(rule(id="no-cycles", kind="acyclic", violations=(cycle,), advice=(advice,))) == snapshot(
        """\
acyclic no-cycles: 1 new violation

  these modules import each other in a circle

  app.a -> app.b -> app.a

  12 modules import each other in circles; the cheapest imports to cut:
      app/a.py:3                  import app.b
      app/models/long_name.py:14  from app import c

  accept as known: archguard accept no-cycles --reason "..."\
"""
    )


def test_how_to_mend_one_violation_stands_below_it(rule: Make, shown: Show) -> None:
    leak = Violation(
        "leak",
        "app.services.load",
        "sessions are opened with `with` only",
        (Site("app/services/load.py", 12, 9, "db = SessionLocal()"),),
        scope="Loader.run",
        count=2,
        advice="async with session_scope() as db:",
    )
    assert shown(
        rule(id="db", kind="sessions", violations=(leak,), docs="docs/sessions.md", owner="team db")
    ) == snapshot(
        """\
sessions db: 2 new violations

  sessions are opened with `with` only

  app.services.load.Loader.run  (2 times)
      app/services/load.py:12  db = SessionLocal()
      -> async with session_scope() as db:

  docs: docs/sessions.md
  owner: team db
  accept as known: archguard accept db --reason "..."\
"""
    )


def test_unreadable_files_cannot_be_accepted(rule: Make, shown: Show) -> None:
    text = shown(rule(id="readable", kind="builtin", violations=(DIRECT,)))
    assert text.startswith("readable: 1 new violation\n")
    assert "accept" not in text


def test_long_texts_are_wrapped_and_paths_are_not(rule: Make, shown: Show) -> None:
    path = "app/" + "a_package_with_a_long_name/" * 2 + "module.py"
    long = Violation(
        "layer",
        "app.services.some_rather_long_module_name",
        "app.services may not import app.api",
        (Site(path, 123, 1, "from " + "x" * 200 + " import y"),) * 4,
        chain=tuple(f"app.package_{letter}.some_rather_long_module_name" for letter in "abcde"),
    )
    because = "what is written here is so long that no terminal of eighty columns shows it in a single line at all"
    text = shown(rule(violations=(long,), because=because, fix="first line\nsecond line"))
    assert text == snapshot(
        """\
layers backend-layers: 1 new violation

  app.services may not import app.api
  because what is written here is so long that no terminal of eighty columns
    shows it in a single line at all

  app.package_a.some_rather_long_module_name
    -> app.package_b.some_rather_long_module_name
    -> app.package_c.some_rather_long_module_name
    -> app.package_d.some_rather_long_module_name
    -> app.package_e.some_rather_long_module_name
      app/a_package_with_a_long_name/a_package_with_a_long_name/module.py:123  from xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
      app/a_package_with_a_long_name/a_package_with_a_long_name/module.py:123  from xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
      app/a_package_with_a_long_name/a_package_with_a_long_name/module.py:123  from xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...
      app/a_package_with_a_long_name/a_package_with_a_long_name/module.py:123  from xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...

  fix: first line
    second line
  accept as known: archguard accept backend-layers --reason "..."\
"""
    )


def test_what_is_not_shown_is_counted(rule: Make, shown: Show) -> None:
    many = tuple(replace(DIRECT, subject=f"app.services.s{n}", chain=(), sites=()) for n in range(30))
    few = replace(DIRECT, message="app.core may not import app.api", subject="app.core.x", chain=(), sites=())
    text = shown(rule(violations=(*many, few)), show=3)
    assert text == snapshot(
        """\
layers backend-layers: 31 new violations

  app.services may not import app.api

  app.services.s0 -> app.api.brands_routes
  app.services.s1 -> app.api.brands_routes
  (+28 more, --archguard-show all)

  app.core may not import app.api

  app.core.x -> app.api.brands_routes

  accept as known: archguard accept backend-layers --reason "..."\
"""
    )
    assert "more" not in shown(rule(violations=(*many, few)), show=None)


def test_showing_none_still_counts(rule: Make, shown: Show) -> None:
    assert shown(rule(violations=(DIRECT, INDIRECT)), show=0) == snapshot(
        """\
layers backend-layers: 2 new violations

  (+2 more, --archguard-show all)

  accept as known: archguard accept backend-layers --reason "..."\
"""
    )


def test_groups_beyond_the_limit_are_counted(rule: Make, shown: Show) -> None:
    found = tuple(replace(DIRECT, message=f"rule {n}", chain=(), sites=()) for n in range(5))
    assert "(+3 more, --archguard-show all)" in shown(rule(violations=found), show=2)


def test_a_violation_in_very_many_places_shows_some(rule: Make, shown: Show) -> None:
    twins = replace(DIRECT, chain=(), label="class Loader", sites=tuple(Site(f"app/m{n}.py", 1) for n in range(50)))
    text = shown(rule(violations=(twins,)))
    assert text.count("app/m") == 20
    assert "(+30 more places, --archguard-show all)" in text
    assert shown(rule(violations=(twins,)), show=None).count("app/m") == 50


def test_paths_and_commands_are_those_of_where_one_stands(rule: Make, shown: Show) -> None:
    result = rule(violations=(DIRECT,))
    inside = shown(result, start="app/services")
    assert "      analytics_service.py:21  from" in inside
    assert "archguard accept backend-layers" in inside
    beside = shown(result, start="docs")
    assert "      ../app/services/analytics_service.py:21  from" in beside
    other = shown(result, rules_file="services/a/archguard.toml")
    assert "      services/a/app/services/analytics_service.py:21  from" in other
    assert 'archguard accept --config services/a/archguard.toml backend-layers --reason "..."' in other
