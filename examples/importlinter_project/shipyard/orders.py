"""What is to be built."""

from shipyard.docks.dry_dock import DryDock
from shipyard.steel import Plate


def build(plates: int) -> list[Plate]:
    return DryDock().assemble(plates)
