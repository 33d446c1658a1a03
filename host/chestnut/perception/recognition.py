"""Is that a taught thing, is this a named place? Descriptors of a few takes against those of what is seen. Pure.

What all pictures have in common is taken away first: the mean of the background set, and its directions each by how
much pictures differ along it (whitening). Then a thing is the mean of its takes, and a cosine tells how alike
something is. The bounds were measured (bench/recognition.py, models/README.md); a thing that looks like the
background, or a place, gets higher ones of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from chestnut.core.memory import LIKELY, Named, Owned, Taught
from chestnut.perception.descriptor import COLOUR, NUMBERS, SHAPE, Floats, unit, vectors_of

SURE = 0.55  # cosine from which a thing or a place is told as a fact
PERHAPS = 0.38  # and from which as a guess
OVER_BACKGROUND = 0.2  # by which a fact must be above everything of the background set
MARGIN = 0.06  # by which another taught thing, or place, must be less like it
LEAST_TAKES = 3
ALIKE = 0.3  # cosine of a take with the others under which it shows something else
WEIGHT_OF_COLOUR = 0.35
DAMPED = 1.0  # how much of the mean variance is added before directions are made equal
BACKGROUND = Path(__file__).with_name("background.npz")


class Background:
    """Many pieces of pictures of no taught thing (tools/background_set.py): what is ordinary."""

    def __init__(self, vectors: Floats) -> None:
        """vectors: (count, NUMBERS)."""
        shape = unit(vectors[:, SHAPE])
        self._mean = shape.mean(0)
        self._colour = vectors[:, COLOUR].mean(0)
        apart = (shape - self._mean).astype(np.float64)
        values, directions = np.linalg.eigh(apart.T @ apart / len(apart))
        evened = directions / np.sqrt(np.maximum(values, 0) + DAMPED * values.mean())
        self._whiten = (evened @ directions.T).astype(np.float32)
        self._vectors = vectors

    @classmethod
    def load(cls, path: Path = BACKGROUND) -> Background:
        with np.load(path) as file:
            return cls(file["vectors"].astype(np.float32))

    @cached_property
    def set(self) -> Floats:
        """The set itself, as peculiar() gives it."""
        return self.peculiar(self._vectors)

    def peculiar(self, vectors: Floats) -> Floats:
        """(count, NUMBERS) of length 1: what tells each from the ordinary."""
        if not len(vectors):
            return np.empty((0, NUMBERS), np.float32)
        colour = WEIGHT_OF_COLOUR * unit(vectors[:, COLOUR] - self._colour)
        return unit(np.concatenate((self.shapes(vectors[:, SHAPE]), colour), axis=1))

    def shapes(self, vectors: Floats) -> Floats:
        """The same of shape alone."""
        return unit((unit(vectors) - self._mean) @ self._whiten)


@dataclass(frozen=True, slots=True)
class Likeness:
    """sure: above all bounds. confidence: LIKELY and more for what is sure, less for a guess."""

    score: float
    sure: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class _Model:
    """mean: of the takes. views: each, for a place seen from several sides. sure, perhaps: its own bounds."""

    mean: Floats
    views: Floats
    sure: float
    perhaps: float

    def likeness(self, score: float, next_best: float) -> Likeness | None:
        if score < self.perhaps:
            return None
        if score >= self.sure and score - next_best >= MARGIN:
            return Likeness(
                score, True, LIKELY + (1 - LIKELY) * min(1.0, (score - self.sure) / (1 - self.sure))
            )
        within = min(1.0, (score - self.perhaps) / (self.sure - self.perhaps))
        return Likeness(score, False, LIKELY * (0.4 + 0.59 * within))


class Recognition:
    """What was taught, ready to be compared. Takes of other models, and things with fewer than LEAST_TAKES, are left
    out."""

    def __init__(
        self, background: Background, things: Sequence[Taught], places: Sequence[Named] = ()
    ) -> None:
        self._background = background
        self._things: list[tuple[Owned, _Model]] = []
        self._places: list[tuple[str, _Model]] = []
        for taught in things:
            takes = background.peculiar(vectors_of(taught.takes))
            if len(takes) >= LEAST_TAKES:
                self._things.append((taught.thing, self._model(takes)))
        for named in places:
            views = background.peculiar(vectors_of(named.views))
            if len(views):
                self._places.append((named.name, self._model(views)))

    @property
    def knows_things(self) -> bool:
        return bool(self._things)

    @property
    def knows_places(self) -> bool:
        return bool(self._places)

    def promising(self, shapes: Floats) -> Floats:
        """How much each of some windows' shapes (count, 320) is like any taught thing."""
        means = unit(np.stack([model.mean[SHAPE] for _, model in self._things]))
        best: Floats = (self._background.shapes(shapes) @ means.T).max(axis=1)
        return best

    def things(self, vectors: Floats) -> dict[Owned, tuple[int, Likeness]]:
        """vectors: of windows of one picture. Of each thing that is, or may be, there: which window shows it best. A
        window shows one thing only."""
        if not self._things or not len(vectors):
            return {}
        seen = self._background.peculiar(vectors)
        scores = np.stack([seen @ model.mean for _, model in self._things], axis=1)
        found: dict[Owned, tuple[int, Likeness]] = {}
        for window, row in enumerate(scores):
            best, next_best = _two_best(row)
            thing, model = self._things[best]
            likeness = model.likeness(float(row[best]), next_best)
            known = found.get(thing)
            if likeness is not None and (
                known is None or (known[1].sure, known[1].score) < (likeness.sure, likeness.score)
            ):
                found[thing] = window, likeness
        return found

    def place(self, vector: Floats) -> tuple[str, Likeness] | None:
        """The named place that a whole frame shows."""
        if not self._places:
            return None
        (seen,) = self._background.peculiar(vector[None])
        scores = np.array([max(seen @ model.mean, (model.views @ seen).max()) for _, model in self._places])
        best, next_best = _two_best(scores)
        name, model = self._places[best]
        likeness = model.likeness(float(scores[best]), next_best)
        return None if likeness is None else (name, likeness)

    def _model(self, takes: Floats) -> _Model:
        mean = unit(takes.mean(0))
        ordinary = float((self._background.set @ mean).max())
        sure = max(SURE, ordinary + OVER_BACKGROUND)
        return _Model(mean, takes, sure, sure - (SURE - PERHAPS))


def odd_ones(background: Background, takes: Sequence[Floats]) -> list[int]:
    """Which takes do not show what the others show: their numbers. takes: each (count, NUMBERS), cut out of one
    picture. With fewer than LEAST_TAKES nobody can tell."""
    if len(takes) < LEAST_TAKES:
        return []
    means = [background.peculiar(take).mean(0) for take in takes]
    return [
        number
        for number, take in enumerate(takes)
        if float(
            (
                background.peculiar(take)
                @ unit(np.mean([m for at, m in enumerate(means) if at != number], axis=0))
            ).max()
        )
        < ALIKE
    ]


def _two_best(scores: Floats) -> tuple[int, float]:
    """Place of the highest, and the second highest, -1 where there is none."""
    best = int(scores.argmax())
    others = np.delete(scores, best)
    return best, float(others.max()) if len(others) else -1.0
