"""What is remembered, as it is told: rows of the memory with their age, and which of them were asked for. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.core.memory import Owned, Remembered
from chestnut.core.reminders import When
from chestnut.core.scene import Box

RELATIVE_S = 4 * 3600.0  # so long it is told how long ago it was, then at which time
STALE_S = RELATIVE_S  # and from then on that it may be elsewhere by now


@dataclass(frozen=True, slots=True)
class Found:
    """A row, how long ago and when it was last seen, and when first; None where the clock cannot be trusted."""

    row: Remembered
    age_s: float | None = None
    last: When | None = None
    first: When | None = None


@dataclass(frozen=True, slots=True)
class Sought:
    """One thing that was asked for. All rows are the newest of their thing at their place, newest first.

    text: as it was asked. thing: what it is called; None where only the asker's words tell it. known: there is such a
    thing. guessed: the words only sound like it. found: surely seen. unsure: perhaps seen. alike: surely seen, of the
    same kind, but nobody knows whose (whose) or whether it is that one (which).
    """

    text: str
    thing: Owned | None
    known: bool = True
    guessed: bool = False
    found: tuple[Found, ...] = ()
    unsure: tuple[Found, ...] = ()
    alike: tuple[Found, ...] = ()
    whose: bool = False
    which: bool = False


@dataclass(frozen=True, slots=True)
class Recollection:
    """sought: empty when no thing was asked for. people: a person was."""

    sought: tuple[Sought, ...] = ()
    people: bool = False


@dataclass(frozen=True, slots=True)
class Noticed:
    """A thing in view that is to be remembered. near: the label of what stands beside it, "" for nothing."""

    thing: Owned
    near: str
    confidence: float
    box: Box
