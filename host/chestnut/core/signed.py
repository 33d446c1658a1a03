"""What was signed. Plain data."""

from __future__ import annotations

from dataclasses import dataclass

SURE = 0.5  # a word that is less likely right than wrong is spoken as a guess


@dataclass(frozen=True, slots=True)
class Word:
    """A word of letters, or a taught sign by its name. confidence: that all of it is right, 0 to 1."""

    text: str
    confidence: float = 1.0

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE

    @property
    def written(self) -> str:
        """As a voice reads it as a word and not letter by letter: "HELLO" becomes "Hello"."""
        return self.text if self.text != self.text.upper() else self.text.capitalize()


@dataclass(frozen=True, slots=True)
class Signed:
    """words: the finished ones, oldest first. letters: of the word that is being spelled."""

    words: tuple[Word, ...] = ()
    letters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Signed and not spoken yet. letter: it is one letter of a word that is not finished."""

    word: Word
    letter: bool = False
