"""`health`: modules and imports that are broken, hidden or empty."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import ClassVar, Literal

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.bindings import BINDINGS, Bindings
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.config.options import option
from pytest_archguard.config.selectors import EVERYTHING, Selectors, named
from pytest_archguard.model import Site, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.shadowing import hidden_distributions, shadowed_files
from pytest_archguard.rules.unresolved import unresolved_imports

Check = Literal["unresolved", "shadowed", "missing_init", "empty", "stub", "reexport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Modules and imports that are broken, hidden or empty.

    - `unresolved`: an import of a module of the code base that does not exist, or of a name that its module neither
      defines nor imports. Stub files (`.pyi`), compiled extensions and modules with `__getattr__`, `globals()` or the
      like count as having what is asked of them. A `try` around the import is no excuse unless `allow_guarded`.
    - `shadowed`: a file that Python never imports because another has its name (`audio.py` beside `audio/`), and a
      top-level module that hides one of the standard library or of an installed distribution.
    - `missing_init`: a folder with modules and without `__init__.py`; not one whose files all have names that no import
      statement can spell, such as migrations.
    - `empty`: a module other than `__init__.py` without a statement. `stub`: one with at most `stub_statements`, unless
      it is a `__main__.py`.
    - `reexport`: a module other than `__init__.py` that only imports: a shim left behind by a move.
    """

    kind: ClassVar[str] = "health"

    checks: tuple[Check, ...] = option("What to look for.", required=True)
    modules: Selectors = option("The modules that are looked at.", default=(EVERYTHING,))
    allow_guarded: bool = option(
        "`unresolved`: whether imports in a `try` that catches ImportError may fail.", default=False
    )
    externals: bool = option(
        "`unresolved`: also report imports of packages that are neither of the standard library, nor installed, nor "
        "declared as a dependency. Of use where the rules run in the project's own environment.",
        default=False,
    )
    generated: tuple[str, ...] = option(
        "`unresolved`: module names that a build makes (`app._version`, `app.protos.*_pb2`); `*` crosses dots.",
        default=(),
    )
    stub_statements: int | None = option(
        "`stub`: a module with fewer or as many statements is one. Counted are those in definitions too; a table over "
        "ten lines counts as ten; imports, docstrings, `pass` and `...` do not count. Default: 2.",
        minimum=1,
    )

    def __post_init__(self) -> None:
        if self.stub_statements is not None and "stub" not in self.checks:
            raise ValueError('"stub_statements" says nothing without "stub" in "checks"')
        if (self.allow_guarded or self.externals or self.generated) and "unresolved" not in self.checks:
            raise ValueError(
                '"allow_guarded", "externals" and "generated" say nothing without "unresolved" in "checks"'
            )

    def needs(self) -> frozenset[Fact]:
        """The imports, and what every module binds."""
        return frozenset({IMPORTS, BINDINGS})

    def claims(self) -> Iterable[Claim]:
        """The modules must exist."""
        return (Claim("modules", selector) for selector in self.modules)

    def sentence(self) -> str:
        """What there may not be."""
        texts = {
            "unresolved": "imports that cannot be resolved",
            "shadowed": "shadowed modules",
            "missing_init": "folders without __init__.py",
            "empty": "empty modules",
            "stub": "stub modules",
            "reexport": "modules that only re-export",
        }
        names = named(self.modules)
        return f"{names}: no {', no '.join(texts[check] for check in self.checks)}"

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """What each check finds, in the order of `checks`."""
        selected = codebase.select(self.modules)
        finders: dict[str, Callable[[Codebase, frozenset[str]], Iterable[Violation]]] = {
            "unresolved": self._unresolved,
            "shadowed": self._shadowed,
            "missing_init": _missing_init,
            "empty": _empty,
            "stub": self._stub,
            "reexport": _reexport,
        }
        for check in self.checks:
            yield from finders[check](codebase, selected)

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The modules that were looked at."""
        return {"modules": len(codebase.select(self.modules))}

    def _unresolved(self, codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
        for found in unresolved_imports(codebase, sorted(selected), self.externals):
            guarded = self.allow_guarded and "guarded" in found.traits
            if guarded or any(fnmatchcase(found.missing.replace(":", "."), pattern) for pattern in self.generated):
                continue
            yield Violation(
                check="unresolved",
                subject=found.importer,
                object=found.missing,
                message="these imports name what does not exist",
                label=f"{found.importer}: {found.sentence}",
                sites=tuple(codebase.site(found.importer, line, column) for line, column in found.places),
            )

    def _shadowed(self, codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
        for file in shadowed_files(codebase, self.modules):
            yield Violation(
                check="shadowed",
                subject=file.name,
                object=file.path,
                message="these files are never imported, because Python finds another of that name first",
                label=f"{file.path} is hidden by {file.by}",
                sites=(Site(file.path, 1),),
            )
        for name, hidden in hidden_distributions(codebase, selected):
            yield Violation(
                check="shadowed",
                subject=name,
                object=hidden,
                message="these modules hide others that have their name",
                label=f"{name} hides {hidden}",
                sites=(Site(_place(codebase, name), 1),),
            )

    def _stub(self, codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
        limit = self.stub_statements or 2
        for name, bindings in _plain_modules(codebase, selected):
            if 0 < bindings.statements <= limit and not bindings.imports_only and name.rpartition(".")[2] != "__main__":
                yield Violation(
                    check="stub",
                    subject=name,
                    message=f"modules with at most {_counted(limit)} are stubs: finish them or fold them into another",
                    label=f"{name}: {_counted(bindings.statements)}",
                    sites=(Site(codebase.modules[name].path, 1),),
                )


def _counted(statements: int) -> str:
    return f"{statements} statement{'s' if statements > 1 else ''}"


def _plain_modules(codebase: Codebase, selected: frozenset[str]) -> Iterator[tuple[str, Bindings]]:
    for name in sorted(selected):
        fact = codebase.fact(name, BINDINGS)
        if fact is not None and not codebase.modules[name].path.endswith("__init__.py"):
            yield name, Bindings(*fact)


def _empty(codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
    for name, bindings in _plain_modules(codebase, selected):
        if bindings.statements == 0 and not bindings.imports_only and not bindings.names:
            yield _about(codebase, "empty", name, "empty modules only pretend that something is there")


def _reexport(codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
    for name, bindings in _plain_modules(codebase, selected):
        if bindings.imports_only:
            yield _about(codebase, "reexport", name, "modules that only import are shims: import from the real place")


def _missing_init(codebase: Codebase, selected: frozenset[str]) -> Iterator[Violation]:
    for namespace in codebase.layout.namespaces:
        inside = sorted(
            n for n in selected if n.rpartition(".")[0] == namespace and n.rpartition(".")[2].isidentifier()
        )
        packages = {name for name in inside if codebase.modules[name].is_package}
        # A folder at the top that holds packages only is what namespace packages are for.
        if not inside or (len(packages) == len(inside) and "." not in namespace):
            continue
        path = codebase.modules[inside[0]].path
        folder = posixpath.dirname(posixpath.dirname(path) if inside[0] in packages else path)
        counts = ((len(inside) - len(packages), "module"), (len(packages), "package"))
        what = " and ".join(f"{count} {noun}{'s' if count > 1 else ''}" for count, noun in counts if count)
        yield Violation(
            check="missing_init",
            subject=namespace,
            message="folders with modules need an __init__.py",
            label=f"{folder}/ has {what} and no __init__.py",
            sites=(Site(path, 1),),
        )


def _about(codebase: Codebase, check: str, name: str, message: str) -> Violation:
    return Violation(check=check, subject=name, message=message, sites=(Site(codebase.modules[name].path, 1),))


def _place(codebase: Codebase, name: str) -> str:
    return codebase.modules[min(codebase.select_below(name))].path
