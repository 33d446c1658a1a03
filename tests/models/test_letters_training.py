"""The training of the letters' networks: what it makes of hands, that it is repeatable, and that the committed file
and its recipe do what models/letters.md says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from chestnut.signs.features import canonical
from chestnut.signs.letters import TRAINED, Trained
from chestnut_tests.shown_letters import SHOWN

TRAINING = (
    "letters_data",
    "letters_network",
    "letters_own",
    "letters_trial",
    "letters_variety",
    "train_letters",
)


@pytest.fixture(scope="module")
def training(project_dir: Path) -> SimpleNamespace:
    """The script's modules; they lie beside each other and belong to no package."""
    found: dict[str, ModuleType] = {}
    sys.path.insert(0, str(project_dir / "models"))
    try:
        for name in TRAINING:
            found[name] = __import__(name)
    finally:
        sys.path.remove(str(project_dir / "models"))
    return SimpleNamespace(**found)


def recorded(training: SimpleNamespace, seed: int, each: int = 10) -> object:
    """Somebody who shows seven letters, without depth."""
    chance = np.random.default_rng(seed)
    hands = np.concatenate([np.repeat(np.array([SHOWN[name]]) / 100, each, axis=0) for name in SHOWN])
    flat = canonical(hands + chance.normal(0, 0.03, hands.shape))
    points = np.concatenate([flat, np.full((*flat.shape[:2], 1), np.nan)], axis=-1)
    return training.letters_data.Recorded(points, np.repeat(list(SHOWN), each))


def test_variants_differ_and_are_canonical(training: SimpleNamespace) -> None:
    source = recorded(training, 0)
    variety = training.letters_variety
    one, other = (
        variety.varied(source.points, np.random.default_rng(seed), variety.Variety()) for seed in (1, 2)
    )
    again = variety.varied(source.points, np.random.default_rng(1), variety.Variety())
    assert one.shape == (len(source.points), 21, 2)
    assert (one == again).all() and not np.isclose(one[:, 5:], other[:, 5:]).all()
    np.testing.assert_allclose(canonical(one), one, atol=1e-6)


def test_without_variety_a_hand_stays_as_it_is_or_is_mirrored(training: SimpleNamespace) -> None:
    source = recorded(training, 0)
    none = training.letters_variety.Variety(*[0.0] * 7)
    same = training.letters_variety.varied(source.points, np.random.default_rng(0), none)
    np.testing.assert_allclose(np.abs(same), np.abs(source.points[..., :2]), atol=1e-6)


def test_depth_is_used_where_it_is_known(training: SimpleNamespace) -> None:
    """A tilted camera sees a deep hand otherwise, and a flat one only where depth is known."""
    source = recorded(training, 0)
    tilt = training.letters_variety.Variety(0, 0, 0.4, 0, 0, 0, 0)
    deep = source.points.copy()
    deep[..., 2] = 0.0
    deep[:, 4, 2] = -0.5  # the thumb stands out
    seen = training.letters_variety.varied(deep, np.random.default_rng(0), tilt)
    unseen = training.letters_variety.varied(source.points, np.random.default_rng(0), tilt)
    assert np.abs(np.abs(seen) - np.abs(deep[..., :2])).max() > 0.1
    np.testing.assert_allclose(np.abs(unseen), np.abs(deep[..., :2]), atol=1e-6)


def test_training_is_repeatable_and_learns_letters_and_no_letters(training: SimpleNamespace) -> None:
    source = recorded(training, 0)
    recipe = training.letters_trial.Recipe("tiny", (32,), 120, 0.3)
    one, again = (training.letters_trial.fit([source], recipe, (5,)) for _ in range(2))
    for first, second in zip(one.weights + one.biases, again.weights + again.biases, strict=True):
        assert (first == second).all()
    new = recorded(training, 1)
    shown = training.letters_trial.Shown(
        training.letters_trial.told(one, new.points), training.letters_trial.numbers(new)
    )
    assert shown.accuracy > 0.95
    upside_down = training.letters_trial.told(one, -new.points)
    assert (upside_down[:, -1] > shown.told[:, -1]).mean() > 0.8


def test_one_frame_under_several_labels_is_dropped(training: SimpleNamespace) -> None:
    source = recorded(training, 0, each=3)
    points = np.concatenate([source.points, source.points[:1], source.points[3:4]])
    labels = np.concatenate([source.labels, ["Q"], [source.labels[3]]])
    kept = training.letters_data.still(training.letters_data.Recorded(points, labels))
    assert len(kept.points) == len(points) - 2
    assert "Q" not in kept.labels


def test_limits_are_as_open_as_wrong_and_strange_readings_allow(training: SimpleNamespace) -> None:
    trial = training.letters_trial
    told = np.full((100, 25), 1e-4)
    told[:, 0], told[:90, -1] = 0.9, 0.05
    told[90:, 0], told[90:, 1] = 0.3, 0.35  # the last ten are wrong, and doubtful
    shown = trial.Shown(told / told.sum(axis=1, keepdims=True), np.zeros(100, dtype=int))
    strange = np.full((100, 25), 1e-4)
    strange[:, 2], strange[:, -1] = 0.24, 0.76
    strange /= strange.sum(axis=1, keepdims=True)
    limits = trial.best_limits([shown], [strange])
    assert shown.sure(limits) == (0.9, 1.0)
    assert not limits.sure(strange).any()
    quiet = np.full((100, 25), 1e-4)
    quiet[:, -1] = 1.0
    # a second kind that is never told does not make up for one that is
    assert trial.best_limits([shown], [shown.told, quiet, quiet]) == trial.best_limits([shown], [shown.told])
    assert trial.best_limits([shown], [shown.told]) == trial.Limits(trial.KNOWN[-1], trial.SHARES[-1])


# --- with the recordings ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(training: SimpleNamespace, data_dir: Path) -> object:
    return training.train_letters.read(data_dir / "signs")


@pytest.mark.data
def test_the_sources_have_the_sizes_the_card_tells(data: SimpleNamespace) -> None:
    sizes = {name: (len(each.points), len(set(each.labels))) for name, each in data.known.items()}
    assert sizes == {
        "asl_ai": (2400, 24),
        "hands_on_fluency": (502, 24),
        "fawziya20": (501, 7),
        "signn": (616, 24),
    }
    assert {name: len(each.points) for name, each in data.unknown.items()} == {
        "rsl_den_industries": 1066,
        "hands_on_fluency": 102,
        "fawziya20": 304,
    }
    assert len(data.lengths) == 102


@pytest.mark.data
def test_the_committed_file_knows_its_sources_and_is_not_fooled(
    training: SimpleNamespace, data: SimpleNamespace
) -> None:
    """None of the hands that show no letter was trained on."""
    trial = training.letters_trial
    trained = Trained.load(TRAINED)
    limits = trial.Limits(trained.least_known, trained.least_share)
    for name, least in (("asl_ai", 0.97), ("hands_on_fluency", 0.95), ("fawziya20", 0.98)):
        assert (
            trial.Shown(
                trial.told(trained, data.known[name].points), trial.numbers(data.known[name])
            ).accuracy
            > least
        ), name
    for name, strange in data.unknown.items():
        assert limits.sure(trial.told(trained, strange.points)).mean() <= 0.05, name
    moving = trial.told(trained, data.clips)
    assert limits.sure(moving).mean() <= 0.05
    assert trial.spoken(moving, data.lengths, limits) <= 0.05


# In a process of its own, because the matrices are small and a library's threads would wait for each other.
SHORT = """
import dataclasses, json, pathlib, sys
from train_letters import CHOSEN, TESTED, fit, read
data = read(pathlib.Path(sys.argv[1]))
short = dataclasses.replace(CHOSEN, steps=500)
shown = [data.shown(fit(data.without(name), short, (0,)), name) for name in TESTED]
print(json.dumps([[each.accuracy, each.surest(0.8)] for each in shown]))
"""


@pytest.mark.data
def test_the_recipe_reads_people_it_never_saw(project_dir: Path, data_dir: Path) -> None:
    """One network of the three, a fifth of its training; the card has the whole table."""
    single = {"PYTHONPATH": str(project_dir / "models"), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    told = subprocess.run(
        [sys.executable, "-c", SHORT, str(data_dir / "signs")],
        env=os.environ | single,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    accuracy, surest = np.mean(json.loads(told), axis=0)
    assert accuracy >= 0.84, told
    assert surest >= 0.91, told


@pytest.mark.data
def test_letters_somebody_showed_are_read_in_another_part_of_the_recording(
    training: SimpleNamespace, data_dir: Path
) -> None:
    """31 Russian letters, samples of the first half, tested on the second."""
    from chestnut.signs.calibrated import Calibrated
    from chestnut.signs.features import per_axis

    russian = training.letters_data.russian_per_axis(data_dir / "signs")
    points, labels = russian.points[..., :2].astype(np.float64), russian.labels
    chance = np.random.default_rng(0)
    samples, tested = {}, []
    for letter in sorted(set(labels)):
        places = np.flatnonzero(labels == letter)
        early, late = places[: len(places) // 2], places[len(places) // 2 :]
        samples[letter] = list(points[chance.choice(early, 5, replace=False)])
        tested.extend(late[::5])
    seen = Calibrated(samples, per_axis).see_points(points[tested])
    right = np.array([each.top[0][0] == label for each, label in zip(seen, labels[tested], strict=True)])
    sure = np.array([each.sure for each in seen])
    assert right.mean() >= 0.84
    assert right[sure].mean() >= 0.95 and sure.mean() >= 0.4


@pytest.mark.data
def test_a_persons_letters_are_read_better_once_they_were_shown(
    training: SimpleNamespace, data: SimpleNamespace
) -> None:
    """One short network that never saw the person; three samples of each of the ten letters it reads badly."""
    own, recipe = training.letters_own, replace(training.train_letters.CHOSEN, steps=300, hidden=(64, 32))
    name = "hands_on_fluency"
    trained = training.letters_trial.fit(data.without(name), recipe, (0,))
    badly = training.letters_own.READ_BADLY["asl"]
    gains, others = [], []
    for draw in range(3):
        halves = own.halved(data.known[name], badly, np.random.default_rng(draw))
        shown = np.isin(halves.labels, list(badly))
        before, after = (
            np.array(list(training.letters_data.LETTERS))[read(halves.points)[:, :-1].argmax(axis=1)]
            == halves.labels
            for read in (trained.probabilities, own.OwnLetters(trained, halves.samples).probabilities)
        )
        gains.append(after[shown].mean() - before[shown].mean())
        others.append(after[~shown].mean() - before[~shown].mean())
    assert np.mean(gains) >= 0.04, gains
    assert min(others) >= 0, others


def test_trust_is_drawn_towards_what_is_usual_where_little_was_seen(training: SimpleNamespace) -> None:
    trial = training.letters_trial
    told = np.full((40, 25), 1e-6)
    told[:, 3] = 1.0
    shown = trial.Shown(told, np.where(np.arange(40) < 10, 3, 4))
    trust = trial.trust([replace(shown)], trial.Limits(0.5, 0.5))
    assert trust[3] == pytest.approx((10 + 5 * 0.93) / 45, abs=1e-3)
    assert set(trust[:3] + trust[4:]) == {0.93}
