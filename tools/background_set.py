"""Makes host/chestnut/perception/background.npz anew: what ordinary pieces of pictures look like to the descriptor.

Run: PYTHONPATH=tests python -m tools.background_set. Needs `make models` and scikit-image, whose photographs (public
domain and CC0) it cuts, and rooms that are rendered for it. The file holds descriptors alone, of no use to see by.
"""

from __future__ import annotations

import numpy as np
from chestnut.perception.descriptor import Describer, Floats
from chestnut.perception.recognition import BACKGROUND
from chestnut_models.library import path as model_path
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.pictures import PHOTOS, Picture, bytes_of, photograph

SEED = 20
ROOMS = 16
PIECES = 16  # of each picture
SIDES = (0.15, 0.8)  # of a piece, shares of the picture's height


def pictures(chance: np.random.Generator) -> list[Picture]:
    made = [photograph(name) for name in PHOTOS]
    for _ in range(ROOMS):
        made.append(bytes_of(rooms.render(rooms.any_room(chance), rooms.any_stand(chance), 640, 480)))
    return made


def pieces(picture: Picture, chance: np.random.Generator) -> list[Picture]:
    height, width = picture.shape[:2]
    cut = []
    for _ in range(PIECES):
        side = round(chance.uniform(*SIDES) * height)
        left, top = chance.integers(0, width - side), chance.integers(0, height - side)
        cut.append(np.ascontiguousarray(picture[top : top + side, left : left + side]))
    return cut


def background(describer: Describer) -> Floats:
    """(count, NUMBERS)."""
    chance = np.random.default_rng(SEED)
    return describer.vectors([piece for picture in pictures(chance) for piece in pieces(picture, chance)])


def main() -> None:
    describer = Describer(model_path("efficientnet-lite0.onnx"))
    np.savez_compressed(BACKGROUND, vectors=background(describer).astype(np.float16))
    print(f"{BACKGROUND.name}: {BACKGROUND.stat().st_size} bytes")


if __name__ == "__main__":
    main()
