"""Who and what is in view: in one short true sentence, or all of it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from chestnut.core.effects import Buzz, Effect, Haptic, Look, Say
from chestnut.core.scene import Refusal, Scene
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.sentence import long_answer, short_answer

# A picture blurred by a step of the wearer is worth a second look; one in the dark is not.
SECOND_LOOKS = 2


def describe(session: Session) -> Steps:
    scene = yield from look()
    if scene.judged.refusal:
        yield from refuse(scene.judged.refusal)
    else:
        yield short_answer(scene)


def look(own: bool = False) -> Generator[Effect, Any, Scene]:
    """The scene in view, seen again while the picture is blurred. own: as in effects.Look."""
    scene: Scene = yield Look(own=own)
    for _ in range(SECOND_LOOKS):
        if scene.judged.refusal is not Refusal.TOO_BLURRED:
            break
        scene = yield Look(fresh=True, own=own)
    return scene


def refuse(refusal: Refusal) -> Steps:
    """Why the picture is not told of."""
    yield Buzz(Haptic.FAILED)
    yield Say(refusal)


def everything(scene: Scene) -> Steps:
    """All that the fast lane saw, thing by thing."""
    if scene.judged.refusal:
        yield from refuse(scene.judged.refusal)
        return
    yield from long_answer(scene)
