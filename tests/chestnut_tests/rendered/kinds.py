"""Any thing of a kind: some keys, some glasses. Two of a kind differ as much as chance makes them, and now and then
hardly at all, as in life."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from chestnut_tests.rendered.things import (
    BLACK,
    BRASS,
    BROWN,
    GREY,
    STEEL,
    WHITE,
    Colour,
    Parts,
    bottle,
    glasses,
    keys,
    mug,
    pill_box,
    remote,
    wallet,
)

METALS = (BRASS, STEEL, (0.55, 0.4, 0.3), (0.3, 0.3, 0.33))
LENS = (0.1, 0.1, 0.12)


def _colour(chance: np.random.Generator) -> Colour:
    red, green, blue = chance.uniform(0.05, 0.95, 3)
    return float(red), float(green), float(blue)


def _one_of(chance: np.random.Generator, *colours: Colour) -> Colour:
    return colours[chance.integers(len(colours))]


def _keys(chance: np.random.Generator) -> Parts:
    count = chance.integers(1, 5)
    metals = tuple(_one_of(chance, *METALS) for _ in range(count))
    return keys(
        metals, _colour(chance), tuple(bool(chance.integers(2)) for _ in metals), chance.uniform(0.3, 0.9)
    )


def _glasses(chance: np.random.Generator) -> Parts:
    frame = _colour(chance) if chance.random() < 0.5 else _one_of(chance, BLACK, BRASS, BROWN, STEEL)
    lens = LENS if chance.random() < 0.3 else None
    return glasses(frame, chance.uniform(0.015, 0.06), chance.uniform(0.95, 1.4), lens)


def _pill_box(chance: np.random.Generator) -> Parts:
    count = (1, 3, 4, 7)[chance.integers(4)]
    lids = (
        (_colour(chance),) * count if chance.random() < 0.5 else tuple(_colour(chance) for _ in range(count))
    )
    return pill_box(_colour(chance), lids)


def _wallet(chance: np.random.Generator) -> Parts:
    return wallet(
        _colour(chance) if chance.random() < 0.4 else _one_of(chance, BROWN, BLACK), _colour(chance)
    )


def _remote(chance: np.random.Generator) -> Parts:
    plain = _colour(chance) if chance.random() < 0.3 else GREY
    buttons = (_colour(chance), *(plain,) * int(chance.integers(6, 18)))
    return remote(_one_of(chance, BLACK, GREY, WHITE), buttons)


def _mug(chance: np.random.Generator) -> Parts:
    return mug(_colour(chance) if chance.random() < 0.7 else WHITE, _colour(chance))


KINDS: dict[str, Callable[[np.random.Generator], Parts]] = {
    "keys": _keys,
    "glasses": _glasses,
    "pill box": _pill_box,
    "bottle": lambda chance: bottle(_colour(chance), _colour(chance), _colour(chance)),
    "wallet": _wallet,
    "remote": _remote,
    "mug": _mug,
}
