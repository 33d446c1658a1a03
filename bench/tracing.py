"""J and Z drawn in the air: how many are told, and how many nobody drew. Usage:

    PYTHONPATH=tests python -m bench.tracing DATA_FOLDER [COUNT]

All goes through the device's own reading of frames, with the letters that are shipped, 15 and 30 frames a second. The
hands are recorded ones of one signer (asl_ai), on which these letters were trained too: they are read well, which is
the worst case here, for only a hand that is read as I, D, X, G or L can draw. Their ways are drawn, but for the
bursts as they were recorded and the clips of another sign language. J and Z of people are in no recording.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from chestnut.core.events import WordSpelled
from chestnut.signs.background import RATE_HZ as IDLE_HZ
from chestnut.signs.background import idle_frames, smooth
from chestnut.signs.conversation import Conversation
from chestnut.signs.letters import Letters
from chestnut.signs.tracing import traced
from chestnut.signs.track import Floats, palm_of
from chestnut_tests.recorded_signs import ASPECT, frames_of, hand_of, recorded

Stream = list[Floats | None]  # a frame each: (21, 2) in picture heights, or no hand
PALM = 0.12
WIDE = 16 / 9  # the recordings' format, assumed
AWAY_S = 1.3
DRAWS, STILL = "IDXGL", "ABCDEFGHIKLMNOPQRSTUVWXY"
J = np.array([(0, 0), (0, 1.6), (-0.4, 2.1), (-1.0, 1.8), (-1.1, 1.2)])
Z = np.array([(0, 0), (1.6, 0), (0.1, 1.4), (1.7, 1.4)])
TREMBLES = 0.01  # palm lengths


class Hands:
    """Recorded bursts by letter, and the same hands in the size that is drawn with."""

    def __init__(self, data: Path, seed: int) -> None:
        kept = np.load(data / "signs" / "asl_ai" / "asl_ai.npz")
        self._points = kept["X"][:, :, :2].astype(np.float64) * (WIDE, 1)
        self._labels = kept["y"]
        self.random = np.random.default_rng(seed)

    def burst(self, letter: str, count: int) -> list[Floats]:
        numbers = np.flatnonzero(self._labels == letter)
        first = int(self.random.integers(len(numbers) - count))
        return list(self._points[numbers[first : first + count]])

    def along(self, letter: str, way: Floats) -> Stream:
        """One hand that keeps its shape. way: (n, 2) of its wrist, in palm lengths."""
        shape = self.burst(letter, 1)[0]
        shape = (shape - shape[0]) / palm_of(shape)
        trembling = self.random.normal(0, TREMBLES, (len(way), *shape.shape))
        return [(shape + place + one) * PALM + (0.6, 0.5) for place, one in zip(way, trembling, strict=True)]


def stood(stops: Floats, seconds: float, rate_hz: float, before_s: float = 0.5) -> Floats:
    """Standing, along the stops at even speed, standing."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(stops, axis=0), axis=1))])
    progress = smooth(np.array([[0.0], [1.0]]), np.linspace(0, 1, max(2, round(seconds * rate_hz))))[:, 0]
    way = np.stack([np.interp(progress * lengths[-1], lengths, stops[:, axis]) for axis in (0, 1)], axis=1)
    rest = round(before_s * rate_hz)
    return np.concatenate([np.repeat(way[:1], rest, 0), way, np.repeat(way[-1:], rest, 0)])


def drawn(hands: Hands, letter: str, rate_hz: float) -> Stream:
    """As somebody else would: turned, of another size, mirrored, quicker or slower."""
    random = hands.random
    angle, size = random.normal(0, 0.15), random.uniform(0.7, 1.2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    stops = (J if letter == "J" else Z) @ turn.T * size * (random.choice([-1, 1]), 1)
    way = stood(stops, random.uniform(0.5, 1.4), rate_hz)
    return hands.along("I" if letter == "J" else "D", way)


def travelling(hands: Hands, letter: str, rate_hz: float) -> Stream:
    """To one to three other places, up to about three palms away, stopping there or not."""
    random = hands.random
    stops = np.concatenate([[[0, 0]], random.normal(0, 1.2, (int(random.integers(1, 4)), 2))])
    seconds = len(stops) * random.uniform(0.3, 0.8)
    if random.random() < 0.5:
        return hands.along(letter, stood(stops, seconds, rate_hz))
    way = smooth(stops, np.linspace(0, 1, round(seconds * rate_hz)))
    rest = round(0.5 * rate_hz)
    return hands.along(
        letter, np.concatenate([np.repeat(way[:1], rest, 0), way, np.repeat(way[-1:], rest, 0)])
    )


def spelled(hands: Hands, rate_hz: float) -> Stream:
    """Four letters, each held for half a second; the hand goes from shape to shape and sways by up to a palm."""
    random = hands.random
    letters = [hands.along(str(letter), np.zeros((1, 2)))[0] for letter in random.choice([*STILL], 4)]
    places = np.concatenate([[[0, 0]], np.cumsum(random.normal(0, 0.5, (3, 2)), axis=0)]) * PALM
    shapes = np.array([one + place for one, place in zip(letters, places, strict=True) if one is not None])
    stream: Stream = []
    for number, shape in enumerate(shapes):
        if number:
            steps = np.linspace(0, 1, round(random.uniform(0.15, 0.35) * rate_hz) + 1)
            stream += list(smooth(shapes[number - 1 : number + 1], steps))
        stream += [shape + one for one in random.normal(0, TREMBLES * PALM, (round(0.5 * rate_hz), 21, 2))]
    return stream


def idle(hands: Hands, letter: str) -> Stream:
    """An everyday movement, made with the hand of that letter."""
    places = [
        next((one for one in seen.hands if one is not None), None) for seen in idle_frames(hands.random)
    ]
    way = np.array([one[0] for one in places if one is not None]) / PALM
    return hands.along(letter, way - way[0])


def told(read: Letters, stream: Stream, rate_hz: float) -> str:
    """All words that were spelled, without spaces."""
    conversation, counted = Conversation(read.read, None, traced), ""
    for number, points in enumerate([*stream, *[None] * round(AWAY_S * rate_hz)]):
        hands = () if points is None else (hand_of(points, "right"),)
        for event in conversation.feed(number / rate_hz, hands, ASPECT):
            counted += event.text if isinstance(event, WordSpelled) else ""
    return counted


def clips(data: Path) -> Iterator[Stream]:
    """Each hand of each clip."""
    for clip in recorded(data)[0]:
        frames = frames_of(clip)
        for side in (0, 1):
            yield [one.hands[side] for one in frames]


def row(title: str, words: Sequence[str], wanted: str = "") -> None:
    right = sum(word == wanted for word in words) if wanted else 0
    j, z = (sum(letter in word for word in words) for letter in "JZ")
    known = f"{right / len(words):.3f}" if wanted else ""
    print(f"| {title} | {len(words)} | {known} | {j} | {z} |")


def main() -> None:
    data, count = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    read = Letters.load()
    for rate_hz in (15.0, 30.0):
        hands = Hands(data, seed=5)
        print(f"\n{rate_hz:.0f} frames a second\n\n| what | how often | just this letter | with J | with Z |")
        print("| --- | --- | --- | --- | --- |")
        for letter in "JZ":
            row(
                f"{letter} drawn",
                [told(read, drawn(hands, letter, rate_hz), rate_hz) for _ in range(count)],
                letter,
            )
        for name, letters in (("I", "I"), ("D", "D"), ("all 24", STILL)):
            every = [letters[number % len(letters)] for number in range(count)]
            bursts = [told(read, list(hands.burst(each, round(2 * rate_hz))), rate_hz) for each in every]
            row(f"2 s of a recorded burst, {name}", bursts)
        for name, letters in (("I", "I"), ("D, X, G, L", "DXGL"), ("all 24", STILL)):
            every = [letters[number % len(letters)] for number in range(count)]
            row(
                f"travelling, {name}",
                [told(read, travelling(hands, each, rate_hz), rate_hz) for each in every],
            )
        row("four letters spelled", [told(read, spelled(hands, rate_hz), rate_hz) for _ in range(count)])
        if rate_hz == IDLE_HZ:
            for name, letters in (("I", "I"), ("D, X, G, L", "DXGL"), ("all 24", STILL)):
                every = [letters[number % len(letters)] for number in range(count)]
                row(f"everyday movements, {name}", [told(read, idle(hands, each), rate_hz) for each in every])
        row("clips of Mexican words, each hand", [told(read, stream, rate_hz) for stream in clips(data)])


if __name__ == "__main__":
    main()
