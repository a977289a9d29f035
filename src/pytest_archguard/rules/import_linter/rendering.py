"""What a contract prints about itself, captured as plain text."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

from importlinter import Contract, ContractCheck
from importlinter.application import output
from rich.console import Console
from rich.errors import StyleSyntaxError
from rich.style import Style
from rich.text import Text

_PAIR = re.compile(r"\[(?P<style>[a-z#][^\[\]]*)\](?P<inside>.*?)\[/(?:(?P=style))?\]", re.DOTALL)
_MEANT = "\0"
_WIDTH = 78  # of tables: what is shown is indented by two


def rendered(contract: Contract, check: ContractCheck) -> str:
    """What `render_broken_contract` prints, without colours; what went wrong, where it fails."""
    captured = io.StringIO()
    note = ""
    with _captured(captured):
        try:
            contract.render_broken_contract(check)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - the contract is broken all the same, and must be reported
            note = f"(render_broken_contract failed: {type(error).__name__}: {error})"
    lines = [line.rstrip() for line in f"{captured.getvalue()}\n{note}".splitlines()]
    return "\n".join(_without_gaps(lines)).strip("\n")


def _without_gaps(lines: list[str]) -> Iterator[str]:
    """import-linter separates by several empty lines; one says the same."""
    for position, line in enumerate(lines):
        if line or (position and lines[position - 1]):
            yield line


@contextmanager
def _captured(into: io.StringIO) -> Iterator[None]:
    """Takes the place of import-linter's console, and of standard output for contracts that use `print`."""
    console = output.console
    output.console = _PlainConsole(into)  # type: ignore[assignment]
    try:
        with redirect_stdout(into):
            yield
    finally:
        output.console = console


class _PlainConsole:
    """Takes the place of rich's Console, which would take `[name]` in a contract's words for markup and drop it.

    This one drops only what is a style, and does not break lines. All but plain text is left to rich.
    """

    def __init__(self, into: io.StringIO) -> None:
        self._into = into
        self._rich = _Unstyled(file=into, width=_WIDTH, color_system=None, highlight=False)

    def print(self, *objects: Any, sep: str = " ", end: str = "\n", **options: Any) -> None:
        """Writes the objects as text."""
        if all(isinstance(item, str) for item in objects):
            self._into.write(plain(sep.join(objects)) + end)
        else:
            self._rich.print(*objects, sep=sep, end=end, **options)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rich, name)


class _Unstyled(Console):
    """Lays out tables and the like, with the names in brackets that stand in them."""

    def render_str(self, text: str, **options: Any) -> Text:
        return super().render_str(plain(text), **{**options, "markup": False, "emoji": False})


def plain(markup: str) -> str:
    """The text without rich's styles; brackets that are no style, or open one that nothing closes, stay."""
    text = markup.replace(r"\[", _MEANT)  # rich's way to write a bracket that is meant
    before = ""
    while before != text:
        before = text
        text = _PAIR.sub(_without_style, text)
    return text.replace(_MEANT, "[")


def _without_style(pair: re.Match[str]) -> str:
    try:
        Style.parse(pair["style"])
    except StyleSyntaxError:
        return pair.group()
    return pair["inside"]
