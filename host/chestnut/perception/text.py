"""Reads print word for word: Tesseract 5 with English and Russian, on paper that was laid flat.

Nothing is corrected by a dictionary or a model: what is unsure is dropped and counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from chestnut.core.scene import Box, Frame, Judgement, Page, Word
from chestnut.perception import tesseract
from chestnut.perception.light import judge as judge_light
from chestnut.perception.opinion import SecondOpinion
from chestnut.perception.paper import Paper, lay_out
from chestnut.perception.scripts import in_one_script, sure_script
from chestnut.perception.tesseract import RawWord, Tesseract, TextError

__all__ = ["Text", "TextError"]

SURE = 50.0  # percent; below it Tesseract guesses
STRONG = 75.0  # a word of two letters and more with this is no speck or twig
STRONG_ALONE = 90.0  # the same for a single letter or digit
# A word that ends so near to the picture's edge may be cut there, and half a word reads like another one.
EDGE_PX = 2.5
LETTER_GAP = 0.2  # of the word's height: the edge may lie between two letters
TEXTURE = "|_‚‘’`~^{}\\<>©®°•·'\""  # what edges, dust and leaves are read as when they stand alone


class Text:
    """One reader for both languages. Used by one thread at a time. Raises TextError, which names the remedy, where
    Tesseract or a language is missing."""

    def __init__(
        self,
        languages: tuple[str, ...] = ("eng", "rus"),
        judge: Callable[[Frame], Judgement] = judge_light,
    ) -> None:
        self._judge = judge
        self._reader = Tesseract(languages)
        self._second = SecondOpinion() if {"eng", "rus"} <= set(languages) else None

    def see(self, frame: Frame) -> Page:
        """The words of the frame in reading order, boxes in fractions of the picture; none in a picture without
        text, and none, with judged.refusal, in an unfit one."""
        judged = self._judge(frame)
        if judged.refusal is not None:
            return Page(frame.number, judged)
        paper = lay_out(frame.rgb)
        rows = _lines(self._reader.read(paper.grey, tesseract.BLOCKS))
        kept, dropped = _sure(rows)
        kept, cut = _whole(kept, paper, frame.rgb.shape)
        dropped += cut
        if self._second is not None:
            lines = self._second.reconsider(kept, paper.grey)
            kept = [[word for word in line if word.confidence >= SURE] for line in lines]
            dropped += sum(map(len, lines)) - sum(map(len, kept))
        return Page(frame.number, judged, _words(kept, paper, frame.rgb.shape), dropped)

    def close(self) -> None:
        self._reader.close()
        if self._second is not None:
            self._second.close()


def _lines(words: list[RawWord]) -> list[list[RawWord]]:
    return [
        list(line)
        for _, line in itertools.groupby(words, lambda word: (word.block, word.paragraph, word.line))
    ]


def _letters(word: RawWord) -> int:
    return sum(letter.isalnum() for letter in word.text)


def _is_strong(word: RawWord) -> bool:
    return word.confidence >= (STRONG if _letters(word) >= 2 else STRONG_ALONE) and _letters(word) >= 1


def _sure(lines: list[list[RawWord]]) -> tuple[list[list[RawWord]], int]:
    """The lines that are text, without their unsure words, and how many words were left out as unsure. What a
    texture was read as is no word and is not counted."""
    sure = [word for line in lines for word in line if word.confidence >= SURE]
    strong = [word for word in sure if _is_strong(word)]
    is_page = len(strong) >= 5 and len(strong) >= len(sure) / 2
    kept, dropped = [], 0
    for line in lines:
        is_text = any(_is_strong(word) for word in line)
        words = [
            word
            for word in line
            if word.confidence >= SURE and not all(letter in TEXTURE for letter in word.text)
        ]
        if is_text or (is_page and any(_letters(word) >= 2 for word in words)):
            kept.append(words)
            dropped += sum(word.confidence < SURE and _letters(word) >= 2 for word in line)
        else:
            dropped += sum(word.confidence >= 35 and _letters(word) >= 4 for word in line)
    if not kept and dropped < 3:
        dropped = 0
    return [line for line in kept if line], dropped


def _whole(
    lines: list[list[RawWord]], paper: Paper, shape: tuple[int, ...]
) -> tuple[list[list[RawWord]], int]:
    """The lines without the words that touch the edge of the picture, and how many those are."""
    kept = [[word for word in line if not _is_cut(word, paper, shape)] for line in lines]
    return [line for line in kept if line], sum(map(len, lines)) - sum(map(len, kept))


def _is_cut(word: RawWord, paper: Paper, shape: tuple[int, ...]) -> bool:
    across, down = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    gap = LETTER_GAP * (word.bottom - word.top)
    ends = (word.left - gap, down), (word.right + gap, down), (across, word.top), (across, word.bottom)
    for x, y in ends:
        left, top, *_ = paper.to_frame(x, y, x, y)
        if min(left, top, shape[1] - left, shape[0] - top) < EDGE_PX:
            return True
    return False


def _words(lines: list[list[RawWord]], paper: Paper, shape: tuple[int, ...]) -> tuple[Word, ...]:
    page_script = sure_script(word.text for line in lines for word in line)
    blocks: dict[tuple[int, int], int] = {}
    words = []
    for number, line in enumerate(lines):
        texts = in_one_script([word.text for word in line], page_script)
        for word, text in zip(line, texts, strict=True):
            block = blocks.setdefault((word.block, word.paragraph), len(blocks))
            words.append(Word(text, word.confidence / 100, _box(word, paper, shape), number, block))
    return tuple(words)


def _box(word: RawWord, paper: Paper, shape: tuple[int, ...]) -> Box:
    height, width = shape[:2]
    left, top, right, bottom = paper.to_frame(word.left, word.top, word.right, word.bottom)
    shares = np.clip([left / width, top / height, right / width, bottom / height], 0, 1)
    return Box(*(float(share) for share in shares))
