"""One fact of the device, for who asks for it alone."""

from __future__ import annotations

from chestnut.core.effects import CheckStatus, Say
from chestnut.core.events import StatusChecked
from chestnut.core.session import Session
from chestnut.core.skill import Steps


def time(session: Session) -> Steps:
    checked: StatusChecked = yield CheckStatus()
    if not checked.clock_doubt:
        yield Say("talk_time", {"time": checked.time_of_day})
        return
    yield Say("reminder_time_unsure", {"time": checked.time_of_day})
    yield Say(checked.clock_doubt)


def battery(session: Session) -> Steps:
    checked: StatusChecked = yield CheckStatus()
    if checked.battery is None:
        yield Say("battery_unknown")
    else:
        charging = session.care.charging is True
        yield Say("battery_charging" if charging else "battery", {"percent": checked.battery})
