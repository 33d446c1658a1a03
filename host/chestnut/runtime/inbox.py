"""What a carer brings, in a folder on a stick or a card that was prepared elsewhere:

    carer.txt             the carer's name, as it is to be spoken
    reminders.toml        as runtime/reminder_file.py has it
    things/my keys/*.jpg  three pictures or more, the thing in the middle; named as the wearer calls it
    places/kitchen/*.jpg  three or more, the place as the wearer sees it

For this nobody needs a key, a login or a look at what is remembered. Hashes of what came in are kept, so that the
same folder comes in once, also after the wearer forgot it. The folder is only added to: chestnut-report.txt tells
what of the folder was taken and what was not, and nothing that was not in it. Links are not followed, for behind one
may lie what the folder's owner may not read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from chestnut.core.carers import CarerBook
from chestnut.core.memory import Moment, Owned
from chestnut.core.people import clean_name
from chestnut.core.ports import Lessons
from chestnut.core.reminders import Reminder
from chestnut.core.scene import Frame, Judgement
from chestnut.core.teaching import LEAST_TAKES
from chestnut.locale.question import named
from chestnut.memory.faults import MemoryFault
from chestnut.runtime import reminder_file
from chestnut.runtime.inbox_report import Came, Line, Report, write

NAME_CHARACTERS = 60
MOST_NAMES, MOST_PICTURES = 50, 50
MOST_BYTES = 64 << 20
TEXT_BYTES = 1 << 20
ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".ppm", ".pgm")
Teach = Callable[[str, list["_Shown"], Lessons], None]


@dataclass(frozen=True, slots=True)
class Eyes:
    """What looks at the pictures. load: raises a ValueError that names the file and the remedy. lessons: None where
    the model is missing."""

    load: Callable[[Path], Any]
    judge: Callable[[Frame], Judgement]
    lessons: Lessons | None


class BadInbox(ValueError):
    """Nothing of the folder can be taken; the message is one line that names the remedy."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One picture that can be used. take: its number in the lessons."""

    mark: str
    what: str
    take: int


class Inbox:
    """book: gets what came. zone: of the machine."""

    def __init__(self, book: CarerBook, now: Callable[[], Moment], zone: str, eyes: Eyes) -> None:
        self._book, self._now, self._zone, self._eyes = book, now, zone, eyes
        self._carer = ""
        self._lines: list[Line] = []

    def take(self, folder: Path, carer: str = "") -> Report:
        """carer: "" is told by the folder. Blocks for a second a picture at most."""
        if not folder.is_dir():
            raise BadInbox(f"there is no folder {folder}; name the one the carer prepared")
        self._carer = _carer(folder, carer)
        self._lines = []
        self._reminders(folder / "reminders.toml")
        self._pictured(folder, "things", self._thing)
        self._pictured(folder, "places", self._place)
        lines = tuple(self._lines)
        return Report(self._carer, lines, write(folder, lines))

    def _note(self, what: str, came: Came, why: str = "") -> None:
        self._lines.append(Line(what, came, why))

    # --- reminders ------------------------------------------------------------------------------------------

    def _reminders(self, path: Path) -> None:
        if not path.is_symlink() and not path.exists():
            return
        try:
            reminders = reminder_file.parse(_text(path), self._now(), self._zone)
        except (BadInbox, reminder_file.BadFile) as error:
            self._note(path.name, Came.REFUSED, str(error))
            return
        for reminder in reminders:
            mark = _mark("reminder", reminder.source)
            self._keep(
                reminder.words,
                lambda reminder=reminder, mark=mark: self._book.take_reminder(  # type: ignore[misc]
                    self._carer, mark, _without_source(reminder)
                ).result(),
            )

    def _keep(self, what: str, keep: Callable[[], bool]) -> None:
        try:
            self._note(what, Came.TAKEN if keep() else Came.KNOWN)
        except MemoryFault as fault:
            self._note(
                what, Came.REFUSED, f"the memory cannot keep it ({fault.reason}); chestnut check tells more"
            )

    # --- pictures -------------------------------------------------------------------------------------------

    def _pictured(self, folder: Path, kind: str, teach: Teach) -> None:
        """Every folder in things or in places."""
        if (folder / kind).is_symlink():
            self._note(kind, Came.REFUSED, "it is a link; copy the folder itself")
            return
        try:
            names = sorted(path for path in (folder / kind).iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return
        except OSError as error:
            self._note(kind, Came.REFUSED, f"it cannot be read ({error.strerror}); check the stick")
            return
        for path in names[MOST_NAMES:]:
            self._note(f"{kind}/{path.name}", Came.REFUSED, f"{MOST_NAMES} are taken at once; bring it again")
        for path in names[:MOST_NAMES]:
            what = f"{kind}/{path.name}"
            if path.is_symlink() or not path.is_dir():
                self._note(what, Came.REFUSED, "it is no folder; put pictures into one that has the name")
                continue
            try:
                self._one(what, path, kind, teach)
            except MemoryFault as fault:
                why = f"the memory cannot keep it ({fault.reason}); chestnut check tells more"
                self._note(what, Came.REFUSED, why)
            except OSError as error:
                self._note(what, Came.REFUSED, f"it cannot be read ({error.strerror}); check the stick")
            except (RuntimeError, LookupError) as error:  # no model, or a damaged one
                self._note(what, Came.REFUSED, str(error))

    def _one(self, what: str, path: Path, kind: str, teach: Teach) -> None:
        name = " ".join(path.name.split())
        if not any(sign.isalnum() for sign in name) or not name.isprintable() or len(name) > NAME_CHARACTERS:
            self._note(what, Came.REFUSED, f"name the folder in words, {NAME_CHARACTERS} characters at most")
            return
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in ENDINGS)
        if not files:
            self._note(what, Came.REFUSED, "it holds no pictures; put JPEG or PNG files into it")
            return
        for file in files[MOST_PICTURES:]:
            self._note(f"{what}/{file.name}", Came.REFUSED, f"{MOST_PICTURES} pictures are enough")
        marked = self._marked(what, kind, name, files[:MOST_PICTURES])
        known = self._book.known([mark for mark, _ in marked])
        new = {mark: file for mark, file in marked if mark not in known}
        if not new:
            if marked:
                self._note(what, Came.KNOWN)
            return
        lessons = self._eyes.lessons
        if lessons is None:
            self._note(what, Came.REFUSED, "the model of own things is missing: run make models")
            return
        shown = self._shown(what, new, lessons, kind == "places")
        if len(shown) >= LEAST_TAKES:
            teach(name, shown, lessons)
        else:
            why = f"{LEAST_TAKES} new pictures are needed, {len(shown)} can be used; take more"
            self._note(what, Came.KNOWN if known else Came.REFUSED, why)
        lessons.drop()

    def _marked(self, what: str, kind: str, name: str, files: list[Path]) -> list[tuple[str, Path]]:
        marked = []
        for file in files:
            if file.is_symlink() or not file.is_file():
                self._note(
                    f"{what}/{file.name}", Came.REFUSED, "it is no file but a link; copy the picture itself"
                )
            elif file.stat().st_size > MOST_BYTES:
                self._note(f"{what}/{file.name}", Came.REFUSED, f"it is larger than {MOST_BYTES >> 20} MB")
            else:
                with file.open("rb") as opened:
                    digest = hashlib.file_digest(opened, "sha256").hexdigest()
                marked.append((_mark(kind, name.casefold(), digest), file))
        return marked

    def _shown(self, what: str, new: dict[str, Path], lessons: Lessons, place: bool) -> list[_Shown]:
        """What can be used; the rest is noted."""
        shown: list[_Shown] = []
        odd: tuple[int, ...] = ()
        for mark, file in new.items():
            picture = f"{what}/{file.name}"
            try:
                frame = Frame(1, 0.0, self._eyes.load(file))
            except ValueError as error:
                self._note(picture, Came.REFUSED, str(error).replace(str(file), "the file"))
                continue
            refusal = self._eyes.judge(frame).refusal
            if refusal is not None:
                self._note(picture, Came.REFUSED, f"it is {str(refusal).replace('_', ' ')}; take it again")
                continue
            take, flagged = lessons.take(frame, [each.take for each in shown], place=place)
            if take:
                shown.append(_Shown(mark, picture, take))
                odd = flagged
            else:
                self._note(
                    picture, Came.REFUSED, "it shows no more than another picture; take one from elsewhere"
                )
        for each in shown:
            if each.take in odd:
                self._note(each.what, Came.REFUSED, "it shows something else than the others; take it again")
        return [each for each in shown if each.take not in odd]

    def _thing(self, name: str, shown: list[_Shown], lessons: Lessons) -> None:
        thing: Owned | None = named(name)
        if thing is None:
            self._note(f"things/{name}", Came.REFUSED, 'that names no thing; name one, such as "my keys"')
            return
        marks, takes = [each.mark for each in shown], lessons.takes([each.take for each in shown])
        self._keep(f"things/{name}", lambda: self._book.take_thing(self._carer, marks, thing, takes).result())

    def _place(self, name: str, shown: list[_Shown], lessons: Lessons) -> None:
        marks, views = [each.mark for each in shown], lessons.takes([each.take for each in shown])
        self._keep(f"places/{name}", lambda: self._book.take_place(self._carer, marks, name, views).result())


def _carer(folder: Path, given: str) -> str:
    path = folder / "carer.txt"
    try:
        name = given or _text(path).partition("\n")[0]
        return clean_name(name.removeprefix("\ufeff"))
    except (BadInbox, ValueError) as error:
        raise BadInbox(
            f"nobody knows who brings it: write the carer's name into {path}, or give --name"
        ) from error


def _text(path: Path) -> str:
    """Of a file in the inbox itself."""
    if path.is_symlink() or not path.is_file():
        raise BadInbox("it is no file of its own; copy it into the folder")
    try:
        if path.stat().st_size > TEXT_BYTES:
            raise BadInbox(f"it is larger than {TEXT_BYTES >> 10} kB; shorten it")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise BadInbox(f"it cannot be read ({error.strerror}); check the stick") from error
    except UnicodeDecodeError as error:
        raise BadInbox("it is not UTF-8; save it as UTF-8") from error


def _mark(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _without_source(reminder: Reminder) -> Reminder:
    """A source is of the wearer's own file, from which what is no longer there is removed."""
    return replace(reminder, source="")
