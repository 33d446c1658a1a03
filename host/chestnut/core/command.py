"""What somebody said, as far as the device can do it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from chestnut.core.memory import Owned

# What no skill of the table does alone: the rest of a command is told to it.
FIND, WHERE, KEEP, REMIND, QUESTION = "find_thing", "where", "keep", "remind_me", "question"
TIME, BATTERY, HELP, STOP, ENGLISH, RUSSIAN = "time", "battery", "help", "stop", "english", "russian"
WORDED = (FIND, WHERE, KEEP, REMIND, QUESTION, TIME, BATTERY, HELP, STOP, ENGLISH, RUSSIAN)


@dataclass(frozen=True, slots=True)
class Command:
    """kind: one of WORDED, or a skill's name; "" for no words. text: the question; what is to be reminded of. thing:
    that is sought or kept, and the place it is at. at, repeat: when to remind, in the words that were said, "" for
    untold. ready: the name of a ready question that was asked in its own words. labels: the kinds of things that a
    question names; counts: it asks how many."""

    kind: str = ""
    text: str = ""
    thing: Owned | None = None
    place: str = ""
    at: str = ""
    repeat: str = ""
    ready: str = ""
    labels: tuple[str, ...] = ()
    counts: bool = False
