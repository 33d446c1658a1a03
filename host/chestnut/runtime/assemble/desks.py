"""The desks at which a running device is asked and set from outside."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from chestnut.core.memory import Moment
from chestnut.core.ports import ReminderBook
from chestnut.devices.machine_clock import local_zone
from chestnut.memory.store import Store
from chestnut.runtime.assemble.signs import read_letters
from chestnut.runtime.carer_desk import CarerDesk
from chestnut.runtime.desks import Desks, Vocabulary
from chestnut.runtime.memory import NoMemory
from chestnut.runtime.reminder_desk import ReminderDesk
from chestnut.runtime.reminding import Reminding
from chestnut.signs.book import Book, BookFault
from chestnut.signs.book import default_path as signs_path

log = logging.getLogger(__name__)


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
    read = read_letters(alphabet)
    lacks = (read.lack, *lacks) if read.lack else lacks
    return Vocabulary(alphabet, read.letters, read.drawn, signs, lacks)
