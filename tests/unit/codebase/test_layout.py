"""Which files are modules and under which names: from paths alone, without a disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_archguard.codebase.layout import Layout, arrange, listing_of
from pytest_archguard.errors import ConfigurationError
from pytest_archguard.model import Module


def layout(
    *paths: str,
    source_roots: tuple[str, ...] = (".",),
    packages: tuple[str, ...] | None = None,
    tests: tuple[str, ...] = (),
    exclude: tuple[str, ...] = (),
) -> Layout:
    return arrange(Path(), source_roots, listing_of(paths, source_roots), packages, tests, exclude)


def names(found: Layout) -> list[str]:
    return [module.name for module in found.modules]


def test_a_package_and_its_modules_are_named_from_the_source_root_on() -> None:
    found = layout("src/app/__init__.py", "src/app/core/__init__.py", "src/app/core/db.py", source_roots=("src",))
    assert found.modules == (
        Module("app", "src/app/__init__.py", True),
        Module("app.core", "src/app/core/__init__.py", True),
        Module("app.core.db", "src/app/core/db.py"),
    )


def test_modules_of_a_flat_app_are_top_level_and_its_folders_need_no_init() -> None:
    found = layout("config.py", "main.py", "managers/users.py", "managers/deep/cache.py")
    assert names(found) == ["config", "main", "managers.deep.cache", "managers.users"]
    assert found.namespaces == ("managers", "managers.deep")


def test_files_outside_every_source_root_are_no_modules() -> None:
    assert names(layout("tools/x.py", "src/app.py", source_roots=("src",))) == ["app"]


def test_a_nested_source_root_owns_its_files() -> None:
    found = layout("app/a.py", "libs/shared/x.py", source_roots=(".", "libs"))
    assert names(found) == ["app.a", "shared.x"]


def test_a_file_that_no_statement_can_name_is_a_module_all_the_same() -> None:
    assert names(layout("scripts/run-me.py", "old-app/x.py")) == ["old-app.x", "scripts.run-me"]


@pytest.mark.parametrize("path", ["app/two.dots.py", "v1.2/x.py", "v1.2/deep/x.py", "app/.hidden.py"])
def test_a_name_with_a_dot_cannot_be_imported_and_is_recorded(path: str) -> None:
    found = layout("app/a.py", path)
    assert names(found) == ["app.a"]
    assert [left_out.path for left_out in found.left_out] == [path]


def test_a_name_is_spelled_as_python_spells_it_in_import_statements() -> None:
    apart = "cafe\u0301"  # as macOS gives the names of files
    found = layout(f"{apart}/{apart}.py", f"{apart}/__init__.py")
    assert names(found) == ["caf\u00e9", "caf\u00e9.caf\u00e9"]


# Python's path finder: a package wins over a module, a module over a folder without __init__.py.


def test_a_package_shadows_the_module_beside_it() -> None:
    found = layout("audio.py", "audio/__init__.py", "audio/wav.py")
    assert [(m.name, m.path) for m in found.modules] == [("audio", "audio/__init__.py"), ("audio.wav", "audio/wav.py")]
    assert [(s.path, s.name, s.by) for s in found.shadowed] == [("audio.py", "audio", "audio/__init__.py")]


def test_a_module_shadows_everything_in_a_folder_without_init_beside_it() -> None:
    found = layout("app/audio.py", "app/audio/wav.py", "app/audio/deep/__init__.py")
    assert names(found) == ["app.audio"]
    assert [(s.path, s.by) for s in found.shadowed] == [
        ("app/audio/deep/__init__.py", "app/audio.py"),
        ("app/audio/wav.py", "app/audio.py"),
    ]


def test_a_package_in_one_source_root_hides_a_folder_without_init_in_another() -> None:
    for source_roots in (("one", "two"), ("two", "one")):
        found = layout("one/app/__init__.py", "two/app/x.py", "two/app/deep/y.py", source_roots=source_roots)
        assert names(found) == ["app"]
        assert {(s.path, s.by) for s in found.shadowed} == {
            ("two/app/x.py", "one/app/__init__.py"),
            ("two/app/deep/y.py", "one/app/__init__.py"),
        }


def test_folders_without_init_in_several_source_roots_are_one_namespace_package() -> None:
    found = layout("one/company/a.py", "two/company/b.py", source_roots=("one", "two"))
    assert names(found) == ["company.a", "company.b"]
    assert found.namespaces == ("company",)


def test_two_files_of_one_name_in_different_source_roots_are_a_mistake_that_names_both() -> None:
    with pytest.raises(ConfigurationError) as caught:
        layout("a/app.py", "a/x.py", "b/app/__init__.py", "b/x.py", source_roots=("a", "b"))
    text = str(caught.value)
    assert "a/app.py and b/app/__init__.py are both the module app" in text
    assert "a/x.py and b/x.py are both the module x" in text


def test_two_files_of_one_name_are_no_mistake_when_one_is_excluded() -> None:
    found = layout("a/x.py", "b/x.py", "b/y.py", source_roots=("a", "b"), exclude=("b/x.py",))
    assert names(found) == ["x", "y"]


# What is judged


def test_tests_directly_in_a_source_root_are_not_judged_by_default() -> None:
    found = layout(
        "app/a.py", "app/tests/test_a.py", "app/conftest.py", "tests/test_x.py", "test/y.py", "test_z.py", "conftest.py"
    )
    assert names(found) == ["app.a", "app.conftest", "app.tests.test_a"]
    assert [module.path for module in found.outside] == ["conftest.py", "test/y.py", "test_z.py", "tests/test_x.py"]


def test_packages_named_like_tests_are_judged_when_they_are_configured() -> None:
    assert names(layout("tests/x.py", "test_y.py", "app/a.py", packages=("tests", "test_y"))) == ["test_y", "tests.x"]


def test_only_the_configured_packages_are_judged() -> None:
    found = layout("app/a.py", "apple/b.py", "other/c.py", "config.py", packages=("app", "config", "other.c"))
    assert names(found) == ["app.a", "config", "other.c"]
    assert [module.name for module in found.outside] == ["apple.b"]


def test_test_modules_are_importers_only_wherever_they_are() -> None:
    found = layout("app/a.py", "app/tests/test_a.py", "tests/test_b.py", packages=("app",), tests=("**/tests/**",))
    assert names(found) == ["app.a"]
    assert [module.name for module in found.test_modules] == ["app.tests.test_a", "tests.test_b"]


def test_excluded_wins_over_test() -> None:
    found = layout("app/a.py", "tests/b.py", "tests/c.py", tests=("tests/**",), exclude=("tests/c.py",))
    assert [module.path for module in found.test_modules] == ["tests/b.py"]


def test_test_modules_of_one_name_are_told_apart_by_their_paths() -> None:
    found = layout(
        "a/app.py", "a/tests/test_x.py", "b/lib.py", "b/tests/test_x.py", source_roots=("a", "b"), tests=("*/tests/**",)
    )
    assert [(m.name, m.path) for m in found.test_modules] == [
        ("b.tests.test_x", "b/tests/test_x.py"),
        ("tests.test_x", "a/tests/test_x.py"),
    ]


def test_a_shadowed_file_that_is_excluded_is_not_reported() -> None:
    assert layout("audio.py", "audio/__init__.py", exclude=("audio.py",)).shadowed == ()


# What matches nothing


def test_a_package_that_does_not_exist_is_a_problem_with_the_nearest_name() -> None:
    found = layout("backend/services/a.py", packages=("backend", "bakend.services"))
    assert found.problems == (
        '[tool.archguard] packages: there is no package or module "bakend.services" (did you mean "backend.services"?)',
    )


def test_a_glob_that_matches_no_file_is_a_problem() -> None:
    found = layout("app/a.py", "b.py", tests=("tests/**",), exclude=("app/migrations/**", "app/*.py"))
    assert found.problems == (
        '[tool.archguard] tests: no Python file matches "tests/**"',
        '[tool.archguard] exclude: no Python file matches "app/migrations/**"',
    )


def test_globs_and_packages_that_match_are_no_problem() -> None:
    found = layout("app/a.py", "app/b.py", "t/x.py", packages=("app",), tests=("t/**",), exclude=("app/b.py",))
    assert found.problems == ()


def test_a_source_root_without_python_is_a_problem() -> None:
    assert layout().problems == ("no Python module was found under .",)


def test_leaving_out_everything_is_a_problem() -> None:
    found = layout("app/a.py", "tests/b.py", exclude=("app/**",))
    assert found.problems == ("every Python module under . is excluded or counts as a test",)
