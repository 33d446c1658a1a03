"""American letters as one person shows them: the networks' reading, corrected by samples of that person's hand.

A hand is compared with the samples by what the networks' last layer but one makes of both: the cosine between them,
the greatest over a hand and its mirror picture. The nearer the nearest sample of each letter, the more of the
likelihood that the networks gave to the letters that were shown, and to "no letter", goes over to its letter (a
mixture with a nearest-neighbour reading in the features of a network; as in Khandelwal and others 2020).

What was not shown is as it was: a hand that the networks read first as a letter without samples is not corrected.
How much it helps: models/letters.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from chestnut.signs.features import Floats, canonical
from chestnut.signs.letters import TRAINED, Letters, Trained, softmax

# 1 less the cosine. Where these were chosen: models/letters.md.
NEAR = 0.1  # at which the correction has fallen to 1 / e
SOFT = 0.01  # over which one letter's likelihood falls by e against another's
MOST = 0.97  # of the likelihood that may go over
TRUST = 0.9  # in a letter that is told by its samples alone


def american(samples: Mapping[str, Sequence[Floats]]) -> Letters:
    """As the samples have it, and as anybody's without any. Raises OSError, ValueError or KeyError when the networks'
    file cannot be used."""
    trained = Trained.load(TRAINED)
    return OwnLetters(trained, samples) if samples else Letters(trained)


class OwnLetters(Letters):
    """Pure; may be used by several threads."""

    def __init__(self, trained: Trained, samples: Mapping[str, Sequence[Floats]]) -> None:
        """samples: of each letter that was shown, each (21, 2) in any unit that is the same for x and y. ValueError
        for none, or for a letter that the networks do not know."""
        super().__init__(trained)
        points = [point for each in samples.values() for point in each]
        if not points:
            raise ValueError("no samples")
        shown = [trained.letters.index(letter) for letter in samples]
        self._shown = np.array(shown)
        self._whose = np.repeat(np.arange(len(shown)), [len(each) for each in samples.values()])
        hidden = trained.hidden(canonical(np.array(points, dtype=np.float64)))
        self._samples = _directions(hidden)[: len(points)]

    def probabilities(self, points: Floats) -> npt.NDArray[np.float64]:
        """As Trained has them, corrected. (n, 21, 2) of canonical() to (n, letters and one)."""
        return self._told(points)[0]

    def _told(self, points: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        hidden = self._trained.hidden(points)
        told, trust = self._trained.judged(hidden), np.tile(self._trained.trust, (len(points), 1))
        apart = self._apart(_directions(hidden))
        share = MOST * np.exp(-((apart.min(axis=1) / NEAR) ** 2))
        share *= np.isin(told[:, :-1].argmax(axis=1), self._shown)
        given_up = [*self._shown, told.shape[1] - 1]
        freed = told[:, given_up] * share[:, None]
        told[:, given_up] -= freed
        told[:, self._shown] += freed.sum(axis=1, keepdims=True) * softmax(-apart / SOFT)
        trust[:, self._shown] += share[:, None] * (TRUST - trust[:, self._shown])
        return told, trust

    def _apart(self, directions: Floats) -> npt.NDArray[np.float64]:
        """(2 n, width) to (n, letters shown): from the nearest sample of each."""
        alike = (directions @ self._samples.T).reshape(2, -1, len(self._samples)).max(axis=0)
        letters = range(len(self._shown))
        return 1 - np.stack([alike[:, self._whose == letter].max(axis=1) for letter in letters], axis=1)


def _directions(hidden: Floats) -> Floats:
    """(networks, n, width) to (n, networks and width), so that a product of two rows is the mean of the networks'
    cosines. A network that makes nothing of a hand finds it like none."""
    length = np.linalg.norm(hidden, axis=-1, keepdims=True)
    unit = hidden / np.maximum(length, 1e-6) / np.sqrt(len(hidden))
    return np.asarray(unit.transpose(1, 0, 2).reshape(hidden.shape[1], -1))
