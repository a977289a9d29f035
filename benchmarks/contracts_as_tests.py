"""The two contracts for tools that have no configuration: as tests, the way their own documentation writes them."""

from __future__ import annotations

from pathlib import Path

from projects import Project


def archon_tests(project: Project, folder: Path) -> None:
    """It knows patterns, not layers: each layer with those above it."""
    modules = project.layer_modules
    pairs = "\n".join(
        f"    rule = archrule('order').match({_globs([low])})\n"
        f"    rule.should_not_import({_globs(modules[:index])}).check({project.package!r})"
        for index, low in enumerate(modules)
        if index
    )
    (folder / "test_pytest_archon.py").write_text(
        f"from pytest_archon import archrule\n\n\ndef test_order():\n{pairs}\n\n\ndef test_no_driver():\n"
        f"    rule = archrule('no-driver').match({_globs([project.importers])})\n"
        f"    rule.should_not_import({_globs([project.driver])}).check({project.package!r})\n",
        encoding="utf-8",
    )


def pytestarch_tests(project: Project, folder: Path) -> None:
    """One reading of the files for both tests, as its documentation advises."""
    text = _PYTESTARCH.replace("PACKAGE", repr(project.package)).replace("LAYERS", repr(project.layer_modules))
    text = text.replace("IMPORTERS", repr(project.importers)).replace("DRIVER", repr(project.driver))
    (folder / "test_pytestarch.py").write_text(text, encoding="utf-8")


def _globs(modules: list[str]) -> str:
    return ", ".join(f"{module!r}, '{module}.*'" for module in modules)


_PYTESTARCH = """\
from pathlib import Path

import pytest
from pytestarch import LayeredArchitecture, LayerRule, Rule, get_evaluable_architecture
from pytestarch.eval_structure.exceptions import ModuleUnknown


@pytest.fixture(scope="session")
def files():
    root = str(Path(__file__).parent / PACKAGE)
    return get_evaluable_architecture(root, root, exclude_external_libraries=False)


def test_order(files):
    layers = LAYERS
    architecture = LayeredArchitecture()
    for layer in layers:
        architecture = architecture.layer(layer).containing_modules([layer])
    rules = [LayerRule().based_on(architecture).layers_that().are_named(layer) for layer in layers]
    for index, rule in enumerate(rules[1:], 1):
        rule.should_not().access_layers_that().are_named(layers[:index]).assert_applies(files)


def test_no_driver(files):
    rule = Rule().modules_that().are_named(IMPORTERS).should_not().import_modules_that().are_named(DRIVER)
    try:
        rule.assert_applies(files)
    except ModuleUnknown:
        pass  # imported nowhere at all
"""
