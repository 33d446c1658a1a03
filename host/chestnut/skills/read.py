"""The text in view, word for word. What was not read surely is not spoken, and that is said."""

from __future__ import annotations

from chestnut.core.effects import Buzz, Haptic, Read, Recite, Say
from chestnut.core.scene import Page
from chestnut.core.session import Session
from chestnut.core.skill import Steps

UNSURE_SHARE = 0.25  # above this share of dropped words the wearer is told that parts are missing


def read(session: Session) -> Steps:
    page: Page = yield Read()
    yield from recite(page)


def read_again(session: Session) -> Steps:
    """The same text, slower, numbers digit by digit."""
    page: Page = session.last_page or (yield Read())
    yield from recite(page, slowly=True)


def recite(page: Page, *, slowly: bool = False) -> Steps:
    if page.judged.refusal or not page.words:
        yield from unreadable(page)
        return
    for text in paragraphs(page):
        yield Recite(text, slowly=slowly, spelled=slowly)
    if page.dropped > UNSURE_SHARE * (page.dropped + len(page.words)):
        yield Say("text_partly")


def unreadable(page: Page) -> Steps:
    """Why nothing of the page is spoken."""
    yield Buzz(Haptic.FAILED)
    yield Say(page.judged.refusal or ("text_unsure" if page.dropped else "no_text"))


def paragraphs(page: Page) -> tuple[str, ...]:
    """The page's text, one string a block, its lines joined as lines."""
    blocks: dict[int, dict[int, list[str]]] = {}
    for word in page.words:
        blocks.setdefault(word.block, {}).setdefault(word.line, []).append(word.text)
    return tuple("\n".join(" ".join(words) for words in lines.values()) for lines in blocks.values())
