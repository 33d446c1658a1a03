"""A spoken menu under one finger: Ask goes on, Find goes back, Describe takes it, Stop leaves.

First the ready questions, then finding a thing, the reminders, the settings. Nobody has to hear a word out: every
sentence is an Offer. The menu stays open after a setting, so "louder" can be taken several times; the first silence
brings the help, the second closes it.
"""

from __future__ import annotations

from chestnut.core.effects import Become, Offer, Say
from chestnut.core.session import COMPANION, Session
from chestnut.core.skill import Steps
from chestnut.skills import questions, settings
from chestnut.skills.pick import PAD_HELP

SETTINGS: dict[str, settings.Step] = {
    "louder": settings.louder,
    "softer": settings.softer,
    "slower": settings.slower,
    "faster": settings.faster,
    "language": settings.language,
}
OTHERS = (
    "translate",
    "find",
    "reminders",
    "teach_thing",
    "name_place",
    "show_letters",
    "teach_sign",
    "vocabulary",
    "meet",
    "forget_taught",
    "forget_sign",
    "forget_letters",
    "forget_person",
    "carers",
    "who_looked",
    "watch",
    "pair_pad",
    "forget_pad",
    "check_self",
    *SETTINGS,
    "keys",
    "status",
)
# Every entry's words; one that is neither a setting nor "watch" is a skill's name.
MENU: dict[str, Say] = {
    **{f"ask_{name}": Say("choose_question", {"question": name}) for name in questions.NAMES},
    **{name: Say(f"choose_{name}") for name in OTHERS},
}
NAMES = tuple(MENU)
HELP_AFTER_S, CLOSE_AFTER_S = 4.0, 8.0


def words_of(name: str, session: Session) -> Say:
    """ "watch" is what can be done about watching now."""
    if name == "watch" and session.mode == COMPANION:
        return Say("choose_watch_again") if session.paused else Say("choose_watch_pause")
    return MENU[name]


def choose(session: Session) -> Steps:
    at = 0
    helped = by_pad = False
    say = words_of(NAMES[at], session)
    while True:
        gesture = yield Offer(say, CLOSE_AFTER_S if helped else HELP_AFTER_S)
        by_pad = by_pad if gesture is None else gesture.of_pad
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("choose_left")
                return
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(NAMES)
                say = words_of(NAMES[at], session)
            case "describe" if NAMES[at] in SETTINGS:
                change, say = SETTINGS[NAMES[at]](session)
                if change is not None:
                    session = yield change
            case "describe" if NAMES[at] == "watch":
                yield Become("pause" if session.mode == COMPANION else "companion")
            case "describe":
                yield Become(NAMES[at])
            case _:
                say = PAD_HELP if by_pad else Say("choose_help")
        helped = gesture is None
