"""Plates."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Plate:
    millimetres: int = 20
