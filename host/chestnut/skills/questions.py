"""The ready-made questions. What the fast lane knows is answered at once; the language model adds to it.

They are asked of the picture that is talked about, or of a new one when there is no talk. Their words stand in
[questions] of locale/*.toml.
"""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import ReadAhead, Say, Think
from chestnut.core.scene import Scene
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Steps
from chestnut.core.thought import Task
from chestnut.skills import facts
from chestnut.skills.describe import look, refuse
from chestnut.skills.thinking import NO_MODEL, page_in_view, tell

KNOWN: dict[str, Callable[[Scene], tuple[Say, ...]]] = {
    "what": facts.what,
    "colour": facts.nothing,
    "count": facts.count,
    "left": facts.left,
    "door": facts.nothing,
}
NAMES = tuple(KNOWN)
COUNTED = frozenset({"count"})  # a detector counts better than a small model, so that one is not asked
UNSEEN = frozenset({"door"})  # no detector could confirm what the model says of it


def ask(name: str, *, anew: bool = False) -> Callable[[Session], Steps]:
    """name: one of NAMES. anew: of a new picture in any case."""

    def asked(session: Session) -> Steps:
        if session.exchanges and session.last_scene is not None and not anew:
            yield from _about_the_same(name, session, session.last_scene)
            return
        scene = yield from look()
        if scene.judged.refusal:
            yield from refuse(scene.judged.refusal)
            return
        yield from _about(name, scene)

    return asked


def _about_the_same(name: str, session: Session, scene: Scene) -> Steps:
    known = KNOWN[name](scene)
    if known and name in COUNTED:
        yield Say("same_picture")
        yield from known
        return
    yield Think(Task.QUESTION, name, scene, session.talk_page, session.exchanges)
    yield Say("same_picture")
    yield from known
    yield from _add(name, bool(known))


def _about(name: str, scene: Scene) -> Steps:
    known = KNOWN[name](scene)
    if known and name in COUNTED:
        yield from known
        return
    yield ReadAhead()
    yield from known
    page = yield from page_in_view()
    yield Think(Task.QUESTION, name, scene, page)
    yield from _add(name, bool(known))


def _add(name: str, known: bool) -> Steps:
    """What the model says. known: the fast lane has answered already."""
    try:
        yield from tell("model_unsure" if known else "unsure", doubtful=name in UNSEEN)
    except EffectError as error:
        if not known or error.reason not in NO_MODEL:
            raise
