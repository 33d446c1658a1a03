"""Words as they are compared, and all forms of a noun that a word table gives by its stem. Pure.

An entry is words joined by "_" or "-": "wine_glass", "hot-dog". A word that ends in "-" is the stem of a noun
("чашк-"), one in "~" that of an adjective ("зубн~"); the table's grammar holds the endings.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢɑɡıſ", "abcdefghijklmnoprstuvwyzagis", strict=True))
PARTS = re.compile(r"_|-(?=[^_])")  # of an entry; a hyphen at its end marks a stem


def spelled(text: str) -> str:
    """Small letters without accents, stress marks and invisible characters; ё is е, but й stays й."""
    return "".join(_letter(mark) for mark in unicodedata.normalize("NFKC", text).casefold())


def _letter(mark: str) -> str:
    if mark.isascii() or "а" <= mark <= "я":
        return mark if mark.isprintable() or mark == "\n" else " " if mark.isspace() else ""
    if mark == "ё":
        return "е"
    if mark in SMALL_CAPITALS:
        return SMALL_CAPITALS[mark]
    category = unicodedata.category(mark)
    if category in ("Cf", "Cc", "Mn", "Me", "Co", "Cn", "Cs"):
        return ""
    return unicodedata.normalize("NFD", mark)[0] if category[0] == "L" else mark


class WordForms:
    """grammar: the endings of nouns and adjectives, and whether a noun without a mark makes its plural with -s
    (plural_s). irregular: such plurals that do not."""

    def __init__(self, grammar: Mapping[str, Any], irregular: Mapping[str, str]) -> None:
        self._endings = {
            "-": ("", *grammar["noun_endings"].split()),
            "~": tuple(grammar["adjective_endings"].split()),
        }
        self._plural_s: bool = grammar["plural_s"]
        self._irregular = irregular

    def of(self, entry: str) -> Iterator[tuple[str, ...]]:
        """ "wine_glass" → ("wine", "glass"), ("wine", "glasses")."""
        return itertools.product(*self.words(entry))

    def words(self, entry: str) -> tuple[tuple[str, ...], ...]:
        """The forms of each of its words: "wine_glass" → (("wine",), ("glass", "glasses"))."""
        *first, last = (self._of_word(part) for part in PARTS.split(spelled(entry)))
        if self._plural_s:
            last = (*last, self._irregular.get(last[0], plural(last[0])))
        return (*first, last)

    def _of_word(self, word: str) -> tuple[str, ...]:
        if word[-1] in self._endings and len(word) > 1:
            return tuple(word[:-1] + ending for ending in self._endings[word[-1]])
        return (word,)


def plural(word: str) -> str:
    if re.search(r"(?:s|x|z|ch|sh)$", word):
        return f"{word}es"
    return f"{word[:-1]}ies" if re.search(r"[^aeiou]y$", word) else f"{word}s"
