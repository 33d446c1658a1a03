"""What hangs on the chest: how heavy, and where its middle is."""

from __future__ import annotations

import numpy as np
import solid_checks as check

from hardware import parts

CHEST_GRAMS = 200.0


def _printed_grams() -> tuple[float, np.ndarray]:
    """Solid plastic, grams; and grams times millimetres."""
    total, moment = 0.0, np.zeros(3)
    for piece in check.CHEST:
        if piece.printed:
            grams = piece.shape.volume / 1000 * check.PARAMS.printing.density
            middle = piece.shape.center()
            total += grams
            moment += grams * np.array([middle.X, middle.Y, middle.Z])
    return total, moment


def _bought() -> dict[str, float]:
    return {part.id: part.grams for part in parts.load().build() if part.hangs_on == "chest"}


def test_chest_unit_is_lighter_than_200_grams() -> None:
    """All plastic solid, all parts of parts.toml that hang on the chest, without cables."""
    printed, _ = _printed_grams()
    bought = sum(part.qty * part.grams for part in parts.load().build() if part.hangs_on == "chest")
    assert 150 < printed + bought < CHEST_GRAMS, f"{printed:.0f} g printed, {bought:.0f} g bought"


def test_it_hangs_straight_and_close_to_the_body() -> None:
    total, moment = _printed_grams()
    grams = _bought()
    for piece in check.CHEST:
        if piece.part in grams:
            weight = grams[piece.part]
            middle = check.box_of(piece).mean(axis=0)
            total, moment = total + weight, moment + weight * middle
    x, y, z = moment / total
    assert abs(x) < 4.0
    assert 0.0 < y < check.PARAMS.shell.depth / 2
    assert abs(z) < 15.0
