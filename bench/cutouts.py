"""Things cut out of photographs, to be laid elsewhere: real surfaces, though each from one side only.

The cut is GrabCut's (Rother, Kolmogorov and Blake, 2004) within a box drawn by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from chestnut.core.scene import Box
from chestnut.devices.pictures import load_picture
from chestnut_tests.rendered.pictures import Picture, Pose, laid
from chestnut_tests.rendered.solids import Floats

SIDE_PX = 320


@dataclass(frozen=True, slots=True)
class Drawn:
    """kind: what it may be taken for. box: around it, fractions of the picture."""

    name: str
    kind: str
    picture: str
    box: Box


# The first of scikit-image; the others are photographs of a folder that is named on the command line.
DRAWN = (
    Drawn("coffee cup", "cup", "coffee", Box(0.2, 0.13, 0.76, 0.85)),
    Drawn("white mug", "cup", "mug_close.jpg", Box(0.07, 0.01, 0.95, 0.98)),
    Drawn("steel mug", "cup", "two_people_mug.jpg", Box(0.23, 0.54, 0.4, 0.82)),
    Drawn("bottle", "bottle", "dinner_table.jpg", Box(0.74, 0.11, 0.93, 0.57)),
    Drawn("tin", "tin", "barcode_ean13.jpg", Box(0.06, 0.01, 0.99, 0.95)),
    Drawn("plate", "plate", "dinner_table.jpg", Box(0.27, 0.58, 0.77, 0.82)),
)


def cutouts(folder: Path | None) -> dict[str, tuple[str, Floats]]:
    """By name: the kind, and the thing as pictures.laid() wants it, SIDE_PX a side."""
    import skimage.data

    found = {}
    for drawn in DRAWN:
        if drawn.picture == "coffee":
            picture = skimage.data.coffee()
        elif folder is not None and (folder / drawn.picture).is_file():
            picture = load_picture(folder / drawn.picture)
        else:
            continue
        found[drawn.name] = drawn.kind, _cut(picture, drawn.box)
    return found


def _cut(picture: Picture, box: Box) -> Floats:
    height, width = picture.shape[:2]
    scale = min(1.0, 480 / max(height * box.height, width * box.width))
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    height, width = small.shape[:2]
    left, top = int(box.left * width), int(box.top * height)
    inside = (left, top, int(box.width * width), int(box.height * height))
    mask = np.zeros(small.shape[:2], np.uint8)
    cv2.setRNGSeed(1)
    cv2.grabCut(small, mask, inside, np.zeros((1, 65)), np.zeros((1, 65)), 5, cv2.GC_INIT_WITH_RECT)
    cover = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    _, parts, stats, _ = cv2.connectedComponentsWithStats(cover)
    cover = (parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())).astype(np.float32)
    cover = cv2.GaussianBlur(cover, (0, 0), 1)
    rows, columns = np.nonzero(cover > 0.3)
    there = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
    layers = np.dstack((small.astype(np.float32) / 255 * cover[:, :, None], cover))[there]
    longer = max(layers.shape[:2])
    down, right = (longer - layers.shape[0]) // 2, (longer - layers.shape[1]) // 2
    square = np.zeros((longer, longer, 4), np.float32)
    square[down : down + layers.shape[0], right : right + layers.shape[1]] = layers
    whole: Floats = cv2.resize(square, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return whole


def laid_anyhow(
    cutout: Floats, background: Picture, pose: Pose, chance: np.random.Generator
) -> tuple[Picture, Box]:
    """Turned in the picture by up to 25°, seen from a little aside, in other light."""
    side = max(8, round(pose.size * background.shape[0]))
    corners = np.array(((0, 0), (1, 0), (1, 1), (0, 1)), np.float32)
    angle = chance.uniform(-0.44, 0.44)
    turn = np.array(((np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))))
    aside = chance.uniform(-0.07, 0.07, (4, 2))
    seen = ((corners - 0.5) @ turn.T * 0.8 + 0.5 + aside).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners * SIDE_PX, seen * 2 * side)
    warped = cv2.warpPerspective(cutout, matrix, (2 * side, 2 * side), flags=cv2.INTER_AREA)
    warped = cv2.resize(warped, (side, side), interpolation=cv2.INTER_AREA)
    return laid(warped, background, pose)
