"""What is answered instead of the page: a sentence that names the remedy, as a page or as JSON, by what was asked."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope

from chestnut.core.session import LANGUAGES
from chestnut.locale.window import words

PAGES = frozenset({"/", "/talk", "/care"})


def answer(scope: Scope, key: str, status: int) -> Response:
    """key: of [refused] in the words. A page tells it in both languages: nobody knows yet who reads it."""
    if scope["method"] == "GET" and scope["path"] in PAGES:
        told = "".join(f'<p lang="{each}">{escape(sentence(key, each))}</p>' for each in LANGUAGES)
        return HTMLResponse(_page(f"<main><h1>Chestnut</h1>{told}</main>"), status)
    return JSONResponse({"error": sentence(key, language_of(scope))}, status)


def onward(path: str) -> Response:
    """The browser goes there by itself, and the address it came by is not kept."""
    body = f'<main><p><a href="{path}">Chestnut</a></p></main>'
    icon = '<link rel="icon" href="/static/chestnut.svg">'
    return HTMLResponse(_page(body, f'{icon}<meta http-equiv="refresh" content="0;url={path}">'))


def sentence(key: str, language: str) -> str:
    return str(words(language)["refused"][key])


def language_of(scope: Scope) -> str:
    """Asked for in the address; else the first."""
    query = scope.get("query_string", b"").decode("ascii", "replace")
    return next((each for each in LANGUAGES if f"lang={each}" in query.split("&")), LANGUAGES[0])


def _page(body: str, head: str = "") -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Chestnut</title>{head}</head>{body}'
