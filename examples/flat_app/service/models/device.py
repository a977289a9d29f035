"""A thing that can be on."""

from dataclasses import dataclass


@dataclass
class Device:
    name: str
    on: bool = False
