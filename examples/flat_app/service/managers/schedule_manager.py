"""What is switched when."""

from managers.device_manager import DeviceManager


class ScheduleManager:
    def __init__(self, devices: DeviceManager) -> None:
        self._devices = devices
        self._entries: list[tuple[str, str, bool]] = []

    def add(self, time: str, name: str, word: str) -> None:
        from routes import SWITCH_WORDS

        self._entries.append((time, name, SWITCH_WORDS[word]))

    def entries(self) -> list[tuple[str, str, bool]]:
        return sorted(self._entries)

    def run(self, time: str) -> list[str]:
        return [self._devices.switch(name, on) for when, name, on in self._entries if when == time]
