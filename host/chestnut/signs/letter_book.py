"""The samples of an alphabet that somebody showed, in one file that a person can read, copy and keep.

    {"version": 1, "about": "…", "alphabet": "rsl", "letters": {
      "А": [
       [x0, y0, … x20, y20], …]}}

A sample is a hand's 21 points from the wrist, in palm lengths; no pictures. Every sample is kept at once, so that
showing an alphabet may stop anywhere and go on another day. The file is written whole or not at all, and never over
one that cannot be read.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from chestnut.signs.calibrated import LEAST_LETTERS, LEAST_SAMPLES, Calibrated
from chestnut.signs.features import Floats, canonical
from chestnut.signs.track import LANDMARKS

VERSION = 1
ABOUT = (
    "Letters shown to Chestnut: points of a hand in palm lengths, no pictures. Copy this file to keep them."
)
# The letters of each alphabet that stand still, in the order in which they are asked for. J Z, Д Ё З Й Ц Щ Ъ Ь move.
# Of the American ones first those that are read badly, then those that they are taken for, then the rest.
ALPHABETS = {"asl": "MNRUVTXPGHAESKDQBCFILOWY", "rsl": "АБВГЕЖИКЛМНОПРСТУФХЧШЫЭЮЯ"}
READ_BADLY = {"asl": "MNRUVTXPGH", "rsl": ""}  # of strangers, by what needs no showing (models/letters.md)
KEPT = 20  # newest samples of a letter
PLACES = 3  # digits after the point: a thousandth of a palm
FARTHEST = 100.0  # palm lengths; what is more is damage
_REMEDY = "put a copy of it in its place, or move it away to begin anew"


class LetterBookFault(Exception):
    """The file cannot be used, or not so. The message is one line that names the remedy."""


def default_path(alphabet: str, environment: Mapping[str, str] = os.environ) -> Path:
    data = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "chestnut" / f"letters-{alphabet}.json"


class LetterBook:
    """Every call reads the file anew: another program may have added a sample meanwhile."""

    def __init__(self, path: Path, alphabet: str) -> None:
        """alphabet: one of ALPHABETS."""
        self.path, self.alphabet = path, alphabet

    def samples(self) -> dict[str, list[Floats]]:
        """Of each letter that was shown (21, 2) each, oldest first; none when there is no file. Raises
        LetterBookFault."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except UnicodeDecodeError as error:
            raise LetterBookFault(f"{self.path} is damaged (not UTF-8); {_REMEDY}") from error
        except OSError as error:
            raise LetterBookFault(
                f"cannot read {self.path}: {error.strerror}; check name and permissions"
            ) from error
        try:
            return parse(text, self.alphabet)
        except LetterBookFault as error:
            raise LetterBookFault(f"{self.path} {error}") from error

    def missing(self, wanted: int = LEAST_SAMPLES) -> dict[str, int]:
        """Which letters are to be shown how many times more, in the order of ALPHABETS. Of an alphabet that is read
        without being shown: those that are read badly, and those that were begun."""
        samples = self.samples()
        needed = set(READ_BADLY[self.alphabet] or ALPHABETS[self.alphabet]) | samples.keys()
        letters = [letter for letter in ALPHABETS[self.alphabet] if letter in needed]
        lacking = {letter: wanted - len(samples.get(letter, ())) for letter in letters}
        return {letter: count for letter, count in lacking.items() if count > 0}

    def add(self, letter: str, points: Floats) -> int:
        """Keeps one more sample; how many of this letter there are now. points: (21, 2) in any unit that is the same
        for x and y. Raises LetterBookFault."""
        if letter not in tuple(ALPHABETS[self.alphabet]):
            raise LetterBookFault(f"{letter!r} is no letter of {self.alphabet} that stands still")
        with self._changing() as samples:
            kept = [*samples.get(letter, ()), canonical(np.asarray(points)[None])[0]][-KEPT:]
            samples[letter] = kept
        return len(kept)

    def drop_newest(self, letter: str) -> int:
        """The letter's newest sample is gone, if there is one; how many are left. Raises LetterBookFault."""
        with self._changing() as samples:
            kept = samples.pop(letter, [])[:-1]
            if kept:
                samples[letter] = kept
        return len(kept)

    def forget(self, letter: str) -> int:
        """To show it anew; how many samples of it there were. Raises LetterBookFault."""
        with self._changing() as samples:
            return len(samples.pop(letter, ()))

    def forget_all(self) -> int:
        """As for another person; how many samples there were. Raises LetterBookFault."""
        with self._changing() as samples:
            count = sum(map(len, samples.values()))
            samples.clear()
        return count

    def usable(self) -> dict[str, list[Floats]]:
        """The samples of the letters that were shown often enough. Raises LetterBookFault."""
        samples = self.samples()
        letters = ALPHABETS[self.alphabet]
        return {
            letter: samples[letter] for letter in letters if len(samples.get(letter, ())) >= LEAST_SAMPLES
        }

    def recogniser(self) -> Calibrated | None:
        """Of the letters that were shown often enough; None as long as there are too few. Raises LetterBookFault."""
        usable = self.usable()
        return Calibrated(usable) if len(usable) >= LEAST_LETTERS else None

    @contextmanager
    def _changing(self) -> Iterator[dict[str, list[Floats]]]:
        """The samples as they are; what changes in it is written. One program at a time."""
        folder = None
        try:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                folder = os.open(self.path.parent, os.O_RDONLY)
                fcntl.flock(folder, fcntl.LOCK_EX)
            except OSError as error:
                raise LetterBookFault(
                    f"cannot use {self.path.parent}: {error.strerror}; make it writable"
                ) from error
            samples = self.samples()
            before = dict(samples)
            yield samples
            if any(samples.get(letter) is not before.get(letter) for letter in samples | before):
                self._write(written(samples, self.alphabet))
                os.fsync(folder)
        finally:
            if folder is not None:
                os.close(folder)

    def _write(self, text: str) -> None:
        half = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            target = Path(os.path.realpath(self.path))  # a link stays one
            number, half = tempfile.mkstemp(prefix=".letters-", dir=target.parent)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, target)  # noqa: PTH105 - both are names of the same folder
        except OSError as error:
            if half is not None:
                Path(half).unlink(missing_ok=True)
            raise LetterBookFault(
                f"cannot write {self.path}: {error.strerror}; check space and permissions"
            ) from error


def written(samples: Mapping[str, list[Floats]], alphabet: str) -> str:
    """One sample a line."""
    blocks = []
    for letter in sorted(samples, key=ALPHABETS[alphabet].index):
        lines = ",\n".join(
            f"   {json.dumps((np.round(each, PLACES) + 0.0).reshape(-1).tolist())}"
            for each in samples[letter]
        )
        blocks.append(f"  {json.dumps(letter, ensure_ascii=False)}: [\n{lines}]")
    head = f'{{"version": {VERSION},\n"about": {json.dumps(ABOUT)},\n"alphabet": {json.dumps(alphabet)},\n'
    return head + '"letters": {\n' + ",\n".join(blocks) + "\n}}\n"


def parse(text: str, alphabet: str) -> dict[str, list[Floats]]:
    """Raises LetterBookFault, whose message goes on after the file's name."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LetterBookFault(f"is damaged (not JSON); {_REMEDY}") from error
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise LetterBookFault(
            f"was written by a newer Chestnut (version {version}, not {VERSION}); update this one"
        )
    if isinstance(data, dict) and version == VERSION and data.get("alphabet") != alphabet:
        raise LetterBookFault(f"holds another alphabet than {alphabet}; name another file")
    try:
        if version != VERSION or isinstance(version, bool) or not isinstance(data["letters"], dict):
            raise ValueError("no version or no letters")
        return {letter: _samples(letter, each, alphabet) for letter, each in data["letters"].items()}
    except (KeyError, TypeError, ValueError) as error:
        cause = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise LetterBookFault(f"is damaged ({cause}); {_REMEDY}") from error


def _samples(letter: str, data: Any, alphabet: str) -> list[Floats]:
    if len(letter) != 1 or letter not in ALPHABETS[alphabet]:
        raise ValueError(f"a letter that {alphabet} does not have")
    if not isinstance(data, list) or not 0 < len(data) <= KEPT:
        raise ValueError(f"the samples of {letter}")
    return [_sample(letter, each) for each in data]


def _sample(letter: str, data: Any) -> Floats:
    fit = isinstance(data, list) and len(data) == 2 * LANDMARKS
    if not fit or any(isinstance(one, bool) or not isinstance(one, int | float) for one in data):
        raise ValueError(f"a sample of {letter}")
    if not all(math.isfinite(one) and abs(one) <= FARTHEST for one in data):
        raise ValueError(f"a sample of {letter} is out of bounds")
    points = np.array(data, dtype=np.float64).reshape(LANDMARKS, 2)
    if not np.ptp(points, axis=0).any():
        raise ValueError(f"a sample of {letter} is one point")
    return points
