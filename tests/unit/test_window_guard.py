"""Who gets to the page: hostile hosts and origins, tokens, bodies. The guard alone, request by request."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest
from chestnut.window.guard import HEADERS, MOST_BYTES, Guard
from chestnut.window.secret import Door, Secret
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse
from starlette.types import Message, Receive, Scope, Send

SECRET = Secret(b"\x07" * 32)
PORT = 8765
HOST = f"127.0.0.1:{PORT}"
COOKIE = f"chestnut-all-{PORT}={SECRET.token(Door.ALL)}"
CARER = f"chestnut-care-{PORT}={SECRET.token(Door.CARE)}"
Pairs = Iterable[tuple[str, str]]


class App:
    """Answers whatever reaches it, and notes it."""

    def __init__(self) -> None:
        self.reached: list[tuple[str, Door, bytes]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive())["body"] if scope["method"] == "POST" else b""
        self.reached.append((scope["path"], scope["door"], body))
        await PlainTextResponse("inside")(scope, receive, send)


def asked(
    headers: Pairs, method: str = "GET", path: str = "/feed", query: str = "", body: Iterable[bytes] = (b"",)
) -> tuple[App, int, dict[str, str], bytes]:
    """What reached the application; status, headers and body of the answer."""
    app, sent = App(), list[Message]()
    pieces = list(body)

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

    async def send(message: Message) -> None:
        sent.append(message)

    raw = [(name.lower().encode("latin-1"), value.encode("utf-8")) for name, value in headers]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": raw,
        "server": ("127.0.0.1", PORT),
    }
    asyncio.run(Guard(app, SECRET, PORT)(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return app, sent[0]["status"], found, b"".join(message.get("body", b"") for message in sent)


def posted(*changes: tuple[str, str], **rest: object) -> tuple[App, int, dict[str, str], bytes]:
    """As our own page posts, but for the changes."""
    own = {"Host": HOST, "Cookie": COOKIE, "Origin": f"http://{HOST}", "Content-Type": "application/json"}
    return asked([*{**own, **dict(changes)}.items()], "POST", "/press", **rest)  # type: ignore[arg-type]


def test_with_the_cookie_everything_is_open_and_nothing_is_to_be_kept() -> None:
    app, status, headers, _ = asked([("Host", HOST), ("Cookie", COOKIE)])
    assert (status, app.reached) == (200, [("/feed", Door.ALL, b"")])
    assert {name.lower() for name in HEADERS} <= headers.keys()
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]


def test_other_peoples_cookies_do_not_hide_ours() -> None:
    app, *_ = asked([("Host", HOST), ("Cookie", f'_xsrf="2|a\\"; bad name=x; {COOKIE}; more')])
    assert app.reached


@pytest.mark.parametrize("host", ["localhost:9000", "[::1]:8765", "127.0.0.1", "LOCALHOST"])
def test_every_name_of_this_machine_is_one(host: str) -> None:
    """Also that of a tunnel with another port."""
    assert asked([("Host", host), ("Cookie", COOKIE)])[0].reached


@pytest.mark.parametrize(
    "hosts",
    [
        ("evil.example",),
        ("127.0.0.1.evil.example",),
        ("evil.example@127.0.0.1:1",),
        ("127.0.0.1:8765", "evil.example"),
        ("",),
        (),
        ("127.0.0.1:x",),
        ("0.0.0.0:8765",),
    ],
)
def test_any_other_host_is_refused(hosts: tuple[str, ...]) -> None:
    app, status, headers, told = asked([*(("Host", host) for host in hosts), ("Cookie", COOKIE)])
    assert (status, app.reached) == (403, [])
    assert b"this machine only" in told and headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:3000", "https://127.0.0.1:8765", ""]
)
def test_what_another_page_asks_is_not_done(origin: str) -> None:
    assert posted(("Origin", origin))[:2][1] == 403
    assert asked([("Host", HOST), ("Cookie", COOKIE), ("Origin", origin)])[1] == 403


def test_what_changes_something_names_its_origin() -> None:
    app, status, *_ = asked(
        [("Host", HOST), ("Cookie", COOKIE), ("Content-Type", "application/json")], "POST"
    )
    assert (status, app.reached) == (403, [])
    assert posted(("Sec-Fetch-Site", "same-site"))[1] == 403
    assert posted(("Sec-Fetch-Site", "same-origin"))[1] == 200


def test_another_page_takes_no_place_of_ours_but_may_lead_to_it() -> None:
    """One on another port is of the same site, and the browser sends it our cookie."""
    elsewhere = [("Host", HOST), ("Cookie", COOKIE), ("Sec-Fetch-Site", "same-site")]
    assert asked(elsewhere, path="/feed")[1] == 403
    assert asked(elsewhere, path="/static/page.js")[1] == 403
    assert asked(elsewhere, path="/")[1] == 200
    for method in ("HEAD", "PUT", "OPTIONS"):
        app, status, *_ = asked([("Host", HOST), ("Cookie", COOKIE)], method)
        assert (status, app.reached) == (405, [])


def test_what_is_posted_is_json() -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert posted(("Content-Type", kind))[1] == 415


def test_what_is_posted_is_small() -> None:
    small, large = b"x" * MOST_BYTES, b"x" * (MOST_BYTES + 1)
    assert posted(body=[small])[0].reached == [("/press", Door.ALL, small)]
    assert posted(body=[b"x" * 4096, b"x" * 4096])[0].reached == [("/press", Door.ALL, small)]
    for refused in (
        posted(body=[large]),
        posted(body=[b"x" * 4096] * 3),
        posted(("Content-Length", str(MOST_BYTES + 1))),
        posted(("Content-Length", "9" * 5000)),
        posted(("Content-Length", "-1")),
    ):
        app, status, _, told = refused
        assert (status, app.reached) == (413, []) and b"Send less" in told


def test_the_token_in_the_address_becomes_a_cookie() -> None:
    for door, onward in ((Door.ALL, "/"), (Door.CARE, "/care")):
        app, status, headers, text = asked([("Host", HOST)], path="/", query=f"token={SECRET.token(door)}")
        assert (status, app.reached) == (200, [])
        cookie = headers["set-cookie"]
        assert cookie.startswith(f"chestnut-{door}-{PORT}={SECRET.token(door)};")
        assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Domain" not in cookie
        assert f"url={onward}".encode() in text and SECRET.token(door).encode() not in text


def test_without_a_token_and_with_a_wrong_one_the_remedy_is_told() -> None:
    other = Secret(b"\x08" * 32).token(Door.ALL)
    for query, cookie, status, words in (
        ("", "", 401, b"with the token in it"),
        ("", f"chestnut-all-{PORT}={other}", 401, b"with the token in it"),
        ("", f"chestnut-all-{PORT + 1}={SECRET.token(Door.ALL)}", 401, b"with the token in it"),
        (f"token={other}", COOKIE, 403, b"chestnut window"),
        ("token=", "", 403, b"chestnut window"),
        ("token=%D0%BA", "", 403, b"chestnut window"),
    ):
        app, found, _, told = asked([("Host", HOST), ("Cookie", cookie)], path="/", query=query)
        assert (found, app.reached) == (status, []) and words in told
        assert 'lang="ru"' in told.decode()


def test_the_carers_door_is_narrow() -> None:
    for path, status in (("/care", 200), ("/reminders", 200), ("/static/page.css", 200), ("/", 403)):
        assert asked([("Host", HOST), ("Cookie", CARER)], path=path)[1] == status
    app, *_ = asked([("Host", HOST), ("Cookie", f"{CARER}; {COOKIE}")], path="/")
    assert app.reached == [("/", Door.ALL, b"")]
    crossed = f"chestnut-all-{PORT}={SECRET.token(Door.CARE)}"
    assert asked([("Host", HOST), ("Cookie", crossed)], path="/")[1] == 401


values = st.text(st.characters(exclude_characters="\r\n\0", codec="utf-8"), max_size=40) | st.sampled_from(
    [HOST, f"http://{HOST}", "application/json", "chestnut-all-8765=0", "10", "localhost"]
)
names = st.sampled_from(["Host", "Origin", "Cookie", "Content-Type", "Content-Length", "Sec-Fetch-Site"])


@given(
    st.lists(st.tuples(names, values), max_size=6),
    st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    st.sampled_from(["/", "/press", "/static/x", "/care"]),
    st.sampled_from(["", "token=0", "token=%ff", "lang=ru"]),
)
def test_nothing_but_the_token_opens_it(
    headers: list[tuple[str, str]], method: str, path: str, query: str
) -> None:
    app, status, sent, _ = asked(headers, method, path, query)
    assert not app.reached and status in (401, 403, 405, 413, 415)
    assert sent["cache-control"] == "no-store"
