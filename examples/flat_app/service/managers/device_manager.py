"""Lamps and heaters."""

from helpers import state_word
from models.device import Device
from texts import say


class DeviceManager:
    def __init__(self, names: list[str]) -> None:
        self._devices = {name: Device(name) for name in names}

    def switch(self, name: str, on: bool) -> str:
        device = self._devices[name]
        device.on = on
        return say(state_word(device), name)

    def states(self) -> dict[str, bool]:
        return {device.name: device.on for device in self._devices.values()}
