"""Every mistake in a rules file is reported at once, with its table, its key and the nearest valid name."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from pytest_archguard.errors import ConfigurationError
from pytest_archguard.rules.configuration import Configuration, load_configuration


def load(tmp_path: Path, toml: str) -> Configuration:
    path = tmp_path / "pyproject.toml"
    path.write_text(textwrap.dedent(toml), encoding="utf-8")
    return load_configuration(path)


def mistakes(tmp_path: Path, toml: str) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, toml)
    return [str(problem) for problem in caught.value.problems]


def test_an_empty_table_is_a_valid_configuration(tmp_path: Path) -> None:
    assert load(tmp_path, "[tool.archguard]").rules[0].id == "readable"


def test_a_rule_knows_its_line(tmp_path: Path) -> None:
    toml = """
    [tool.archguard]

    [[tool.archguard.acyclic]]
    id = "one"
    [[ tool.archguard.acyclic ]]
    id = "two"
    """
    lines = {rule.id: rule.line for rule in load(tmp_path, toml).rules}
    assert (lines["one"], lines["two"]) == (4, 6)


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        """
        [tool.archguard]
        source_root = ["."]
        auto = "yes"

        [[tool.archguard.layers]]
        id = "Bad Id"
        layer = ["app"]

        [[tool.archguard.forbidden]]
        from = ["app."]
        to = ["@web"]
        severity = "warning"
        """,
    )
    text = "\n".join(found)
    assert 'unknown key "source_root" (did you mean "source_roots"?)' in text
    assert '[tool.archguard]: "auto" must be true or false, not "yes"' in text
    assert '"id" must match [a-z0-9-]+, not "Bad Id"' in text
    assert '[[tool.archguard.layers]] "Bad Id" (line 6): unknown key "layer" (did you mean "layers"?)' in text
    assert 'the key "layers" is missing' in text
    assert '[[tool.archguard.forbidden]] number 1 (line 10): the key "id" is missing' in text
    assert '"from": "app." is no module name' in text
    assert '"to": no group "web"' in text
    assert '"severity" must be one of "error", "warn", "off", not "warning" (did you mean "warn"?)' in text


def test_an_unknown_kind_names_the_nearest(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, "[[tool.archguard.layer]]\nid = 'x'\n")
    assert '[tool.archguard]: unknown key "layer" (did you mean "layers"?)' in mistake


def test_a_kind_written_as_a_table_is_told_how_to_write_it(tmp_path: Path) -> None:
    (mistake,) = mistakes(tmp_path, "[tool.archguard.acyclic]\nid = 'x'\n")
    assert "write [[tool.archguard.acyclic]]" in mistake


def test_an_id_is_unique_over_all_kinds(tmp_path: Path) -> None:
    (mistake,) = mistakes(
        tmp_path,
        """
        [[tool.archguard.acyclic]]
        id = "x"
        [[tool.archguard.independence]]
        id = "x"
        modules = ["a", "b"]
        """,
    )
    assert 'the id "x" is taken by [[tool.archguard.acyclic]] "x" (line 2)' in mistake


@pytest.mark.parametrize("reserved", ["readable", "baseline", "suppressions"])
def test_the_ids_of_the_extra_items_are_reserved(tmp_path: Path, reserved: str) -> None:
    (mistake,) = mistakes(tmp_path, f"[[tool.archguard.acyclic]]\nid = '{reserved}'\n")
    assert f'the id "{reserved}" is reserved' in mistake


@pytest.mark.parametrize(
    ("exception", "mistake"),
    [
        ('{ from = "a" }', 'the key "reason" is missing'),
        ('{ from = "a", reason = " " }', '"reason" must not be blank'),
        ('{ reason = "x" }', 'an exception needs "from" or "to"'),
        ('{ from = "a", reason = "x", until = "2027-01-01" }', '"until" must be a date such as 2027-03-31'),
        ('{ frm = "a", reason = "x" }', 'unknown key "frm" (did you mean "from"?)'),
    ],
)
def test_exceptions_are_checked_where_they_stand(tmp_path: Path, exception: str, mistake: str) -> None:
    found = mistakes(tmp_path, f"[[tool.archguard.acyclic]]\nid = 'x'\nexcept = [{exception}]\n")
    assert any(mistake in text and "except[0]" in text for text in found), found


@pytest.mark.parametrize(
    ("layers", "mistake"),
    [
        ('["a | b : c"]', 'mixes "|"'),
        ("[]", '"layers" is empty'),
        ('["a", "b | a"]', '"layers" names a twice'),
        ('["a", 3]', "a layer must be a string"),
        ('["a"]', '"layers" has one layer (a)'),
        ('"a | b"', None),
    ],
)
def test_layers_are_read_strictly(tmp_path: Path, layers: str, mistake: str | None) -> None:
    toml = f"[[tool.archguard.layers]]\nid = 'x'\nlayers = {layers}\n"
    if mistake is None:
        load(tmp_path, toml)
    else:
        assert any(mistake in text for text in mistakes(tmp_path, toml))


def test_a_source_root_that_is_no_folder_names_the_nearest(tmp_path: Path) -> None:
    (tmp_path / "backend").mkdir()
    (mistake,) = mistakes(tmp_path, "[tool.archguard]\nsource_roots = ['backnd']\n")
    assert 'there is no folder "backnd" (did you mean "backend"?)' in mistake


@pytest.mark.parametrize(
    ("content", "mistake"),
    [
        (None, "there is no such file"),
        (b"[tool.archguard\n", "is not valid TOML"),
        (b"[tool.other]\n", "there is no [tool.archguard] table in it"),
        (b"[tool.archgaurd]\n", "is [tool.archgaurd] meant to be it?"),
        (b"# caf\xe9\n[tool.archguard]\n", "is not UTF-8"),
        (b"tool = 3\n", "there is no [tool.archguard] table in it"),
    ],
)
def test_an_unusable_file_is_named_with_the_reason(tmp_path: Path, content: bytes | None, mistake: str) -> None:
    path = tmp_path / "pyproject.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(path)
    assert str(path) in str(caught.value) and mistake in str(caught.value)


def test_a_rules_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_bytes(b"\xef\xbb\xbf[tool.archguard]\n")
    assert load_configuration(path).settings.auto is False


def test_errors_survive_pickling(tmp_path: Path) -> None:
    import pickle

    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, "[tool.archguard]\nauto = 1\n")
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
