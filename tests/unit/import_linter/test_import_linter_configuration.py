"""Contracts become rules with ids; what import-linter would pass over in silence is a mistake."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from pytest_archguard.config.options import Context
from pytest_archguard.rules.base import Rule, RuleKind
from pytest_archguard.rules.import_linter.contracts import load_contracts
from pytest_archguard.rules.import_linter.presence import may_declare_contracts


def load(folder: Path, **files: str) -> tuple[tuple[Rule, ...], list[str]]:
    names = {"pyproject": "pyproject.toml", "setup": "setup.cfg", "importlinter": ".importlinter"}
    for key, text in files.items():
        (folder / names[key]).write_text(textwrap.dedent(text), encoding="utf-8")
    context = Context()
    rules = load_contracts(folder, context)
    return rules, [str(problem) for problem in context.problems]


def contracts(*names: str) -> str:
    table = '[[tool.importlinter.contracts]]\nname = "{0}"\ntype = "independence"\nmodules = ["app"]\n'
    tables = "".join(table.format(name) for name in names)
    return f'[tool.importlinter]\nroot_package = "app"\n{tables}'


INI = """\
[importlinter]
root_package = app
[importlinter:contract:a]
name = A
type = independence
modules = app
"""


def test_ids_are_slugs_of_the_names_and_unique(tmp_path: Path) -> None:
    rules, problems = load(
        tmp_path, pyproject=contracts("Layers: the [core]!", "Über-Schichten", "層", "a", "A", "a-2", "層")
    )
    assert problems == []
    assert [rule.id for rule in rules] == [
        "il-layers-the-core", "il-uber-schichten", "il-contract", "il-a", "il-a-3", "il-a-2", "il-contract-2",
    ]  # fmt: skip


def test_an_id_of_its_own_comes_before_the_name(tmp_path: Path) -> None:
    rules, _ = load(tmp_path, importlinter=INI.replace(":a]", ":Web_Layers]"))
    assert [rule.id for rule in rules] == ["il-web-layers"]
    assert rules[0].where == ".importlinter [importlinter:contract:Web_Layers]"


def test_a_rule_says_which_contract_it_is_and_where_it_stands(tmp_path: Path) -> None:
    rules, _ = load(tmp_path, pyproject="[tool.archguard]\n\n" + contracts("one", "two [core]"))
    second = rules[1]
    assert isinstance(second.kind, RuleKind)
    assert second.kind_name == "import_linter"
    assert second.kind.sentence() == 'import-linter contract "two [core]" (independence) in pyproject.toml is kept'
    assert (second.line, second.where) == (9, "[[tool.importlinter.contracts]] number 2 (line 9)")


def test_guidance_for_broken_contracts_is_the_rules_fix(tmp_path: Path) -> None:
    guidance = 'broken_contract_guidance = "Ask the [core] team."\n'
    rules, _ = load(tmp_path, pyproject=contracts("one") + guidance)
    assert rules[0].options.fix == "Ask the [core] team."


def test_the_fix_may_have_several_lines(tmp_path: Path) -> None:
    rules, _ = load(tmp_path, importlinter=INI + "broken_contract_guidance =\n    First this.\n    Then that.\n")
    assert rules[0].options.fix == "First this.\nThen that."


def with_session(lines: str) -> str:
    return INI.replace("[importlinter]\n", f"[importlinter]\n{lines}")


MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "[tool.import_linter]": (
        {"pyproject": contracts("a").replace("importlinter", "import_linter")},
        """
        - [tool.import_linter]: nobody reads this table; import-linter reads [tool.importlinter]
        """,
    ),
    "[tool.import-linter]": (
        {"pyproject": '[tool.import-linter]\nroot_package = "app"\n'},
        """
        - [tool.import-linter]: nobody reads this table; import-linter reads [tool.importlinter]
        """,
    ),
    "[tool.imprtlinter]": (
        {"pyproject": contracts("a").replace("importlinter", "imprtlinter")},
        """
        - [tool.imprtlinter]: nobody reads this table; import-linter reads [tool.importlinter]
        """,
    ),
    "[importlinter] in TOML": (
        {"pyproject": '[importlinter]\nroot_package = "app"\n'},
        """
        - [importlinter]: nobody reads this table; import-linter reads [tool.importlinter]
        """,
    ),
    "[[tool.importlinter.contract]]": (
        {"pyproject": contracts("a").replace("contracts", "contract")},
        """
        - [tool.importlinter]: unknown key "contract" (did you mean "contracts"?); the keys are contract_types,
          contracts, exclude_type_checking_imports, include_external_packages, root_package, root_packages
        - [tool.importlinter]: declares no contracts; they stand in [[tool.importlinter.contracts]]
        """,
    ),
    "[tool.importlinter.contracts]": (
        {"pyproject": contracts("a").replace("[[", "[").replace("]]", "]")},
        """
        - [tool.importlinter]: contracts are an array of tables: write [[tool.importlinter.contracts]]
        """,
    ),
    "root_pakage": (
        {"pyproject": contracts("a").replace("root_package", "root_pakage")},
        """
        - [tool.importlinter]: unknown key "root_pakage" (did you mean "root_package"?); the keys are
          contract_types, contracts, exclude_type_checking_imports, include_external_packages, root_package,
          root_packages
        - [tool.importlinter]: the key "root_package" (or "root_packages") is missing
        """,
    ),
    "root_packages on one line": (
        {"importlinter": INI.replace("root_package", "root_packages")},
        """
        - .importlinter [importlinter]: "root_packages" must be a list, one name a line; for a single package write
          root_package = app
        """,
    ),
    "an empty root package": (
        {"importlinter": INI.replace("root_package = app", "root_package =")},
        """
        - .importlinter [importlinter]: "root_package" must be the name of one package
        """,
    ),
    "externals switched on in a way that is read as off": (
        {"importlinter": with_session("include_external_packages = yes\n")},
        """
        - .importlinter [importlinter]: "include_external_packages" is 'yes', which import-linter reads as false;
          write true or false
        """,
    ),
    "[import-linter]": (
        {"importlinter": INI.replace("importlinter", "import-linter")},
        """
        - .importlinter [import-linter]: nobody reads this section; import-linter reads [importlinter] and
          [importlinter:contract:<id>]
        - .importlinter [import-linter:contract:a]: nobody reads this section; import-linter reads [importlinter]
          and [importlinter:contract:<id>]
        """,
    ),
    "a contract section that is not one": (
        {"setup": INI + "[importlinter.contract.b]\nname = b\n"},
        """
        - setup.cfg [importlinter.contract.b]: nobody reads this section; import-linter reads [importlinter] and
          [importlinter:contract:<id>]
        """,
    ),
    "[tool:importlinter]": (
        {"setup": "[tool:importlinter]\nroot_package = app\n"},
        """
        - setup.cfg [tool:importlinter]: nobody reads this section; import-linter reads [importlinter] and
          [importlinter:contract:<id>]
        """,
    ),
    "contracts without a session": (
        {"setup": INI.replace("[importlinter]\nroot_package = app\n", "")},
        """
        - setup.cfg [importlinter:contract:a]: without a section [importlinter] (root_package = ...) import-linter
          reads none of its contracts
        """,
    ),
    "an empty .importlinter": (
        {"importlinter": ""},
        """
        - .importlinter: declares nothing; import-linter reads [importlinter] and [importlinter:contract:<id>]
        """,
    ),
    "no ini file": (
        {"importlinter": "root_package = app\n"},
        r"""
        - .importlinter: cannot be read as an ini file: File contains no section headers. file: 'it', line: 1
          'root_package = app\n'
        """,
    ),
    "a lone percent sign": (
        {"importlinter": INI.replace("name = A", "name = 100 %")},
        """
        - .importlinter: cannot be read as an ini file: '%' must be followed by '%' or '(', found: '%' (write % as
          %%)
        """,
    ),
    "a contract type that is none": (
        {"importlinter": with_session("contract_types =\n    mine:tools.Mine\n    a: B\n")},
        """
        - .importlinter [importlinter]: "contract_types" holds 'mine:tools.Mine', which is not of the form `name:
          package.module.Class`
        - .importlinter [importlinter]: "contract_types" holds 'a: B', which is not of the form `name:
          package.module.Class`
        """,
    ),
    "a misspelt key beside own types": (
        {"importlinter": with_session("contract_types =\n    mine: tools.Mine\ninclude_externals = True\nx=1\n")},
        """
        - .importlinter [importlinter]: unknown key "include_externals" (did you mean "include_external_packages"?);
          the keys are contract_types, exclude_type_checking_imports, include_external_packages, root_package,
          root_packages
        """,
    ),
}


@pytest.mark.parametrize(("files", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_what_declares_nothing_is_a_mistake(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    rules, problems = load(tmp_path, **files)
    assert problems == [" ".join(text.split()) for text in expected.split("\n        - ")[1:]]
    if "nobody reads" not in problems[0]:
        assert rules == ()
    assert may_declare_contracts(tmp_path)


@pytest.mark.parametrize(
    "files",
    [
        {"setup": "[metadata]\nname = app\n", "pyproject": '[project]\nname = "app"\n'},
        {"pyproject": '[tool.importlib]\nx = 1\n[dependency-groups]\ndev = ["import-linter"]\n'},
        {"setup": "[broken\n"},
        {},
    ],
)
def test_projects_without_contracts_are_left_in_peace(files: dict[str, str], tmp_path: Path) -> None:
    assert load(tmp_path, **files) == ((), [])


def test_files_that_never_mention_contracts_are_not_parsed(tmp_path: Path) -> None:
    (tmp_path / "setup.cfg").write_text("[metadata]\n")
    (tmp_path / "pyproject.toml").write_text("[tool.archguard]\n")
    assert not may_declare_contracts(tmp_path)


def test_reading_contracts_does_not_import_import_linter(tmp_path: Path) -> None:
    load(tmp_path, pyproject=contracts("one"))
    code = (
        "import sys; from pathlib import Path\n"
        "from pytest_archguard.config.options import Context\n"
        "from pytest_archguard.rules.import_linter.contracts import load_contracts\n"
        f"assert load_contracts(Path({str(tmp_path)!r}), Context())[0].kind.sentence()\n"
        "print([name for name in ('importlinter', 'grimp', 'rich', 'radon') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
