"""How much better a person's letters are read once that person has shown some of them: samples from the first half of
a left-out source's recording, tested on its second half."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from chestnut.signs.features import canonical
from chestnut.signs.letter_book import ALPHABETS, READ_BADLY
from chestnut.signs.letters import TRAINED, Trained
from chestnut.signs.own_letters import OwnLetters
from letters_data import LETTERS, Recorded
from letters_trial import Limits, Told, spoken

Floats = npt.NDArray[np.floating]
Read = Callable[[Floats], Told]

SAMPLES = 3
DRAWS = 6
# So many of the letters in the order they are asked for: those read badly; and what they are taken for; all.
SHOWN = (len(READ_BADLY["asl"]), 16, len(ALPHABETS["asl"]))


@dataclass(frozen=True, slots=True)
class Halves:
    """samples: of each shown letter, of the first half. points, labels: of the second, all letters."""

    samples: dict[str, list[Floats]]
    points: Floats
    labels: npt.NDArray[np.str_]


def halved(recorded: Recorded, shown: str, chance: np.random.Generator) -> Halves:
    points = canonical(recorded.points[..., :2].astype(np.float64))
    samples, tested = {}, []
    for letter in sorted(set(recorded.labels)):
        places = np.flatnonzero(recorded.labels == letter)
        early, late = places[: len(places) // 2], places[len(places) // 2 :]
        if letter in shown:
            samples[letter] = list(points[chance.choice(early, SAMPLES, replace=False)])
        tested.append(late)
    order = np.concatenate(tested)
    return Halves(samples, points[order], recorded.labels[order])


def measure(
    trained: Trained, recorded: Recorded, unknown: dict[str, Recorded], clips: Floats, lengths: list[int]
) -> None:
    """Prints, before and after each number of letters was shown, means over DRAWS. trained: without this source.
    Temperature and limits are those of the file that ships."""
    ships = Trained.load(TRAINED)
    limits = Limits(ships.least_known, ships.least_share)
    trained = replace(trained, temperature=ships.temperature)
    for count in SHOWN:
        shown = ALPHABETS["asl"][:count]
        rows = []
        for draw in range(DRAWS):
            halves = halved(recorded, shown, np.random.default_rng(draw))
            own = OwnLetters(trained, halves.samples)
            rows.append(
                [
                    _figures(read, halves, limits, unknown, clips, lengths)
                    for read in (trained.probabilities, own.probabilities)
                ]
            )
        for when, figures in zip(("before", "after"), np.mean(rows, axis=0), strict=True):
            print(f"    {count} letters, {when}: " + " ".join(f"{each:.3f}" for each in figures), flush=True)


def _figures(
    read: Read,
    halves: Halves,
    limits: Limits,
    unknown: dict[str, Recorded],
    clips: Floats,
    lengths: list[int],
) -> list[float]:
    """Accuracy of all letters, of the shown, of the others; how many are sure and of those right; the same of the
    shown; told as a letter of each unknown source, of moving frames, of clips."""
    told = read(halves.points)
    right = np.array(list(LETTERS))[told[:, :-1].argmax(axis=1)] == halves.labels
    sure, shown = limits.sure(told), np.isin(halves.labels, list(halves.samples))
    parts = [right, right[shown], right[~shown], sure, right[sure], sure[shown], right[sure & shown]]
    strange = [limits.sure(read(canonical(each.points[..., :2]))).mean() for each in unknown.values()]
    moving = read(canonical(clips[..., :2]))
    return [
        *(float(part.mean()) if len(part) else float("nan") for part in parts),
        *map(float, strange),
        float(limits.sure(moving).mean()),
        spoken(moving, lengths, limits),
    ]
