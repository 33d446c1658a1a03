"""chestnut describe, chestnut read: one picture, no device."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

from chestnut.cli.answer import Answer, WrongUse
from chestnut.cli.common import language_of
from chestnut.core.effects import Recite, Say
from chestnut.core.scene import Box, Frame, Page, Refusal, Scene
from chestnut.core.session import Session
from chestnut.devices.pictures import BadPicture, load_picture
from chestnut.locale import Phrases
from chestnut.runtime.assemble import EyesMissing, open_eyes, open_reader
from chestnut.runtime.performer import spoken as words_of
from chestnut.skills.read import recite
from chestnut.skills.sentence import short_answer


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("describe", parents=[spoken], help="who and what is in a picture")
    command.add_argument("image", metavar="IMAGE")
    command.add_argument("--deep", action="store_true", help="with the language model (not built yet)")
    command.set_defaults(run=describe)
    command = commands.add_parser("read", parents=[spoken], help="the text in a picture, word for word")
    command.add_argument("image", metavar="IMAGE")
    command.set_defaults(run=read)


def describe(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options))
    frame = _frame(options.image, answer)
    if options.deep:
        answer.refused = Refusal.MODEL_MISSING
        answer.said = [Phrases.of(answer.lang).render("absent_detail")]
        return answer
    with _Opened(open_eyes, answer) as eyes:
        if eyes is None:
            return answer
        with answer.timed("see"):
            scene = eyes.see(frame)
    _say(answer, short_answer(scene))
    answer.refused = scene.judged.refusal
    answer.facts = scene_facts(scene)
    return answer


def read(options: argparse.Namespace) -> Answer:
    answer = Answer(language_of(options))
    frame = _frame(options.image, answer)
    with _Opened(open_reader, answer) as reader:
        if reader is None:
            return answer
        with answer.timed("read"):
            page: Page = reader.see(frame)
    for effect in recite(page):
        if isinstance(effect, (Say, Recite)):
            _say(answer, effect)
    answer.refused = page.judged.refusal
    if not page.words and not page.judged.refusal:
        answer.refused = Refusal.UNSURE if page.dropped else Refusal.NO_TEXT
    answer.facts = page_facts(page)
    return answer


def _say(answer: Answer, effect: Say | Recite) -> None:
    answer.said.append(words_of(effect, Session(language=answer.lang)))


def _frame(path: str, answer: Answer) -> Frame:
    try:
        with answer.timed("load"):
            rgb = load_picture(path)
    except BadPicture as error:
        raise WrongUse(str(error)) from error
    return Frame(1, time.monotonic(), rgb)


class _Opened:
    """Opens what sees and closes it; None, with the refusal in the answer, when a model is missing."""

    def __init__(self, open_it: Callable[[], Any], answer: Answer) -> None:
        self._open, self._answer = open_it, answer
        self._opened: Any = None

    def __enter__(self) -> Any:
        try:
            with self._answer.timed("open"):
                self._opened = self._open()
        except EyesMissing as error:
            self._answer.refused = Refusal.MODEL_MISSING
            self._answer.said = [Phrases.of(self._answer.lang).render(error.reason)]
            self._answer.facts = {"missing": str(error)}
        return self._opened

    def __exit__(self, *exc_info: object) -> None:
        if self._opened is not None:
            self._opened.close()


def scene_facts(scene: Scene) -> dict[str, Any]:
    return {
        "people": [{"score": round(person.score, 3), "box": _box(person.box)} for person in scene.people],
        "objects": [
            {"label": thing.label, "score": round(thing.score, 3), "box": _box(thing.box)}
            for thing in scene.things
        ],
        "hands": [
            {"side": hand.handedness, "score": round(hand.score, 3), "box": _box(hand.box)}
            for hand in scene.hands
        ],
        "brightness": round(scene.judged.brightness, 3),
        "sharpness": round(scene.judged.sharpness, 3),
    }


def page_facts(page: Page) -> dict[str, Any]:
    words = [
        {"text": word.text, "score": round(word.confidence, 3), "box": _box(word.box), "line": word.line}
        for word in page.words
    ]
    return {"words": words, "lines": list(page.lines), "dropped": page.dropped}


def _box(box: Box) -> list[float]:
    return [round(side, 4) for side in (box.left, box.top, box.right, box.bottom)]
