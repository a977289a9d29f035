"""`health`: no imports of what does not exist."""

from __future__ import annotations

from pytest_archguard.cli.proposals.proposal import Proposal, assign
from pytest_archguard.codebase.codebase import Codebase
from pytest_archguard.rules.unresolved import unresolved_imports

# What builds write beside the sources: setuptools-scm and the like, and protobuf's compiler.
_GENERATED = ("_version", "version", "__version__", "_version_info", "_pb2", "_pb2_grpc", "_build_info", "_commit")


def propose_health(codebase: Codebase) -> Proposal:
    """Every import of the code base finds its module and its names."""
    found = list(unresolved_imports(codebase, codebase.names, externals=False))
    generated = sorted({each.missing for each in found if ":" not in each.missing and _is_generated(each.missing)})
    rest = [each for each in found if each.missing not in generated]
    guarded = sum("guarded" in each.traits for each in rest)
    options = [assign("checks", ["unresolved"])]
    support = [f"Holds for {codebase.import_count - len(rest) + guarded} of {codebase.import_count} imports."]
    if generated:
        options.append(assign("generated", generated))
        support.append("`generated`: what a build seems to write.")
    if guarded:
        options.append(assign("allow_guarded", True))
        some = (
            f"{guarded} of them stand in a `try` that expects them"
            if guarded > 1
            else "One stands in a `try` that expects it"
        )
        support.append(f"{some} to fail: `allow_guarded`.")
    options.append(assign("because", "an import inside a function that fails is found by a user"))
    options.append(assign("fix", "correct the name, or remove what needs it"))
    return Proposal("health", "imports-resolve", tuple(options), tuple(support))


def _is_generated(missing: str) -> bool:
    return missing.rpartition(".")[2].endswith(_GENERATED) and not missing.startswith(".")
