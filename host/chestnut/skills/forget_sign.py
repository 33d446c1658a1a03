"""Forgetting a taught sign: chosen by key, asked once more, then gone."""

from __future__ import annotations

from chestnut.core.effects import Buzz, ForgetSign, Haptic, ListSigns, Say
from chestnut.core.events import SignsListed
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.pick import agreed, pick


def forget_sign(session: Session) -> Steps:
    listed: SignsListed = yield ListSigns()
    names = listed.known
    if not names:
        yield Say("sign_none")
        return
    chosen = yield from pick([Say("sign_forget", {"name": name}) for name in names], Say("taught_help"))
    if chosen is None:
        yield Say("taught_kept")
        return
    name = names[chosen]
    if not (yield from agreed(Say("sign_forget_sure", {"name": name}))):
        yield Say("taught_kept")
        return
    yield ForgetSign(name)
    yield Buzz(Haptic.DONE)
    yield Say("sign_forgotten", {"name": name})
