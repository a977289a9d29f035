"""One contract declared for import-linter, as a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.codebase.facts.base import Fact
from pytest_archguard.codebase.facts.import_lines import IMPORT_LINES
from pytest_archguard.codebase.facts.imports import IMPORTS
from pytest_archguard.model import Advice, Violation
from pytest_archguard.rules.base import Claim
from pytest_archguard.rules.import_linter.mistakes import split_contract_type

if TYPE_CHECKING:
    from pytest_archguard.rules.import_linter.running import Outcome


@dataclass(frozen=True, slots=True)
class Session:
    """What holds for all contracts of one declaration.

    options: as import-linter hands them to every contract. include_external_packages: None where nothing is said,
    which import-linter tells from false. contract_types: the project's own, name to dotted class. folder: of the
    rules file, where import-linter would be started.
    """

    options: Mapping[str, Any]
    root_packages: tuple[str, ...]
    include_external_packages: bool | None
    exclude_type_checking_imports: bool
    contract_types: Mapping[str, str]
    folder: str

    @classmethod
    def from_options(cls, raw: Mapping[str, Any], folder: str) -> Session:
        """Reads session options that have no mistakes, the way import-linter does."""
        options = {key: value for key, value in raw.items() if key != "root_package"}
        options.setdefault("root_packages", [raw.get("root_package")])
        pairs = (split_contract_type(entry) for entry in raw.get("contract_types", []))
        external = raw.get("include_external_packages")
        return cls(
            options=options,
            root_packages=tuple(options["root_packages"]),
            include_external_packages=None if external is None else _is_true(external),
            exclude_type_checking_imports=_is_true(raw.get("exclude_type_checking_imports")),
            contract_types=dict(pair for pair in pairs if pair),
            folder=folder,
        )


def _is_true(value: Any) -> bool:
    return value in ("True", "true")


@dataclass(frozen=True, slots=True, eq=False)
class ImportLinterContract:
    """A contract declared for import-linter, judged by import-linter's own code.

    The verdict is import-linter's. What it says about a broken contract is broken down into direct imports, so that
    each has its line and can be accepted or excepted by itself.

    repeats_id: whether an earlier contract of the declaration has its `id`.
    """

    kind: ClassVar[str] = "import_linter"

    name: str
    options: Mapping[str, Any]
    session: Session
    file: str
    repeats_id: bool = False
    _outcomes: list[tuple[Codebase, Outcome]] = field(default_factory=list, repr=False)

    @property
    def type_name(self) -> str:
        """`layers`, `forbidden`, ... or a type of the project's own."""
        return str(self.options.get("type", ""))

    def needs(self) -> frozenset[Fact]:
        """The imports of every file."""
        return frozenset({IMPORTS, IMPORT_LINES})

    def claims(self) -> Iterable[Claim]:
        """Nothing: module names in contracts follow import-linter's grammar, and `check` asks for them itself."""
        return ()

    def sentence(self) -> str:
        """Which contract it is; its options are import-linter's to explain."""
        of_type = f" ({self.type_name})" if self.type_name else ""
        return f'import-linter contract "{self.name}"{of_type} in {self.file} is kept'

    def check(self, codebase: Codebase) -> Iterable[Violation]:
        """None when import-linter says KEPT; raises RuleError when import-linter cannot judge the contract."""
        return self._outcome(codebase).violations

    def advise(self, codebase: Codebase, violations: tuple[Violation, ...]) -> Iterable[Advice]:  # noqa: ARG002
        """For cycles, the imports that import-linter would remove."""
        return self._outcome(codebase).advice

    def notes(self, codebase: Codebase) -> Iterable[str]:
        """import-linter's warnings: an entry of `ignore_imports` that matches nothing, and what own types warn of."""
        return self._outcome(codebase).warnings

    def examined(self, codebase: Codebase) -> Mapping[str, int]:
        """The size of the graph the contract was judged on."""
        return self._outcome(codebase).examined

    def _outcome(self, codebase: Codebase) -> Outcome:
        """Judged once for a code base: violations, advice and counts come from one run of import-linter."""
        if not self._outcomes or self._outcomes[0][0] is not codebase:
            from pytest_archguard.rules.import_linter.running import judge  # import-linter costs 60 ms to import

            self._outcomes[:] = [(codebase, judge(self, codebase))]
        return self._outcomes[0][1]
