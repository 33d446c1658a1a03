"""How good networks for letters are on people they never saw, and where "not sure" begins."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import numpy.typing as npt
from chestnut.signs.features import canonical, features
from chestnut.signs.letters import Trained, known_and_share, softmax
from letters_data import LETTERS, Recorded
from letters_network import Network
from letters_variety import UPRIGHT, Variety, no_letters, varied

Floats = npt.NDArray[np.floating]
Told = npt.NDArray[np.float64]  # (n, letters and one)

BATCH = 256
BATCHES = 20  # that are made at once
SMOOTHED = 0.05  # of each label, over all outputs
LEAST_ACCURACY = 0.93  # of sure letters, in the mean of the sources
LEAST_OF_ONE = 0.9  # the same of each source
MOST_SPOKEN = 0.03  # of each kind of hands that show no letter: little more than half of what may be
FEW = 5
KNOWN = (0.7, 0.75, 0.8, 0.85, 0.88, 0.9, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97)
SHARES = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8)
TEMPERATURES = np.arange(0.3, 2.01, 0.05)
AGREEING = 5  # frames on end that say the same letter, as speaking asks for


@dataclass(frozen=True, slots=True)
class Recipe:
    """strange: share of the training hands that show no letter."""

    name: str
    hidden: tuple[int, ...]
    steps: int
    strange: float
    variety: Variety = field(default_factory=Variety)


def fit(sources: list[Recorded], recipe: Recipe, seeds: tuple[int, ...]) -> Trained:
    """One network a seed; not calibrated, and sure of everything. The same for the same arguments and machine."""
    networks = [_fit(sources, recipe, seed) for seed in seeds]
    depth = len(recipe.hidden) + 1
    return Trained(
        LETTERS,
        np.stack([mean for _, mean, _ in networks])[:, None],
        np.stack([scale for _, _, scale in networks])[:, None],
        tuple(np.stack([each.weights[layer] for each, _, _ in networks]) for layer in range(depth)),
        tuple(np.stack([each.biases[layer] for each, _, _ in networks])[:, None] for layer in range(depth)),
        temperature=1.0,
        least_known=0.0,
        least_share=0.0,
        trust=(1.0,) * len(LETTERS),
    )


def _fit(sources: list[Recorded], recipe: Recipe, seed: int) -> tuple[Network, Floats, Floats]:
    chance = np.random.default_rng(seed)
    points = np.concatenate([each.points for each in sources])
    labels = np.concatenate([numbers(each) for each in sources])
    upright = np.isin(labels, [LETTERS.index(letter) for letter in UPRIGHT])
    # A letter that a source shows often counts more, but not in proportion: its frames are much alike.
    weight = np.concatenate([np.bincount(numbers(each))[numbers(each)] ** -0.5 for each in sources])
    weight /= weight.sum()
    sample = features(varied(points, chance, recipe.variety))
    mean, scale = sample.mean(axis=0), sample.std(axis=0) + np.float32(0.05)
    none = len(LETTERS)
    network = Network((sample.shape[1], *recipe.hidden, none + 1), chance)
    strangers = int(recipe.strange * BATCH * BATCHES)
    for step in range(0, recipe.steps, BATCHES):
        drawn = chance.choice(len(points), BATCH * BATCHES - strangers, p=weight)
        hands, wanted = varied(points[drawn], chance, recipe.variety), labels[drawn]
        made = no_letters(hands, upright[drawn], wanted, strangers, chance)
        hands, wanted = np.concatenate([hands, made]), np.concatenate([wanted, np.full(len(made), none)])
        order = chance.permutation(len(hands))
        inputs = ((features(hands[order]) - mean) / scale).clip(-4, 4)
        soft = np.eye(none + 1, dtype=np.float32)[wanted[order]] * (1 - SMOOTHED) + SMOOTHED / (none + 1)
        for batch in range(0, len(inputs), BATCH):
            part = slice(batch, batch + BATCH)
            network.learn(inputs[part], soft[part], (step + batch / BATCH) / recipe.steps)
    return network, mean, scale


def numbers(recorded: Recorded) -> npt.NDArray[np.integer]:
    """The labels' places in LETTERS."""
    return np.array([LETTERS.index(label) for label in recorded.labels])


def told(trained: Trained, points: Floats) -> Told:
    return trained.probabilities(canonical(points[..., :2]))


@dataclass(frozen=True, slots=True)
class Shown:
    """What was told of one source's letters, and which they are."""

    told: Told
    labels: npt.NDArray[np.integer]

    @property
    def right(self) -> npt.NDArray[np.bool_]:
        return np.asarray(self.told[:, :-1].argmax(axis=1) == self.labels)

    @property
    def accuracy(self) -> float:
        """Each time the likeliest letter, sure or not."""
        return float(self.right.mean())

    def surest(self, share: float) -> float:
        """The accuracy over the share of the frames with the likeliest letters."""
        order = np.argsort(-self.told[:, :-1].max(axis=1), kind="stable")
        return float(self.right[order][: int(share * len(order))].mean())

    def sure(self, limits: Limits) -> tuple[float, float]:
        """How many frames are sure, and the accuracy of those."""
        sure = limits.sure(self.told)
        return float(sure.mean()), float(self.right[sure].mean()) if sure.any() else 1.0

    def cooled(self, temperature: float) -> Shown:
        return replace(self, told=cooled(self.told, temperature))

    def surprise(self) -> float:
        """Mean negative logarithm of what the right letter was given."""
        given = self.told[np.arange(len(self.labels)), self.labels]
        return float(-np.log(given + 1e-12).mean())

    def miscalibration(self, bins: int = 10) -> float:
        """Expected calibration error of the likeliest letter."""
        confidence = self.told[:, :-1].max(axis=1)
        place = np.minimum((confidence * bins).astype(int), bins - 1)
        gaps = [
            abs(float(confidence[place == each].mean() - self.right[place == each].mean()))
            * float((place == each).mean())
            for each in range(bins)
            if (place == each).any()
        ]
        return sum(gaps)


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a letter is sure: as signs/letters.py has them."""

    known: float
    share: float

    def sure(self, told: Told) -> npt.NDArray[np.bool_]:
        known, share = known_and_share(told)
        return np.asarray((known >= self.known) & (share.max(axis=1) >= self.share))


def cooled(told: Told, temperature: float) -> Told:
    return softmax(np.log(told + 1e-12) / temperature)


def best_temperature(shown: list[Shown]) -> float:
    """The one under which the right letters surprise least, each source counting the same."""
    return float(min(TEMPERATURES, key=lambda each: np.mean([one.cooled(each).surprise() for one in shown])))


def best_limits(shown: list[Shown], strange: list[Told]) -> Limits:
    """Those with the most sure letters (mean over the sources), of which LEAST_ACCURACY are right, LEAST_OF_ONE in
    each source, while of no kind of strange hands more than MOST_SPOKEN are told as letters: a mean over kinds would
    hide the worst. The strictest where none are good enough."""
    best, most = Limits(KNOWN[-1], SHARES[-1]), 0.0
    for limits in (Limits(*each) for each in product(KNOWN, SHARES)):
        sure, right = np.transpose([one.sure(limits) for one in shown])
        spoken = max(limits.sure(each).mean() for each in strange)
        good = right.mean() >= LEAST_ACCURACY and right.min() >= LEAST_OF_ONE and spoken <= MOST_SPOKEN
        if good and sure.mean() > most:
            best, most = limits, float(sure.mean())
    return best


def trust(shown: list[Shown], limits: Limits) -> tuple[float, ...]:
    """Of each letter, how often it was right when it was sure; drawn towards LEAST_ACCURACY by FEW frames."""
    sure = np.concatenate([limits.sure(one.told) for one in shown])
    letters = np.concatenate([one.told[:, :-1].argmax(axis=1) for one in shown])
    right = np.concatenate([one.right for one in shown])
    counts = [(sure & (letters == each)) for each in range(len(LETTERS))]
    return tuple(
        round(float((right[each].sum() + FEW * LEAST_ACCURACY) / (each.sum() + FEW)), 3) for each in counts
    )


def spoken(told: Told, lengths: list[int], limits: Limits) -> float:
    """In how many clips AGREEING sure frames on end say the same letter. told: of all clips, one after the other."""
    letters = np.where(limits.sure(told), told[:, :-1].argmax(axis=1), -1)
    clips = np.split(letters, np.cumsum(lengths)[:-1])
    return float(np.mean([_agree(clip) for clip in clips]))


def _agree(letters: npt.NDArray[np.integer]) -> bool:
    windows = np.lib.stride_tricks.sliding_window_view(letters, AGREEING)
    return bool(((windows == windows[:, :1]).all(axis=1) & (windows[:, 0] >= 0)).any())
