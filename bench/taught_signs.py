"""Taught signs: how many are known again, and what is spoken that is none. Usage:

    PYTHONPATH=tests python -m bench.taught_signs DATA_FOLDER [DRAWS]

Five recorded words of one signer. In each draw three (or five) clips of each word are taught, the rest is asked;
then each word in turn is not taught and asked. Idle movements are drawn as those the signs are told from, with
another seed and, in the second line, with the recorded hands of a finger alphabet in place of the drawn one; in the
third these hands are shown and held still. At last a minute's idle movements are put one behind the other, and it is
counted how many clips a lesson by keys takes until three of them agree.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from chestnut.signs import background
from chestnut.signs.reader import SignReader
from chestnut.signs.take import Take, take_from
from chestnut.signs.taught import MOST_TAKES, Recogniser, agreeing
from chestnut.signs.track import KNUCKLES, Floats, Seen
from chestnut_tests.recorded_signs import (
    ASPECT,
    SIDES,
    box_of,
    clips_needed,
    frames_of,
    hand_of,
    read_through,
    recorded,
)
from chestnut_tests.signed import FACE, Sign

Asked = list[list[Take]]  # of each clip the takes of the movements in it


def main() -> None:
    data, draws = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 40
    cost()
    clips, words = recorded(data)
    alphabet = letters(data)
    for face in (True, False):
        idle = {
            "drawn": idle_takes(face),
            "recorded hands": idle_takes(face, alphabet),
            "still": still_takes(face, alphabet),
        }
        whole = [[take for take in [take_from(shown(clip, 15, face))] if take] for clip in clips]
        for count in (3, 5):
            measure(f"clips as they are, {count} takes", face, whole, words, draws, count, idle)
        for rate_hz, every in ((30, 1), (15, 1), (10, 1), (15, 2)):
            cut = [
                [made.take for made in read_through(frames_of(clip, rate_hz, face)[::every], SignReader())]
                for clip in clips
            ]
            title = f"cut out of a stream, {30 / rate_hz:.0f} s a clip, {rate_hz / every:.1f} Hz, 3 takes"
            measure(title, face, cut, words, draws, 3, idle)
        first = {
            str(word): together([whole[n] for n in np.flatnonzero(words == word)[:3]]) for word in set(words)
        }
        movements, spoken = idle_minutes(Recogniser(first), face, alphabet)
        print(f"\nten minutes of idle hands: {movements} movements, {spoken} spoken")
    random, counts = np.random.default_rng(0), Counter[int]()
    for word in sorted(set(words)):
        every = np.flatnonzero(words == word)
        for _ in range(2 * draws):
            chosen = random.choice(every, MOST_TAKES, replace=False)
            counts[clips_needed([clips[number] for number in chosen])] += 1
    told = ", ".join(
        f"{count} {f'with {needed} clips' if needed else 'never'}" for needed, count in sorted(counts.items())
    )
    print(f"\nlessons by keys in which three takes agree: {told}")


def shown(clip: Floats, rate_hz: float, face: bool) -> list[Seen]:
    return [one for one in frames_of(clip, rate_hz, face) if any(hand is not None for hand in one.hands)]


def measure(
    title: str,
    face: bool,
    asked: Asked,
    words: np.ndarray,
    draws: int,
    count: int,
    idle: dict[str, list[Take]],
) -> None:
    random = np.random.default_rng(7)
    rows = []
    for _ in range(draws):
        taught = {}
        for word in sorted(set(words)):
            usable = [number for number in np.flatnonzero(words == word) if asked[number]]
            taught[str(word)] = random.choice(usable, count, replace=False).tolist()
        used = {number for numbers in taught.values() for number in numbers}
        signs = {word: together([asked[number] for number in numbers]) for word, numbers in taught.items()}
        rest = [number for number in range(len(words)) if number not in used]
        recogniser = Recogniser(signs)
        said = {number: names(recogniser, asked[number]) for number in rest}
        row = [
            share(said[number] == [words[number]] for number in rest),
            share(any(name != words[number] for name in said[number]) for number in rest),
        ]
        unknown = []
        for word in signs:
            fewer = Recogniser({other: takes for other, takes in signs.items() if other != word})
            unknown += [bool(names(fewer, asked[number])) for number in np.flatnonzero(words == word)]
        row += [
            share(unknown),
            *(share(bool(names(recogniser, [one])) for one in takes) for takes in idle.values()),
        ]
        rows.append(row)
    table = np.array(rows)
    told = (f"{column.mean():.3f} ± {column.std():.3f}" for column in table.T)
    heads = ("known", "another sign", "unknown word spoken", *(f"idle ({kind}) spoken" for kind in idle))
    print(f"\n{title}, {'with' if face else 'without'} a face, {draws} draws")
    for head, column, values in zip(heads, told, table.T, strict=True):
        print(
            f"  {head:32} {column}  worst {values.min() if head == 'known' else values.max():.3f}", flush=True
        )


def names(recogniser: Recogniser, takes: Sequence[Take]) -> list[str]:
    verdicts = [recogniser.of(take) for take in takes]
    return [verdict.name for verdict in verdicts if verdict is not None and verdict.name]


def together(offered: Sequence[Sequence[Take]]) -> list[Take]:
    """The takes of one sign, chosen as chestnut teach does; where too few agree, the longest of each clip."""
    takes = [take for one in offered for take in one]
    chosen = [takes[number] for number in agreeing(takes)]
    if len(chosen) >= len(offered):
        return chosen
    return [max(one, key=lambda take: take.seconds) for one in offered]


def share(values: object) -> float:
    return float(np.mean(list(values)))  # type: ignore[call-overload]


# --- idle movements -----------------------------------------------------------------------------------------


def idle_takes(face: bool, hands: Floats | None = None, count: int = 300, seed: int = 1234) -> list[Take]:
    random = np.random.default_rng(seed)
    takes = []
    for _ in range(count):
        frames = background.idle_frames(random, FACE if face else None)
        if hands is not None:
            frames = [with_hands(one, pair) for pair in [random.choice(hands, 2)] for one in frames]
        takes.append(take_from(frames))
    return [take for take in takes if take is not None]


def still_takes(face: bool, hands: Floats, count: int = 300, seed: int = 77) -> list[Take]:
    """One recorded hand before the chest for 0.6 s."""
    random = np.random.default_rng(seed)
    takes = []
    for _ in range(count):
        at = (random.normal(1.2, 0.8), random.normal(3.0, 1.2))
        hand = random.choice(hands) + np.array(at) * background.PALM
        trembling = random.normal(0, 0.02 * background.PALM, (10, *hand.shape))
        frames = [Seen(n / 15, (None, hand + one), FACE if face else None) for n, one in enumerate(trembling)]
        takes.append(take_from(frames))
    return [take for take in takes if take is not None]


def idle_minutes(recogniser: Recogniser, face: bool, hands: Floats, minutes: float = 10.0) -> tuple[int, int]:
    """Idle stretches one behind the other, through the cutting: how many movements, and how many were spoken."""
    random = np.random.default_rng(9)
    reader = SignReader(recogniser)
    at, made = 0.0, []
    while at < 60 * minutes:
        pair = random.choice(hands, 2)
        for seen in background.idle_frames(random, FACE if face else None):
            shown = with_hands(seen, pair)
            seconds = at + seen.at
            told = [
                hand_of(one, side) for one, side in zip(shown.hands, SIDES, strict=True) if one is not None
            ]
            made.append(reader.feed(seconds, told, ASPECT, shown.face and box_of(shown.face)))
        for number in range(int(random.uniform(0.5, 1.5) * 15)):  # the hands stay where they are
            made.append(reader.feed(seconds + (number + 1) / 15, told, ASPECT))
        at = seconds + (number + 1) / 15 + float(random.choice([0.07, 0.7]))
    movements = [one for one in made if one is not None]
    return len(movements), sum(bool(one.verdict and one.verdict.name) for one in movements)


def with_hands(seen: Seen, pair: Floats) -> Seen:
    """The recorded hands in the places of the drawn ones."""
    laid = [None if old is None else old[0] + new for old, new in zip(seen.hands, pair, strict=True)]
    return Seen(seen.at, (laid[0], laid[1]), seen.face)


def letters(data: Path) -> Floats:
    """(n, 21, 2) from the wrist, of the size of the drawn hand."""
    points = np.load(data / "signs" / "asl_ai" / "asl_ai.npz")["X"][::7, :, :2].astype(np.float64) * (
        16 / 9,
        1,
    )
    points -= points[:, :1]
    palms = np.linalg.norm(points[:, list(KNUCKLES)], axis=-1).max(axis=1)
    scaled: Floats = points / palms[:, None, None] * background.PALM
    return scaled


# --- cost ---------------------------------------------------------------------------------------------------


def cost() -> None:
    random = np.random.default_rng(0)
    begun = time.perf_counter()
    idle = background.background()
    print(f"\nthe background is drawn in {time.perf_counter() - begun:.2f} s, once")
    drawn = {}
    for number in range(50):
        sign = Sign.drawn(random)
        drawn[str(number)] = [take for _ in range(3) if (take := take_from(sign.made(random))) is not None]
    begun = time.perf_counter()
    recogniser = Recogniser(drawn)
    print(f"50 signs are made ready in {time.perf_counter() - begun:.2f} s")
    times_ms = []
    for take in idle[:200]:
        begun = time.perf_counter()
        recogniser.of(take)
        times_ms.append((time.perf_counter() - begun) * 1e3)
    p50, p95 = np.quantile(times_ms, (0.5, 0.95))
    print(f"a movement is compared with 50 signs in {p50:.2f} / {p95:.2f} ms (p50 / p95)")


if __name__ == "__main__":
    main()
