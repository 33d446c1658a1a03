"""What the page asks of reminders, carers and signs, as plain data in its language. Each blocks for milliseconds."""

from __future__ import annotations

import unicodedata
from dataclasses import asdict
from typing import Any

from chestnut.core.carers import Sight
from chestnut.core.effects import Say
from chestnut.core.reminders import sentence
from chestnut.locale import Phrases
from chestnut.memory.faults import MemoryFault
from chestnut.runtime.carer_desk import BadCarer
from chestnut.runtime.desks import Desks
from chestnut.runtime.reminder_desk import BadReminder, ReminderDesk, Standing
from chestnut.window import refusals

MOST_CHARACTERS = 500  # of what is typed to be shown


class Refused(ValueError):
    """It cannot be done so; the message is one sentence that names the remedy. status: of HTTP."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Answers:
    """Refused and MemoryFault are told on the page. language: of the page that asks."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def reminders(self, language: str) -> dict[str, Any]:
        """What is set, and not what became of it: that is the wearer's to tell. lack: why there are none to set."""
        if self._desks.reminders is None:
            return {"reminders": [], "lack": refusals.sentence("no_reminders", language)}
        phrases = Phrases.of(language)
        return {"reminders": [_told(one, phrases) for one in self._desks.reminders.all()], "lack": ""}

    def add(self, given: dict[str, Any], language: str) -> dict[str, Any]:
        """given: words, at, repeat and kind, as ReminderDesk.add takes them."""
        words, at, repeat, kind = (_text(given, name, language) for name in ("words", "at", "repeat", "kind"))
        self._desk(language).add(words, at, repeat, kind)
        return self.reminders(language)

    def remove(self, given: dict[str, Any], language: str) -> dict[str, Any]:
        number = given.get("number")
        if type(number) is not int:
            raise Refused(refusals.sentence("bad_request", language))
        self._desk(language).remove(number)
        return self.reminders(language)

    def _desk(self, language: str) -> ReminderDesk:
        if self._desks.reminders is None:
            raise Refused(refusals.sentence("no_reminders", language), 404)
        return self._desks.reminders

    def see(self, given: dict[str, Any], language: str) -> dict[str, Any]:
        """As chestnut carer see: in the log before it is shown, or that it was refused."""
        if self._desks.carers is None:
            raise Refused(Phrases.of(language).render(self._desks.lack or "memory_off"), 404)
        carer, kind = _text(given, "carer", language), _text(given, "sight", language)
        if kind not in list(Sight):
            raise Refused(refusals.sentence("bad_request", language))
        seen = self._desks.carers.see(carer, Sight(kind))
        return {"allowed": seen.allowed, "said": [_rendered(each, language) for each in seen.says]}

    def vocabulary(self, language: str) -> dict[str, Any]:
        if self._desks.vocabulary is None:
            raise Refused(refusals.sentence("no_signs", language), 404)
        known = asdict(self._desks.vocabulary())
        known["lacks"] = [Phrases.of(language).render(lack) for lack in known["lacks"]]
        return known


def told(error: Exception, language: str) -> tuple[str, int] | None:
    """The sentence and the status of what went wrong; None for a fault of ours."""
    match error:
        case Refused():
            return str(error), error.status
        case BadReminder() | BadCarer():
            return refusals.sentence(error.reason, language), 400
        case MemoryFault():
            return Phrases.of(language).render(error.reason), 503
        case _:
            return None


def line(given: dict[str, Any], language: str) -> str:
    """What somebody typed, on one line without control characters."""
    text = unicodedata.normalize("NFC", _text(given, "text", language))
    plain = " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())
    if not plain:
        raise Refused(refusals.sentence("empty", language))
    if len(plain) > MOST_CHARACTERS:
        raise Refused(refusals.sentence("too_long", language))
    return plain


def _text(given: dict[str, Any], name: str, language: str) -> str:
    text = given.get(name, "")
    if not isinstance(text, str):
        raise Refused(refusals.sentence("bad_request", language))
    return text


def _told(standing: Standing, phrases: Phrases) -> dict[str, Any]:
    reminder, coming = standing.reminder, standing.coming
    args = {"number": reminder.row, "words": sentence(reminder.words)}
    if coming is None:
        said = phrases.render("reminder_over", args)
    else:
        said = phrases.render("reminder_listed", {**args, "when": asdict(coming.when)})
    return {
        "number": reminder.row,
        "words": reminder.words,
        "said": said,
        "repeats": bool(reminder.rule),
        "from_file": bool(reminder.source),
    }


def _rendered(say: Say, language: str) -> str:
    return Phrases.of(language).render(say.key, say.args)
