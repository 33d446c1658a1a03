"""What the browser may ask for. Down goes one stream of server-sent events, up go small JSON objects."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Executor
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from chestnut.core.events import SkillAsked, TextTyped
from chestnut.core.ports import Clock, Post
from chestnut.core.session import LANGUAGES
from chestnut.window import pages, refusals
from chestnut.window.answers import Answers, Refused, line, told
from chestnut.window.bench import Bench
from chestnut.window.fingers import ACTS, Fingers
from chestnut.window.mailbox import Mailbox, Mailboxes, Sent
from chestnut.window.shown import Shown

log = logging.getLogger(__name__)

BEAT_S = 15.0  # a connection that is gone is noticed by writing to it
SKILLS = ("signs", "take_back_letter", "take_back_word", "say_signed", "signed_sentence")

Result = TypeVar("Result")


class App:
    """For the loop of the page's server alone. post: of the runtime. language: of a page that asks for none.
    changed: after reminders were changed. work: a thread for what blocks. measured: how quick the device was, as
    Meter.report tells it. bench: of a simulated device."""

    def __init__(
        self,
        shown: Shown,
        mailboxes: Mailboxes,
        fingers: Fingers,
        answers: Answers,
        post: Post,
        clock: Clock,
        language: Callable[[], str],
        changed: Callable[[], None],
        work: Executor,
        measured: Callable[[], list[dict[str, Any]]] = list,
        bench: Bench | None = None,
    ) -> None:
        self._shown, self._mailboxes, self._fingers, self._answers = shown, mailboxes, fingers, answers
        self._post, self._clock, self._language = post, clock, language
        self._changed, self._work, self._measured = changed, work, measured
        self._bench = bench
        self.routes = Starlette(
            routes=[
                *(Route(path, self._page) for path in pages.VIEWS),
                Route("/static/{name}", self._static),
                Route("/feed", self._feed),
                Route("/press", self._told(self._press), methods=["POST"]),
                Route("/ask", self._told(self._ask), methods=["POST"]),
                Route("/say", self._told(self._say), methods=["POST"]),
                Route("/clear", self._told(self._clear), methods=["POST"]),
                Route("/vocabulary", self._told(self._vocabulary)),
                Route("/latency", self._told(self._latency)),
                Route("/reminders", self._told(self._reminders), methods=["GET", "POST"]),
                Route("/reminders/remove", self._told(self._remove), methods=["POST"]),
                Route("/care/see", self._told(self._see), methods=["POST"]),
                *([] if bench is None else bench.routes(self._told, self._beside)),
            ]
        )

    # --- pages --------------------------------------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        asked = request.query_params.get("lang", "")
        language = asked if asked in LANGUAGES else self._language()
        return HTMLResponse(pages.page(request.url.path, language, self._bench is not None))

    async def _static(self, request: Request) -> Response:
        found = pages.static(request.path_params["name"])
        if found is None:
            return refusals.answer(request.scope, "not_found", 404)
        text, kind = found
        return Response(text, media_type=kind)

    async def _feed(self, request: Request) -> Response:
        mailbox = self._mailboxes.open()
        if mailbox is None:
            return refusals.answer(request.scope, "too_many", 503)
        return StreamingResponse(self._stream(mailbox), media_type="text/event-stream")

    async def _stream(self, mailbox: Mailbox) -> AsyncIterator[str]:
        try:
            yield "retry: 2000\n\n" + "".join(_written(sent) for sent in self._shown.all())
            while not mailbox.closed:
                came = await mailbox.take(BEAT_S)
                yield "".join(_written(sent) for sent in came) or ": still here\n\n"
        finally:
            self._mailboxes.leave(mailbox)
            if not len(self._mailboxes):
                self._fingers.release()

    # --- what is asked ------------------------------------------------------------------------------------------

    def _told(
        self, answer: Callable[[dict[str, Any], str], Awaitable[object]]
    ) -> Callable[[Request], Awaitable[Response]]:
        """With what goes wrong as a sentence."""

        async def answered(request: Request) -> Response:
            language = refusals.language_of(request.scope)
            try:
                given = await _given(request, language)
                return JSONResponse(await answer(given, language))
            except Exception as error:
                found = told(error, language)
                if found is None:
                    log.exception("the page could not be answered")
                    found = refusals.sentence("fault", language), 500
                return JSONResponse({"error": found[0]}, found[1])

        return answered

    async def _press(self, given: dict[str, Any], language: str) -> object:
        key, act = given.get("key"), given.get("act")
        if key not in self._fingers.names or act not in ACTS:
            raise Refused(refusals.sentence("bad_request", language))
        self._fingers.act(key, act)
        return {}

    async def _ask(self, given: dict[str, Any], language: str) -> object:
        skill = given.get("skill")
        if skill not in SKILLS:
            raise Refused(refusals.sentence("bad_request", language))
        self._post(SkillAsked(at=self._clock.now(), skill=skill))
        return {}

    async def _say(self, given: dict[str, Any], language: str) -> object:
        text = line(given, language)
        self._mailboxes.put(self._shown.type(text, time.time()))
        if given.get("aloud") is True:
            self._post(TextTyped(at=self._clock.now(), text=text))
        return {}

    async def _clear(self, given: dict[str, Any], language: str) -> object:
        for sent in self._shown.clear():
            self._mailboxes.put(sent)
        return {}

    async def _vocabulary(self, given: dict[str, Any], language: str) -> object:
        return await self._beside(self._answers.vocabulary, language)

    async def _latency(self, given: dict[str, Any], language: str) -> object:
        return {"rows": await self._beside(self._measured)}

    async def _reminders(self, given: dict[str, Any], language: str) -> object:
        if not given:
            return await self._beside(self._answers.reminders, language)
        return await self._change(self._answers.add, given, language)

    async def _remove(self, given: dict[str, Any], language: str) -> object:
        return await self._change(self._answers.remove, given, language)

    async def _change(
        self, change: Callable[[dict[str, Any], str], object], given: dict[str, Any], language: str
    ) -> object:
        standing = await self._beside(change, given, language)
        self._changed()
        return standing

    async def _see(self, given: dict[str, Any], language: str) -> object:
        return await self._beside(self._answers.see, given, language)

    async def _beside(self, work: Callable[..., Result], *given: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._work, work, *given)


async def _given(request: Request, language: str) -> dict[str, Any]:
    if request.method != "POST":
        return {}
    try:
        given = json.loads(await request.body())
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict) or not given:
        raise Refused(refusals.sentence("bad_request", language))
    return given


def _written(sent: Sent) -> str:
    return f"event: {sent.kind}\ndata: {json.dumps(sent.data, ensure_ascii=False)}\n\n"
