"""A broken contract is broken down into the direct imports that have to go, with their lines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest

needs_private_modules = pytest.mark.skipif(
    find_spec("importlinter.contracts.private_modules") is None, reason="import-linter before 2.17"
)
Judge = Callable[..., Any]

FILES = {
    "app/__init__.py": "",
    "app/api/__init__.py": "",
    "app/api/routes.py": "import app.core.a\n",
    "app/core/__init__.py": "",
    "app/core/a.py": "from app.tools import t\nimport sqlalchemy.orm\n\n\ndef f():\n    from app.db import session\n",
    "app/core/b.py": "from app.tools import t\n",
    "app/db/__init__.py": "",
    "app/db/session.py": "from app.api import routes\nfrom app.core import a\n\nfrom app.core import a as again\n",
    "app/tools/__init__.py": "",
    "app/tools/t.py": "from app.tools.u import x\n",
    "app/tools/u.py": "from app.api import routes\n",
}


ON = "-> app.tools.t -> app.tools.u -> app.api.routes"


def test_layers_are_left_by_way_of_modules_that_are_in_no_layer(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "layers"\nlayers = ["app.api", "app.core", "app.db"]')
    assert judged.lines() == [
        f"app.core may not import app.api: app.core.a {ON} [app/core/a.py:1, app/tools/t.py:1, app/tools/u.py:1]",
        f"app.core may not import app.api: app.core.b {ON} [app/core/b.py:1, app/tools/t.py:1, app/tools/u.py:1]",
        "app.db may not import app.api: app.db.session -> app.api.routes [app/db/session.py:1]",
        "app.db may not import app.core: app.db.session -> app.core.a [app/db/session.py:2, app/db/session.py:4]",
    ]


def test_the_key_is_the_direct_import_and_the_target(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "layers"\nlayers = ["app.api", "app.core"]')
    assert [violation.key for violation in judged.violations["c"]] == [
        ("layer", "app.core.a", "app.db.session", "", "app.api"),
        ("layer", "app.core.a", "app.tools.t", "", "app.api"),
        ("layer", "app.core.b", "app.tools.t", "", "app.api"),
    ]


def test_the_hop_that_most_chains_share_is_to_be_cut(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "forbidden"\nsource_modules = "app.core"\nforbidden_modules = "app.api"')
    assert {(v.object, v.advice) for v in judged.violations["c"]} == {
        ("app.db.session", "<- cut the second import"),
        ("app.tools.t", "<- cut the last import"),
    }


def test_containers_are_judged_each_by_itself(judge: Judge) -> None:
    files = {
        **{f"app/{part}/__init__.py": "" for part in ("", "one", "two")},
        "app/one/high.py": "",
        "app/one/low.py": "from app.one import high\nfrom app.two import high as other\n",
        "app/two/high.py": "",
        "app/two/low.py": "from app.two import high\n",
        "app/two/stray.py": "",
    }
    judged = judge(
        files,
        'name = "c"\ntype = "layers"\nlayers = ["high", "low"]\ncontainers = ["app.*"]\nexhaustive = true',
    )
    assert judged.lines() == [
        "app.one.low may not import app.one.high: app.one.low -> app.one.high [app/one/low.py:1]",
        "app.two.low may not import app.two.high: app.two.low -> app.two.high [app/two/low.py:1]",
        "everything directly in app.two must be in a layer: app.two.stray is in no layer [app/two/stray.py:1]",
    ]


def test_a_package_without_init_that_is_in_no_layer_has_a_place_all_the_same(judge: Judge) -> None:
    files = {"app/__init__.py": "", "app/a.py": "", "app/part/__init__.py": "", "app/part/x.py": ""}
    judged = judge(files, 'name = "c"\ntype = "layers"\nlayers = ["a"]\ncontainers = ["app"]\nexhaustive = true')
    assert [site.path for site in judged.violations["c"][0].sites] == ["app/part/__init__.py"]


def test_independent_modules_are_named_in_both_directions(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "independence"\nmodules = ["app.core", "app.db"]')
    chain = "app.db.session -> app.api.routes -> app.core.a"
    assert judged.lines() == [
        f"app.db may not import app.core: {chain} [app/db/session.py:1, app/api/routes.py:1]",
        "app.db may not import app.core: app.db.session -> app.core.a [app/db/session.py:2, app/db/session.py:4]",
        "app.core may not import app.db: app.core.a -> app.db.session [app/core/a.py:6]",
    ]


FORBIDDEN = 'name = "c"\ntype = "forbidden"\nsource_modules = ["app.core"]\n'


def test_externals_are_named_by_their_first_name(judge: Judge) -> None:
    judged = judge(FILES, FORBIDDEN + 'forbidden_modules = ["sqlalchemy"]', session="include_external_packages = true")
    assert judged.lines() == ["app.core may not import sqlalchemy: app.core.a -> sqlalchemy [app/core/a.py:2]"]


def test_without_indirect_imports_only_direct_ones_are_listed(judge: Judge) -> None:
    own = 'name = "c"\ntype = "forbidden"\nsource_modules = ["app.db"]\nforbidden_modules = ["app.core"]\n'
    assert [v.object for v in judge(FILES, own).violations["c"]] == ["app.api.routes", "app.core.a"]
    judged = judge(FILES, own + "allow_indirect_imports = true")
    assert [v.object for v in judged.violations["c"]] == ["app.core.a"]


def test_modules_can_be_meant_without_what_is_below_them(judge: Judge) -> None:
    files = {"app/__init__.py": "", "app/a/__init__.py": "import app.c", "app/a/x.py": "import app.b", "app/b.py": "",
             "app/c.py": "import app.a.x"}  # fmt: skip
    own = (
        'name = "c"\ntype = "forbidden"\nsource_modules = ["app.a"]\nforbidden_modules = ["app.b"]\nas_packages = false'
    )
    assert judge(files, own).lines() == [
        "app.a may not import app.b: app.a -> app.c -> app.a.x -> app.b [app/a/__init__.py:1, app/c.py:1, app/a/x.py:1]"
    ]


def test_one_import_under_two_sources_is_listed_once(judge: Judge) -> None:
    own = FORBIDDEN.replace('["app.core"]', '["app.core", "app.core.a"]') + 'forbidden_modules = ["app.db"]'
    judged = judge(FILES, own + "\nallow_indirect_imports = true")
    assert len(judged.violations["c"]) == 1


def test_protected_modules_name_who_alone_may_import_them(judge: Judge) -> None:
    own = 'name = "c"\ntype = "protected"\nprotected_modules = ["app.core", "app.to*"]\nallowed_importers = ["app.db"]'
    judged = judge(FILES, own.replace("to*", "tools"))
    assert judged.lines() == [
        "only app.db may import app.core: app.api.routes -> app.core.a [app/api/routes.py:1]",
        "only app.db may import app.tools: app.core.a -> app.tools.t [app/core/a.py:1]",
        "only app.db may import app.tools: app.core.b -> app.tools.t [app/core/b.py:1]",
    ]


PRIVATE_FILES = {
    "app/__init__.py": "",
    "app/_top.py": "",
    "app/core/__init__.py": "from app.core import _store\n",
    "app/core/_store/__init__.py": "",
    "app/core/_store/rows.py": "from app.core._store._raw import x\n",
    "app/core/_store/_raw.py": "",
    "app/core/near/deep.py": "import app.core._store.rows\n",
    "app/core/near/__init__.py": "from app.core._store import _raw\n",
    "app/core/__main__.py": "",
    "app/corelike.py": (
        "import app._top\nimport app.core.__main__\nimport app.core._store\n\n"
        "def f():\n    from app.core._store import rows\n    import app.core._store\n"
    ),
}


@needs_private_modules
def test_private_modules_are_for_the_package_they_are_in_and_what_is_below_it(judge: Judge) -> None:
    judged = judge(PRIVATE_FILES, 'name = "c"\ntype = "private_modules"')
    store = "only app.core and what is below it may import app.core._store"
    raw = "only app.core._store and what is below it may import app.core._store._raw"
    assert judged.lines() == [
        f"{store}: app.corelike -> app.core._store [app/corelike.py:3, app/corelike.py:7]",
        f"{store}: app.corelike -> app.core._store.rows [app/corelike.py:6]",
        f"{raw}: app.core.near -> app.core._store._raw [app/core/near/__init__.py:1]",
    ]
    assert [violation.key for violation in judged.violations["c"]] == [
        ("private_modules", "app.corelike", "app.core._store", "", "app.core._store"),
        ("private_modules", "app.corelike", "app.core._store.rows", "", "app.core._store"),
        ("private_modules", "app.core.near", "app.core._store._raw", "", "app.core._store._raw"),
    ]


@needs_private_modules
def test_private_modules_of_other_packages_and_ignored_imports_are_not_listed(judge: Judge) -> None:
    own = 'name = "c"\ntype = "private_modules"\npackages_with_private_modules = ["app.core"]\n'
    ignored = 'ignore_imports = ["app.corelike -> app.core._store.rows", "app.core.near -> app.core.**"]'
    assert len(judge(PRIVATE_FILES, own).violations["c"]) == 3
    assert [violation.object for violation in judge(PRIVATE_FILES, own + ignored).violations["c"]] == [
        "app.core._store"
    ]
    files = {**PRIVATE_FILES, "app/api/__init__.py": "", "app/api/_own.py": ""}
    assert judge(files, own.replace("app.core", "app.api")).violations["c"] == []


def test_circular_siblings_list_every_import_in_a_circle_the_cheapest_cut_first(judge: Judge) -> None:
    files = {
        **{f"app/{part}/__init__.py": "" for part in ("", "a", "b", "c", "d")},
        "app/a/x.py": "import app.b.y\n",
        "app/a/z.py": "import app.b.y\n",
        "app/b/y.py": "import app.a.x\nimport app.d.w\n",
        "app/c/v.py": "import app.a.x\n",
        "app/d/w.py": "",
    }
    judged = judge(files, 'name = "c"\ntype = "acyclic_siblings"\nancestors = ["app"]')
    message = "the children of app may not import each other in a circle"
    assert judged.lines() == [
        f"{message}: app.b.y -> app.a.x, and back: app.a -> app.b [app/b/y.py:1, app/a/x.py:1]",
        f"{message}: app.a.x -> app.b.y, and back: app.b -> app.a [app/a/x.py:1, app/b/y.py:1]",
        f"{message}: app.a.z -> app.b.y, and back: app.b -> app.a [app/a/z.py:1, app/b/y.py:1]",
    ]
    assert [violation.advice for violation in judged.violations["c"]] == ["<- cut this import", None, None]
    assert {violation.detail for violation in judged.violations["c"]} == {"app"}
    (advice,) = judged.kinds["c"].advise(judged.codebase, tuple(judged.violations["c"]))
    assert advice.text == "the children of app are free of cycles without app.b.y -> app.a.x"
    assert [(site.path, site.line) for site in advice.sites] == [("app/b/y.py", 1)]


def test_lines_under_type_checking_are_not_shown_where_they_do_not_count(judge: Judge) -> None:
    source = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import app.b\n\ndef f():\n    import app.b\n"
    files = {"app/__init__.py": "", "app/a.py": source, "app/b.py": ""}
    own = 'name = "c"\ntype = "forbidden"\nsource_modules = ["app.a"]\nforbidden_modules = ["app.b"]'
    assert judge(files, own).lines() == ["app.a may not import app.b: app.a -> app.b [app/a.py:3, app/a.py:6]"]
    judged = judge(files, own, session="exclude_type_checking_imports = true")
    assert judged.lines() == ["app.a may not import app.b: app.a -> app.b [app/a.py:6]"]


def test_ignored_imports_are_not_listed_and_lead_nowhere(judge: Judge) -> None:
    judged = judge(FILES, FORBIDDEN + 'forbidden_modules = ["app.api"]\nignore_imports = ["app.tools.* -> app.api.**"]')
    assert [violation.object for violation in judged.violations["c"]] == ["app.db.session"]


PROGRAM = """
import json, sys
from pathlib import Path
from pytest_archguard.codebase.in_memory import codebase_of
from pytest_archguard.config.options import Context
from pytest_archguard.rules.import_linter.contracts import load_contracts

folder, files = Path(sys.argv[1]), json.loads(sys.argv[2])
found = []
for rule in load_contracts(folder, Context()):
    codebase = codebase_of(files)
    violations = tuple(rule.kind.check(codebase))
    found.append([*map(repr, violations), *map(repr, rule.kind.advise(codebase, violations))])
print(json.dumps(found))
"""


def test_everything_shown_is_the_same_whatever_the_hash_seed(judge: Judge, tmp_path: Any) -> None:
    """A mesh in which every chain has many equally short rivals."""
    files = {"app/__init__.py": "", **{f"app/{row}/__init__.py": "" for row in "abcd"}}
    rows = "abcd"
    for number, row in enumerate(rows):
        following = rows[(number + 1) % 4]
        imports = "".join(f"import app.{following}.m{other}\n" for other in range(4))
        files.update({f"app/{row}/m{place}.py": imports for place in range(4)})
    judge(
        files,
        'name = "a"\ntype = "layers"\nlayers = ["app.d", "app.a"]',
        'name = "b"\ntype = "forbidden"\nsource_modules = ["app.a"]\nforbidden_modules = ["app.c", "app.d"]',
        'name = "c"\ntype = "independence"\nmodules = ["app.a", "app.c"]',
        'name = "d"\ntype = "acyclic_siblings"\nancestors = ["app"]',
        'name = "e"\ntype = "protected"\nprotected_modules = ["app.a", "app.b"]\nallowed_importers = ["app.c"]',
    )
    seen = set()
    for seed in ("0", "1", "2", "3"):
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(tmp_path), json.dumps(files)],
            capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed},
        )  # fmt: skip
        seen.add(run.stdout)
    assert len(seen) == 1
    assert [len(found) > 1 for found in json.loads(seen.pop())] == [True] * 5


def test_a_chain_has_one_site_a_hop(judge: Judge) -> None:
    judged = judge(FILES, FORBIDDEN + 'forbidden_modules = ["app.api"]')
    for violation in judged.violations["c"]:
        assert len(violation.sites) == len(violation.chain) - 1
