"""A contract that cannot be judged fails alone, by name, with the nearest names; kept ones say what is odd."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.rules.import_linter import running

# import-linter 2.17 brought a sixth type; Python 3.10 ends with 2.15.
HAS_PRIVATE_MODULES = find_spec("importlinter.contracts.private_modules") is not None
PRIVATE = "private_modules, " if HAS_PRIVATE_MODULES else ""
needs_private_modules = pytest.mark.skipif(not HAS_PRIVATE_MODULES, reason="import-linter before 2.17")

Judge = Callable[..., Any]

FILES = {
    "app/__init__.py": "",
    "app/api/__init__.py": "import app.core",
    "app/core/__init__.py": "",
    "app/models/__init__.py": "",
}
GOOD = 'name = "good"\ntype = "layers"\nlayers = ["app.api", "app.core"]'


def fault(judged: Any, name: str = "c") -> str:
    """The text behind `the contract "c" in pyproject.toml cannot be checked: `."""
    start = f'the contract "{name}" in pyproject.toml cannot be checked: '
    text: str = judged.errors[name]
    assert text.startswith(start)
    return text.removeprefix(start)


FAULTS = {
    "a layer that does not exist": (
        'type = "layers"\nlayers = ["app.apy", "app.core"]',
        "Missing layer 'app.apy': module app.apy does not exist; app.apy (did you mean \"app.api\"?)",
    ),
    "a layer that does not exist in a container": (
        'type = "layers"\nlayers = ["apy"]\ncontainers = ["app"]',
        "Missing layer in container 'app': module app.apy does not exist; app.apy (did you mean \"app.api\"?)",
    ),
    "a container outside the root packages": (
        'type = "layers"\nlayers = ["api"]\ncontainers = ["ap"]',
        (
            "Invalid container 'ap': a container must either be a subpackage of app, or app itself; "
            'ap (did you mean "app"?)'
        ),
    ),
    "a source that does not exist": (
        'type = "forbidden"\nsource_modules = ["app.model"]\nforbidden_modules = ["app.api"]',
        "Module 'app.model' does not exist; app.model (did you mean \"app.models\"?)",
    ),
    "an ignored import that is not there": (
        GOOD.partition("\n")[2] + '\nignore_imports = ["app.core -> app.apis"]',
        'No matches for ignored import app.core -> app.apis; app.apis (did you mean "app.api"?)',
    ),
    "a member that does not exist": (
        'type = "independence"\nmodules = ["app.api", "app.modells"]',
        "Module 'app.modells' does not exist; app.modells (did you mean \"app.models\"?)",
    ),
    "an ancestor that does not exist": (
        'type = "acyclic_siblings"\nancestors = ["app.modells"]',
        "Module 'app.modells' does not exist; app.modells (did you mean \"app.models\"?)",
    ),
    "externals that are not in the graph": (
        'type = "forbidden"\nsource_modules = ["app"]\nforbidden_modules = ["django"]',
        (
            "The top level configuration must have include_external_packages=True when there are external "
            "forbidden modules"
        ),
    ),
    "an unknown type": (
        'type = "layer"\nlayers = ["app.api"]',
        (
            'there is no contract type "layer" (did you mean "layers"?); the types are acyclic_siblings, forbidden, '
            f"independence, layers, {PRIVATE}protected"
        ),
    ),
    "no type": (
        'layers = ["app.api"]',
        f'the key "type" is missing; the types are acyclic_siblings, forbidden, independence, layers, {PRIVATE}protected',
    ),
    "an unknown key": (
        'type = "independence"\nmodule = ["app.api"]',
        (
            'unknown key "module" (did you mean "modules"?); the keys are id, ignore_imports, modules, name, type, '
            "unmatched_ignore_imports_alerting"
        ),
    ),
    "several wrong values": (
        'type = "forbidden"\nas_packages = "maybe"\nforbidden_modules = ["app.**.*"]',
        (
            '"as_packages": Could not parse a boolean from \'maybe\'; "forbidden_modules": A recursive wildcard '
            'cannot be followed by a wildcard; "source_modules": This is a required field'
        ),
    ),
    "a value no field was written for": (
        'type = "independence"\nmodules = [{ a = 1 }]',
        "its options cannot be read: AttributeError: 'dict' object has no attribute 'strip'",
    ),
}


@pytest.mark.parametrize(("contract", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_bad_contract_fails_alone_and_names_what_was_meant(judge: Judge, contract: str, expected: str) -> None:
    judged = judge(FILES, f'name = "c"\n{contract}', GOOD)
    assert fault(judged).replace("broken_contract_guidance, ", "") == expected  # unknown to old versions
    assert judged.violations == {"good": []}


PRIVATE_FAULTS = {
    "a package that does not exist": (
        '["app.modells"]',
        "Module 'app.modells' does not exist; app.modells (did you mean \"app.models\"?)",
    ),
    "a wildcard that matches nothing": (
        '["app.api", "app.modells.*"]',
        "The expression 'app.modells.*' did not match any modules; app.modells (did you mean \"app.models\"?)",
    ),
    "a package that is private itself": (
        '["app._own"]',
        (
            "\"packages_with_private_modules\": Packages cannot be private or inside a private module: 'app._own'. "
            "List an ancestor that isn't private instead"
        ),
    ),
    "packages without a private module": (
        '["app.models", "app.core"]',
        (
            "there is no private module below app.core, app.models: none has a name that starts with an underscore "
            "(import-linter calls such a contract kept)"
        ),
    ),
}


@needs_private_modules
@pytest.mark.parametrize(("packages", "expected"), PRIVATE_FAULTS.values(), ids=PRIVATE_FAULTS.keys())
def test_a_contract_about_private_modules_needs_packages_that_have_some(
    judge: Judge, packages: str, expected: str
) -> None:
    files = {**FILES, "app/api/_hidden.py": "", "app/_own/__init__.py": "", "app/__main__.py": ""}
    judged = judge(files, f'name = "c"\ntype = "private_modules"\npackages_with_private_modules = {packages}', GOOD)
    assert fault(judged) == expected
    assert judged.violations == {"good": []}


@needs_private_modules
def test_without_any_private_module_in_the_root_packages_there_is_nothing_to_keep(judge: Judge) -> None:
    files = {**FILES, "app/core/__main__.py": "import _thread\nimport json._private\n"}
    judged = judge(files, 'name = "c"\ntype = "private_modules"', session="include_external_packages = true")
    assert fault(judged) == (
        "there is no private module in the root packages: none has a name that starts with an underscore "
        "(import-linter calls such a contract kept)"
    )


@needs_private_modules
def test_one_private_module_is_enough(judge: Judge) -> None:
    files = {**FILES, "app/api/_hidden.py": ""}
    own = 'packages_with_private_modules = ["app.api", "app.models"]'
    judged = judge(files, 'name = "c"\ntype = "private_modules"', f'name = "d"\ntype = "private_modules"\n{own}')
    assert judged.violations == {"c": [], "d": []}


@pytest.mark.skipif(HAS_PRIVATE_MODULES, reason="import-linter 2.17 or newer")
def test_a_type_that_the_installed_import_linter_does_not_have_is_unknown(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "private_modules"', GOOD)
    assert fault(judged) == (
        'there is no contract type "private_modules"; the types are acyclic_siblings, forbidden, independence, '
        "layers, protected"
    )
    assert judged.violations == {"good": []}


def test_a_contract_without_a_name_is_told_by_its_id(judge: Judge) -> None:
    judged = judge(FILES, 'id = "x"\ntype = "layers"\nlayers = ["app.api"]')
    assert fault(judged, "x") == 'the key "name" is missing'


def test_an_id_that_import_linter_refuses_fails_the_contract_that_has_it(judge: Judge) -> None:
    ids = ("a", "b:c", "a")
    tables = (GOOD.replace("good", f"number {number}") + f'\nid = "{own}"' for number, own in enumerate(ids))
    judged = judge(FILES, *tables, GOOD)
    refused = {name: fault(judged, name) for name in judged.errors}
    assert refused == (
        {
            "number 1": 'its id "b:c" has a colon, which import-linter refuses',
            "number 2": 'another contract before it has the id "a", which import-linter refuses',
        }
        if HAS_PRIVATE_MODULES  # such ids are refused since 2.17 too
        else {}
    )
    assert judged.violations == {
        name: [] for name in ("number 0", "number 1", "number 2", "good") if name not in refused
    }


def test_a_root_package_that_does_not_exist_is_named(judge: Judge) -> None:
    judged = judge(FILES, 'name = "c"\ntype = "layers"\nlayers = ["ap"]', session='root_package = "ap"\n')
    assert fault(judged) == 'there is no top-level package "ap" under the source roots (.) (did you mean "app"?)'


VACUOUS = {
    "layers": (
        'type = "layers"\nlayers = ["(app.modell)", "(app.apy)"]',
        'none of its layers exists: app.apy (did you mean "app.api"?), app.modell (did you mean "app.models"?)',
    ),
    "layers in containers": (
        'type = "layers"\nlayers = ["(high)", "(low)"]\ncontainers = ["app.*"]',
        (
            'none of its layers exists: app.api.high (did you mean "app.api"?), app.api.low (did you mean "app.api"?), '
            'app.core.high (did you mean "app.core"?), and 3 more'
        ),
    ),
    "containers": (
        'type = "layers"\nlayers = ["api"]\ncontainers = ["app.api.*"]',
        "none of its layers exists",
    ),
    "forbidden": (
        'type = "forbidden"\nsource_modules = ["app.*.x"]\nforbidden_modules = ["app.api"]',
        '"source_modules" matches no module: app.*.x',
    ),
    "independence": ('type = "independence"\nmodules = ["app.*.x"]', '"modules" matches no module: app.*.x'),
    "protected": (
        'type = "protected"\nprotected_modules = ["app.*.x"]\nallowed_importers = ["app.api"]',
        '"protected_modules" matches no module: app.*.x',
    ),
    "nothing at all": ('type = "independence"\nmodules = []', '"modules" matches no module'),
}


@pytest.mark.parametrize(("contract", "expected"), VACUOUS.values(), ids=VACUOUS.keys())
def test_a_contract_about_nothing_fails_although_import_linter_keeps_it(
    judge: Judge, contract: str, expected: str
) -> None:
    judged = judge(FILES, f'name = "c"\n{contract}')
    assert fault(judged) == f"{expected} (import-linter calls such a contract kept)"


@pytest.mark.parametrize(
    "contract",
    [
        'type = "layers"\nlayers = ["(app.gone)", "app.api"]',
        'type = "forbidden"\nsource_modules = ["app.*.x", "app.core"]\nforbidden_modules = ["app.api"]',
        'type = "independence"\nmodules = ["app.*.x", "app.core"]',
        'type = "forbidden"\nsource_modules = ["app.core"]\nforbidden_modules = ["django"]',
    ],
)
def test_one_module_that_exists_is_enough(judge: Judge, contract: str) -> None:
    judged = judge(FILES, f'name = "c"\n{contract}', session="include_external_packages = true")
    assert judged.violations == {"c": []}


def test_unmatched_exceptions_warn_where_import_linter_warns(judge: Judge) -> None:
    unmatched = 'ignore_imports = ["app.core -> app.models"]\nunmatched_ignore_imports_alerting = '
    levels = {"w": "warn", "n": "none", "e": "error"}
    contracts = [GOOD.replace("good", name) + f'\n{unmatched}"{level}"' for name, level in levels.items()]
    judged = judge(FILES, *contracts)
    notes = {name: list(judged.kinds[name].notes(judged.codebase)) for name in "wn"}
    assert notes == {"w": ["warning: No matches for ignored import app.core -> app.models."], "n": []}
    assert judged.violations == {"w": [], "n": []}
    assert fault(judged, "e") == "No matches for ignored import app.core -> app.models"


def test_what_was_examined_is_counted(judge: Judge) -> None:
    judged = judge(FILES, GOOD)
    assert judged.kinds["good"].examined(judged.codebase) == {"modules": 4, "imports": 1}


def test_a_contract_is_judged_once_for_a_code_base(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = judge(FILES, GOOD)
    monkeypatch.setattr(running, "judge", None)
    assert list(judged.kinds["good"].check(judged.codebase)) == []


CONTRACTS = """
import sys
from importlinter import Contract, ContractCheck, fields, output
from importlinter.contracts.layers import LayersContract

# Until 2.15 import-linter saw only the fields that a class declares itself.
INHERITED = {name: field for name, field in vars(LayersContract).items() if isinstance(field, fields.Field)}

class Says(Contract):
    words = fields.StringField(required=False)

    def check(self, graph, verbose):
        return ContractCheck(kept=self.words is None, metadata={}, warnings=["mind the [gap]"])

    def render_broken_contract(self, check):
        output.print_error(f"Not so: {self.words}", bold=False)
        output.new_line()
        output.print("[bold]app.core[/bold] -> dict[str, int]", color="red", bold=True)
        output.indent_cursor()
        output.print_warning("indented")
        print("printed plainly")

class Raises(Says):
    words = fields.StringField(required=False)

    def check(self, graph, verbose):
        kinds = {"panic": BaseException, "exit": SystemExit, "value": ValueError, "key": KeyError}
        raise kinds[self.words]("[red]boom")

class Interrupts(Says):
    words = fields.StringField(required=False)

    def check(self, graph, verbose):
        raise KeyboardInterrupt

class Mute(Says):
    words = fields.StringField(required=False)

    def render_broken_contract(self, check):
        pass

class Stumbles(Says):
    words = fields.StringField(required=False)

    def render_broken_contract(self, check):
        output.print("so far")
        raise RuntimeError("lost for words")

class Strict(LayersContract):
    locals().update(INHERITED)
    team = fields.StringField()

class Teller(LayersContract):
    locals().update(INHERITED)

    def render_broken_contract(self, check):
        output.print("in my own words")

class Late(Says):
    words = fields.StringField(required=False)

    def check(self, graph, verbose):
        import late_helper
        return ContractCheck(kept=late_helper.KEPT)

NOT_A_CONTRACT = 3
"""


@pytest.fixture
def own(judge: Judge, tmp_path: Path) -> Any:
    """Judges contracts of the project's own types, all in one module of a name no other test has."""
    module = f"own_contracts_{tmp_path.name}"
    (tmp_path / f"{module}.py").write_text(CONTRACTS)
    (tmp_path / "late_helper.py").write_text("KEPT = True\n")
    names = ("Says", "Raises", "Interrupts", "Mute", "Stumbles", "Strict", "Teller", "Late", "NOT_A_CONTRACT", "Gone")
    types = ", ".join(f'"{name.lower()}: {module}.{name}"' for name in names)

    def judge_own(*contracts: str, files: dict[str, str] | None = None) -> Any:
        more = f'contract_types = [{types}, "absent: no.such.module.Contract", "broken: broken_{module}.X"]\n'
        return judge(files or FILES, *contracts, session=more)

    yield judge_own
    for name in [name for name in sys.modules if name in (module, "late_helper")]:
        del sys.modules[name]


def test_an_own_type_says_in_its_own_words_what_is_wrong(own: Any) -> None:
    judged = own('name = "Core [x]"\ntype = "says"\nwords = "list[int] [core] [red]"', GOOD)
    (violation,) = judged.violations["Core [x]"]
    assert violation.message == 'the contract "Core [x]" is broken; it says:'
    assert violation.label == (
        "Not so: list[int] [core] [red]\n\napp.core -> dict[str, int]\n    indented\nprinted plainly"
    )
    assert violation.key == ("contract", "Core [x]", "", "", "")
    assert list(judged.kinds["Core [x]"].notes(judged.codebase)) == ["warning: mind the [gap]"]
    assert judged.violations["good"] == []


def test_an_own_type_can_be_kept(own: Any) -> None:
    assert own('name = "c"\ntype = "says"').violations == {"c": []}


def test_nothing_is_imported_but_the_module_that_holds_the_class(own: Any, tmp_path: Path) -> None:
    path, modules = sys.path[:], set(sys.modules)
    own(GOOD)
    assert set(sys.modules) - modules <= {name for name in sys.modules if name.startswith(("importlinter", "grimp"))}
    modules = set(sys.modules)
    own('name = "c"\ntype = "says"')
    assert set(sys.modules) - modules == {f"own_contracts_{tmp_path.name}"}
    assert sys.path == path


def test_an_own_type_may_import_when_it_is_run(own: Any) -> None:
    path = sys.path[:]
    assert own('name = "c"\ntype = "late"').violations == {"c": []}
    assert sys.path == path


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("panic", "Raises.check failed: BaseException: [red]boom"),
        ("exit", "Raises.check failed: SystemExit: [red]boom"),
        ("key", "Raises.check failed: KeyError: '[red]boom'"),
        ("value", "[red]boom"),
    ],
)
def test_whatever_a_contract_raises_is_its_own_failure(own: Any, words: str, expected: str) -> None:
    judged = own(f'name = "c"\ntype = "raises"\nwords = "{words}"', GOOD)
    assert fault(judged) == expected
    assert judged.violations == {"good": []}


def test_the_user_can_still_interrupt(own: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        own('name = "c"\ntype = "interrupts"')


def test_a_contract_that_cannot_render_is_broken_all_the_same(own: Any) -> None:
    judged = own('name = "c"\ntype = "stumbles"\nwords = "x"', 'name = "d"\ntype = "mute"\nwords = "x"')
    labels = {name: violations[0].label for name, violations in judged.violations.items()}
    assert labels == {
        "c": "so far\n\n(render_broken_contract failed: RuntimeError: lost for words)",
        "d": "(it says nothing more)",
    }


def test_a_type_that_adds_options_to_a_built_in_one_is_broken_down_like_it(own: Any) -> None:
    layers = 'layers = ["app.core", "app.api"]\n'
    judged = own(f'name = "c"\ntype = "strict"\nteam = "x"\n{layers}', f'name = "d"\ntype = "teller"\n{layers}')
    assert judged.lines("c") == ["app.api may not import app.core: app.api -> app.core [app/api/__init__.py:1]"]
    assert [violation.label for violation in judged.violations["d"]] == ["in my own words"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("absent", "(no.such.module.Contract) cannot be imported: ModuleNotFoundError: No module named 'no'"),
        ("gone", "Gone) cannot be imported: AttributeError: module"),
        ("not_a_contract", "NOT_A_CONTRACT) is not a subclass of importlinter.Contract"),
        ("broken", "cannot be imported: SystemExit: 3"),
    ],
)
def test_a_class_that_cannot_be_used_is_named(own: Any, name: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / f"broken_own_contracts_{tmp_path.name}.py").write_text("raise SystemExit(3)\n")
    judged = own(f'name = "c"\ntype = "{name}"', GOOD)
    assert f'the contract type "{name}" (' in fault(judged)
    assert expected in fault(judged)
    assert judged.violations == {"good": []}


def test_two_projects_may_have_contracts_in_modules_of_one_name(tmp_path: Path) -> None:
    from pytest_archguard.rules.import_linter.classes import importable, own_type

    found = []
    try:
        for project in ("one", "two", "one"):
            folder = tmp_path / project
            (folder / "shared_name_x").mkdir(parents=True, exist_ok=True)
            (folder / "shared_name_x" / "__init__.py").write_text("")
            source = f"from importlinter import Contract\nclass C(Contract):\n    project = '{project}'\n"
            (folder / "shared_name_x" / "contracts.py").write_text(source)
            with importable([str(folder)]):
                found.append(own_type("c", "shared_name_x.contracts.C", [str(folder)]))
        assert [vars(contract)["project"] for contract in found] == ["one", "two", "one"]
        assert found[0] is found[2]
        assert sys.modules["shared_name_x"].__path__ == [str(tmp_path / "one" / "shared_name_x")]
    finally:
        for name in [name for name in sys.modules if name.startswith("shared_name_x")]:
            del sys.modules[name]
