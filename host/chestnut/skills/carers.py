"""What carers may see, chosen by the wearer with the keys; who looked; and how it is told by itself.

A right is given only after one more key, and taken back at once. "Let nobody look" is always the last entry: it takes
everything back, and no command can open it again, only these keys.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chestnut.core.carers import Deed, Noted, Rights, Sight
from chestnut.core.effects import (
    Buzz,
    CheckCarers,
    CloseToCarers,
    Effect,
    Haptic,
    LetSee,
    MarkHeard,
    Offer,
    Say,
)
from chestnut.core.events import CarersChecked
from chestnut.core.gestures import Gesture
from chestnut.core.session import Session
from chestnut.core.skill import Steps

CHOICE_S = 8.0
TOLD_AT_ONCE = 4  # sentences; the rest is in the menu
Sentence = tuple[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line of the menu. carer "": all of them."""

    carer: str
    sight: Sight
    allowed: bool
    asked: bool = False

    @property
    def say(self) -> Say:
        if not self.carer:
            return Say("carers_closed_entry" if self.allowed else "carers_close")
        words = {"carer": self.carer, "sight": self.sight.value}
        if self.asked:
            return Say("carers_asked_entry", words)
        return Say("carers_may" if self.allowed else "carers_may_not", words)


def carers(session: Session) -> Steps:
    """What each carer may see, one by one under the keys of the menu."""
    checked: CarersChecked = yield CheckCarers()
    entries = _entries(checked.rights)
    at, helped = 0, False
    say = entries[0].say
    while True:
        gesture: Gesture | None = yield Offer(say, CHOICE_S)
        match gesture.button if gesture else None:
            case None if helped:
                yield Say("choose_left")
                return
            case "ask" | "find" as key:
                at = (at + (1 if key == "ask" else -1)) % len(entries)
                say = entries[at].say
            case "describe":
                changed = entries[at]
                say = yield from _changed(changed)
                checked = yield CheckCarers()
                entries = _entries(checked.rights)
                at = _place_of(changed, entries)
            case _:
                say = Say("carers_help")
        helped = gesture is None


def _entries(rights: Rights) -> list[_Entry]:
    """Who asks comes first; then every carer's every sight; nobody at all is the last."""
    chosen = {(right.carer, right.sight): right.allowed for right in rights.given}
    names = sorted({carer for carer, _ in (*chosen, *rights.asked)})
    asked = [_Entry(carer, sight, allowed=False, asked=True) for carer, sight in rights.asked]
    others = [
        _Entry(carer, sight, chosen.get((carer, sight), False))
        for carer in names
        for sight in Sight
        if (carer, sight) not in rights.asked
    ]
    return [*asked, *others, _Entry("", Sight.DEVICE, rights.closed)]


def _place_of(entry: _Entry, entries: list[_Entry]) -> int:
    """What was just told stands elsewhere now, or somebody else asks meanwhile: the next key still means it."""
    same = (at for at, each in enumerate(entries) if (each.carer, each.sight) == (entry.carer, entry.sight))
    return next(same, len(entries) - 1)


def _changed(entry: _Entry) -> Generator[Effect, Any, Say]:
    """Returns what is told of it; the next key is awaited under that."""
    if not entry.carer:
        yield CloseToCarers(not entry.allowed)
        yield Buzz(Haptic.DONE)
        return Say("carers_opened" if entry.allowed else "carers_closed")
    words = {"carer": entry.carer, "sight": entry.sight.value}
    if not entry.allowed:
        sure: Gesture | None = yield Offer(Say("carers_sure", words), CHOICE_S)
        if sure is None or sure.button != "describe":
            return Say("carers_unchanged")
    yield LetSee(entry.carer, entry.sight, not entry.allowed)
    yield Buzz(Haptic.DONE)
    return Say("carer_denied" if entry.allowed else "carer_may_now", words)


def who_looked(session: Session) -> Steps:
    """The newest first: Ask goes on, Find goes back, anything else leaves."""
    checked: CarersChecked = yield CheckCarers()
    acts = checked.acts
    if not acts:
        yield Say("carers_nobody_looked")
        return
    at = 0
    while at < len(acts):
        gesture: Gesture | None = yield Offer(said([dated(acts[at])]), CHOICE_S, lasting=True)
        yield MarkHeard((acts[at].row,))
        match gesture.button if gesture else "ask":
            case "ask":
                at += 1
            case "find":
                at = max(0, at - 1)
            case _:
                return
    yield Say("carers_log_end")


def tell_carers(session: Session) -> Steps:
    """By itself, in a silence. It counts as heard at its end."""
    if session.acts:
        yield told(session.acts)
        yield MarkHeard(tuple(act.row for act in session.acts))


def told(acts: Sequence[Noted]) -> Say:
    """What the wearer has not heard yet, in few words. acts: the oldest first, at least one."""
    return said(summed_up(acts))


def said(sentences: Sequence[Sentence | list[Sentence]]) -> Say:
    flat = [one for each in sentences for one in (each if isinstance(each, list) else [each])]
    return Say("carers_told", {"sentences": [[key, args] for key, args in flat]})


def summed_up(acts: Sequence[Noted]) -> list[Sentence]:
    """Looks come first, so that nothing else a carer does keeps one from being told. Of the same looked at again and
    again the newest is told, of reminders their number."""
    newest = {(act.carer, act.deed, act.sight, act.thing, act.place): act for act in acts}
    sentences: list[Sentence] = []
    for act in sorted(newest.values(), key=lambda act: (act.deed is not Deed.LOOKED, act.row)):
        count = sum(each.carer == act.carer and each.deed is Deed.SET for each in acts)
        sentences.append(sentence(act, count))
    if len(sentences) > TOLD_AT_ONCE:
        sentences[TOLD_AT_ONCE:] = [("carers_more", {})]
    return sentences


def dated(act: Noted) -> list[Sentence]:
    """As it was, with its time as far as that is known."""
    if act.deed in _PAST:
        sight = act.sight or Sight.DEVICE
        told = (_PAST[act.deed], {"carer": act.carer, "sight": sight.value})
    else:
        told = sentence(act)
    if act.when is None or act.deed is Deed.LOOKED:
        return [told]
    return [("carer_at", {"when": asdict(act.when)}), told]


def sentence(act: Noted, count: int = 1) -> Sentence:
    """count: of reminders."""
    carer = {"carer": act.carer}
    match act.deed:
        case Deed.LOOKED | Deed.ASKED | Deed.ALLOWED | Deed.DENIED:
            words = carer | {"sight": act.sight.value if act.sight else Sight.DEVICE.value}
            if act.deed is Deed.LOOKED and act.when is not None:
                return "carer_looked", words | {"when": asdict(act.when)}
            return _UNDATED[act.deed], words
        case Deed.SET:
            return "carer_set", carer | {"count": count}
        case Deed.TAUGHT if act.thing is not None:
            return "carer_taught", carer | {"thing": asdict(act.thing)}
        case Deed.NAMED if act.place:
            return "carer_named", carer | {"place": act.place}
        case _:
            return "carer_forgotten", carer


_UNDATED = {
    Deed.LOOKED: "carer_looked_undated",
    Deed.ASKED: "carer_asked",
    Deed.ALLOWED: "carer_allowed",
    Deed.DENIED: "carer_denied",
}
_PAST = {
    Deed.ASKED: "carer_has_asked",
    Deed.ALLOWED: "carer_was_allowed",
    Deed.DENIED: "carer_was_denied",
}
