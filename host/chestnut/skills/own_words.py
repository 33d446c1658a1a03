"""A question in the wearer's own words: about the picture in view, the one that is talked about, or no picture."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import ReadAhead, Say, Think
from chestnut.core.scene import Scene
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.thought import Task
from chestnut.skills.describe import look, refuse
from chestnut.skills.facts import counted
from chestnut.skills.sentence import short_answer, where
from chestnut.skills.thinking import page_in_view, tell

MOST = 3  # things of one kind whose places are told


def question(text: str, things: tuple[str, ...] = (), *, counts: bool = False) -> Callable[[Session], Steps]:
    """Of a picture. things: what it names, as detectors label it; counts: it asks how many of them. What detectors
    know is said first, and of a number they are asked alone: they count better than a small model."""

    def asked(session: Session) -> Steps:
        scene, page, talk = session.last_scene, session.talk_page, session.exchanges
        anew = scene is None or not talk
        if scene is None or anew:
            scene = yield from look()
            if scene.judged.refusal:
                yield from refuse(scene.judged.refusal)
                return
        known = _known(scene, things, counts)
        if known and counts:
            for say in known:
                yield say
            return
        if anew:
            yield ReadAhead()
            for say in known or (short_answer(scene),):
                yield say
            page = yield from page_in_view()
            yield Think(Task.QUESTION, text, scene, page)
        else:
            yield Think(Task.QUESTION, text, scene, page, talk)
            for say in known:
                yield say
        yield from tell("unsure")

    return asked


def without_picture(text: str) -> Callable[[Session], Steps]:
    """Nothing stands behind the answer but the model."""

    def asked(session: Session) -> Steps:
        yield Think(Task.QUESTION, text)
        yield from tell("unsure")

    return asked


def _known(scene: Scene, things: tuple[str, ...], counts: bool) -> tuple[Say, ...]:
    seen = tuple(thing for thing in scene.things if thing.label in things)
    people = scene.people if "person" in things else ()
    if counts:
        items = counted(people, seen)
        return (Say("counts", {"items": items}),) if items else ()
    if len(seen) > MOST:
        return (Say("counts", {"items": counted((), seen)}),)
    return tuple(where(thing) for thing in seen)
