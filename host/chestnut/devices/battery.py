"""How full a lithium cell is, by its voltage under a light load. A rough guess, most so in the flat middle."""

from __future__ import annotations

from itertools import pairwise

# Millivolts of one cell and percent left. Below 3.4 V the device wants to be switched off in order.
CURVE = (
    (3300, 0),
    (3400, 5),
    (3500, 10),
    (3600, 20),
    (3700, 40),
    (3800, 60),
    (3900, 75),
    (4000, 87),
    (4100, 95),
    (4180, 100),
)


def percent_of(millivolts: int, cells: int = 1) -> int:
    """0 to 100 of so many cells in a row."""
    cell_mv = millivolts / cells
    if cell_mv <= CURVE[0][0]:
        return 0
    for (low_mv, low), (high_mv, high) in pairwise(CURVE):
        if cell_mv <= high_mv:
            return round(low + (high - low) * (cell_mv - low_mv) / (high_mv - low_mv))
    return 100
