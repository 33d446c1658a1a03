"""Reminders. First felt and heard as a sound, then the time, then the words; the dome says that it is done.

The time is spoken as every answer is: a key that was on its way anyway ends it and does what it always does. Only
under the words themselves the dome, however long it is pressed, means "done". The ring says them again. Any other key
does what it always does, Stop is "not now", silence is no answer: in all three the reminder comes again. So nobody
must remember anything, and nothing is acknowledged by chance.
"""

from __future__ import annotations

from dataclasses import asdict

from chestnut.core.effects import (
    Become,
    Buzz,
    CheckReminders,
    CheckStatus,
    Chime,
    Haptic,
    MarkDone,
    Offer,
    Say,
    Sound,
)
from chestnut.core.events import ReminderDue, RemindersChecked, StatusChecked
from chestnut.core.gestures import Gesture
from chestnut.core.reminders import Kind, Listed, sentence
from chestnut.core.session import Session
from chestnut.core.skill import Steps

ANSWER_S = 30.0  # to go and do it and come back takes longer; then it is asked again
STEP_S = 6.0
DONE, AGAIN, BACK = "describe", "ask", "find"


def remind(session: Session) -> Steps:
    due = session.reminder
    if due is None:
        return
    yield Buzz(Haptic.WORKING)
    yield Chime(Sound.REMINDER)
    checked: StatusChecked = yield CheckStatus()
    yield _time(due, checked.time_of_day)
    if due.late:
        yield Say("reminder_late", {"when": asdict(due.when)})
    words = _words(due)
    while True:
        gesture: Gesture | None = yield Offer(words, ANSWER_S, lasting=True)
        match gesture.button if gesture else None:
            case None:
                return
            case "describe":
                yield MarkDone(due.reminder, due.due)
                yield Say("reminder_done")
                return
            case "ask":
                continue
            case _:
                yield from _instead(gesture)


def _instead(gesture: Gesture | None) -> Steps:
    """The wearer wants something else."""
    if gesture is not None and gesture.means not in ("", "stop"):
        yield Become(gesture.means)


def _time(due: ReminderDue, time: str) -> Say:
    if not due.sure:
        return Say("reminder_time_unsure", {"time": time})
    return Say("reminder_time_again" if due.times else "reminder_time", {"time": time})


def _words(due: ReminderDue) -> Say:
    """Of a medicine whose time has passed or cannot be known nothing is said but to ask a person."""
    doubtful = due.kind is Kind.MEDICINE and (due.late or not due.sure)
    args = {"kind": str(due.kind), "words": sentence(due.words)}
    return Say("reminder_check" if doubtful else "reminder", args)


def reminders(session: Session) -> Steps:
    """What was missed, one by one under the same keys as the menu, then what comes next."""
    checked: RemindersChecked = yield CheckReminders()
    at = 0
    left = list(checked.missed)
    if left:
        yield Say("reminders_missed", {"count": len(left)})
        yield Say("reminders_help")
    while at < len(left):
        gesture: Gesture | None = yield Offer(_missed(left[at]), STEP_S, lasting=True)
        match gesture.button if gesture else AGAIN:
            case "describe":
                yield MarkDone(left[at].reminder, left[at].due)
                yield Say("reminder_done")
                del left[at]
            case "ask":
                at += 1
            case "find":
                at = max(0, at - 1)
            case _:
                yield from _instead(gesture)
    coming = checked.coming
    if coming is None:
        yield Say("reminder_none")
    else:
        yield Say("reminder_next", {"when": asdict(coming.when), "words": sentence(coming.words)})


def _missed(missed: Listed) -> Say:
    args = {"when": asdict(missed.when), "words": sentence(missed.words)}
    return Say("reminder_missed_medicine" if missed.kind is Kind.MEDICINE else "reminder_missed", args)
