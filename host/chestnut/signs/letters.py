"""One hand to a letter of the American finger alphabet, or to none that is sure.

The 24 letters that stand still; J and Z move (tracing.py). A few small networks, of which the mean is taken over a
hand and its mirror picture, so that left, right, mirrored or not makes no difference. What it was trained on and how
often it is right on people it never saw: models/letters.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Hand
from chestnut.signs.features import Floats, canonical, canonical_of, features, mirrored

TRAINED = Path(__file__).with_name("letters.npz")
TOLD = 3  # letters of a reading, the likeliest first
FARTHEST = 4.0  # standard deviations; a feature beyond says nothing more


@dataclass(frozen=True, slots=True)
class LetterRead:
    """letter: None when none is sure. top: the TOLD likeliest and how likely each is if it is a letter at all; all
    letters sum to 1. known: 0 to 1, how likely it is that it is one. trust: 0 to 1, how often the first of top was
    right on people it was not learnt from; M, N and R seldom are."""

    letter: str | None
    top: tuple[tuple[str, float], ...]
    known: float
    trust: float = 1.0

    @property
    def sure(self) -> bool:
        return self.letter is not None

    @property
    def confidence(self) -> float:
        """That it is the first of top: 0 to 1."""
        return self.known * self.top[0][1] * self.trust


@dataclass(frozen=True, slots=True)
class Trained:
    """Networks of one shape, stacked: weights[i] (networks, inputs, outputs), biases[i] (networks, 1, outputs), mean
    and scale (networks, 1, FEATURES). The outputs are the letters and, last, "no letter". temperature: what their
    logarithms are divided by. least_known, least_share: what a sure letter reaches at least. trust: of each letter,
    as LetterRead has it."""

    letters: str
    mean: Floats
    scale: Floats
    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    temperature: float
    least_known: float
    least_share: float
    trust: tuple[float, ...]

    def probabilities(self, points: Floats) -> npt.NDArray[np.float64]:
        """(n, 21, 2) of canonical() to (n, letters and one): each row sums to 1."""
        return self.judged(self.hidden(points))

    def hidden(self, points: Floats) -> Floats:
        """(n, 21, 2) of canonical() to (networks, 2 n, width): what the last layer but one makes of all hands, and
        then of all their mirror pictures."""
        both = features(np.concatenate([points, mirrored(points)]))
        told = ((both - self.mean) / self.scale).clip(-FARTHEST, FARTHEST)
        for weights, biases in zip(self.weights[:-1], self.biases[:-1], strict=True):
            told = np.maximum(told @ weights + biases, 0)
        return np.asarray(told)

    def judged(self, hidden: Floats) -> npt.NDArray[np.float64]:
        """hidden() to probabilities()."""
        told = softmax(hidden @ self.weights[-1] + self.biases[-1]).mean(axis=0)
        mean = told.reshape(2, -1, told.shape[-1]).mean(axis=0)
        return softmax(np.log(mean + 1e-12) / self.temperature)

    def save(self, path: Path) -> None:
        """Half precision; the same bytes for the same networks."""
        layers = {f"weights{number}": each for number, each in enumerate(self.weights)}
        layers |= {f"biases{number}": each for number, each in enumerate(self.biases)}
        layers |= {"mean": self.mean, "scale": self.scale}
        limits = np.array([self.temperature, self.least_known, self.least_share, *self.trust])
        halved = {name: each.astype(np.float16) for name, each in layers.items()}
        np.savez(path, letters=np.array(self.letters), limits=limits, **halved)  # type: ignore[arg-type]

    @classmethod
    def load(cls, path: Path) -> Trained:
        with np.load(path) as file:
            layers = {name: file[name].astype(np.float32) for name in file.files if name != "letters"}
            temperature, least_known, least_share, *trust = (float(each) for each in file["limits"])
            letters = str(file["letters"])
        depth = sum(name.startswith("weights") for name in layers)
        weights, biases = (
            tuple(layers[f"{kind}{number}"] for number in range(depth)) for kind in ("weights", "biases")
        )
        limits = (temperature, least_known, least_share, tuple(trust))
        return cls(letters, layers["mean"], layers["scale"], weights, biases, *limits)


class Letters:
    """Letters.load().see(hand, aspect). Pure; may be used by several threads."""

    def __init__(self, trained: Trained) -> None:
        self._trained = trained

    @classmethod
    def load(cls, path: Path = TRAINED) -> Letters:
        return cls(Trained.load(path))

    @property
    def alphabet(self) -> str:
        return self._trained.letters

    def see(self, hand: Hand, aspect: float) -> LetterRead:
        """aspect: the picture's width divided by its height. hand.handedness is not used."""
        return self.see_points(canonical_of(hand, aspect))[0]

    def read(self, hand: Hand, aspect: float) -> tuple[str | None, float]:
        """As spelling wants it: a sure letter or None, and the confidence."""
        seen = self.see(hand, aspect)
        return seen.letter, seen.confidence

    def see_points(self, points: Floats) -> list[LetterRead]:
        """points: (n, 21, 2) in any unit that is the same for x and y."""
        told = self._told(canonical(points))
        return [self._reading(row, trust) for row, trust in zip(*told, strict=True)]

    def _told(self, points: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(n, 21, 2) of canonical() to probabilities, (n, letters and one), and how far each letter is to be trusted,
        (n, letters)."""
        told = self._trained.probabilities(points)
        return told, np.tile(self._trained.trust, (len(points), 1))

    def _reading(self, row: npt.NDArray[np.float64], trusted: npt.NDArray[np.float64]) -> LetterRead:
        known, share = known_and_share(row[None])
        likeliest = np.argsort(-share[0])[:TOLD]
        top = tuple((self.alphabet[place], float(share[0, place])) for place in likeliest)
        sure = known[0] >= self._trained.least_known and top[0][1] >= self._trained.least_share
        trust = float(trusted[likeliest[0]])
        return LetterRead(top[0][0] if sure else None, top, float(known[0]), trust)


def known_and_share(
    probabilities: npt.NDArray[np.float64],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """(n, letters and one) to how likely each is a letter (n), and if so which (n, letters)."""
    known = 1 - probabilities[:, -1]
    return known, probabilities[:, :-1] / np.maximum(known, 1e-12)[:, None]


def softmax(logits: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    raised = np.exp(np.asarray(logits, dtype=np.float64) - logits.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True))
