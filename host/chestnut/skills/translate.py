"""What was read, in the wearer's language: the model's words, and said to be its."""

from __future__ import annotations

from collections.abc import Callable

from chestnut.core.effects import Read, Say, Think
from chestnut.core.scene import Page
from chestnut.core.session import Session
from chestnut.core.skill import Steps
from chestnut.core.thought import Task
from chestnut.skills.read import unreadable
from chestnut.skills.thinking import tell

WORDS = 120  # more would take a small computer minutes
OWN_SHARE = (
    0.7  # of the letters in the script of the wearer's language: then it is taken to be in that language
)


def translate(*, anew: bool = False) -> Callable[[Session], Steps]:
    """anew: of what is in view now, not of what was read last."""

    def translated(session: Session) -> Steps:
        page = session.last_page
        if anew or page is None or not page.words:
            page = yield Read()
        if page.judged.refusal or not page.words:
            yield from unreadable(page)
            return
        if own_share(page.text, session.language) >= OWN_SHARE:
            yield Say("translation_needless")
            return
        text = beginning(page)
        yield Think(Task.TRANSLATE, text)
        yield from tell("unsure", first=Say("translation" if text == page.text else "translation_part"))

    return translated


def own_share(text: str, language: str) -> float:
    """Of the Latin and Cyrillic letters, the share that is in the script of the language; 1 without any."""
    latin = sum("a" <= letter <= "z" or "\u00c0" <= letter <= "\u024f" for letter in text.lower())
    cyrillic = sum("\u0400" <= letter <= "\u04ff" for letter in text)
    return (cyrillic if language == "ru" else latin) / (latin + cyrillic) if latin + cyrillic else 1.0


def beginning(page: Page) -> str:
    """The page's text as far as WORDS go: whole lines, or the first words of a longer one."""
    taken: list[str] = []
    left = WORDS
    for line in page.lines:
        words = line.split()
        if len(words) > left and taken:
            break
        taken.append(" ".join(words[:left]))
        left -= len(words)
        if left <= 0:
            break
    return "\n".join(taken)
