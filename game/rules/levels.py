"""Levels of the Common European Framework of Reference for Languages."""

from typing import Literal

Level = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
