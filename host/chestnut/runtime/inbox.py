"""What a carer brings, in a folder on a stick or a card that was prepared elsewhere:

    carer.txt             the carer's name, as it is to be spoken
    reminders.toml        as runtime/reminder_file.py has it
    things/my keys/*.jpg  three pictures or more, the thing in the middle; named as the wearer calls it
    places/kitchen/*.jpg  three or more, the place as the wearer sees it

For this nobody needs a key, a login or a look at what is remembered. Hashes of what came in are kept, so that the
same folder comes in once, also after the wearer forgot it. The folder is only added to: chestnut-report.txt tells
what of the folder was taken and what was not, and nothing that was not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chestnut.core.carers import CarerBook
from chestnut.core.memory import Moment, Owned, Taught
from chestnut.core.ports import Lessons
from chestnut.core.reminders import Reminder
from chestnut.core.scene import Frame, Judgement
from chestnut.core.teaching import LEAST_TAKES
from chestnut.locale.names import same_thing
from chestnut.locale.question import named
from chestnut.memory.faults import MemoryFault
from chestnut.runtime import reminder_file
from chestnut.runtime.inbox_files import (
    MOST_NAMES,
    MOST_PICTURES,
    BadInbox,
    carer_of,
    digest_of,
    folders_in,
    mark_of,
    name_of,
    pictures_in,
    text_of,
)
from chestnut.runtime.inbox_report import Came, Line, Report, write

MEANT = (
    "carer.txt",
    "reminders.toml",
    "things",
    "places",
)  # one of them tells that a folder is meant for this
Steps = Generator[None, None, None]
Teach = Callable[[str, list["_Shown"], Lessons], None]


@dataclass(frozen=True, slots=True)
class Eyes:
    """What looks at the pictures. load: raises a ValueError that names the file and the remedy. lessons: None where
    the model is missing."""

    load: Callable[[Path], Any]
    judge: Callable[[Frame], Judgement]
    lessons: Lessons | None


@dataclass(frozen=True, slots=True)
class _Shown:
    """One picture that can be used. take: its number in the lessons."""

    mark: str
    what: str
    take: int


class Inbox:
    """book: gets what came. zone: of the machine. taught: what is known, to which nothing unlike it is added."""

    def __init__(
        self,
        book: CarerBook,
        now: Callable[[], Moment],
        zone: str,
        eyes: Eyes,
        taught: Callable[[], Sequence[Taught]] = tuple,
    ) -> None:
        self._taught = taught
        self._book, self._now, self._zone, self._eyes = book, now, zone, eyes
        self._carer = ""
        self._lines: list[Line] = []

    def take(self, folder: Path, carer: str = "") -> Report:
        """carer: "" is told by the folder. Blocks for a second a picture at most."""
        steps = self.steps(folder, carer)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                report: Report = end.value
                return report

    def steps(self, folder: Path, carer: str = "") -> Generator[None, None, Report]:
        """The same, a picture a step. Closed in between, it leaves no report; what a thing or a place was to be
        taught by its pictures comes in whole or not at all, and the rest with the next time."""
        if not folder.is_dir():
            raise BadInbox(f"there is no folder {folder}; name the one the carer prepared")
        try:
            self._carer = carer_of(folder, carer)
        except BadInbox as error:
            if any((folder / name).exists() for name in MEANT):
                write(folder, (Line.plain("carer.txt", Came.REFUSED, str(error)),))
            raise
        self._lines = []
        yield from self._reminders(folder / "reminders.toml")
        yield from self._pictured(folder, "things", self._thing)
        yield from self._pictured(folder, "places", self._place)
        lines = tuple(self._lines)
        return Report(self._carer, lines, write(folder, lines))

    def _note(self, what: str, came: Came, why: str = "") -> None:
        self._lines.append(Line.plain(what, came, why))

    def _refuse(self, what: str, why: object) -> None:
        self._note(what, Came.REFUSED, str(why))

    # --- reminders ------------------------------------------------------------------------------------------

    def _reminders(self, path: Path) -> Steps:
        if not path.is_symlink() and not path.exists():
            return
        try:
            entries = reminder_file.entries(text_of(path), self._now(), self._zone)
        except (BadInbox, reminder_file.BadFile) as error:
            self._refuse(path.name, error)
            return
        for words, reminder in entries:
            yield
            if reminder is None:
                self._refuse(words, "its time is over; give it another")
            else:
                self._keep(words, self._reminding(reminder))

    def _reminding(self, reminder: Reminder) -> Callable[[], bool]:
        """Without its source, which is of the wearer's own file, from which what is no longer there is removed."""
        mark, kept = mark_of("reminder", reminder.source), replace(reminder, source="")
        return lambda: self._book.take_reminder(self._carer, mark, kept).result()

    def _keep(self, what: str, keep: Callable[[], bool]) -> None:
        try:
            self._note(what, Came.TAKEN if keep() else Came.KNOWN)
        except MemoryFault as fault:
            self._refuse(what, f"the memory cannot keep it ({fault.reason}); chestnut check tells more")

    # --- pictures -------------------------------------------------------------------------------------------

    def _pictured(self, folder: Path, kind: str, teach: Teach) -> Steps:
        """Every folder in things or in places."""
        if (folder / kind).is_symlink():
            self._refuse(kind, "it is a link; copy the folder itself")
            return
        try:
            listed = folders_in(folder / kind)
        except OSError as error:
            self._refuse(kind, f"it cannot be read ({error.strerror}); check the stick")
            return
        for path in listed.used:
            what = f"{kind}/{path.name}"
            try:
                yield from self._one(what, path, kind, teach)
            except BadInbox as error:
                self._refuse(what, error)
            except MemoryFault as fault:
                self._refuse(what, f"the memory cannot keep it ({fault.reason}); chestnut check tells more")
            except OSError as error:
                self._refuse(what, f"it cannot be read ({error.strerror}); check the stick")
            except (RuntimeError, LookupError) as error:  # no model, or a damaged one
                self._refuse(what, error)
        if listed.more:
            self._refuse(
                f"{kind}: {listed.more} more", f"bring {MOST_NAMES} at once, the rest in another folder"
            )

    def _one(self, what: str, path: Path, kind: str, teach: Teach) -> Steps:
        if path.is_symlink() or not path.is_dir():
            raise BadInbox("it is no folder; put pictures into one that has the name")
        name, listed = name_of(path), pictures_in(path)
        for file in listed.unreadable:
            self._refuse(f"{what}/{file.name}", "pictures of this kind cannot be read; save it as JPEG")
        if not listed.used:
            raise BadInbox("it holds no pictures; put JPEG or PNG files into it")
        if listed.more:
            self._refuse(f"{what}: {listed.more} more", f"{MOST_PICTURES} pictures are enough")
        marked: dict[str, Path] = {}
        for file in listed.used:
            yield
            try:
                marked.setdefault(mark_of(kind, name.casefold(), digest_of(file)), file)
            except BadInbox as error:
                self._refuse(f"{what}/{file.name}", error)
        if not marked:
            return
        known = self._book.known(tuple(marked))
        new = {mark: file for mark, file in marked.items() if mark not in known}
        if known and not new:
            self._note(what, Came.KNOWN)
        else:
            yield from self._lesson(what, name, new, kind == "places", teach, bool(known))

    def _lesson(
        self, what: str, name: str, new: dict[str, Path], place: bool, teach: Teach, known: bool
    ) -> Steps:
        lessons = self._eyes.lessons
        if lessons is None:
            raise BadInbox("the model of own things is missing: run make models")
        try:
            shown = yield from self._shown(what, new, lessons, place)
            if len(shown) >= LEAST_TAKES:
                teach(name, shown, lessons)
            else:
                why = f"{LEAST_TAKES} new pictures are needed, {len(shown)} can be used; take more"
                self._note(what, Came.KNOWN if known else Came.REFUSED, why)
        finally:
            lessons.drop()

    def _shown(
        self, what: str, new: dict[str, Path], lessons: Lessons, place: bool
    ) -> Generator[None, None, list[_Shown]]:
        """What can be used; the rest is noted."""
        shown: list[_Shown] = []
        odd: tuple[int, ...] = ()
        for mark, file in new.items():
            yield
            picture = f"{what}/{file.name}"
            try:
                frame = Frame(1, 0.0, self._eyes.load(file))
            except ValueError as error:
                self._refuse(picture, str(error).replace(str(file), "the file"))
                continue
            refusal = self._eyes.judge(frame).refusal
            if refusal is not None:
                self._refuse(picture, f"it is {str(refusal).replace('_', ' ')}; take it again")
                continue
            take, flagged = lessons.take(frame, [each.take for each in shown], place=place)
            if take:
                shown.append(_Shown(mark, picture, take))
                odd = flagged
            else:
                self._refuse(picture, "it shows no more than another picture; take one from elsewhere")
        for each in shown:
            if each.take in odd:
                self._refuse(each.what, "it does not look like the others; take it again")
        return [each for each in shown if each.take not in odd]

    def _thing(self, name: str, shown: list[_Shown], lessons: Lessons) -> None:
        thing: Owned | None = named(name)
        if thing is None:
            self._refuse(f"things/{name}", 'that names no thing; name one, such as "my keys"')
            return
        numbers = [each.take for each in shown]
        known = next((each for each in self._taught() if same_thing(each.thing, thing)), Taught(thing))
        if known.takes and not lessons.show(numbers, known):
            self._refuse(f"things/{name}", "it does not look like what has that name; give it another name")
            return
        marks, takes = [each.mark for each in shown], lessons.takes(numbers)
        self._keep(
            f"things/{name}", lambda: self._book.take_thing(self._carer, marks, known.thing, takes).result()
        )

    def _place(self, name: str, shown: list[_Shown], lessons: Lessons) -> None:
        marks, views = [each.mark for each in shown], lessons.takes([each.take for each in shown])
        self._keep(f"places/{name}", lambda: self._book.take_place(self._carer, marks, name, views).result())
