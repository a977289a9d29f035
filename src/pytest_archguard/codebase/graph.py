"""An import graph over integers: who imports whom, who leads to whom, and which modules are in cycles.

Ids follow the sorted names of the modules, so "the smallest id" is "the first name" and every answer is the same
whatever the hash seed. All searches are linear in the number of imports.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Sequence


class Graph:
    """A directed graph without parallel edges and without self-loops."""

    def __init__(self, names: Sequence[str], successors: Sequence[Sequence[int]]) -> None:
        """successors: for each node what it imports: sorted, each once, never itself."""
        self.names = names
        self.ids = {name: number for number, name in enumerate(names)}
        predecessors: list[list[int]] = [[] for _ in names]
        for importer, following in enumerate(successors):
            for imported in following:
                predecessors[imported].append(importer)
        self.successors = successors
        self.predecessors = predecessors

    @classmethod
    def of(cls, names: Sequence[str], edges: Iterable[tuple[int, int]]) -> Graph:
        """The graph of these pairs (importer, imported), in any order; repeats and self-loops are dropped."""
        successors: list[list[int]] = [[] for _ in names]
        for importer, imported in sorted(set(edges)):
            if importer != imported:
                successors[importer].append(imported)
        return cls(names, successors)

    def leading_to(self, targets: Iterable[int], through: Collection[int]) -> dict[int, int]:
        """Every node that reaches a target by way of nodes in `through` only, with its next step on a shortest way.

        The targets themselves are not in the answer unless they are in `through` and reach another target. Among
        equally short ways the one whose next step has the first name is taken.
        """
        step: dict[int, int] = {}
        goals = set(targets)
        level = sorted(goals)
        while level:
            reached: list[int] = []
            for node in level:
                for importer in self.predecessors[node]:
                    if importer in through and importer not in step and importer not in goals:
                        step[importer] = node
                        reached.append(importer)
            level = sorted(reached)
        return step

    def shortest_path(self, start: int, goal: int, within: Collection[int] | None = None) -> list[int] | None:
        """A shortest way from start to goal, both included; None where there is none."""
        if start == goal:
            return [start]
        came_from = {start: start}
        queue = deque([start])
        while queue:
            node = queue.popleft()
            for following in self.successors[node]:
                if following in came_from or (within is not None and following not in within):
                    continue
                came_from[following] = node
                if following == goal:
                    return _walk_back(came_from, start, goal)
                queue.append(following)
        return None

    def shortest_paths(self, start: int, goals: Collection[int], within: Collection[int]) -> dict[int, list[int]]:
        """For each goal a shortest way from start to it inside `within`; stops as soon as all are found."""
        missing = set(goals)
        came_from = {start: start}
        queue = deque([start])
        while queue and missing:
            node = queue.popleft()
            for following in self.successors[node]:
                if following in within and following not in came_from:
                    came_from[following] = node
                    missing.discard(following)
                    queue.append(following)
        return {goal: _walk_back(came_from, start, goal) for goal in sorted(goals) if goal in came_from}

    def components(self) -> list[list[int]]:
        """The strongly connected components of more than one node, each sorted, in the order of their first nodes.

        Tarjan's algorithm (SIAM J. Comput. 1, 1972), without recursion.
        """
        found = [sorted(component) for component in self._tarjan() if len(component) > 1]
        return sorted(found)

    def _tarjan(self) -> Iterator[list[int]]:
        index: dict[int, int] = {}
        low: dict[int, int] = {}
        on_stack: set[int] = set()
        stack: list[int] = []
        for root in range(len(self.names)):
            if root in index:
                continue
            index[root] = low[root] = len(index)
            stack.append(root)
            on_stack.add(root)
            work = [(root, iter(self.successors[root]))]
            while work:
                node, following = work[-1]
                for other in following:
                    if other not in index:
                        index[other] = low[other] = len(index)
                        stack.append(other)
                        on_stack.add(other)
                        work.append((other, iter(self.successors[other])))
                        break
                    if other in on_stack:
                        low[node] = min(low[node], index[other])
                else:
                    work.pop()
                    if work:
                        low[work[-1][0]] = min(low[work[-1][0]], low[node])
                    if low[node] == index[node]:
                        yield _pop_component(stack, on_stack, node)


def _pop_component(stack: list[int], on_stack: set[int], first: int) -> list[int]:
    component = [stack.pop()]
    while component[-1] != first:
        component.append(stack.pop())
    on_stack.difference_update(component)
    return component


def _walk_back(came_from: dict[int, int], start: int, goal: int) -> list[int]:
    path = [goal]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    path.reverse()
    return path
