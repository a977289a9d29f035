"""Requests to answers."""

from managers.device_manager import DeviceManager
from managers.schedule_manager import ScheduleManager

SWITCH_WORDS = {"on": True, "off": False}


def handle(path: str, devices: DeviceManager, schedule: ScheduleManager) -> object:
    match path.strip("/").split("/"):
        case ["devices"]:
            return devices.states()
        case ["devices", name, word] if word in SWITCH_WORDS:
            return devices.switch(name, SWITCH_WORDS[word])
        case ["schedule"]:
            return schedule.entries()
        case _:
            return "not found"
