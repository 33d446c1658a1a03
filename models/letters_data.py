"""The licensed recordings of finger alphabets that models/train_letters.py reads. Origins, licences and the defects
that are mended here: models/letters.md."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from chestnut.signs.track import KNUCKLES

Floats = npt.NDArray[np.floating]

LETTERS = "ABCDEFGHIKLMNOPQRSTUVWXY"  # J and Z move
MOST = 100  # of a letter and source: neighbouring frames of one recording are near copies
# Of the Russian letters, those whose shape is none of LETTERS.
NO_LETTER = "ГИЛМНРТЫ"
PALM = 0.6  # width of an upright palm, index to little knuckle, over its length


@dataclass(frozen=True, slots=True)
class Recorded:
    """points: (n, 21, 3), wrist at 0, palm 1; the third is depth, NaN where it was not recorded. labels: (n,)."""

    points: Floats
    labels: npt.NDArray[np.str_]

    def only(self, mask: npt.NDArray[np.bool_]) -> Recorded:
        return Recorded(self.points[mask], self.labels[mask])


def known(folder: Path) -> dict[str, Recorded]:
    """The four sources of LETTERS by name. folder: data/signs."""
    spread = {name: still(each) for name, each in _american(folder).items()}
    return {
        name: evenly(each.only(np.isin(each.labels, list(LETTERS))), MOST) for name, each in spread.items()
    }


def unknown(folder: Path) -> dict[str, Recorded]:
    """Hands that show none of LETTERS, by source. Never trained on."""
    russian = _russian(folder)
    american = _american(folder)
    words = {
        name: american[name].only(np.char.str_len(american[name].labels) > 1)
        for name in ("hands_on_fluency", "fawziya20")
    }
    return {"rsl_den_industries": russian.only(np.isin(russian.labels, list(NO_LETTER)))} | words


def russian_per_axis(folder: Path) -> Recorded:
    """31 Russian letters, x and y in different units (features.per_axis)."""
    rows = list(csv.reader((folder / "rsl_den_industries" / "rsl_den.csv").open(encoding="utf-8")))[1:]
    rows = [row for row in rows if len(row[0]) == 1]
    flat = np.array([row[1:43] for row in rows], dtype=np.float64).reshape(-1, 21, 2)
    return Recorded(_without_depth(flat), np.array([row[0] for row in rows]))


def clips(folder: Path) -> list[Floats]:
    """Of hands that move and sign words of another language: one (frames, 21, 2) a hand and recording. Only to test
    with, as its licence is unclear."""
    with np.load(folder / "msl150_demo" / "msl150_demo.npz") as file:
        hands = file["X"][..., 100:].reshape(-1, 30, 2, 21, 3)
    found = []
    for recording in hands:
        for number in (0, 1):
            seen = recording[np.abs(recording[:, number]).sum(axis=(1, 2)) > 0, number, :, :2]
            if len(seen) >= 8:
                found.append(_scaled(seen * [16 / 9, 1.0]))
    return found


def still(recorded: Recorded) -> Recorded:
    """Without samples of which an identical copy has another label: signn repeats one frame 758 times under all 24
    letters."""
    keys = [each.tobytes() for each in recorded.points[..., :2]]
    labels: dict[bytes, set[str]] = {}
    for key, label in zip(keys, recorded.labels, strict=True):
        labels.setdefault(key, set()).add(label)
    return recorded.only(np.array([len(labels[key]) == 1 for key in keys]))


def evenly(recorded: Recorded, most: int) -> Recorded:
    """At most so many of a label, spread over the recording."""
    chosen = []
    for label in sorted(set(recorded.labels)):
        places = np.flatnonzero(recorded.labels == label)
        few = np.linspace(0, len(places) - 1, most).astype(int) if len(places) > most else slice(None)
        chosen.append(places[few])
    order = np.concatenate(chosen)
    return Recorded(recorded.points[order], recorded.labels[order])


def _american(folder: Path) -> dict[str, Recorded]:
    with np.load(folder / "asl_ai" / "asl_ai.npz") as file:
        # The format of its pictures is not told; 16:9 makes the palms plausible. Depth is in the unit of x.
        deep = file["X"].astype(np.float64) * [16 / 9, 1.0, 16 / 9]
        labels = file["y"].astype(str)
    found = {"asl_ai": Recorded(_scaled(deep), labels)}
    for name in ("hands_on_fluency", "fawziya20"):
        found[name] = _numbered(folder / name)
    told = json.loads((folder / "signn" / "training_data.json").read_text())
    flat = np.array([sample for samples in told.values() for sample in samples]).reshape(-1, 21, 2)
    labels = np.array([letter for letter, samples in told.items() for _ in samples])
    # 4:3, and not mirrored as the others are.
    return found | {"signn": Recorded(_without_depth(flat * [-4 / 3, 1.0]), labels)}


def _numbered(folder: Path) -> Recorded:
    """Rows: a label's number, then x and y of each landmark from the wrist, in one unit."""
    names = (folder / "keypoint_classifier_label.csv").read_text(encoding="utf-8-sig").split("\n")
    names = [name.strip() for name in names if name.strip()]
    rows = list(_rows(folder / "keypoint.csv"))
    points = np.array([row[1:43] for row in rows], dtype=np.float64).reshape(-1, 21, 2)
    return Recorded(_without_depth(points), np.array([names[int(row[0])] for row in rows]))


def _rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8-sig") as file:
        yield from csv.reader(file)


def _russian(folder: Path) -> Recorded:
    """With x and y in one unit again, as far as a palm's proportions tell; x at 0.77 of y where they do not."""
    recorded = russian_per_axis(folder)
    flat = recorded.points[..., :2]
    across, along = flat[:, 5] - flat[:, 17], flat[:, 9] - flat[:, 0]
    squared = (PALM**2 * along[:, 1] ** 2 - across[:, 1] ** 2) / (
        across[:, 0] ** 2 - PALM**2 * along[:, 0] ** 2 + 1e-9
    )
    wide = np.sqrt(np.where((squared > 0.16) & (squared < 2.5), squared, 0.6))
    flat = flat * np.stack([wide, np.ones_like(wide)], axis=-1)[:, None]
    return Recorded(_without_depth(flat), recorded.labels)


def _without_depth(flat: Floats) -> Floats:
    return _scaled(np.concatenate([flat, np.full((*flat.shape[:2], 1), np.nan)], axis=-1))


def _scaled(points: Floats) -> Floats:
    centred = points - points[:, :1]
    size = np.linalg.norm(centred[:, list(KNUCKLES), :2], axis=-1).max(axis=1)
    return np.asarray(centred / size[:, None, None], dtype=np.float32)
