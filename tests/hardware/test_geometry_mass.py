"""What hangs on the chest: how heavy, and where its middle is."""

from __future__ import annotations

import numpy as np
import solid_checks as check

from hardware import parts

# The goal was 200 g. Board and cooler are 76 g of it, and solid plastic is counted: a slicer's infill weighs less.
MOST_GRAMS = 235.0


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
    """Grams of one of each part that hangs on the chest."""
    return {part.id: part.grams for part in parts.load().build() if part.hangs_on == "chest"}


def _hanging() -> float:
    """Grams of all bought parts on the chest: those of the model, and what the model leaves out, such as wires."""
    grams = _bought()
    here = [piece.part for piece in check.CHEST if piece.part in grams]
    drawn = {*here, *(piece.part for piece in check.POD)}
    rest = [part for part in parts.load().build() if part.id in grams and part.id not in drawn]
    return sum(grams[part] for part in here) + sum(part.qty * part.grams for part in rest)


def test_chest_unit_is_no_heavier_than_told() -> None:
    printed, _ = _printed_grams()
    assert 150 < printed + _hanging() < MOST_GRAMS, f"{printed:.0f} g printed, {_hanging():.0f} g bought"


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
