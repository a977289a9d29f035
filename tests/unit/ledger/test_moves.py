"""Moved modules keep their entries, if git or their contents say that they moved."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from pytest_archguard.model import RuleResult

Layered = Callable[..., Any]

UP = "from app.api import routes\n"
MAIL = (
    UP + "\n\ndef send(text: str) -> None:\n    print(text)\n\n\nclass Box:\n    def put(self) -> None:\n        pass\n"
)


def states(result: RuleResult) -> list[tuple[str, str]]:
    return [(v.subject.removeprefix("app.services."), v.state) for v in result.violations]


def moved(project: Any, to: str) -> None:
    target = project.root / to
    target.parent.mkdir(parents=True, exist_ok=True)
    (project.root / "app/services/mail.py").rename(target)


@pytest.fixture
def accepted(layered: Layered) -> Any:
    """A project in git with one known violation, in `app.services.mail`."""
    project = layered(mail=MAIL, other="")
    project.accept()
    project.commit()
    return project


def assert_follows(project: Any, name: str) -> None:
    result = project.judge("layering")
    assert (states(result), result.stale) == ([(name, "known")], ())
    assert result.notes == (
        f"moved: app.services.mail -> app.services.{name} (1 entry; archguard prune writes the new name)",
    )
    assert f"moved: app.services.mail -> app.api.routes (layer) is app.services.{name}" in project.prune()
    assert [entry["subject"] for entry in project.entries] == [f"app.services.{name}"]
    again = project.judge("layering")
    assert (states(again), again.notes) == ([(name, "known")], ())


def test_a_module_moved_in_the_work_tree(accepted: Any) -> None:
    moved(accepted, "app/services/post/letters.py")
    assert_follows(accepted, "post.letters")


def test_a_module_moved_and_edited_in_the_work_tree(accepted: Any) -> None:
    moved(accepted, "app/services/post.py")
    accepted.write({"app/services/post.py": MAIL.replace("print(text)", "return None  # silent now\n")})
    assert_follows(accepted, "post")


def test_a_module_moved_in_the_index(accepted: Any) -> None:
    accepted.git("mv", "app/services/mail.py", "app/services/post.py")
    assert_follows(accepted, "post")


def test_a_module_moved_several_commits_ago(accepted: Any) -> None:
    accepted.git("mv", "app/services/mail.py", "app/services/letters.py")
    accepted.commit()
    accepted.write({"app/services/other.py": "X = 1\n"})
    accepted.commit()
    accepted.git("mv", "app/services/letters.py", "app/services/post.py")
    accepted.commit()
    assert_follows(accepted, "post")


def test_a_module_that_was_there_twice_is_followed_from_its_last_state(accepted: Any) -> None:
    second = MAIL.replace("Box", "Crate").replace("send", "ship")
    (accepted.root / "app/services/mail.py").unlink()
    accepted.commit()
    accepted.write({"app/services/mail.py": second})
    accepted.commit()
    (accepted.root / "app/services/mail.py").unlink()
    accepted.commit()
    accepted.write({"app/services/post.py": second, "app/services/letters.py": MAIL})
    result = accepted.judge("layering")
    assert states(result) == [("letters", "new"), ("post", "known")]


def test_a_module_that_became_a_package(accepted: Any) -> None:
    accepted.git("mv", "app/services/mail.py", "app/services/box.py")
    accepted.commit()
    (accepted.root / "app/services/post").mkdir()
    accepted.git("mv", "app/services/box.py", "app/services/post/__init__.py")
    assert_follows(accepted, "post")


def test_the_same_module_as_a_package_has_not_moved(accepted: Any) -> None:
    moved(accepted, "app/services/mail/__init__.py")
    result = accepted.judge("layering")
    assert (states(result), result.notes) == ([("mail", "known")], ())


def test_a_rules_file_in_a_folder_of_the_repository(layered: Layered) -> None:
    project = layered(mail=MAIL)
    project.accept()
    project.write({"../.gitignore": "*.tmp\n"})
    top = project.root.parent
    project.root, here = top, project.root
    project.commit()
    project.root = here
    try:
        moved(project, "app/services/post.py")
        assert_follows(project, "post")
    finally:
        shutil.rmtree(top / ".git")


def test_what_is_imported_may_move_too(accepted: Any) -> None:
    accepted.git("mv", "app/api/routes.py", "app/api/paths.py")
    accepted.write({"app/services/mail.py": MAIL.replace("routes", "paths")})
    result = accepted.judge("layering")
    assert (states(result), result.stale) == ([("mail", "known")], ())
    assert "app.api.paths" in accepted.prune()


def test_imports_of_a_cycle_may_move(layered: Layered) -> None:
    project = layered(a="import app.services.b\nA = 1\n", b="import app.services.a\nB = 1\n")
    project.rules('[[tool.archguard.acyclic]]\nid = "cycles"\n')
    project.accept()
    project.commit()
    project.git("mv", "app/services/a.py", "app/services/first.py")
    project.write({"app/services/b.py": "import app.services.first\nB = 1\n"})
    result = project.judge("cycles")
    assert ([v.state for v in result.violations], result.stale) == (["known"], ())


def test_a_package_moves_with_its_modules(layered: Layered) -> None:
    project = layered(a="import app.api.routes\nA = 1\n")
    project.write({"app/glue/one.py": "import app.services.a\nONE = 1\n", "app/services/a.py": "import app.glue.one\n"})
    project.rules('[[tool.archguard.acyclic]]\nid = "cycles"\nlevel = "package"\n')
    project.accept()
    project.commit()
    (project.root / "app/paste").mkdir()
    project.git("mv", "app/glue/one.py", "app/paste/one.py")
    project.write({"app/services/a.py": "import app.paste.one\n"})
    result = project.judge("cycles")
    assert ([v.state for v in result.violations], result.stale) == (["known"], ())


# What is no move


def assert_has_not_moved(project: Any) -> None:
    result = project.judge("layering")
    assert [state for _, state in states(result)] == ["new"] * len(result.violations)
    assert len(result.stale) == 1


def test_a_copy_is_no_move(accepted: Any) -> None:
    accepted.write({"app/services/post.py": MAIL})
    assert states(accepted.judge("layering")) == [("mail", "known"), ("post", "new")]


def test_two_modules_alike_are_no_move(accepted: Any) -> None:
    moved(accepted, "app/services/post.py")
    accepted.write({"app/services/letters.py": MAIL})
    assert_has_not_moved(accepted)


def test_of_two_modules_alike_that_are_gone_neither_became_the_new_one(layered: Layered) -> None:
    project = layered(mail=MAIL, sms=MAIL)
    project.accept()
    project.commit()
    moved(project, "app/services/post.py")
    (project.root / "app/services/sms.py").unlink()
    result = project.judge("layering")
    assert (states(result), len(result.stale)) == ([("post", "new")], 2)


def test_another_module_with_the_same_fault_is_no_move(accepted: Any) -> None:
    (accepted.root / "app/services/mail.py").unlink()
    accepted.write({"app/services/sms.py": UP + "\n\ndef ring() -> None:\n    pass\n"})
    assert_has_not_moved(accepted)


def test_a_module_that_was_there_before_is_no_move(accepted: Any) -> None:
    (accepted.root / "app/services/mail.py").unlink()
    accepted.write({"app/services/other.py": MAIL})
    assert_has_not_moved(accepted)


def test_modules_that_define_nothing_are_alike_only_if_they_are_equal(layered: Layered) -> None:
    project = layered(mail=UP)
    project.accept()
    project.commit()
    moved(project, "app/services/post.py")
    project.write({"app/services/post.py": UP + "X = 1\n"})
    assert_has_not_moved(project)


def test_without_git_nothing_has_moved(layered: Layered) -> None:
    project = layered(mail=MAIL)
    project.accept()
    moved(project, "app/services/post.py")
    assert_has_not_moved(project)
