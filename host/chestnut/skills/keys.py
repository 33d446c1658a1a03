"""Which key does what: while this runs, a key says its name and its meaning, and does nothing else.

Stop leaves, as everywhere; so does silence. The words are those of docs/keys.md: [keys], [gestures] and [skills] of
locale/*.toml.
"""

from __future__ import annotations

from chestnut.core.effects import Offer, Say
from chestnut.core.gestures import Gesture
from chestnut.core.session import Session
from chestnut.core.skill import Steps

SILENCE_S = 20.0


def keys(session: Session) -> Steps:
    gesture: Gesture | None = yield Offer(Say("keys_help"), SILENCE_S)
    while gesture is not None:
        said = {"key": gesture.button, "gesture": str(gesture.kind), "skill": gesture.means}
        gesture = yield Offer(Say("keys_key" if gesture.means else "keys_nothing", said), SILENCE_S)
    yield Say("keys_left")
