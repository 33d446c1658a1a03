"""What carers may see, and what they did. Plain data, pure.

A carer is a name on this machine, not an account: whoever can run commands here can use any name. So what a name sees
is kept before it is shown, told to the wearer, and the wearer's own no, given by key, is undone by key alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from chestnut.core.memory import Descriptor, Owned
from chestnut.core.reminders import Reminder, When

LOG_S = 30 * 24 * 3600.0  # so long it is known who looked
LOG_ROWS = 50  # that are told, the newest


class Sight(StrEnum):
    """What a carer may be shown. REMINDERS: what comes, what was done and missed in the last day. DEVICE: whether it
    runs, battery and faults. THINGS: where things that were taught were last seen; nothing else that was seen, no
    person, no picture."""

    REMINDERS = "reminders"
    DEVICE = "device"
    THINGS = "things"


OFFERED = (Sight.REMINDERS, Sight.DEVICE)  # what is allowed when nobody says what


class Deed(StrEnum):
    """LOOKED: was shown it. ASKED: was refused. ALLOWED, DENIED: a right was given or taken back by a command. SET,
    TAUGHT, NAMED: a reminder, a thing, a place came with a carer's folder."""

    LOOKED = "looked"
    ASKED = "asked"
    ALLOWED = "allowed"
    DENIED = "denied"
    SET = "set"
    TAUGHT = "taught"
    NAMED = "named"


@dataclass(frozen=True, slots=True)
class Right:
    """by_key: the wearer chose it with a key; a command cannot undo such a no."""

    carer: str
    sight: Sight
    allowed: bool
    by_key: bool = False


@dataclass(frozen=True, slots=True)
class Rights:
    """closed: the wearer said that nobody may look. asked: who was refused and has no answer yet."""

    given: tuple[Right, ...] = ()
    asked: tuple[tuple[str, Sight], ...] = ()
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One row of the log. at: UTC seconds. sure: the clock could be trusted. told: the wearer has heard it. sight: of
    LOOKED to DENIED. thing, place: of TAUGHT and NAMED, until they are forgotten."""

    row: int
    at: float
    carer: str
    deed: Deed
    sight: Sight | None = None
    thing: Owned | None = None
    place: str = ""
    sure: bool = True
    told: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """An Act as it is told. when: None where the clock could not be trusted."""

    row: int
    carer: str
    deed: Deed
    sight: Sight | None = None
    when: When | None = None
    thing: Owned | None = None
    place: str = ""


class CarerBook(Protocol):
    """Rights and the log. Reads and writes as core.ports.Memory does. Names are one whatever their capitals."""

    def rights(self) -> Rights: ...

    def allow(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[bool]:
        """False, and nothing is changed: the wearer said no by key, and this is a command."""

    def deny(self, carer: str, sight: Sight, *, by_key: bool = False) -> Future[None]: ...

    def close_to_all(self, closed: bool) -> Future[None]:
        """By key: every right is taken back, nobody's asking is told any more, and no command allows anything. False:
        carers may ask again."""

    def look(self, carer: str, sight: Sight) -> Future[bool]:
        """Whether the carer may see it. Done when the look, or that it was refused, is on the card: nothing is shown
        before, nor when it fails."""

    def log(self) -> tuple[Act, ...]:
        """The newest first."""

    def untold(self) -> tuple[Act, ...]:
        """What the wearer has not heard yet, the oldest first."""

    def heard(self, rows: Sequence[int]) -> Future[None]: ...

    def known(self, marks: Sequence[str]) -> frozenset[str]:
        """Those of the marks that came in before."""

    def take_reminder(self, carer: str, mark: str, reminder: Reminder) -> Future[bool]:
        """Like the two below: with its marks or not at all, and told to the wearer. False: it came before."""

    def take_thing(
        self, carer: str, marks: Sequence[str], thing: Owned, takes: Sequence[Descriptor]
    ) -> Future[bool]: ...

    def take_place(
        self, carer: str, marks: Sequence[str], name: str, views: Sequence[Descriptor]
    ) -> Future[bool]: ...
