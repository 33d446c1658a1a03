"""What the wearer or a carer does with reminders: for commands, for the file, for the maker's page."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from chestnut.core.memory import Moment
from chestnut.core.ports import ReminderBook
from chestnut.core.reminders import Kind, Listed, Occurrence, Reminder, missed_of
from chestnut.locale.kinds import kind_of
from chestnut.locale.moment import BadTime, moment
from chestnut.locale.repetition import rule_of
from chestnut.runtime.agenda import Agenda
from chestnut.runtime.recurrence import BadRule, check, early, zone_of

MOST_CHARACTERS = 200


class BadReminder(ValueError):
    """It cannot be set so; the message is one line that names the remedy. reason: key of the same in the words of the
    page."""

    def __init__(self, message: str, reason: str = "bad_request") -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Standing:
    """A reminder as it stands. coming: its next time. waits: the newest time that waits for an answer, or was missed
    in the last day."""

    reminder: Reminder
    coming: Listed | None
    waits: Listed | None
    missed: bool = False


def reminder_of(
    words: str, at: str, repeat: str, now: Moment, zone: str, kind: str = "", source: str = ""
) -> Reminder:
    """What people write, understood. at, repeat: as locale/moment.py and locale/repetition.py take them; repeat "" is
    once. kind: "" is told by the words. zone: in which `at` is meant. BadReminder names the remedy."""
    try:
        local_now = datetime.fromtimestamp(now.utc_s, UTC).astimezone(zone_of(zone)).replace(tzinfo=None)
        meant = moment(at, local_now)
        starts = meant.at.replace(microsecond=0)
        rule = rule_of(repeat, starts) if repeat.strip() else ""
        check(starts.isoformat(), zone, rule)
        if rule and not meant.dated:
            starts = early(starts, rule, zone)
    except (BadTime, BadRule) as error:
        raise BadReminder(str(error), error.reason) from error
    except (ValueError, OverflowError, OSError) as error:  # by a clock no calendar reaches
        raise BadReminder(
            f"its time cannot be worked out ({error}); set the clock", "reminder_clock"
        ) from error
    if kind and kind not in list(Kind):
        raise BadReminder(f"there is no kind {kind!r}; one of {', '.join(Kind)}", "bad_request")
    return Reminder(
        words_of(words), Kind(kind or kind_of(words)), starts.isoformat(), zone, rule, now.utc_s, source
    )


def words_of(text: str) -> str:
    """One line, without control characters, else as it was written. BadReminder when nothing can be said of it."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise BadReminder(
            "the words are not UTF-8; convert them, or set the terminal to UTF-8", "reminder_words"
        )
    text = unicodedata.normalize("NFC", text)  # taken apart, as some systems do, a voice stumbles
    plain = " ".join("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text).split())
    if not any(sign.isalnum() for sign in plain):
        raise BadReminder("the reminder has no words; write what is to be said", "reminder_words")
    if len(plain) > MOST_CHARACTERS:
        raise BadReminder(
            f"the reminder has {len(plain)} characters; shorten it to {MOST_CHARACTERS}", "reminder_long"
        )
    return plain


class ReminderDesk:
    """Blocks for milliseconds; a MemoryFault when the card fails. now: the wall clock. zone: the machine's."""

    def __init__(self, book: ReminderBook, now: Callable[[], Moment], zone: str) -> None:
        self._book, self._now, self._zone = book, now, zone
        self._agenda = Agenda(lambda: zone)

    def add(self, words: str, at: str, repeat: str = "", kind: str = "", zone: str = "") -> Standing:
        """zone: "" is the machine's. BadReminder names the remedy."""
        reminder = reminder_of(words, at, repeat, self._now(), zone or self._zone, kind)
        row = self._book.add(reminder).result()
        return self._standing(replace(reminder, row=row), (), self._now().utc_s)

    def all(self) -> tuple[Standing, ...]:
        """In the order they come; what never comes again at the end."""
        now, occurrences = self._now().utc_s, self._book.occurrences()
        standing = [self._standing(reminder, occurrences, now) for reminder in self._book.all()]
        return tuple(sorted(standing, key=lambda one: one.coming.due if one.coming else float("inf")))

    def done(self, row: int) -> Listed:
        """Notes the newest time of the last day that waits for an answer, or was missed. BadReminder when there is
        none."""
        standing = self._named(row)
        if standing.waits is None:
            raise BadReminder(
                f"reminder {row} waits for no answer; chestnut reminders list tells which do",
                "reminder_answered",
            )
        self._book.acknowledge(row, standing.waits.due, self._now().utc_s).result()
        return standing.waits

    def remove(self, row: int) -> Reminder:
        """BadReminder when it stands in the file, from which it would come back."""
        reminder = self._named(row).reminder
        if reminder.source:
            raise BadReminder(
                f"reminder {row} stands in the file of reminders; remove it there", "reminder_filed"
            )
        self._book.remove(row).result()
        return reminder

    def _named(self, row: int) -> Standing:
        found = next((one for one in self.all() if one.reminder.row == row), None)
        if found is None:
            raise BadReminder(
                f"there is no reminder {row}; chestnut reminders list tells them", "reminder_gone"
            )
        return found

    def _standing(self, reminder: Reminder, occurrences: tuple[Occurrence, ...], now: float) -> Standing:
        own = [one for one in occurrences if one.reminder == reminder.row]
        waits = [*missed_of(now, own), *(one for one in own if one.open and one.due <= now)]
        newest = max(waits, key=lambda one: one.due, default=None)
        return Standing(
            reminder,
            self._agenda.next_of([reminder], now),
            None if newest is None else self._agenda.listed({reminder.row: reminder}, [newest], now)[0],
            newest is not None and newest.missed is not None,
        )
