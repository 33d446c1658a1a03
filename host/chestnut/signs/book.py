"""Taught signs in one file that a person can read, copy and keep: signs.json.

    {"version": 1, "about": "…", "signs": [
      {"name": "tea", "taught": "2026-11-23", "takes": [
        {"seconds": 1.2, "place": [0.4, 2.1], "hands": [
          null,
          [[x, y, x0, y0, … x20, y20], …]]}]}]}

A take is what chestnut.signs.take says: per hand null, or sixteen moments, each the wrist's place from the middle of
the movement and the hand's 21 points from the wrist, in palm lengths. It is movement, not pictures. The file is
written whole or not at all, and never over one that cannot be read.
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from chestnut.signs.take import MOMENTS, Take
from chestnut.signs.track import LANDMARKS

VERSION = 1
ABOUT = (
    "Signs taught to Chestnut: movements of hands in palm lengths, no pictures. Copy this file to keep them."
)
PLACES = 3  # digits after the point: a thousandth of a palm
NUMBERS = 2 + 2 * LANDMARKS  # of a moment
FARTHEST = 1000.0  # palm lengths; what is more is damage
NAME_CHARACTERS, MOST_SIGNS, TAKES_KEPT = 40, 500, 20


class BookFault(Exception):
    """The file cannot be used, or not so. The message is one line that names the remedy."""


class Unlike(BookFault):
    """What is to be added to a sign is another one."""


class NoSuchSign(BookFault):
    """Nothing was taught by that name."""


@dataclass(frozen=True, slots=True)
class TaughtSign:
    """taught: the day, as 2026-11-23."""

    name: str
    taught: str
    takes: tuple[Take, ...]


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    data = environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "chestnut" / "signs.json"


class Book:
    """Every call reads the file anew: another program may have taught a sign meanwhile."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def signs(self) -> tuple[TaughtSign, ...]:
        """In the order in which they were taught; none when there is no file. Raises BookFault."""
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ()
        except UnicodeDecodeError as error:
            raise BookFault(f"{self.path} is damaged (not UTF-8); {_REMEDY}") from error
        except OSError as error:
            raise BookFault(
                f"cannot read {self.path}: {error.strerror}; check name and permissions"
            ) from error
        try:
            return parse(text)
        except BookFault as error:
            raise BookFault(f"{self.path} {error}") from error

    def teach(
        self,
        name: str,
        takes: Sequence[Take],
        day: str,
        one_sign: Callable[[Sequence[Take]], bool] = lambda takes: True,
    ) -> TaughtSign:
        """Add a sign, or more takes to one of that name; the newest TAKES_KEPT stay. one_sign: told of what is there
        by that name and the new takes; Unlike when it says no. Raises BookFault."""
        with self._changing() as signs:
            sign = TaughtSign(name, day, tuple(takes)[-TAKES_KEPT:])
            for number, known in enumerate(signs):
                if known.name.casefold() == name.casefold():
                    if not one_sign((*known.takes, *takes)):
                        raise Unlike(
                            f"these takes are unlike those of {known.name}; choose another name, "
                            f"or first: chestnut signs --forget {known.name!r}"
                        )
                    kept = (*known.takes, *takes)[-TAKES_KEPT:]
                    sign = signs[number] = replace(known, taught=day, takes=kept)
                    break
            else:
                if len(signs) >= MOST_SIGNS:
                    raise BookFault(f"{self.path} holds {MOST_SIGNS} signs already; forget one first")
                signs.append(sign)
        return sign

    def rename(self, name: str, new: str) -> TaughtSign:
        """Raises BookFault when there is no such sign, or one that is already called so."""
        with self._changing() as signs:
            number = _number(signs, name)
            others = signs[:number] + signs[number + 1 :]
            taken = next((sign.name for sign in others if sign.name.casefold() == new.casefold()), None)
            if taken is not None:
                raise BookFault(
                    f"a sign called {taken} is there already; choose another name, or forget it first"
                )
            signs[number] = replace(signs[number], name=new)
        return signs[number]

    def forget(self, name: str) -> TaughtSign:
        """Raises BookFault when there is no such sign."""
        with self._changing() as signs:
            return signs.pop(_number(signs, name))

    @contextmanager
    def _changing(self) -> Iterator[list[TaughtSign]]:
        """The signs as they are; what is in the list at the end is written. One program at a time."""
        folder = None
        try:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                folder = os.open(self.path.parent, os.O_RDONLY)
                fcntl.flock(folder, fcntl.LOCK_EX)
            except OSError as error:
                raise BookFault(
                    f"cannot use {self.path.parent}: {error.strerror}; make it writable"
                ) from error
            signs = list(self.signs())
            yield signs
            self._write(written(signs))
            os.fsync(folder)
        finally:
            if folder is not None:
                os.close(folder)

    def _write(self, text: str) -> None:
        half = None
        try:
            # A link stays one: what it leads to is written.
            target = Path(os.path.realpath(self.path))
            number, half = tempfile.mkstemp(prefix=".signs-", dir=target.parent)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(half, target)  # noqa: PTH105 - both are names of the same folder
        except OSError as error:
            if half is not None:
                Path(half).unlink(missing_ok=True)
            raise BookFault(
                f"cannot write {self.path}: {error.strerror}; check space and permissions"
            ) from error


_REMEDY = "put a copy of it in its place, or move it away to begin anew"


def _number(signs: Sequence[TaughtSign], name: str) -> int:
    for number, sign in enumerate(signs):
        if sign.name.casefold() == name.casefold():
            return number
    known = ", ".join(sign.name for sign in signs) or "none yet"
    raise NoSuchSign(f"no sign called {name} was taught; taught: {known}")


# --- the file's words ---------------------------------------------------------------------------------------


def written(signs: Sequence[TaughtSign]) -> str:
    """One moment a line."""
    shown = ",\n".join(_sign_text(sign) for sign in signs)
    about = json.dumps(ABOUT, ensure_ascii=False)
    return f'{{"version": {VERSION},\n"about": {about},\n"signs": [\n{shown}\n]}}\n'


def _sign_text(sign: TaughtSign) -> str:
    takes = ",\n".join(_take_text(take) for take in sign.takes)
    name, day = (json.dumps(text, ensure_ascii=False) for text in (sign.name, sign.taught))
    return f' {{"name": {name}, "taught": {day}, "takes": [\n{takes}\n ]}}'


def _take_text(take: Take) -> str:
    hands = []
    for hand in (0, 1):
        if not take.hands[hand]:
            hands.append("   null")
            continue
        points = take.shapes[hand].reshape(MOMENTS, -1)
        moments = np.round(np.concatenate([take.paths[hand], points], axis=1), PLACES) + 0.0
        lines = ",\n".join(f"    {json.dumps(moment)}" for moment in moments.tolist())
        hands.append(f"   [\n{lines}]")
    place = json.dumps(None if take.place is None else [round(value, PLACES) for value in take.place])
    joined = ",\n".join(hands)
    return f'  {{"seconds": {round(take.seconds, PLACES)}, "place": {place}, "hands": [\n{joined}]}}'


def parse(text: str) -> tuple[TaughtSign, ...]:
    """Raises BookFault, whose message goes on after the file's name."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BookFault(f"is damaged (not JSON); {_REMEDY}") from error
    version = data.get("version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise BookFault(
            f"was written by a newer Chestnut (version {version}, not {VERSION}); update this one"
        )
    try:
        if version != VERSION or isinstance(version, bool):
            raise ValueError("no version")
        signs = tuple(_sign(one) for one in _listed(data["signs"], 0, MOST_SIGNS))
        if len({sign.name.casefold() for sign in signs}) < len(signs):
            raise ValueError("one name twice")
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        cause = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BookFault(f"is damaged ({cause}); {_REMEDY}") from error
    return signs


def _sign(data: Any) -> TaughtSign:
    name, day = data["name"], data["taught"]
    if not isinstance(name, str) or not 0 < len(name) <= NAME_CHARACTERS or not name.isprintable():
        raise ValueError("a sign's name")
    if not isinstance(day, str) or not day.isprintable():
        raise ValueError(f"the day of {name}")
    return TaughtSign(name, day, tuple(_take(one, name) for one in _listed(data["takes"], 1, TAKES_KEPT)))


def _take(data: Any, name: str) -> Take:
    hands = _listed(data["hands"], 2, 2)
    paths, shapes = np.full((2, MOMENTS, 2), np.nan), np.full((2, MOMENTS, LANDMARKS, 2), np.nan)
    for number, hand in enumerate(hands):
        if hand is not None:
            moments = [[_finite(value) for value in _listed(one, NUMBERS, NUMBERS)] for one in hand]
            table = np.array(_listed(moments, MOMENTS, MOMENTS))
            paths[number] = table[:, :2]
            shapes[number] = table[:, 2:].reshape(MOMENTS, LANDMARKS, 2)
    if hands == [None, None]:
        raise ValueError(f"a take of {name} has no hand")
    place = data["place"]
    if place is not None:
        x, y = (_finite(value) for value in _listed(place, 2, 2))
        place = x, y
    seconds = _finite(data["seconds"])
    if seconds <= 0:
        raise ValueError(f"a take of {name} takes no time")
    return Take(shapes, paths, place, seconds)


def _listed(data: Any, least: int, most: int) -> list[Any]:
    if not isinstance(data, list) or not least <= len(data) <= most:
        raise ValueError(f"a list of {least} to {most} is missing")
    return data


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{str(value)[:20]!r} is no number")
    if not math.isfinite(value) or abs(value) > FARTHEST:
        raise ValueError(f"{value:.6g} is out of bounds")
    return float(value)
