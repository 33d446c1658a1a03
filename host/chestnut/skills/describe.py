"""Who and what is in view, in one short true sentence; more about the same picture on demand."""

from __future__ import annotations

from chestnut.core.effects import Buzz, Haptic, Look, Say
from chestnut.core.scene import Refusal, Scene
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.skills.sentence import long_answer, short_answer

# A picture blurred by a step of the wearer is worth a second look; one in the dark is not.
SECOND_LOOKS = 2


def describe(session: Session) -> Steps:
    scene: Scene = yield Look()
    for _ in range(SECOND_LOOKS):
        if scene.judged.refusal is not Refusal.TOO_BLURRED:
            break
        scene = yield Look(fresh=True)
    yield from _answer(scene, short_answer(scene))


def more(session: Session) -> Steps:
    """Everything seen in the picture described last, thing by thing."""
    scene: Scene = session.last_scene or (yield Look())
    for say in long_answer(scene):
        yield from _answer(scene, say)


def _answer(scene: Scene, say: Say) -> Steps:
    if scene.judged.refusal:
        yield Buzz(Haptic.FAILED)
    yield say
