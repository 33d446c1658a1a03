"""The desks at which a running device is asked and set from outside."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from chestnut.core.memory import Moment
from chestnut.core.ports import ReminderBook
from chestnut.devices.machine_clock import local_zone
from chestnut.memory.store import Store
from chestnut.runtime.carer_desk import CarerDesk
from chestnut.runtime.desks import Desks, Vocabulary
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.reminder_desk import ReminderDesk
from chestnut.runtime.reminding import Reminding
from chestnut.signs.book import Book, BookFault
from chestnut.signs.book import default_path as signs_path
from chestnut.signs.calibrated import LEAST_LETTERS, LEAST_SAMPLES
from chestnut.signs.letter_book import ALPHABETS, LetterBook, LetterBookFault
from chestnut.signs.letter_book import default_path as letters_path
from chestnut.signs.letters import Letters

log = logging.getLogger(__name__)

DRAWN = {"asl": ("J", "Z")}


def open_desks(
    memory: Store | NoMemory,
    reminders: ReminderBook | None,
    reminding: Reminding | None,
    wall: Callable[[], Moment],
    condition: Path,
    alphabet: str,
) -> Desks:
    """reminders: the book reminding goes by. condition: the file in which the device tells how it is."""
    zone = local_zone()
    carers = None
    if isinstance(memory, Store):
        carers = CarerDesk(memory.carers, memory, reminders or memory.reminders, wall, zone, condition)
    return Desks(
        None if reminders is None else ReminderDesk(reminders, wall, zone),
        carers,
        memory.reason if isinstance(memory, NoMemory) else "",
        lambda: vocabulary(alphabet),
        reminding.look_again if reminding is not None else lambda: None,
    )


def vocabulary(alphabet: str, book: Book | None = None) -> Vocabulary:
    """Read anew from its files. book: the taught signs, the wearer's own by default."""
    lacks: tuple[str, ...] = ()
    try:
        signs = tuple(sign.name for sign in (book or Book(signs_path())).signs())
    except BookFault as error:
        log.error("%s", error)
        signs, lacks = (), ("signs_file_bad",)
    letters, lack = _letters(alphabet)
    drawn = DRAWN.get(alphabet, ()) if letters else ()
    return Vocabulary(alphabet, letters, drawn, signs, (lack, *lacks) if lack else lacks)


def _letters(alphabet: str) -> tuple[tuple[str, ...], str]:
    """That stand still; without any, the phrase that tells why."""
    try:
        if alphabet == "asl":  # read without being shown
            return tuple(Letters.load().alphabet), ""
        samples = LetterBook(letters_path(alphabet), alphabet).samples()
    except (OSError, ValueError, KeyError) as error:
        log.error("the file of finger letters cannot be used: %s", error)
        return (), "signs_letters_damaged"
    except LetterBookFault as error:
        log.error("%s", error)
        return (), "signs_samples_bad"
    shown = tuple(letter for letter in ALPHABETS[alphabet] if len(samples.get(letter, ())) >= LEAST_SAMPLES)
    return (shown, "") if len(shown) >= LEAST_LETTERS else ((), "signs_uncalibrated")
