"""A spoken menu under one finger: Ask goes on, Find goes back, Describe takes it, Stop leaves.

First the ready questions, then finding a thing, the reminders, the settings. Nobody has to hear a word out: every
sentence is an Offer. The menu stays open after a setting, so "louder" can be taken several times; the first silence
brings the help, the second closes it.
"""

from __future__ import annotations

from collections.abc import Mapping

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


NO_MORE: Mapping[str, Say] = {}


def words_of(name: str, session: Session, menu: Mapping[str, Say] = MENU) -> Say:
    """ "watch" is what can be done about watching now."""
    if name == "watch" and session.mode == COMPANION:
        return Say("choose_watch_again") if session.paused else Say("choose_watch_pause")
    return menu[name]


def choose(session: Session, more: Mapping[str, Say] = NO_MORE) -> Steps:
    """more: skills by name with their words, offered at the end."""
    menu = {**MENU, **more}
    names, at = tuple(menu), 0
    helped = by_pad = False
    say = words_of(names[at], session, menu)
    while True:
        gesture = yield Offer(say, CLOSE_AFTER_S if helped else HELP_AFTER_S)
        by_pad = by_pad if gesture is None else gesture.of_pad
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("choose_left")
                return
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(names)
                say = words_of(names[at], session, menu)
            case "describe" if names[at] in SETTINGS:
                change, say = SETTINGS[names[at]](session)
                if change is not None:
                    session = yield change
            case "describe" if names[at] == "watch":
                yield Become("pause" if session.mode == COMPANION else "companion")
            case "describe":
                yield Become(names[at])
            case _:
                say = PAD_HELP if by_pad else Say("choose_help")
        helped = gesture is None
