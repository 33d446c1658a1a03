"""The little language of the word tables: what stands in locale/truth/*.toml becomes one regular expression.

A pattern is words in their order. "a|b" is either; "safe*" any word that begins so, "*woman" one that ends so;
"{set}" any of a named list; "go_ahead" words of one choice; "<3>" up to three words between; "!a|b" not followed by;
"^" where a clause begins, "/" where one ends; "#" a number in digits. Clauses may end anywhere between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache

from chestnut.engine.truth.spelling import line, spelled, words

NOTHING = "(?!)"


class Patterns:
    """Compiled once. ValueError names the pattern that cannot be read."""

    def __init__(self, patterns: Iterable[str], sets: Mapping[str, str]) -> None:
        self._sets = sets
        alternatives = [self._compiled(pattern) for pattern in patterns]
        self._expression = re.compile(rf"(?<![^ ])(?:{'|'.join(alternatives) or NOTHING})")

    def found(self, text: str) -> bool:
        return self.match(line(words(text))) is not None

    def match(self, words_line: str, beyond: int = 0) -> re.Match[str] | None:
        """The first match in words as spelling.line() joins them that ends behind `beyond`."""
        at = 0
        while (found := self._expression.search(words_line, at)) is not None and found.end() <= beyond:
            at = found.start() + 1
        return found

    def _compiled(self, pattern: str) -> str:
        return "".join(self._part(part, pattern) for part in pattern.split())

    def _part(self, part: str, pattern: str) -> str:
        if part == "^":
            return r"(?:^|(?<=/ ))"
        if part == "#":
            return r"\d[^ ]* (?:/ )*"
        if part == "/":
            return "/ "
        if gap := re.fullmatch(r"<(\d+)>", part):
            return rf"(?:[^ /]+ (?:/ )*){{0,{gap[1]}}}?"
        if part.startswith("!"):
            return rf"(?!{self._choice(part[1:], pattern)})"
        return rf"(?:{self._choice(part, pattern)})(?:/ )*"

    def _choice(self, part: str, pattern: str) -> str:
        return "|".join(self._word(word, pattern) for word in part.split("|"))

    def _word(self, word: str, pattern: str) -> str:
        if word.startswith("{"):
            if word[1:-1] not in self._sets:
                raise ValueError(f"no set {word} for the pattern {pattern!r}")
            return self._choice("|".join(self._sets[word[1:-1]].split()), pattern)
        if word == "#":
            return r"\d[^ ]* "
        parts = [_ending_open(each) for each in word.split("_")]
        if not all(parts):
            raise ValueError(f"an empty word, or a star within one, in the pattern {pattern!r}")
        return "".join(parts)


@cache
def _ending_open(word: str) -> str:
    """ "" for a word that is none."""
    bare = spelled(word.strip("*"))
    if not bare or "*" in bare:
        return ""
    return f"{'[^ ]+' * word.startswith('*')}{re.escape(bare)}{'[^ ]*' * word.endswith('*')} "
