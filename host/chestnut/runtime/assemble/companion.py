"""What reminds, and what carers bring."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator
from pathlib import Path

from chestnut.core.memory import Moment
from chestnut.core.ports import ReminderBook
from chestnut.devices.machine_clock import local_zone
from chestnut.devices.pictures import load_picture
from chestnut.memory.faults import MemoryFault
from chestnut.memory.store import Store
from chestnut.memory.unkept import UnkeptReminders
from chestnut.perception.lessons import Lessons
from chestnut.perception.light import judge
from chestnut.perception.own import Own
from chestnut.runtime import reminder_file
from chestnut.runtime.inbox import Eyes as InboxEyes
from chestnut.runtime.inbox import Inbox
from chestnut.runtime.inbox_files import BadInbox
from chestnut.runtime.inbox_report import Came
from chestnut.runtime.memory import NoMemory

log = logging.getLogger(__name__)


def open_reminders(
    memory: Store | NoMemory, wall: Callable[[], Moment]
) -> tuple[ReminderBook, tuple[str, ...]]:
    """With what stands in their file; and what is to be told of it. Without a memory the file's are said all the
    same. Blocks for some milliseconds."""
    book: ReminderBook = memory.reminders if isinstance(memory, Store) else UnkeptReminders()
    try:
        book.take_from_file(reminder_file.read(reminder_file.default_path(), wall(), local_zone())).result()
    except reminder_file.BadFile as error:
        log.error("%s", error)
        return book, ("reminders_file_bad",)
    except MemoryFault as fault:
        log.warning("what stands in the file of reminders is not kept: %s", fault)
    return book, ()


def inbox_eyes(own: Own | None) -> InboxEyes:
    """own: the detector of what was taught; None where its model is missing."""
    return InboxEyes(load_picture, judge, None if own is None else Lessons(own))


def take_in(
    folder: str,
    memory: Store | NoMemory,
    wall: Callable[[], Moment],
    own: Own | None,
    changed: Callable[[], None],
) -> Generator[None, None, None]:
    """What a carer left in the folder, a step at a time: a second a picture at most. own: the detector of taught
    things. changed: called when something came in."""
    if not isinstance(memory, Store):
        log.warning("nothing is taken from %s: there is no memory", folder)
        return
    inbox = Inbox(memory.carers, wall, local_zone(), inbox_eyes(own), memory.things)
    try:
        report = yield from inbox.steps(Path(folder).expanduser())
    except BadInbox as error:
        log.info("nothing was taken in: %s", error)
        return
    if report.count(Came.TAKEN):
        changed()
