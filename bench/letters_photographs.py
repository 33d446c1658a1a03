"""What the finger letters in photographs are read as.

    PYTHONPATH=tests python -m bench.letters_photographs            the drawn hand before photographs
    PYTHONPATH=tests python -m bench.letters_photographs FOLDER     FOLDER/LETTER/*: your own; FOLDER/none: no letter
    PYTHONPATH=tests python -m bench.letters_photographs --hand F   a jointed hand (bench/jointed_hand.py)

Each of your own is tried as it is, half as large, turned by 15 degrees either way, and all of it mirrored. Printed
for each letter: how many were read rightly, left open (no letter was sure), not seen (no hand was found) and read as
another letter; of the pairs of a picture and its mirror picture, how many were told the same.
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from pathlib import Path

import numpy as np
from chestnut.core.scene import Frame
from chestnut.devices.pictures import load_picture, pictures_in
from chestnut.perception.hands import Hands
from chestnut.runtime.assemble.signs import open_hands
from chestnut.signs.both_ways import see_both_ways
from chestnut.signs.letters import Letters
from chestnut.signs.track import distinct, points_of
from chestnut_tests.spelled_photographs import GROUNDS, SCALES, TURNS_DEG, before, photographs
from PIL import Image, ImageOps

from bench.jointed_hand import POSES, JointedHand

NOT_SEEN, UNSURE = "not seen", "left open"
COLUMNS = ("right", UNSURE, NOT_SEEN, "another letter")

Shot = tuple[str, Image.Image]  # what it shows


def drawn() -> Iterator[Shot]:
    for photograph in photographs():
        yield photograph.letter, photograph.taken()


def jointed(file: Path) -> Iterator[Shot]:
    hand = JointedHand(file)
    for letter, turn in product(POSES, TURNS_DEG):
        drawn = hand.picture(letter, turn)
        for ground, scale in product(GROUNDS, SCALES):
            size = round(drawn.height * scale)
            picture = before(ground, drawn.resize((size, size)))
            yield letter, picture
            yield letter, ImageOps.mirror(picture)


def own(folder: Path) -> Iterator[Shot]:
    for letter in sorted(each for each in folder.iterdir() if each.is_dir()):
        for file in pictures_in(str(letter)):
            picture = Image.fromarray(load_picture(file))
            half = picture.resize((picture.width // 2, picture.height // 2))
            for shot in (
                *(picture.rotate(turn, Image.Resampling.BICUBIC) for turn in TURNS_DEG),
                half,
            ):
                yield letter.name, shot
                yield letter.name, ImageOps.mirror(shot)


def read(hands: Hands, letters: Letters, picture: Image.Image) -> str:
    """A letter, UNSURE or NOT_SEEN; the first sure one, as chestnut letters tells it, from left to right."""
    aspect = picture.width / picture.height
    seen = see_both_ways(hands.see, Frame(1, 0.0, np.asarray(picture)))
    each = [hand for _, hand in distinct([(points_of(hand, aspect), hand) for hand in seen])]
    told = [letters.see(hand, aspect).letter for hand in each]
    return next((letter for letter in told if letter), UNSURE if told else NOT_SEEN)


def outcome(shown: str, told: str) -> str:
    if told in (UNSURE, NOT_SEEN):
        return told
    return "right" if told == shown else "another letter"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("folder", type=Path, nargs="?")
    ways.add_argument("--hand", type=Path, metavar="F")
    options = parser.parse_args()
    shots = jointed(options.hand) if options.hand else own(options.folder) if options.folder else drawn()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: Counter[tuple[str, str]] = Counter()
    told: list[str] = []
    letters = Letters.load()
    with closing(open_hands(2, stream=False)) as hands:
        for shown, picture in shots:
            told.append(read(hands, letters, picture))
            result = outcome(shown, told[-1])
            counts[shown][result] += 1
            if result == COLUMNS[-1]:
                wrong[shown, told[-1]] += 1
    print("| shown |", " | ".join(COLUMNS), "|")
    for shown, counted in [*counts.items(), ("all", sum(counts.values(), Counter[str]()))]:
        print(f"| {shown} |", " | ".join(str(counted[column]) for column in COLUMNS), "|")
    print(
        "taken for:", ", ".join(f"{shown} {other} {count}" for (shown, other), count in wrong.items()) or "-"
    )
    pairs = list(zip(told[::2], told[1::2], strict=True))
    same = sum(one == other for one, other in pairs)
    contrary = sum(one != other and not {one, other} & {UNSURE, NOT_SEEN} for one, other in pairs)
    print(f"pairs of mirror pictures: {len(pairs)}, told the same {same}, as different letters {contrary}")


if __name__ == "__main__":
    main()
