"""Shared by all; the folder of the same name has no __init__.py, so Python takes this file."""

from models.device import Device


def state_word(device: Device) -> str:
    return "on" if device.on else "off"
