"""What grimp's own scan of some root packages would find, worked out from files and facts already read.

import-linter's contracts are stated against grimp's idea of a code base, which differs from this project's: it leaves
out folders without `__init__.py` inside packages, knows external packages by their first name only, and lets
`app/audio.py` win over `app/audio/`. Everything here follows grimp 3.20; tests hold it against `grimp.build_graph`.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pytest_archguard.codebase.facts.statements import Statement
from pytest_archguard.codebase.scan import Folder
from pytest_archguard.config.nearest import did_you_mean
from pytest_archguard.errors import RuleError
from pytest_archguard.model import Module


@dataclass(frozen=True, slots=True)
class Scanned:
    """The modules below some root packages as grimp names them.

    modules: by name, each with the file grimp reads for it. namespaces: packages without `__init__.py`. names: both.
    """

    roots: tuple[str, ...]
    modules: Mapping[str, Module]
    namespaces: frozenset[str]
    names: frozenset[str]
    _tops: frozenset[str]
    _shared: frozenset[str]  # the first parts of roots that are inside a namespace

    def targets(self, module: Module, statement: Statement, externals: bool) -> Iterator[str]:
        """The modules that one statement of a module imports in grimp's graph, repeats included.

        externals: whether packages outside the roots are in the graph; by their first name, or inside a namespace
        that they share with a root by the first name that differs.
        """
        if not externals and statement[4] == 0 and statement[5].partition(".")[0] not in self._tops:
            return
        for name in written_names(module, statement):
            if name in self.names:
                yield name
            elif (parent := name.rpartition(".")[0]) in self.names:
                yield parent
            elif externals:
                squashed = self._squashed(name)
                if squashed is not None:
                    yield squashed

    def is_external(self, name: str) -> bool:
        """Whether a name is in none of the root packages."""
        return not any(name == root or name.startswith(f"{root}.") for root in self.roots)

    def _squashed(self, name: str) -> str | None:
        top = name.partition(".")[0]
        if top not in self._shared:
            return top
        if any(root.startswith(f"{name}.") for root in self.roots):
            return None
        sharing = [root for root in self.roots if root.startswith(f"{top}.")]
        if any(name == root or name.startswith(f"{root}.") for root in sharing):
            return None
        candidates = [_up_to_difference(name, root) for root in sharing]
        return max(candidates, key=lambda candidate: candidate.count(".")) if candidates else top


def _up_to_difference(name: str, root: str) -> str:
    parts = name.split(".")
    same = 0
    for one, other in zip(parts, root.split("."), strict=False):
        if one != other:
            break
        same += 1
    return ".".join(parts[: same + 1])


def written_names(module: Module, statement: Statement) -> Iterator[str]:
    """The absolute dotted name of each imported object, `a.b.c` for `from a.b import c`; none beyond the top."""
    level, written, names = statement[4], statement[5], statement[6]
    if level <= 0:
        for name in names:
            yield name if level < 0 else f"{written}.{name}"
        return
    parts = module.name.split(".")
    kept = len(parts) - level + module.is_package
    if kept < 0:
        return
    base = ".".join([*parts[:kept], *written.split(".")] if written else parts[:kept])
    for name in names:
        yield f"{base}.{name}" if kept else f".{base}.{name}"


def scan_roots(folders: Sequence[Folder], source_roots: Sequence[str], roots: Sequence[str]) -> Scanned:
    """Finds the root packages as Python's import system would, and all that grimp takes from them.

    Raises RuleError for a root that does not exist or is no top-level package.
    """
    by_path = {folder.path: folder for folder in folders}
    modules: dict[str, Module] = {}
    namespaces: set[str] = set()
    for root in roots:
        for portion in _portions(root, by_path, source_roots):
            _take(root, portion, by_path, modules, namespaces)
    return Scanned(
        tuple(roots),
        modules,
        frozenset(namespaces),
        frozenset({*modules, *namespaces}),
        frozenset(root.partition(".")[0] for root in roots),
        frozenset(root.partition(".")[0] for root in roots if "." in root),
    )


def _portions(root: str, by_path: Mapping[str, Folder], source_roots: Sequence[str]) -> list[str]:
    """The folders of a root package: one with `__init__.py`, or all of that name without."""
    search = list(source_roots)
    package = ""
    parts = root.split(".")
    for number, part in enumerate(parts, start=1):
        below: list[str] = []
        is_package = False
        for above in search:
            folder = by_path.get(_join(above, part))
            is_package = folder is not None and "__init__.py" in folder.files
            if folder is not None and is_package:
                below = [folder.path]
                break
            if above in by_path and f"{part}.py" in by_path[above].files:
                path = by_path[above].file(f"{part}.py")
                raise RuleError(f'root package "{root}" is the single file {path}; import-linter takes packages only')
            if folder is not None:
                below.append(folder.path)
        if not below:
            raise _no_such_root(root, by_path.values())
        if package:
            raise RuleError(
                f'root package "{root}" is inside the package "{package}"; import-linter takes that one only'
            )
        package = ".".join(parts[:number]) if is_package else ""
        search = below
    return search


def _no_such_root(root: str, folders: Iterable[Folder]) -> RuleError:
    names = {".".join(folder.below_root) for folder in folders if folder.below_root}
    source_roots = ", ".join(sorted({folder.source_root for folder in folders}))
    return RuleError(
        f'there is no top-level package "{root}" under the source roots ({source_roots}){did_you_mean(root, names)}'
    )


def _take(
    root: str, portion: str, by_path: Mapping[str, Folder], modules: dict[str, Module], namespaces: set[str]
) -> None:
    """Adds what is in one folder of a root package."""
    regular: set[str] = set()
    passed: list[str] = []
    for path, name in _folders(root, portion, by_path):
        files = by_path[path].files
        above = posixpath.dirname(path)
        if path != portion and above not in regular and above not in passed:
            continue  # below a folder that is left out
        if "__init__.py" in files:
            regular.add(path)
        elif above in regular and path != portion:
            continue  # no package: left out with all that is below it
        else:
            passed.append(path)
        for file in files:
            if file.count(".") == 1:
                _add(name, file, by_path[path], modules)
    held = {posixpath.dirname(module.path) for module in modules.values()}
    for path in passed:
        if any(folder == path or folder.startswith(f"{path}/") for folder in held):
            namespaces.add(_name(root, portion, path))


def _add(package: str, file: str, folder: Folder, modules: dict[str, Module]) -> None:
    stem = file[:-3]
    name = package if stem == "__init__" else f"{package}.{stem}"
    # Where a module and a package have one name, grimp reads the module.
    if stem != "__init__" or name not in modules or modules[name].is_package:
        modules[name] = Module(name, folder.file(file), stem == "__init__")


def _folders(root: str, portion: str, by_path: Mapping[str, Folder]) -> Iterator[tuple[str, str]]:
    """The folder of a root package and those below it that are identifiers all the way, from the top down."""
    for path in sorted(by_path):
        if path == portion:
            yield path, root
        elif path.startswith(f"{portion}/"):
            inside = path[len(portion) + 1 :].split("/")
            if all(part.isidentifier() for part in inside):
                yield path, ".".join([root, *inside])


def _name(root: str, portion: str, path: str) -> str:
    return root if path == portion else f"{root}.{path[len(portion) + 1 :].replace('/', '.')}"


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
