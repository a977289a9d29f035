from __future__ import annotations

import pytest

from pytest_archguard.config.options import Context
from pytest_archguard.config.selectors import Expression, Selector

NAMES = sorted(
    ["app", "app.api", "app.api.v1", "app.api.v1.users", "app.apiary", "app.api-old", "app.users.models", "main"]
)


def picked(text: str) -> list[str]:
    return sorted(Selector.parse(text).select(NAMES))


def test_a_name_selects_the_module_and_everything_below_it() -> None:
    assert picked("app.api") == ["app.api", "app.api.v1", "app.api.v1.users"]


def test_an_equals_sign_selects_exactly_that_module() -> None:
    assert picked("=app.api") == ["app.api"]


def test_a_star_is_one_level_with_everything_below() -> None:
    assert picked("app.*.v1") == ["app.api.v1", "app.api.v1.users"]
    assert picked("=app.*") == ["app.api", "app.api-old", "app.apiary"]


def test_two_stars_are_one_level_or_more() -> None:
    assert picked("**") == NAMES
    assert picked("app.**.users") == ["app.api.v1.users"]


def test_a_folder_without_init_is_selected_through_what_is_in_it() -> None:
    assert picked("app.users") == ["app.users.models"]
    assert Expression.parse("app.*").heads(NAMES) == ["app.api", "app.api-old", "app.apiary", "app.users"]


@pytest.mark.parametrize("text", ["", "app.", ".app", "app..api", "app api", "app:x", "app.[a]", "==app", "app.*x"])
def test_anything_else_is_rejected(text: str) -> None:
    with pytest.raises(ValueError, match="is no module name"):
        Selector.parse(text)


def test_matching_one_name_agrees_with_selecting_from_all() -> None:
    for text in ("app.api", "=app.api", "app.*", "=app.*", "**", "app.**.users", "main"):
        selector = Selector.parse(text)
        assert [name for name in NAMES if selector.matches(name)] == picked(text)


def test_a_group_stands_for_its_members() -> None:
    context = Context(groups={"web": ("app.api", "main")})
    selector = Selector.from_toml("@web", context)
    assert selector.text == "@web"
    assert "main" in selector.select(NAMES) and "app.api.v1" in selector.select(NAMES)


def test_an_unknown_group_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r'no group "wep" \(did you mean "web"\?\)'):
        Selector.from_toml("@wep", Context(groups={"web": ("app.api",)}))


def test_below_a_container_keeps_exactness() -> None:
    assert Selector.parse("=api").below("app").select(NAMES) == {"app.api"}
