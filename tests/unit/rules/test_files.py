from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pytest_archguard.check import run
from pytest_archguard.rules.configuration import load_configuration

RULE = '[[tool.archguard.files]]\nid = "x"\n'


def found(result: Any) -> list[tuple[str, str]]:
    return [(violation.check, violation.subject) for violation in result.violations]


FILES = {
    "app/__init__.py": "",
    "app/audio.py": "",
    "app/audio_v2.py": "",
    "app/old_old.py": "",
    "app/test_helper.py": "",
    "services/mail/main.py": "",
    "services/push/main.py": "",
    "docker-compose.yaml": "mail:\n  build: ./services/mail\n",
    "README.md": "TODO: write\nfine\n",
    ".git/config": "TODO",
}


def test_forbidden_files_are_named(judge: Any) -> None:
    assert found(judge(RULE + 'forbid = ["app/test_*.py", "*.sh"]', FILES)) == [("forbid", "app/test_helper.py")]


def test_required_files_must_be_there(judge: Any) -> None:
    assert found(judge(RULE + 'require = ["README.md", "LICENSE"]', FILES)) == [("require", "LICENSE")]


def test_only_some_files_may_be_in_a_folder(judge: Any) -> None:
    rule = RULE + 'files = ["*"]\nonly = ["*.toml", "*.md"]\n'
    assert ("only", "docker-compose.yaml") in found(
        judge(rule, {"docker-compose.yaml": "", "README.md": "", "a.py": ""})
    )


def test_a_variant_beside_its_original_is_found(judge: Any) -> None:
    result = judge(RULE + 'variants = ["_v[0-9]+", "_old"]', FILES)
    assert [violation.label for violation in result.violations] == ["app/audio_v2.py beside app/audio.py"]


def test_two_variants_without_an_original_are_found(judge: Any) -> None:
    files = {"app/a_v1.py": "", "app/a_v2.py": ""}
    assert found(judge(RULE + 'variants = ["_v[0-9]+"]', files)) == [("variant", "app/a_v2.py")]


def test_lines_are_searched_in_files_of_any_type(judge: Any) -> None:
    (violation,) = judge(RULE + 'files = ["*.md"]\ncontains = ["TODO"]\nlacks = ["fine"]\n', FILES).violations
    assert (violation.subject, violation.sites[0].line, violation.sites[0].source) == ("README.md", 1, "TODO: write")
    assert found(judge(RULE + 'files = ["*.md"]\nlacks = ["^# "]\n', FILES)) == [("lacks", "README.md")]


def test_folders_may_hold_so_many_files(judge: Any) -> None:
    (violation,) = judge(RULE + 'files = ["app/**"]\nmax_per_folder = 4\n', FILES).violations
    assert (violation.subject, violation.value, violation.limit) == ("app", 5, 4)


def test_every_service_is_named_in_the_compose_file(judge: Any) -> None:
    rule = RULE + 'each = ["services/*/main.py"]\nmentioned_in = ["docker-compose.yaml"]\n'
    assert found(judge(rule, FILES)) == [("mentioned_in", "services/push/main.py")]


def test_a_glob_that_must_match_and_does_not_is_an_error(judge: Any) -> None:
    result = judge(RULE + 'files = ["READM.md"]\ncontains = ["x"]\n', FILES)
    assert result.error == '"files": READM.md matches no file; the nearest: README.md'


def test_folders_that_tools_make_are_not_looked_at(judge: Any) -> None:
    assert judge(RULE + 'forbid = [".git/**"]', FILES).outcome == "passed"


@pytest.mark.parametrize(
    ("options", "mistake"),
    [("", "nothing is demanded"), ('each = ["a"]', "go together"), ('contains = ["("]', "is no regular expression")],
)
def test_mistakes_are_usage_errors(judge: Any, options: str, mistake: str) -> None:
    with pytest.raises(Exception, match=mistake):
        judge(RULE + options, FILES)


def test_variants_of_variants_belong_to_one_file(judge: Any) -> None:
    files = {"app/a.py": "", "app/a_v2.py": "", "app/a_v2_old.py": "", "app/_old.py": "", "app/b_old.py": ""}
    result = judge(RULE + 'variants = ["_v[0-9]+", "_old"]', files)
    assert [v.label for v in result.violations] == ["app/a_v2.py beside app/a.py", "app/a_v2_old.py beside app/a.py"]


def test_lines_are_counted_as_editors_count_them(judge: Any) -> None:
    files = {"app.py": "", "a.txt": "one\ftwo\u2028three\nTODO\n"}
    (violation,) = judge(RULE + 'files = ["*.txt"]\ncontains = ["TODO"]', files).violations
    assert violation.sites[0].line == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_files_in_other_encodings_are_searched(judge: Any, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes("caf\xe9\nTODO: caf\xe9\n".encode(encoding))
    (violation,) = judge(RULE + 'files = ["*.txt"]\ncontains = ["^TODO"]', {"app.py": ""}).violations
    assert violation.sites[0].line == 2


def test_lines_of_a_large_file_are_counted_through_all_its_pieces(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pytest_archguard.codebase.text_pieces._PIECE", 64)
    files = {"app.py": "", "a.txt": "fine\n" * 99 + "TODO\n" + "fine\n" * 99 + "FIXME TODO\n"}
    rule = RULE + 'files = ["*.txt"]\ncontains = ["FIXME", "TODO"]\nlacks = ["FIXME"]'
    assert [[site.line for site in v.sites] for v in judge(rule, files).violations] == [[100, 200], [200]]


def test_files_that_are_no_text_have_no_lines(judge: Any, tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"TODO\0TODO")
    assert judge(RULE + 'files = ["*.bin"]\ncontains = ["TODO"]', {"app.py": ""}).outcome == "passed"


def test_of_a_very_long_line_the_beginning_is_shown(judge: Any) -> None:
    files = {"app.py": "", "app.min.js": "TODO" + "x" * 100_000}
    (violation,) = judge(RULE + 'files = ["*.js"]\ncontains = ["TODO"]', files).violations
    assert violation.sites[0].source == "TODO" + "x" * 196 + " ..."


def test_a_file_that_cannot_be_read_fails_by_name(judge: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> Iterator[str]:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied", str(path))
        yield "TODO"

    monkeypatch.setattr("pytest_archguard.rules.file_texts.text_pieces", refuse)
    result = judge(
        RULE + 'files = ["*.txt"]\ncontains = ["TODO"]', {"app.py": "", "a.txt": "", "b.txt": "", "c.txt": ""}
    )
    assert found(result) == [("contains", "a.txt"), ("unreadable", "b.txt"), ("contains", "c.txt")]


def test_the_files_of_a_project_are_listed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = "".join(f'[[tool.archguard.files]]\nid = "r{n}"\nrequire = ["a.py"]\n' for n in range(3))
    (tmp_path / "a.py").write_text("")
    (tmp_path / "pyproject.toml").write_text(f"[tool.archguard]\n{rules}")
    listed = []
    monkeypatch.setattr(
        "pytest_archguard.codebase.codebase.project_files", lambda root: listed.append(root) or ("a.py",)
    )
    run(load_configuration(tmp_path / "pyproject.toml"))
    assert len(listed) == 1


def test_linked_folders_are_looked_into_and_circles_end(judge: Any, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "a.txt").write_text("TODO")
    (tmp_path / "app").mkdir()
    try:
        (tmp_path / "app" / "linked").symlink_to(tmp_path / "shared", target_is_directory=True)
        (tmp_path / "shared" / "back").symlink_to(tmp_path, target_is_directory=True)
    except OSError:
        pytest.skip("links are for administrators here")
    result = judge(RULE + 'files = ["app"]\ncontains = ["TODO"]', {"app/__init__.py": ""})
    assert found(result) == [("contains", "app/linked/a.txt")]
