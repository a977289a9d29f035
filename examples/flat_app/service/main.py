"""Started with `cd service && python main.py`: the folder `service` is on sys.path, nothing is installed."""

import config
from managers.device_manager import DeviceManager
from managers.schedule_manager import ScheduleManager
from routes import handle


def main() -> None:
    devices = DeviceManager(config.DEVICES)
    schedule = ScheduleManager(devices)
    schedule.add("07:00", "lamp", "on")
    for request in ("/devices", "/devices/lamp/on", "/schedule"):
        print(request, "->", handle(request, devices, schedule))


if __name__ == "__main__":
    main()
