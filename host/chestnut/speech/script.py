"""Which voice reads what: text is cut into segments by script, Cyrillic for the Russian voice, Latin for the English.

The Russian voice reads single Latin words well, because eSpeak NG switches to English for them by itself; the
English voice spells Cyrillic letter by letter. So one or two Latin words inside a Russian sentence stay with the
Russian voice, which keeps its melody whole, and Cyrillic always gets the Russian voice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chestnut.core.ports import Segment

BORROWED_WORDS = 2  # so many Latin words in a row are read by the Russian voice inside its own sentence

# Latin with its accents but without the signs for multiplication and division; Cyrillic with its supplement.
_LETTERS = {
    "en": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "ru": "\u0400-\u052f\u1c80-\u1c8f",
}
_LETTER = re.compile("|".join(f"(?P<{language}>[{letters}])" for language, letters in _LETTERS.items()))
# A sentence ends at a stop followed by space, or at a line's end. What follows belongs to the next sentence.
_SENTENCE = re.compile(r".*?(?:[.!?\u2026]+[\"'\u00bb\u201d)\]]*(?=\s)|\n+|\Z)\s*", re.DOTALL)


def split(text: str, default: str) -> tuple[Segment, ...]:
    """Segments whose texts joined are `text`; neighbours differ in language. Blank text gives no segment.

    Digits and signs go with the letters before them in the same sentence, or else with those that follow; a
    sentence without letters goes with the one before, and a text without letters is in the `default` language.
    """
    runs: list[tuple[str, str | None]] = []
    for sentence in _SENTENCE.findall(text):
        runs += _runs(sentence)
    language: str | None = next((found for _, found in runs if found), default)
    joined: list[Segment] = []
    for piece, found in runs:
        language = found or language
        assert language is not None
        if joined and joined[-1].language == language:
            joined[-1] = Segment(joined[-1].text + piece, language)
        else:
            joined.append(Segment(piece, language))
    if not any(segment.text.strip() for segment in joined):
        return ()
    return tuple(joined)


def _runs(sentence: str) -> Iterator[tuple[str, str | None]]:
    """Pieces of one sentence with their language; one piece without a language when there are no letters."""
    starts: list[tuple[int, str]] = []
    for letter in _LETTER.finditer(sentence):
        language = letter.lastgroup or ""
        if not starts or starts[-1][1] != language:
            starts.append((letter.start(), language))
    if not starts:
        if sentence:
            yield sentence, None
        return
    bounds = [0, *(start for start, _ in starts[1:]), len(sentence)]
    russian = any(language == "ru" for _, language in starts)
    for (_, language), begin, end in zip(starts, bounds, bounds[1:], strict=False):
        piece = sentence[begin:end]
        borrowed = russian and language == "en" and _words(piece) <= BORROWED_WORDS
        yield piece, "ru" if borrowed else language


def _words(piece: str) -> int:
    return sum(1 for word in piece.split() if _LETTER.search(word))
