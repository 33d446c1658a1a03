"""Tesseract 5 kept open, through tesserocr, whose wheel brings the library; the languages are the system's packages.

Measured on a page of 21 lines beside Debian's own library: the same words, 246 against 316 ms. It is built without
OpenMP, whose threads would only wait for each other: with two of them a page takes 2.5 s instead of 0.4 as soon as
another process wants a core. Other threads of Python run on while it reads.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import numpy as np

# Page segmentation modes, as in tesseract/publictypes.h.
BLOCKS = 3  # fully automatic
COLUMN = 4  # one column of lines of different sizes
BLOCK = 6  # one block of lines of one size
LINE = 7
SPARSE = 11  # find as much text as possible in no order

DATA = "/usr/share/tesseract-ocr/5/tessdata"  # of Debian 12 and 13; $TESSDATA_PREFIX names another place


class TextError(RuntimeError):
    """Reading is impossible here; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class RawWord:
    """As Tesseract reports it. confidence: 0 to 100. left, top, right, bottom: pixels."""

    text: str
    confidence: float
    left: int
    top: int
    right: int
    bottom: int
    block: int
    paragraph: int
    line: int


class Tesseract:
    """Used by one thread at a time. Raises TextError where a language is missing."""

    def __init__(self, languages: tuple[str, ...] = ("eng", "rus")) -> None:
        import tesserocr

        self._api: Any = None
        loaded: set[str] = set()
        try:
            self._api = tesserocr.PyTessBaseAPI(
                path=os.environ.get("TESSDATA_PREFIX", DATA),
                lang="+".join(languages),
                variables={"debug_file": os.devnull},  # its complaints would stand on standard error
            )
            loaded.update(self._api.GetLoadedLanguages())  # it is content with some of those asked for
        except RuntimeError:  # with none of them
            pass
        missing = [language for language in languages if language not in loaded]
        if missing:
            self.close()
            raise TextError(
                f"Tesseract cannot read {' and '.join(missing)}: sudo apt install "
                + " ".join(f"tesseract-ocr-{language}" for language in missing)
            )

    def read(self, grey: np.ndarray, mode: int, dots_per_inch: int = 150) -> list[RawWord]:
        """The words of a (height, width) uint8 picture, in reading order."""
        api = self._api
        if api is None:
            raise TextError("the text reader is closed")
        height, width = grey.shape
        api.SetPageSegMode(mode)
        api.SetImageBytes(grey.tobytes(), width, height, 1, width)
        api.SetSourceResolution(dots_per_inch)
        try:
            return parse(api.GetTSVText(0))
        finally:
            api.Clear()

    def close(self) -> None:
        api, self._api = self._api, None
        if api is not None:
            api.End()


def parse(rows: str) -> list[RawWord]:
    """Tesseract's table: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
    Rows that are no words, and damaged ones, are left out."""
    words = []
    for row in rows.split("\n"):
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != "5" or not cells[11].strip():
            continue
        try:
            block, paragraph, line, _, left, top, width, height = (int(cell) for cell in cells[2:10])
            confidence = float(cells[10])
        except ValueError:
            continue
        words.append(
            RawWord(
                cells[11].strip(), confidence, left, top, left + width, top + height, block, paragraph, line
            )
        )
    return words
