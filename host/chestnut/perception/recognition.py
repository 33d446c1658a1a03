"""Is that a taught thing, is this a named place? Descriptors of a few takes against those of what is seen. Pure.

What all pictures have in common is taken away first: the mean of the background set, and its directions each by how
much pictures differ along it (whitening). Then a thing is the mean of its takes, and a cosine tells how alike
something is. What is told as a fact must be far more like it than ordinary pieces of pictures are, and than needed to
find it: most of what is wrong otherwise is another thing of the same kind. The bounds were measured
(bench/recognition.py, models/README.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from chestnut.core.memory import LIKELY, Named, Owned, Taught
from chestnut.perception.descriptor import COLOUR, NUMBERS, SHAPE, Floats, unit, vectors_of


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of cosines. A fact is told from `sure` on, plus `ordinary` times what the background set reaches, plus `alike`
    times how alike the takes are (the length of their mean): a thing that looks different each time is never very
    like its mean. guess: so much less is enough for a guess. margin: by which another taught thing, or place, must be
    less like it. colour: how much it counts beside shape, which counts 1."""

    sure: float
    ordinary: float
    alike: float
    guess: float
    margin: float
    colour: float


THINGS = Bounds(sure=0.03, ordinary=0.4, alike=0.8, guess=0.14, margin=0.06, colour=0.7)
PLACES = Bounds(sure=0.46, ordinary=0.5, alike=0.0, guess=0.15, margin=0.06, colour=0.5)
MOST_ALIKE = 0.8  # takes that were made without turning the thing must not make it unknowable
LIKEST = 3  # pieces of the background set, whose mean tells what it reaches
NEARLY = 0.1  # below a guess: another cut of the same spot may lift it
LEAST_TAKES = 3
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
        self._sets: dict[float, Floats] = {}

    @classmethod
    def load(cls, path: Path = BACKGROUND) -> Background:
        with np.load(path) as file:
            return cls(file["vectors"].astype(np.float32))

    def ordinary(self, mean: Floats, colour: float) -> float:
        """How like this pieces of the set are: the mean of the LIKEST. mean: as of peculiar()."""
        if colour not in self._sets:
            self._sets[colour] = self.peculiar(self._vectors, colour)
        return float(np.sort(self._sets[colour] @ mean)[-LIKEST:].mean())

    def peculiar(self, vectors: Floats, colour: float = THINGS.colour) -> Floats:
        """(count, NUMBERS) of length 1: what tells each from the ordinary. colour: how much it counts."""
        if not len(vectors):
            return np.empty((0, NUMBERS), np.float32)
        coloured = colour * unit(vectors[:, COLOUR] - self._colour)
        return unit(np.concatenate((self.shapes(vectors[:, SHAPE]), coloured), axis=1))

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
    """mean: of the takes. views: each, for a place seen from several sides. sure, perhaps, margin: its own bounds."""

    mean: Floats
    views: Floats
    sure: float
    perhaps: float
    margin: float

    def likeness(self, score: float, next_best: float) -> Likeness | None:
        if score < self.perhaps:
            return None
        if score >= self.sure and score - next_best >= self.margin:
            return Likeness(
                score, True, LIKELY + (1 - LIKELY) * min(1.0, (score - self.sure) / max(1e-6, 1 - self.sure))
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
                self._things.append((taught.thing, self._model(takes, THINGS)))
        for named in places:
            views = background.peculiar(vectors_of(named.views), PLACES.colour)
            if len(views):
                self._places.append((named.name, self._model(views, PLACES)))

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

    def closer(self, vectors: Floats) -> int | None:
        """Which of some windows is worth a closer look: the likest of a taught thing, if it is nearly a guess."""
        scores = self._scores(vectors) - np.array([model.perhaps for _, model in self._things], np.float32)
        window = int(scores.max(axis=1).argmax())
        return window if scores[window].max() > -NEARLY else None

    def things(self, vectors: Floats) -> dict[Owned, tuple[int, Likeness]]:
        """vectors: of windows of one picture. Of each thing that is, or may be, there: which window shows it best. A
        window shows one thing only."""
        if not self._things or not len(vectors):
            return {}
        scores = self._scores(vectors)
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

    def _scores(self, vectors: Floats) -> Floats:
        """(windows, things)."""
        seen = self._background.peculiar(vectors)
        return np.stack([seen @ model.mean for _, model in self._things], axis=1)

    def place(self, vector: Floats) -> tuple[str, Likeness] | None:
        """The named place that a whole frame shows."""
        if not self._places:
            return None
        (seen,) = self._background.peculiar(vector[None], PLACES.colour)
        scores = np.array([max(seen @ model.mean, (model.views @ seen).max()) for _, model in self._places])
        best, next_best = _two_best(scores)
        name, model = self._places[best]
        likeness = model.likeness(float(scores[best]), next_best)
        return None if likeness is None else (name, likeness)

    def _model(self, takes: Floats, bounds: Bounds) -> _Model:
        alike = min(MOST_ALIKE, float(np.linalg.norm(takes.mean(0))))
        mean = unit(takes.mean(0))
        ordinary = self._background.ordinary(mean, bounds.colour)
        sure = bounds.sure + bounds.ordinary * ordinary + bounds.alike * alike
        return _Model(mean, takes, sure, sure - bounds.guess, bounds.margin)


def _two_best(scores: Floats) -> tuple[int, float]:
    """Place of the highest, and the second highest, -1 where there is none."""
    best = int(scores.argmax())
    others = np.delete(scores, best)
    return best, float(others.max()) if len(others) else -1.0
