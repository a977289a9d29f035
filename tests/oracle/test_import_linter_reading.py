"""What is read for import-linter is what import-linter reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importlinter.api import read_configuration

from pytest_archguard.config.options import Context
from pytest_archguard.rules.import_linter.contracts import load_contracts

FILES = ("setup.cfg", ".importlinter", "pyproject.toml")

INI = """\
[importlinter]
root_packages =
    app
    lib
include_external_packages = True

[importlinter:contract:one-two]
name = Layers [core] 100%%
type = layers
layers =
    app.api | app.cli

    # a comment
    (app.db)
containers = app

[importlinter:contract:nested:id]
name = ünïcode
type = forbidden
source_modules = app.api
forbidden_modules =
    django
ignore_imports = app.a -> app.b

[importlinter:contracts:1]
name: plural
type: independence
modules=app.a
"""
TOML = """\
[tool.importlinter]
root_package = "app"
include_external_packages = true
exclude_type_checking_imports = false

[[tool.importlinter.contracts]]
name = "Layers [core]"
type = "layers"
layers = ["app.api", "app.db"]
exhaustive = true

[[tool.importlinter.contracts]]
id = "Second One"
name = "second"
type = "acyclic_siblings"
ancestors = ["app"]
depth = 3
"""
PLAIN_INI = "[metadata]\nname = app\n"
ONE = """\
[importlinter]
root_package = app

[importlinter:contract:a]
name = from {0}
type = independence
modules = app
"""


def with_session(lines: str) -> str:
    return ONE.format("x").replace("[importlinter]\n", f"[importlinter]\n{lines}")


CASES: dict[str, dict[str, str]] = {
    "pyproject": {"pyproject.toml": TOML},
    "importlinter": {".importlinter": INI},
    "setup.cfg": {"setup.cfg": PLAIN_INI + INI},
    "setup.cfg before .importlinter": {"setup.cfg": ONE.format("a"), ".importlinter": ONE.format("b")},
    "setup.cfg without a section": {"setup.cfg": PLAIN_INI, ".importlinter": INI, "pyproject.toml": TOML},
    ".importlinter before pyproject": {".importlinter": ONE.format("b"), "pyproject.toml": TOML},
    "setup.cfg before pyproject": {"setup.cfg": ONE.format("a"), "pyproject.toml": TOML},
    "windows line ends": {".importlinter": INI.replace("\n", "\r\n")},
    "both root keys": {".importlinter": with_session("root_packages=\n b\n c\n")},
    "defaults": {"setup.cfg": "[DEFAULT]\nteam = core\n\n" + ONE.format("%(team)s")},
    "toml booleans in contracts": {
        "pyproject.toml": '[tool.importlinter]\nroot_packages = ["a"]\n'
        '[[tool.importlinter.contracts]]\nname = "n"\ntype = "forbidden"\nas_packages = false\nsource_modules = ["a"]\n'
        "forbidden_modules = []\n"
    },
    "contracts written inline": {
        "pyproject.toml": '[tool]\nimportlinter = {root_package = "a", contracts = [{name = "n", type = "layers"}]}\n'
    },
    "own types": {".importlinter": with_session("team = blue\ncontract_types =\n    mine: tools.contracts.Mine\n")},
}


def ours(folder: Path) -> dict[str, Any] | None:
    context = Context()
    rules: Any = load_contracts(folder, context)
    assert context.problems == []
    if not rules:
        return None
    return {
        "session_options": dict(rules[0].kind.session.options),
        "contracts_options": [dict(rule.kind.options) for rule in rules],
    }


@pytest.mark.parametrize("files", CASES.values(), ids=CASES.keys())
def test_every_form_and_order_of_files_is_read_alike(
    files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_bytes(text.encode())
    monkeypatch.chdir(tmp_path)
    assert ours(tmp_path) == read_configuration()


def test_where_import_linter_finds_nothing_there_are_no_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "setup.cfg").write_text(PLAIN_INI)
    (tmp_path / "pyproject.toml").write_text("[tool.archguard]\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_configuration()
    assert ours(tmp_path) is None


LETTERS = st.characters(codec="utf-8", exclude_characters="%\r\n", exclude_categories=["Cs", "Cc", "Zl", "Zp"])
NAMES = st.text(LETTERS, min_size=1)
MODULES = st.lists(st.sampled_from(["app", "app.a", "app.*.b", "lib"]), min_size=1, max_size=4)
CONTRACTS = st.lists(
    st.fixed_dictionaries(
        {"name": NAMES.map(str.strip).filter(bool), "type": st.sampled_from(["layers", "forbidden", "mine"])},
        optional={
            "modules": MODULES,
            "exhaustive": st.booleans(),
            "id": st.sampled_from(["a", "B c", "1", "a-2"]),
            "containers": st.just("app"),
        },
    ),
    min_size=1,
    max_size=4,
)


@given(contracts=CONTRACTS, as_list=st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_toml_is_read_alike(
    contracts: list[dict[str, Any]], as_list: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tomlkit

    root = {"root_packages": ["app", "lib"]} if as_list else {"root_package": "app"}
    document = {"tool": {"importlinter": {**root, "include_external_packages": as_list, "contracts": contracts}}}
    (tmp_path / "pyproject.toml").write_text(tomlkit.dumps(document), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ours(tmp_path) == read_configuration()


@given(contracts=CONTRACTS, as_list=st.booleans(), file=st.sampled_from(FILES[:2]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_generated_ini_is_read_alike(
    contracts: list[dict[str, Any]], as_list: bool, file: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for other in FILES:
        (tmp_path / other).unlink(missing_ok=True)
    text = "[importlinter]\n" + ("root_packages =\n    app\n    lib\n" if as_list else "root_package = app\n")
    for number, contract in enumerate(contracts):
        text += f"\n[importlinter:contract:{contract.get('id', 'x')}-{number}]\n"
        for key, value in contract.items():
            if key != "id":
                text += f"{key} = " + ("\n    ".join(["", *value]) if isinstance(value, list) else str(value)) + "\n"
    (tmp_path / file).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert ours(tmp_path) == read_configuration()
