"""`files`: which files there are, what they are called and what stands in them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.globs import FileGlob
from pytest_archguard.config.nearest import nearest
from pytest_archguard.config.options import option
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.file_texts import Pattern, faulty_texts, whole_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Rules about files of any type: which there may be, must be, what they are called and what stands in them.

    Globs are relative to the rules file: `**` crosses folders, `*` and `?` do not, and a folder means everything in it.
    Folders that tools make (`.git`, caches, virtual environments, `node_modules`) are never looked at.
    """

    kind: ClassVar[str] = "files"

    files: tuple[str, ...] = option(
        "Globs: the files that are looked at by `only`, `variants`, `contains`, `lacks` and `max_per_folder`.",
        default=("**",),
    )
    forbid: tuple[str, ...] = option("Globs: no such file may be there.", default=())
    require: tuple[str, ...] = option("Globs: of each at least one file must be there.", default=())
    only: tuple[str, ...] = option("Globs: every file in `files` must match one of them.", default=())
    variants: tuple[Pattern, ...] = option(
        "Regular expressions for the end of a name before the suffix (`_v[0-9]+`, `_old`, `_backup`): a file is a "
        "variant when its original, or another variant of it, is beside it.",
        default=(),
    )
    contains: tuple[Pattern, ...] = option(
        "Regular expressions that no line may match. Files with null bytes are no text and have no lines.", default=()
    )
    lacks: tuple[Pattern, ...] = option(
        "Regular expressions that at least one line of each file must match.", default=()
    )
    max_per_folder: int | None = option("How many files a folder may hold, folders inside not counted.", minimum=1)
    each: tuple[str, ...] = option("Globs: every such file must be named in `mentioned_in`.", default=())
    mentioned_in: tuple[str, ...] = option(
        "Globs: the files in which those of `each` must be named, by path (`services/mail/main.py`), by folder "
        "(`services/mail`) or by dotted name (`services.mail.main`).",
        default=(),
    )

    def __post_init__(self) -> None:
        demands = (self.forbid, self.require, self.only, self.variants, self.contains, self.lacks, self.each)
        if not any(demands) and self.max_per_folder is None:
            raise ValueError(
                'nothing is demanded: give "forbid", "require", "only", "variants", "contains", "lacks", '
                '"max_per_folder", or "each" with "mentioned_in"'
            )
        if bool(self.each) != bool(self.mentioned_in):
            raise ValueError('"each" and "mentioned_in" go together')

    def needs(self) -> frozenset[Fact]:
        """Nothing: files of any type are looked at as they are."""
        return frozenset()

    def claims(self) -> Iterable[Claim]:
        """Nothing is selected by module; `check` sees to the globs."""
        return ()

    def sentence(self) -> str:
        """What is demanded."""
        parts = []
        for verb, globs in (("no", self.forbid), ("there is", self.require), ("only", self.only)):
            parts += [f"{verb} {', '.join(globs)}"] if globs else []
        for verb, patterns in (
            ("no variants", self.variants),
            ("no line with", self.contains),
            ("a line with", self.lacks),
        ):
            parts += [f"{verb} {', '.join(p.text for p in patterns)}"] if patterns else []
        if self.max_per_folder is not None:
            parts.append(f"at most {self.max_per_folder} files a folder")
        if self.each:
            parts.append(f"every {', '.join(self.each)} is named in {', '.join(self.mentioned_in)}")
        return f"files {', '.join(self.files)}: {'; '.join(parts)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """All violations; raises RuleError when a glob that must match something does not."""
        every = codebase.files
        if dead := list(self._dead_globs(every)):
            raise RuleError("\n".join(dead))
        looked_at = _matching(every, self.files)
        yield from self._present(every)
        yield from self._missing(every)
        yield from self._others(looked_at)
        yield from self._variants(looked_at)
        yield from faulty_texts(codebase, looked_at, self.contains, self.lacks)
        yield from self._crowded(looked_at)
        yield from self._unmentioned(codebase, every)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The files that were looked at."""
        return {"files": len(_matching(codebase.files, self.files))}

    def _dead_globs(self, every: tuple[str, ...]) -> Iterator[str]:
        for key in ("files", "only", "each", "mentioned_in"):
            for text in getattr(self, key):
                if not _matching(every, (text,)):
                    close = nearest(text, every)
                    hint = f"; the nearest: {', '.join(close)}" if close else ""
                    yield f'"{key}": {text} matches no file{hint}'

    def _present(self, every: tuple[str, ...]) -> Iterator[Violation]:
        for path in _matching(every, self.forbid):
            yield _about(path, "forbid", "these files may not be there")

    def _missing(self, every: tuple[str, ...]) -> Iterator[Violation]:
        for text in self.require:
            if not _matching(every, (text,)):
                yield Violation(
                    check="require", subject=text, message="these files must be there", label=f"{text} is missing"
                )

    def _others(self, looked_at: tuple[str, ...]) -> Iterator[Violation]:
        if self.only:
            allowed = set(_matching(looked_at, self.only))
            for path in looked_at:
                if path not in allowed:
                    yield _about(path, "only", f"only {', '.join(self.only)} may be in {', '.join(self.files)}")

    def _variants(self, looked_at: tuple[str, ...]) -> Iterator[Violation]:
        families: dict[str, list[str]] = {}
        for path in looked_at if self.variants else ():
            families.setdefault(self._original(path), []).append(path)
        for original, members in families.items():
            # Without an original the first variant stands for it.
            beside = original if original in members else members[0]
            for path in members:
                if path != beside:
                    message = "variants of a file are one file with a history"
                    yield _about(path, "variant", message, f"{path} beside {beside}")

    def _original(self, path: str) -> str:
        """The path without what makes it a variant: `a.py` of `a_v2_old.py`."""
        stem, suffix = posixpath.splitext(path)
        name = stem.rfind("/") + 1
        while ends := [m.start() for p in self.variants for m in p.regex.finditer(stem, name) if m.end() == len(stem)]:
            start = min(ends)
            if not name < start < len(stem):
                break
            stem = stem[:start]
        return stem + suffix

    def _crowded(self, looked_at: tuple[str, ...]) -> Iterator[Violation]:
        folders: dict[str, list[str]] = {}
        for path in looked_at if self.max_per_folder is not None else ():
            folders.setdefault(posixpath.dirname(path) or ".", []).append(path)
        for folder, paths in sorted(folders.items()):
            if self.max_per_folder is not None and len(paths) > self.max_per_folder:
                yield Violation(
                    check="max_per_folder",
                    subject=folder,
                    message=f"a folder may hold at most {self.max_per_folder} files",
                    sites=(Site(paths[0], 1),),
                    value=len(paths),
                    limit=self.max_per_folder,
                )

    def _unmentioned(self, codebase: Codebase, every: tuple[str, ...]) -> Iterator[Violation]:
        text = whole_text(codebase, _matching(every, self.mentioned_in))
        for path in _matching(every, self.each):
            stem = posixpath.splitext(path)[0]
            names = {path, posixpath.dirname(path), stem.replace("/", ".")} - {""}
            if not any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) for name in names):
                message = f"every {', '.join(self.each)} must be named in {', '.join(self.mentioned_in)}"
                yield _about(path, "mentioned_in", message)


def _matching(paths: Iterable[str], globs: Iterable[str]) -> tuple[str, ...]:
    matchers = [FileGlob(text).matches for text in globs]
    if len(matchers) == 1:
        return tuple(filter(matchers[0], paths))
    return tuple(path for path in paths if any(matches(path) for matches in matchers))


def _about(path: str, check: str, message: str, label: str | None = None) -> Violation:
    return Violation(check=check, subject=path, message=message, label=label, sites=(Site(path, 1),))
