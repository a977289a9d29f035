"""Where ships are put together."""

from shipyard.cranes.gantry import lift
from shipyard.docks.weather import too_windy
from shipyard.steel import Plate


class DryDock:
    def assemble(self, plates: int) -> list[Plate]:
        return [] if too_windy() else [lift(Plate()) for _ in range(plates)]
