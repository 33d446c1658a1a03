"""Who gets in: a browser on this machine, under a name of this machine, with a token, from our own page.

A page of somebody else's in the same browser must not reach the device (DNS rebinding, cross-site requests), and what
is sent must be small. Everything that goes out says that nothing of it is to be kept or framed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chestnut.window import refusals
from chestnut.window.secret import Door, Secret
from chestnut.window.visitors import Client

HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
OWN_SITES = ("same-origin", "none")  # of Sec-Fetch-Site: our own page, or somebody at the address line
MOST_BYTES = 8192  # of a request's body
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
CARE = ("/care", "/reminders", "/static/")  # what the carers' door opens


class Guard:
    """Before the application; scope["door"] is the Door that was opened. port: tells cookies of several devices on
    one machine apart. know: is told which connection has shown a token; False where there are too many of them."""

    def __init__(
        self, app: ASGIApp, secret: Secret, port: int, know: Callable[[Client], bool] = lambda client: True
    ) -> None:
        self._app, self._secret, self._port, self._know = app, secret, port, know

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        answer: ASGIApp | None = self._stopped(scope)
        if answer is None and scope["method"] == "POST":
            body = await _body(receive)
            if body is None:
                answer = refusals.answer(scope, "too_much", 413)
            else:
                receive = _again(body, receive)
        await (answer or self._app)(scope, receive, sent)

    def cookie(self, door: Door) -> str:
        return f"chestnut-{door}-{self._port}"

    def _stopped(self, scope: Scope) -> Response | None:
        """What is answered instead of the page; None lets it through."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not HOST.fullmatch(host):
            return refusals.answer(scope, "wrong_host", 403)
        if scope["method"] not in ("GET", "POST"):
            return refusals.answer(scope, "not_found", 405)
        if not _from_here(scope, headers, host):
            return refusals.answer(scope, "wrong_origin", 403)
        if scope["method"] == "POST" and headers.get("content-type", "") != "application/json":
            return refusals.answer(scope, "wrong_kind", 415)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or len(length) > 6 or int(length) > MOST_BYTES:
            return refusals.answer(scope, "too_much", 413)
        token = QueryParams(scope["query_string"]).get("token")
        if token is not None:
            return self._let_in(scope, token)
        door = self._door(headers)
        if door is None:
            return refusals.answer(scope, "no_token", 401)
        if not self._stays(scope):
            return refusals.answer(scope, "too_many", 503)
        if door is Door.CARE and not scope["path"].startswith(CARE):
            return refusals.answer(scope, "not_for_carers", 403)
        scope["door"] = door
        return None

    def _let_in(self, scope: Scope, token: str) -> Response:
        """The token goes out of the address into a cookie. The browser is sent on by the page itself and not by a
        redirection: a request that another site or a file began carries no strict cookie to the end."""
        door = self._secret.door(token)
        if door is None:
            return refusals.answer(scope, "wrong_token", 403)
        if not self._stays(scope):
            return refusals.answer(scope, "too_many", 503)
        onward = "/care" if door is Door.CARE else "/talk" if scope["path"] == "/talk" else "/"
        entered = refusals.onward(onward)
        entered.set_cookie(self.cookie(door), token, path="/", httponly=True, samesite="strict")
        return entered

    def _stays(self, scope: Scope) -> bool:
        client = scope.get("client")
        return client is None or self._know(tuple(client))

    def _door(self, headers: Headers) -> Door | None:
        """The widest the cookies open."""
        cookies = cookie_parser("; ".join(headers.getlist("cookie")))
        for door in Door:
            token = cookies.get(self.cookie(door))
            if token is not None and self._secret.door(token) is door:
                return door
        return None


def _from_here(scope: Scope, headers: Headers, host: str) -> bool:
    """What changes something comes from our own page, and so does whatever a page asks for by itself. Only to open a
    page may somebody else's lead."""
    origins = headers.getlist("origin")
    if any(origin != f"http://{host}" for origin in origins):
        return False
    if scope["method"] == "GET" and scope["path"] in refusals.PAGES:
        return True
    site = headers.get("sec-fetch-site", OWN_SITES[0])
    return site in OWN_SITES and (scope["method"] == "GET" or bool(origins))


async def _body(receive: Receive) -> bytes | None:
    """None when it is more than MOST_BYTES, or nobody is there any more."""
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or len(body) > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """As if it had not been read yet."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def received() -> Message:
        return messages.pop() if messages else await receive()

    return received
