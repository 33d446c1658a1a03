"""A picture with few colours, so that it stays small: greys stay grey, white white, and small parts keep theirs."""

from __future__ import annotations

import numpy as np
from PIL import Image

GREYS = 64
COLOURS = 190
NEAR = 16  # channels that differ by less are a grey


def paletted(picture: Image.Image) -> Image.Image:
    """At most GREYS + COLOURS + 1 colours, without dither. A median cut over all of them would tint large pale areas,
    so greys have a scale of their own; of the others each counts once, however few its pixels are."""
    values = np.asarray(picture.convert("RGB")).astype(int)
    grey = np.ptp(values, axis=2) < NEAR
    white = (values == 255).all(axis=2)
    level = np.round(values.mean(axis=2) * (GREYS - 1) / 255).astype(np.uint8)
    places = np.where(grey, level, 0)
    scale = np.round(np.linspace(0, 255, GREYS)).astype(int)
    table = np.repeat(scale, 3).tolist()
    if not grey.all():
        each = np.unique(values[~grey] // 6 * 6 + 3, axis=0).astype(np.uint8)
        cut = Image.fromarray(each[None]).quantize(COLOURS, method=Image.Quantize.MEDIANCUT, kmeans=2)
        found = np.asarray(
            Image.fromarray(values.astype(np.uint8)).quantize(palette=cut, dither=Image.Dither.NONE)
        )
        places = np.where(grey, places, found.astype(int) + GREYS)
        table += (cut.getpalette() or [])[: 3 * COLOURS]
    table += [0] * (3 * (GREYS + COLOURS) - len(table)) + [255, 255, 255]
    places = np.where(white, GREYS + COLOURS, places)
    small = Image.fromarray(places.astype(np.uint8), "P")
    small.putpalette(table)
    return small
