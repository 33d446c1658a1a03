"""Spelling: letters that are shown one after the other, to words. Usage:

    PYTHONPATH=models OMP_NUM_THREADS=1 python -m bench.spelling DATA_FOLDER [SOURCE [LETTERS]]

Recorded hands of one source (asl_ai; hands_on_fluency) show words letter by letter; between two letters the hand goes
from one shape to the other, a double letter slides aside, between words it is away. The letters are read by networks
that were trained without that source, with the limits of those that are shipped. What the recordings cannot tell: how
people really spell. LETTERS: so many of the letters, in the order they are asked for, were shown three times before,
from the first half of the recordings; then the words are spelled with the second half, also with LETTERS 0.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from chestnut.signs.letter_book import ALPHABETS
from chestnut.signs.letters import TRAINED, LetterRead, Letters, Trained
from chestnut.signs.own_letters import OwnLetters
from chestnut.signs.spelling import Reading, Spelling, WordFinished
from letters_data import Floats, Recorded
from letters_own import halved
from letters_trial import fit
from train_letters import CHOSEN, SEEDS, read

# The letters J and Z move and are in none of the recordings.
WORDS = """
    HELLO THANKS WATER COFFEE DOCTOR HOME SCHOOL FRIEND PLEASE HELP WHERE BUS TRAIN MONDAY PHONE MONEY BREAD QUEUE
    VISIT EXTRA WALK GOOD MORNING LATER WINDOW PAPER KEY TAXI GLOVE FRUIT
""".split()  # noqa: SIM905 - read as words
TREMBLES = 0.01  # palm lengths, beside the trembling that is in the recordings
GOES_S = (0.15, 0.35)  # from one letter to the next
AWAY_S = 1.3
SLIDE = 1.0  # palm lengths


@dataclass(frozen=True)
class Shown:
    """One frame: points (21, 2) or None where the hand is away; across: palm lengths. letter: what is held, None on
    the way to the next one."""

    points: Floats | None
    across: float
    letter: str | None = None


class Person:
    def __init__(self, hands: Recorded, rate_hz: float, seed: int) -> None:
        self._hands, self._rate_hz = hands, rate_hz
        self._random = np.random.default_rng(seed)

    def spell(self, word: str, held_s: float) -> list[Shown]:
        frames: list[Shown] = []
        across = 0.0
        before = None
        for letter in word:
            hold = max(2, round(held_s * self._random.uniform(0.8, 1.25) * self._rate_hz))
            shapes = self._shapes(letter, hold)
            if letter == before:
                way = self._way(frames[-1].points, shapes[0], 0.25)
                frames += [
                    Shown(one, across + SLIDE * (n + 1) / len(way), letter) for n, one in enumerate(way)
                ]
                across += SLIDE
            elif frames:
                way = self._way(frames[-1].points, shapes[0], float(self._random.uniform(*GOES_S)))
                frames += [Shown(one, across) for one in way]
            frames += [Shown(one, across, letter) for one in shapes]
            before = letter
        return [*frames, *[Shown(None, 0.0)] * round(AWAY_S * self._rate_hz)]

    def _shapes(self, letter: str, count: int) -> Floats:
        """Frames that followed each other, there and back again where there are not enough."""
        numbers = np.flatnonzero(self._hands.labels == letter)
        length = min(count, len(numbers))
        first = int(self._random.integers(len(numbers) - length + 1))
        run = numbers[first : first + length]
        there_and_back = np.resize(np.concatenate([run, run[::-1]]), count)
        shapes: Floats = self._hands.points[there_and_back, :, :2]
        return shapes + self._random.normal(0, TREMBLES, shapes.shape)

    def _way(self, start: Floats | None, end: Floats, seconds: float) -> list[Floats]:
        assert start is not None
        frames = max(1, round(seconds * self._rate_hz))
        return [start + (end - start) * (n + 1) / (frames + 1) for n in range(frames)]


def spelt(
    seen: Sequence[LetterRead], frames: Sequence[Shown], rate_hz: float, hold_s: float, right: bool
) -> str:
    """seen: of the frames with a hand. right: as if each letter that is held were read rightly."""
    following = iter(seen)
    spelling = Spelling(hold_s)
    words = []
    for number, one in enumerate(frames):
        at = number / rate_hz
        if one.points is None:
            told = spelling.feed(Reading(at, hand=False))
        else:
            got = next(following)
            letter = one.letter if right and one.letter else got.letter
            told = spelling.feed(Reading(at, letter, got.confidence, True, one.across))
        if isinstance(told, WordFinished):
            words.append(told.word)
    return " ".join(words)


def there(frames: Sequence[Shown]) -> Floats:
    """(n, 21, 2): of the frames with a hand."""
    return np.array([one.points for one in frames if one.points is not None])


def edits(one: str, other: str) -> int:
    """Letters put in, left out or changed."""
    row = list(range(len(other) + 1))
    for first, letter in enumerate(one, 1):
        left, row[0] = row[0], first
        for second, its in enumerate(other, 1):
            left, row[second] = row[second], min(row[second] + 1, row[second - 1] + 1, left + (letter != its))
    return row[-1]


def main() -> None:
    folder = Path(sys.argv[1]) / "signs"
    source = sys.argv[2] if len(sys.argv) > 2 else "asl_ai"
    begun = time.perf_counter()
    data = read(folder)
    shipped = Trained.load(TRAINED)
    trained = replace(
        fit(data.without(source), CHOSEN, SEEDS),
        temperature=shipped.temperature,
        least_known=shipped.least_known,
        least_share=shipped.least_share,
        trust=shipped.trust,
    )
    letters, hands = Letters(trained), data.known[source]
    if len(sys.argv) > 3:
        halves = halved(hands, ALPHABETS["asl"][: int(sys.argv[3])], np.random.default_rng(0))
        hands = Recorded(halves.points, halves.labels)
        if halves.samples:
            letters = OwnLetters(trained, halves.samples)
    points = hands.points[..., :2]
    seen = letters.see_points(points)
    sure = [one.letter is not None for one in seen]
    right = [one.letter == label for one, label in zip(seen, hands.labels, strict=True) if one.letter]
    print(
        f"{source}, trained without it in {time.perf_counter() - begun:.0f} s: of single frames {np.mean(sure):.3f} "
        f"are sure, {np.mean(right):.3f} of those right; {len(WORDS)} words in each row"
    )
    print(
        "rate   a letter is held   hold   letters/min   letters wrong   words right   were all read right: wrong"
    )
    for rate_hz in (10.0, 20.0):
        for held_s in (0.4, 0.6, 0.9, 1.3):
            person = Person(hands, rate_hz, seed=1)
            shown = [person.spell(word, held_s) for word in WORDS]
            looked = [letters.see_points(there(frames)) for frames in shown]
            minutes = sum(map(len, shown)) / rate_hz / 60
            count = sum(map(len, WORDS))
            for hold_s in (0.2, 0.3, 0.45):
                got, best = (
                    [spelt(*both, rate_hz, hold_s, right) for both in zip(looked, shown, strict=True)]
                    for right in (False, True)
                )
                wrong, least = (sum(map(edits, WORDS, each)) / count for each in (got, best))
                whole = np.mean([one == word for one, word in zip(got, WORDS, strict=True)])
                print(
                    f"{rate_hz:2.0f} Hz {held_s:14.1f} s {hold_s:10.2f} s {count / minutes:9.0f} {wrong:15.3f} "
                    f"{whole:13.2f} {least:16.3f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
