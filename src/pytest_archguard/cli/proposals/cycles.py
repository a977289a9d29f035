"""`acyclic`: no modules that import each other in a circle."""

from __future__ import annotations

from pytest_archguard.cli.proposals.proposal import Proposal, assign
from pytest_archguard.cli.proposals.structure import Structure
from pytest_archguard.codebase.codebase import Codebase


def propose_cycles(codebase: Codebase, structure: Structure) -> Proposal:
    """No cycles; where only imports inside functions close them, none at module level."""
    within = structure.container.partition(".")[0] or "**"
    options = [assign("within", [within])]
    tied, at_the_top = _tied(codebase, ("top", "function")), _tied(codebase, ("top",))
    if not tied:
        support = ["Holds: no two modules import each other, not even by way of others."]
    elif not at_the_top:
        options.append(assign("styles", ["top"]))
        support = [
            "Holds for the imports at the top of modules.",
            f"{tied} modules are in circles that imports inside functions close; to see them, remove `styles`.",
        ]
    else:
        support = [
            f"{tied} of {len(codebase.modules)} modules are in circles, {at_the_top} of them by imports at the top."
        ]
    options.append(
        assign("because", "modules that import each other can only be understood, tested and moved together")
    )
    options.append(assign("fix", "move what both need into a third module, or let the caller pass it in"))
    return Proposal("acyclic", "no-cycles", tuple(options), tuple(support))


def _tied(codebase: Codebase, styles: tuple[str, ...]) -> int:
    """How many judged modules are in some circle."""
    graph = codebase.graph(styles)
    return sum(graph.names[node] in codebase.modules for component in graph.components() for node in component)
