"""The simulator's drawn hand before photographs: other grounds, sizes and turns, as it is and mirrored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import skimage.data
from chestnut.sim import drawn_hand
from PIL import Image, ImageChops, ImageFilter, ImageOps

SPELLED = "FLY"
GROUNDS = ("coffee", "chelsea", "brick", "grass", "astronaut")  # of scikit-image; the last one shows a person
SCALES = (0.5, 0.75, 1.0)  # of a hand that fills half of the picture's height
TURNS_DEG = (-15, 0, 15)
SHOWN = 14  # of 255, by which a pixel differs from the wall behind the drawn hand


@dataclass(frozen=True, slots=True)
class Photograph:
    letter: str
    ground: str
    scale: float
    turn_deg: float
    mirrored: bool

    @property
    def name(self) -> str:
        return f"{self.letter}_{self.ground}_{self.scale}_{self.turn_deg}_{'mirrored' if self.mirrored else 'plain'}"

    def taken(self) -> Image.Image:
        width, height = drawn_hand.SIZE
        hand = _cut_out(self.letter).rotate(
            self.turn_deg, Image.Resampling.BICUBIC, center=(width / 2, height)
        )
        hand = hand.resize((round(width * self.scale), round(height * self.scale)))
        picture = before(self.ground, hand)
        return ImageOps.mirror(picture) if self.mirrored else picture


def photographs(
    letters: str = SPELLED,
    grounds: tuple[str, ...] = GROUNDS,
    scales: tuple[float, ...] = SCALES,
    turns_deg: tuple[float, ...] = TURNS_DEG,
) -> Iterator[Photograph]:
    """Each one, and then its mirror picture."""
    for every in product(letters, grounds, scales, turns_deg, (False, True)):
        yield Photograph(*every)


def save(photograph: Photograph, folder: Path) -> Path:
    path = folder / f"{photograph.name}.png"
    photograph.taken().save(path, compress_level=1)
    return path


def before(ground: str, hand: Image.Image) -> Image.Image:
    """hand: RGBA; it is put in the middle, on the lower edge."""
    picture = _ground(ground).copy()
    picture.paste(hand, ((picture.width - hand.width) // 2, picture.height - hand.height), hand)
    return picture


@cache
def _ground(name: str) -> Image.Image:
    return Image.fromarray(np.asarray(getattr(skimage.data, name)())).convert("RGB").resize(drawn_hand.SIZE)


@cache
def _cut_out(letter: str) -> Image.Image:
    """The hand alone, the rest clear."""
    drawn = drawn_hand.letter(letter)
    apart = np.asarray(ImageChops.difference(drawn, drawn_hand.empty())).max(axis=2)
    shape = Image.fromarray(np.where(apart > SHOWN, 255, 0).astype(np.uint8))
    hand = drawn.convert("RGBA")
    hand.putalpha(shape.filter(ImageFilter.MedianFilter(5)).filter(ImageFilter.GaussianBlur(1)))
    return hand
