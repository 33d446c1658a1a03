"""Talk: what is said while the key is held. A sound begins it, another ends it; nothing is heard before or after."""

from __future__ import annotations

from chestnut.core.effects import AwaitRelease, Buzz, Chime, Haptic, Held, Listen, Say, Sound, Understand
from chestnut.core.events import Part, WordsHeard
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps

LONGEST_S = 15.0


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
        yield Say("talk_unknown", {"text": heard.text})
