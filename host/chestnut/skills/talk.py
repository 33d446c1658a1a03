"""Talk: what is said while the key is held. A sound begins it, another ends it; nothing is heard before or after.

What was understood is done as if its key had been pressed. Nothing that can be said takes anything away for good.
"""

from __future__ import annotations

from dataclasses import asdict

from chestnut.core import command
from chestnut.core.command import Command
from chestnut.core.effects import (
    AwaitRelease,
    Become,
    Buzz,
    Change,
    Chime,
    Haptic,
    Held,
    Listen,
    Say,
    SetReminder,
    Sound,
    Tell,
    Understand,
)
from chestnut.core.events import Part, ReminderSet, WordsHeard
from chestnut.core.kinds import to_find
from chestnut.core.memory import Owned, Place
from chestnut.core.reminders import sentence
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.skills import own_words, questions, recall, told
from chestnut.skills.find import find
from chestnut.skills.find_menu import taught_things
from chestnut.skills.recollect import kept
from chestnut.skills.thinking import NO_MODEL

LONGEST_S = 15.0
LEAST_SURE = 0.35  # of a question: less is mostly noise, and what it means is asked again


def talk(session: Session) -> Steps:
    for part, reason in session.faults:
        if part is Part.MICROPHONE:
            raise EffectError(reason)
    if not (yield Held()):
        yield Say("talk_hold")
        return
    yield Listen()
    yield Chime(Sound.LISTENING)
    yield Buzz(Haptic.WORKING)
    yield AwaitRelease(LONGEST_S)
    yield Chime(Sound.LISTENED)
    heard: WordsHeard = yield Understand()
    if not heard.voiced:
        yield Say("talk_silence")
    elif not heard.text:
        yield Say("talk_unclear")
    else:
        yield from obey(heard, session)


def obey(heard: WordsHeard, session: Session) -> Steps:
    meant = heard.command
    match meant.kind:
        case "":
            yield Say("talk_unclear")
        case command.QUESTION:
            yield from _question(heard, session)
        case command.WHERE:
            yield from recall.question(meant.text)(session)
        case command.FIND if meant.thing is not None:
            yield from _find(meant.thing, session)
        case command.KEEP if meant.thing is not None:
            yield Tell(meant.thing, meant.place)
            yield kept(meant.thing, Place(meant.place))
        case command.REMIND:
            yield from _remind(meant)
        case command.TIME:
            yield from told.time(session)
        case command.BATTERY:
            yield from told.battery(session)
        case command.HELP:
            yield Say("talk_help")
        case command.STOP:
            yield Buzz(Haptic.STOPPED)
        case command.ENGLISH | command.RUSSIAN:
            yield Change("language", "en" if meant.kind == command.ENGLISH else "ru")
            yield Say("language")
        case skill:
            yield Become(skill)


def _find(thing: Owned, session: Session) -> Steps:
    taught = yield from taught_things()
    own = next((each for each in taught if each == thing), None)
    if own is None and not thing.owner:  # "the keys", where only whose keys they are was taught
        own = next((each for each in taught if each.label == thing.label), None)
    labels = to_find((thing.label,))
    if own is not None or labels:
        yield from find(*labels, own=own)(session)
    else:
        yield Say("find_unable")


def _remind(meant: Command) -> Steps:
    if not meant.text:
        yield Say("remind_what")
    elif not meant.at:
        yield Say("remind_when")
    else:
        done: ReminderSet = yield SetReminder(meant.text, meant.at, meant.repeat)
        args = {"when": asdict(done.coming.when), "words": sentence(done.coming.words)}
        yield Say("reminder_set_repeated" if done.repeats else "reminder_set", args)


def _question(heard: WordsHeard, session: Session) -> Steps:
    """What the detectors know is said in any case; without a model that is all, and said to be."""
    meant = heard.command
    if heard.sure < LEAST_SURE or len(meant.text.split()) < 2:
        yield Say("talk_unknown", {"text": heard.text})
        return
    ask = questions.ask(meant.ready) if meant.ready else None
    ask = ask or own_words.question(meant.text, meant.labels, counts=meant.counts)
    try:
        yield from ask(session)
    except EffectError as error:
        if error.reason not in NO_MODEL:
            raise
        yield Say("talk_unanswered", {"text": heard.text})
