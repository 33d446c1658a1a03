"""How the device is: mode, time, what was missed, battery, what is broken."""

from __future__ import annotations

from chestnut.core.effects import Change, CheckStatus, MarkHeard, Now, Say
from chestnut.core.events import StatusChecked
from chestnut.core.session import COMPANION, MODES, SIGNS, Session
from chestnut.core.skill import Steps
from chestnut.skills import signs, watch
from chestnut.skills.carers import told


def status(session: Session) -> Steps:
    checked: StatusChecked = yield CheckStatus()
    yield Say("status", {"mode": session.mode, "time": checked.time_of_day, "faults": len(session.faults)})
    told_already = set()
    for effect in _state(session):
        if isinstance(effect, Say):
            told_already.add(effect.key)
        yield effect
    if checked.clock_doubt:
        yield Say(checked.clock_doubt)
    if checked.missed:
        yield Say("reminders_missed", {"count": checked.missed})
    if checked.acts:
        yield told(checked.acts)
        yield MarkHeard(tuple(act.row for act in checked.acts))
    if checked.battery is None:
        yield Say("battery_unknown")
    else:
        charging = session.care.charging is True
        yield Say("battery_charging" if charging else "battery", {"percent": checked.battery})
    if session.care.weak((yield Now())):
        yield Say("power_weak")
    if session.pad_battery is not None:
        yield Say("pad_battery", {"percent": session.pad_battery})
    skin_c = session.care.skin_c
    yield Say("skin_unknown") if skin_c is None else Say("skin", {"degrees": round(skin_c)})
    for _, reason in session.faults:
        if reason not in told_already:
            yield Say(reason)


def _state(session: Session) -> Steps:
    """Of the mode; it asks nothing."""
    if session.mode == COMPANION:
        yield from watch.state(session)
    elif session.mode == SIGNS:
        yield from signs.state(session)


def next_mode(session: Session) -> Steps:
    before = session.mode
    mode = MODES[(MODES.index(before) + 1) % len(MODES)]
    session = yield Change("mode", mode)
    yield Say("mode", {"mode": mode})
    if COMPANION in (before, mode):
        yield from watch.state(session)
    if mode == SIGNS:
        yield from signs.state(session)
