"""What the text reader read in the picture, to be compared with what the model says is written there."""

from __future__ import annotations

import re
import unicodedata

from chestnut.core.scene import Page
from chestnut.engine.truth.spelling import bare

DIGITS = re.compile(r"\d+(?:[.,:/\-–]\d+)*")
LONG_NUMBER = 5  # digits; in a longer one spaces and hyphens may be set otherwise
SEPARATOR = str.maketrans(",–", ".-")


class Reading:
    """page: None when nothing was read. text: other text that may be quoted as read."""

    def __init__(self, page: Page | None, text: str = "") -> None:
        found = [word.text for word in page.words] if page is not None else []
        found += text.split()
        self._letters, edges = "", {0}
        for word in found:
            for part in re.split(r"[-‐–—/|.,:;]+", word):
                self._letters += bare(part)
                edges.add(len(self._letters))
        self._edges = edges
        self._numbers = {number for word in found for number in numbers(word)}
        self._digits = re.sub(r"[^\d\s]", "", " ".join(found)).split()
        self._long = "".join(self._digits)

    def __bool__(self) -> bool:
        return bool(self._letters)

    def has(self, text: str) -> bool:
        """Whole words in their order; capitals, spaces and punctuation do not matter."""
        wanted = bare(text)
        at = self._letters.find(wanted) if wanted else -1
        while at >= 0:
            if at in self._edges and at + len(wanted) in self._edges:
                return True
            at = self._letters.find(wanted, at + 1)
        return False

    def has_number(self, number: str) -> bool:
        """As numbers() gives it."""
        if number in self._numbers:
            return True
        digits = re.sub(r"\D", "", number)
        return len(digits) >= LONG_NUMBER and digits in self._long


def numbers(text: str) -> list[str]:
    """Every number in digits, with a point for the comma: "3,5" is "3.5", "10:30" stays."""
    return [found.translate(SEPARATOR) for found in DIGITS.findall(unicodedata.normalize("NFKC", text))]
