"""Trains host/chestnut/signs/letters.npz, and measures what models/letters.md tells. From the project's folder:

    .venv/bin/python models/train_letters.py FOLDER            writes the file (two minutes)
    .venv/bin/python models/train_letters.py FOLDER --measure  leaves out one source after the other (ten minutes)
    .venv/bin/python models/train_letters.py FOLDER --own      the same when some of its letters were shown (a minute)

FOLDER is the team's data folder; its signs/ holds the licensed recordings. numpy alone. Everything that is chosen,
recipe, temperature and limits, is chosen on sources that are not the one it is measured on.
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # the matrices are small: threads cost more than they save
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import letters_data
import letters_own
import numpy as np
from chestnut.signs.letters import TRAINED, Trained
from letters_data import LETTERS, Recorded
from letters_trial import (
    Limits,
    Recipe,
    Shown,
    Told,
    best_limits,
    best_temperature,
    cooled,
    fit,
    numbers,
    spoken,
    told,
    trust,
)
from letters_variety import UPRIGHT, Variety, no_letters, varied

TESTED = ("asl_ai", "hands_on_fluency", "fawziya20")  # signn is too faulty to test with
RECIPES = (
    Recipe("small", (128, 64), 1500, 0.4),
    Recipe("large", (160, 64), 2500, 0.4),
    Recipe("fewer strange hands", (128, 64), 1500, 0.25),
)
CHOSEN = RECIPES[1]
NETWORKS = 3
SEEDS = tuple(range(NETWORKS))
RUNS = 3  # of as many networks, each with other seeds
INNER_SEEDS = (100, 101)


@dataclass(frozen=True, slots=True)
class Data:
    """known: letters. unknown: hands that show none, by source. clips: moving hands, one after the other."""

    known: dict[str, Recorded]
    unknown: dict[str, Recorded]
    clips: letters_data.Floats
    lengths: list[int]

    def without(self, *left_out: str) -> list[Recorded]:
        return [each for name, each in self.known.items() if name not in left_out]

    def shown(self, trained: Trained, name: str) -> Shown:
        return Shown(told(trained, self.known[name].points), numbers(self.known[name]))

    def strange(self, trained: Trained, name: str) -> Told:
        return told(trained, self.unknown[name].points)


def read(folder: Path) -> Data:
    clips = letters_data.clips(folder)
    return Data(
        letters_data.known(folder),
        letters_data.unknown(folder),
        np.concatenate(clips),
        [len(each) for each in clips],
    )


def train(data: Data) -> Trained:
    """The one that is shipped: of all sources; its limits and trust of the three that leave one out."""
    left_out = [fit(data.without(name), CHOSEN, SEEDS) for name in TESTED]
    shown = [data.shown(each, name) for each, name in zip(left_out, TESTED, strict=True)]
    strange = [data.strange(each, name) for each in left_out for name in data.unknown]
    temperature, limits = _limits(shown, strange)
    trusted = trust([each.cooled(temperature) for each in shown], limits)
    print(f"temperature {temperature:.2f}, {limits}")
    print("trust", " ".join(f"{letter} {share:.2f}" for letter, share in zip(LETTERS, trusted, strict=True)))
    return replace(
        fit(data.without(), CHOSEN, SEEDS),
        temperature=temperature,
        least_known=limits.known,
        least_share=limits.share,
        trust=trusted,
    )


def measure(data: Data, left_out: tuple[str, ...]) -> None:
    """Prints, for each source left out, what was chosen without it and what came of it."""
    for name in left_out:
        recipe, temperature, limits = _choose(data, name)
        print(f"{name}: {recipe.name}, temperature {temperature:.2f}, limits {limits}", flush=True)
        for run in range(RUNS):
            seeds = tuple(range(NETWORKS * run, NETWORKS * (run + 1)))
            _tell(data, name, fit(data.without(name), recipe, seeds), temperature, limits)
    trained = fit(data.without("signn"), CHOSEN, SEEDS)
    print(f"signn, after its repair: {data.shown(trained, 'signn').accuracy:.3f}")


def measure_own(data: Data) -> None:
    """Of the two sources that hold all letters."""
    for name in TESTED[:2]:
        print(name, flush=True)
        trained = fit(data.without(name), CHOSEN, SEEDS)
        letters_own.measure(trained, data.known[name], data.unknown, data.clips, data.lengths)


def _choose(data: Data, left_out: str) -> tuple[Recipe, float, Limits]:
    """By leaving out a second source: recipe, temperature and limits that served that one best."""
    others = [name for name in TESTED if name != left_out]
    best: tuple[float, Recipe, list[Trained]] | None = None
    for recipe in RECIPES:
        inner = [fit(data.without(left_out, name), recipe, INNER_SEEDS) for name in others]
        shown = [data.shown(each, name) for each, name in zip(inner, others, strict=True)]
        accuracy = float(np.mean([each.accuracy for each in shown]))
        print(f"    inner: {recipe.name}: {accuracy:.3f}", flush=True)
        if best is None or accuracy > best[0]:
            best = accuracy, recipe, inner
    assert best is not None
    _, recipe, inner = best
    shown = [data.shown(each, name) for each, name in zip(inner, others, strict=True)]
    strangers = [name for name in data.unknown if name != left_out]
    strange = [data.strange(each, name) for each in inner for name in strangers]
    return recipe, *_limits(shown, strange)


def _limits(shown: list[Shown], strange: list[Told]) -> tuple[float, Limits]:
    temperature = best_temperature(shown)
    return temperature, best_limits(
        [each.cooled(temperature) for each in shown], [cooled(each, temperature) for each in strange]
    )


def _tell(data: Data, name: str, trained: Trained, temperature: float, limits: Limits) -> None:
    plain = data.shown(trained, name)
    calibrated = plain.cooled(temperature)
    coverage, accuracy = calibrated.sure(limits)
    trained = replace(trained, temperature=temperature)
    strange = {each: limits.sure(data.strange(trained, each)).mean() for each in data.unknown}
    made = limits.sure(told(trained, _made(data.known[name]))).mean()
    moving = told(trained, data.clips)
    print(
        f"    accuracy {plain.accuracy:.3f}, of the surest 80 % {calibrated.surest(0.8):.3f}; "
        f"sure {coverage:.3f}, of those right {accuracy:.3f}; "
        f"calibration error {plain.miscalibration():.3f} -> {calibrated.miscalibration():.3f}; told as a letter: "
        + ", ".join(f"{each} {share:.3f}" for each, share in strange.items())
        + f", made {made:.3f}, moving {limits.sure(moving).mean():.3f}, "
        f"clips with 5 agreeing frames {spoken(moving, data.lengths, limits):.3f}",
        flush=True,
    )


def _made(recorded: Recorded) -> letters_data.Floats:
    """Hands that show no letter, made from a source's letters."""
    chance = np.random.default_rng(0)
    upright = np.isin(recorded.labels, list(UPRIGHT))
    return no_letters(varied(recorded.points, chance, Variety()), upright, numbers(recorded), 1000, chance)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--measure", nargs="*", choices=TESTED, help="these sources, or all")
    parser.add_argument("--output", type=Path, default=TRAINED)
    parser.add_argument("--own", action="store_true", help="with samples of the source that is left out")
    options = parser.parse_args()
    data = read(options.folder / "signs")
    if options.own:
        measure_own(data)
    elif options.measure is not None:
        measure(data, tuple(options.measure) or TESTED)
    else:
        train(data).save(options.output)
        print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
