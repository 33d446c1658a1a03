"""Letters of an alphabet that somebody showed three to five times each. Experimental.

Of each sample variants are made, turned and stretched a little. In their features every letter is a point and all
spread alike, as far as so few samples tell (linear discriminant analysis with a covariance drawn towards a round
one; Friedman 1989). The letter that is nearest is told, when it is as near as the samples are to each other, and
clearly nearer than the next. A hand and its mirror picture count the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Hand
from chestnut.signs.features import Floats, canonical, canonical_of, features, mirrored
from chestnut.signs.letters import TOLD, LetterRead, softmax

LEAST_SAMPLES, ENOUGH_SAMPLES = 3, 5  # of a letter
LEAST_LETTERS = 2
VARIANTS = 12
TURN, STRETCH, NOISE = 0.12, 0.1, 0.02  # standard deviations: radians, of a factor's logarithm, palms
ROUND = 0.1  # how much of the spread is taken as the same in all directions
# Squared distances, in those of samples from the rest of their letter. Where they were chosen: models/letters.md.
FARTHEST, CLEARLY = 2.0, 0.4
LEAST_USUAL = 40.0  # as of five samples of a real hand; nearer to each other is one that was kept often
SOFT = 0.5  # of the same unit, over which the likelihood of a letter falls by e


class Calibrated:
    """Pure; may be used by several threads."""

    def __init__(
        self, samples: Mapping[str, Sequence[Floats]], normal: Callable[[Floats], Floats] = canonical
    ) -> None:
        """samples: of each letter, each (21, 2) in any unit that is the same for x and y. normal: per_axis for
        recordings that lost it. ValueError for fewer than LEAST_LETTERS letters or LEAST_SAMPLES of one."""
        if len(samples) < LEAST_LETTERS or min(map(len, samples.values())) < LEAST_SAMPLES:
            raise ValueError(
                f"at least {LEAST_LETTERS} letters with {LEAST_SAMPLES} samples each are needed to tell letters"
            )
        self._normal = normal
        self.alphabet = tuple(samples)
        points = normal(np.array([point for each in samples.values() for point in each], dtype=np.float64))
        letters = np.repeat(np.arange(len(samples)), [len(each) for each in samples.values()])
        shown = features(points).astype(np.float64)
        self._scale = shown.std(axis=0) + 0.05
        varied = features(_varied(points, normal)) / self._scale
        whose = np.tile(letters, VARIANTS)
        centres = np.array([varied[whose == letter].mean(axis=0) for letter in range(len(samples))])
        self._even = _evening(varied - centres[whose])
        self._centres = centres @ self._even
        self._usual = _usual(shown / self._scale @ self._even, letters)

    def see(self, hand: Hand, aspect: float) -> LetterRead:
        """aspect: the picture's width divided by its height. hand.handedness is not used."""
        return self.see_points(canonical_of(hand, aspect))[0]

    def read(self, hand: Hand, aspect: float) -> tuple[str | None, float]:
        """As spelling wants it: a sure letter or None, and the confidence."""
        seen = self.see(hand, aspect)
        return seen.letter, seen.confidence

    def see_points(self, points: Floats) -> list[LetterRead]:
        """points: (n, 21, 2) in the unit of the samples."""
        given = self._normal(np.asarray(points, dtype=np.float64))
        distances = np.minimum(self._distances(given), self._distances(mirrored(given)))
        return [self._reading(row) for row in distances]

    def _distances(self, points: Floats) -> npt.NDArray[np.float64]:
        """(n, letters), squared, in what is usual."""
        seen = features(points) / self._scale @ self._even
        apart = seen[:, None] - self._centres[None]
        return np.asarray((apart**2).sum(axis=-1) / self._usual)

    def _reading(self, distances: npt.NDArray[np.float64]) -> LetterRead:
        order = np.argsort(distances)
        likely = softmax(-distances / SOFT)
        top = tuple((self.alphabet[place], float(likely[place])) for place in order[:TOLD])
        nearest, next_one = distances[order[:2]]
        sure = nearest <= FARTHEST and next_one - nearest >= CLEARLY
        return LetterRead(top[0][0] if sure else None, top, float(np.exp(-max(0.0, nearest - 1) / FARTHEST)))


def _varied(points: Floats, normal: Callable[[Floats], Floats]) -> Floats:
    """VARIANTS of all points, one round of all after the other; the same at every call."""
    chance = np.random.default_rng(0)
    many = np.tile(points, (VARIANTS, 1, 1))
    angles = chance.normal(0, TURN, len(many))
    cos, sin = np.cos(angles)[:, None], np.sin(angles)[:, None]
    x, y = many[..., 0], many[..., 1]
    many = np.stack([cos * x - sin * y, sin * x + cos * y], axis=-1)
    many[..., 0] *= np.exp(chance.normal(0, STRETCH, (len(many), 1)))
    return normal(normal(many) + chance.normal(0, NOISE, many.shape))


def _evening(apart: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """(inputs, inputs): under it what is apart spreads alike in all directions."""
    spread = apart.T @ apart / len(apart)
    size = len(spread)
    spread = (1 - ROUND) * spread + ROUND * np.trace(spread) / size * np.eye(size)
    return np.asarray(np.linalg.cholesky(np.linalg.inv(spread)))


def _usual(shown: npt.NDArray[np.float64], letters: npt.NDArray[np.integer]) -> float:
    """The median squared distance of a sample from the mean of its letter's others, LEAST_USUAL at least."""
    sums = np.array([shown[letters == letter].sum(axis=0) for letter in range(letters[-1] + 1)])
    counts = np.bincount(letters)[letters][:, None] - 1
    others = (sums[letters] - shown) / counts
    return max(LEAST_USUAL, float(np.median(((shown - others) ** 2).sum(axis=1))))
