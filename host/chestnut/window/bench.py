"""The part of the page that a simulated device alone has: what it sees, faults, a recording."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from chestnut.core.scene import Box, Frame, Page, Scene
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.workbench import Workbench
from chestnut.window import refusals
from chestnut.window.answers import Refused
from chestnut.window.tape import Tape, TapeRefused

WIDEST = 640  # pixels of the picture that is shown
QUALITY = 70

Beside = Callable[..., Awaitable[Any]]
Told = Callable[
    [Callable[[dict[str, Any], str], Awaitable[object]]], Callable[[Request], Awaitable[Response]]
]


class Bench:
    """picture: the frame of one of the newest looks by its number, as core.ports.Sight.picture."""

    def __init__(self, workbench: Workbench, tape: Tape, picture: Callable[[int], Frame | None]) -> None:
        self._workbench, self._tape, self._picture = workbench, tape, picture
        self._beside: Beside | None = None

    def routes(self, told: Told, beside: Beside) -> list[BaseRoute]:
        """told: gives what goes wrong as a sentence. beside: does what blocks in a thread."""
        self._beside = beside
        return [
            Route("/picture/{number:int}", self._shown),
            Route("/bench", told(self._set), methods=["GET", "POST"]),
            Route("/tape", told(self._act), methods=["GET", "POST"]),
        ]

    def close(self) -> None:
        self._tape.close()

    async def _shown(self, request: Request) -> Response:
        assert self._beside is not None
        number = int(request.path_params["number"])
        encoded = await self._beside(lambda: _encoded(self._picture(number)))
        if encoded is None:
            return refusals.answer(request.scope, "not_found", 404)
        return Response(encoded, media_type="image/jpeg")

    async def _set(self, given: dict[str, Any], language: str) -> object:
        """given: {"fault": name, "broken": bool}, or {"next": true} for another picture."""
        assert self._beside is not None

        def work() -> dict[str, Any]:
            if given.get("next") is True:
                self._workbench.show_next()
            elif given:
                try:
                    self._workbench.set(str(given.get("fault")), given.get("broken") is True)
                except KeyError as error:
                    raise Refused(refusals.sentence("bad_request", language)) from error
            return self._workbench.state()

        return await self._beside(work)

    async def _act(self, given: dict[str, Any], language: str) -> object:
        """given: {"act": "begin" | "end" | "replay"}."""
        assert self._beside is not None

        def work() -> dict[str, Any]:
            if not given:
                return self._tape.state()
            try:
                return self._tape.act(str(given.get("act")))
            except TapeRefused as error:
                raise Refused(refusals.sentence(error.key, language), 409) from error
            except KeyError as error:
                raise Refused(refusals.sentence("bad_request", language)) from error

        return await self._beside(work)


def seen(scene: Scene) -> dict[str, Any]:
    """What was perceived in a frame, as plain data: boxes in [0, 1], names in every language."""
    found = [_box("person", person.score, person.box, _named("person")) for person in scene.people]
    found += [_box("thing", thing.score, thing.box, _named(thing.label)) for thing in scene.things]
    found += [_box("hand", hand.score, hand.box, _named("hand")) for hand in scene.hands]
    found += [
        _box("own", own.confidence, own.box, dict.fromkeys(LANGUAGES, own.label)) for own in scene.belongings
    ]
    return {"frame": scene.frame, "found": found, "refused": scene.judged.refusal is not None}


def read(page: Page) -> dict[str, Any]:
    """The same of a page: its words."""
    words = [
        _box("word", word.confidence, word.box, dict.fromkeys(LANGUAGES, word.text)) for word in page.words
    ]
    return {"frame": page.frame, "found": words, "refused": page.judged.refusal is not None}


def _box(kind: str, score: float, box: Box, name: Mapping[str, str]) -> dict[str, Any]:
    sides = [round(side, 4) for side in (box.left, box.top, box.right, box.bottom)]
    return {"kind": kind, "score": round(score, 2), "box": sides, "name": dict(name)}


def _named(label: str) -> dict[str, str]:
    names = {}
    for language in LANGUAGES:
        try:
            names[language] = Phrases.of(language).counted(1, label)
        except KeyError:
            names[language] = label
    return names


def _encoded(frame: Frame | None) -> bytes | None:
    """A small JPEG, in memory; None without a frame."""
    if frame is None:
        return None
    import cv2

    # By numpy alone: OpenCV's own threads would spin beside the detectors.
    step = math.ceil(frame.rgb.shape[1] / WIDEST)
    blue_first = np.ascontiguousarray(frame.rgb[::step, ::step, ::-1])
    done, encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return bytes(encoded) if done else None
