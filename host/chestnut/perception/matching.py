"""Whose face is that? Enrolled people against one descriptor. Pure.

A person's likeness is the mean cosine with those of the enrolled takes that are most like it: a face seen from the
left is compared with the takes from the left. A name is given where the likeness is high and clearly higher than that
of every other enrolled person. Both bounds were measured (bench/faces.py, models/README.md), on few faces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from chestnut.core.memory import Descriptor
from chestnut.core.people import LEAST_TAKES, Acquaintance, Known

SURE = 0.68  # likeness from which a name is given; two different people reached 0.64
PERHAPS = 0.58  # and from which it is left open; 99.4 % of strangers lie under it
MARGIN = 0.06  # by which the next person must be less like it
LIKEST = 3  # takes
ALIKE = 0.62  # mean cosine of a take with the others under which it shows somebody else
SAME_PICTURE = 0.995  # and above which they show one picture

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Match:
    """name: "" unless known is SURE. score: the highest likeness of anybody, 0 with nobody enrolled."""

    known: Known
    name: str = ""
    score: float = 0.0


class Gallery:
    """The enrolled people of one model, ready to be compared. Descriptors of other models are left out, and so is who
    has fewer than LEAST_TAKES of this one."""

    def __init__(self, people: Sequence[Acquaintance], model: str) -> None:
        self._people: list[tuple[str, Vectors]] = []
        for person in people:
            takes = [take for take in person.takes if take.model == model]
            if len(takes) >= LEAST_TAKES:
                self._people.append((person.name, vectors(takes)))

    def match(self, seen: Descriptor) -> Match:
        (vector,) = vectors([seen])
        scores = sorted(
            ((likeness(takes, vector), name) for name, takes in self._people),
            key=lambda scored: -scored[0],
        )
        if not scores:
            return Match(Known.STRANGER)
        best, name = scores[0]
        next_best = scores[1][0] if len(scores) > 1 else -1.0
        if best < PERHAPS:
            return Match(Known.STRANGER, score=max(0.0, best))
        if best < SURE or best - next_best < MARGIN:
            return Match(Known.UNSURE, score=best)
        return Match(Known.SURE, name, best)


def likeness(takes: Vectors, vector: Vectors) -> float:
    """takes: (count, numbers), all of length 1. The mean cosine with the LIKEST of them."""
    cosines = np.sort(takes @ vector)[::-1]
    return float(cosines[:LIKEST].mean())


def vectors(descriptors: Sequence[Descriptor]) -> Vectors:
    """(count, numbers), each of length 1."""
    rows = np.stack([np.frombuffer(descriptor.vector, "<f4") for descriptor in descriptors])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def different(takes: Sequence[Descriptor]) -> list[Descriptor]:
    """Without those that show the very same picture as an earlier one."""
    kept: list[Descriptor] = []
    for take in takes:
        if not kept or float((vectors(kept) @ vectors([take])[0]).max()) < SAME_PICTURE:
            kept.append(take)
    return kept


def of_one_person(takes: Sequence[Descriptor]) -> bool:
    """Every take is like the others, taken together."""
    rows = vectors(takes)
    if len(rows) < 2:
        return True
    cosines = rows @ rows.T
    others = (cosines.sum(axis=1) - 1) / (len(rows) - 1)
    return bool(others.min() >= ALIKE)
