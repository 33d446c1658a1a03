"""In detail: all that was seen, and what the language model adds to it; more of the same picture on demand.

The first sentence comes at once and the text is read meanwhile. The model begins with the second and tells what the
fast lane does not know, so all of that is spoken first; without a model it is a whole answer.
"""

from __future__ import annotations

from chestnut.core.effects import Look, ReadAhead, Say, Think
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.core.thought import Task
from chestnut.skills.describe import everything, look, refuse
from chestnut.skills.sentence import long_answer
from chestnut.skills.thinking import page_in_view, tell


def describe_deep(session: Session) -> Steps:
    scene = yield from look()
    if scene.judged.refusal:
        yield from refuse(scene.judged.refusal)
        return
    first, *rest = long_answer(scene)
    yield ReadAhead()
    yield first
    page = yield from page_in_view()
    yield Think(Task.DESCRIBE, scene=scene, page=page)
    yield from rest
    yield from tell(once=Say("model_adds"))


def more(session: Session) -> Steps:
    """What was not yet said of the picture that is talked about; else everything seen in the one described last."""
    scene = session.last_scene
    if scene is None or not session.exchanges:
        yield from everything(scene or (yield Look()))
        return
    yield Think(Task.MORE, scene=scene, page=session.talk_page, earlier=session.exchanges)
    try:
        yield from tell(once=Say("model_adds"))
    except EffectError:
        yield from everything(scene)
        raise
