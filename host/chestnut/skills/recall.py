"""Where did I last see …: what is remembered, thing by thing, the newest first; and the answer to a question.

Find goes on, Ask goes back, Describe tells more, Read forgets after one more key, Find held keeps it for good,
Describe held leads to it; Stop leaves, as everywhere, and so does silence. Nobody has to hear a sentence out.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any

from chestnut.core.effects import Become, Effect, Forget, LookBack, Offer, Pin, Recall, Say
from chestnut.core.events import LookedBack, Recalled
from chestnut.core.gestures import Gesture, Kind
from chestnut.core.kinds import to_find
from chestnut.core.recollection import Found
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.find import find
from chestnut.skills.find_menu import taught_things
from chestnut.skills.recollect import answer, details, said, seen, thing_of

HELP_AFTER_S, CLOSE_AFTER_S = 6.0, 12.0
HOUR_S = 3600.0


def question(text: str) -> Callable[[Session], Steps]:
    """The wearer's own words."""

    def asked(session: Session) -> Steps:
        recalled: Recalled = yield Recall(text)
        yield answer(recalled.recollection)

    return asked


def recall(session: Session) -> Steps:
    looked: LookedBack = yield LookBack()
    rows = list(looked.found)
    if not rows:
        yield Say("recall_nothing")
        return
    at, helped, first = 0, False, True
    say = _entry(rows, at)
    while True:
        gesture: Gesture | None = yield Offer(say, CLOSE_AFTER_S if helped else HELP_AFTER_S)
        if first and gesture is not None and gesture.kind is Kind.DOUBLE and gesture.means:
            yield Become(gesture.means)  # the press that opened the list was only its first half
        first = False
        if gesture is None and helped:
            return
        helped |= gesture is None
        match (_key(gesture), gesture.kind) if gesture else ("", None):
            case "find", Kind.HOLD if at < len(rows):
                say = yield from _pin(rows, at)
            case "find", _:
                at = (at + 1) % (len(rows) + 1)
                say = _entry(rows, at)
            case "ask", _:
                at = (at - 1) % (len(rows) + 1)
                say = _entry(rows, at)
            case "describe", Kind.HOLD if at < len(rows):
                thing = rows[at].row.thing
                labels = to_find((thing.label,))
                own = thing if thing in (yield from taught_things()) else None
                if own is not None or labels:
                    yield from find(*labels, own=own)(session)
                    return
                say = Say("find_unable")
            case "describe", _ if at < len(rows):
                say = details(rows[at])
            case "read", _:
                if not (yield from _forget(rows, at)):
                    say = Say("forget_kept")
                elif at == len(rows):
                    yield Say("forget_done")
                    return
                else:
                    del rows[at]
                    say = said([("forget_done", {}), _sentence(rows, at)])
            case _:
                say = Say("recall_help")


def _key(gesture: Gesture) -> str:
    """Here the triangle, which opened the list, goes on; a key that goes on in any list does so here."""
    return {1: "find", -1: "ask"}.get(gesture.steps, gesture.button)


def _entry(rows: list[Found], at: int) -> Say:
    return said([_sentence(rows, at)])


def _sentence(rows: list[Found], at: int) -> tuple[str, dict[str, Any]]:
    """A row; after the last one, the end."""
    return seen(rows[at]) if at < len(rows) else ("recall_end", {})


def _pin(rows: list[Found], at: int) -> Generator[Effect, Any, Say]:
    row = rows[at].row
    yield Pin(row.row, not row.pinned)
    rows[at] = replace(rows[at], row=replace(row, pinned=not row.pinned))
    return Say("recall_unpinned" if row.pinned else "recall_pinned")


def _forget(rows: list[Found], at: int) -> Generator[Effect, Any, bool]:
    """Whether the next key was the one that forgets. It is another than the one that asked, so that a finger that
    presses twice forgets nothing."""
    say = Say("forget_thing", thing_of(rows[at])) if at < len(rows) else Say("forget_hour")
    gesture: Gesture | None = yield Offer(say, CLOSE_AFTER_S)
    if gesture is None or gesture.button != "describe":
        return False
    yield Forget(row=rows[at].row.row) if at < len(rows) else Forget(seconds=HOUR_S)
    return True
