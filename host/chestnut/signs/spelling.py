"""From a letter a frame to letters, and from letters to words. Pure: time comes in with the readings.

A letter counts when most frames of a short while agree on it. It counts again only after it was let go, or slid
aside as double letters are. A word is finished when the hand is away, or shows nothing readable, for a while. Letters
are any text: Latin, Cyrillic, one sign or several.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

HOLD_S = 0.3  # so long a letter must be shown
LEAST_FRAMES = 3
AGREED = 0.7  # of the weight of that while
LET_GO = 0.3  # of it, below which a letter is over
SLIDE = 0.7  # palm lengths aside, from standing to standing, over which a held letter is meant twice
STANDS = 0.25  # palm lengths in HOLD_S, within which a hand stands; one that drifts slowly does not slide
SPACE_S = 1.0  # so long the hand must be away for a word to be finished
REST_S = 2.5  # so long it must show nothing readable
BROKEN_S = 0.8  # a pause between two readings after which nothing before counts
UNREADABLE = 0.5  # weight of a frame whose letter is not known


@dataclass(frozen=True, slots=True)
class Reading:
    """One frame. letter: None where no letter is sure. confidence: 0 to 1. hand: is one in view? across: where its
    middle is, in palm lengths from the picture's left edge, where that is known."""

    at: float
    letter: str | None = None
    confidence: float = 1.0
    hand: bool = True
    across: float | None = None


@dataclass(frozen=True, slots=True)
class LetterSpelt:
    """word: as far as it goes, this letter included."""

    at: float
    letter: str
    word: str


@dataclass(frozen=True, slots=True)
class WordFinished:
    at: float
    word: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """removed: the letter or word that is gone. word: what is left of the word that is being spelt."""

    removed: str
    word: str


class Spelling:
    """feed() every frame. A frame gives at most one letter or one finished word."""

    def __init__(self, hold_s: float = HOLD_S, space_s: float = SPACE_S) -> None:
        self._hold_s = hold_s
        self._space_s = space_s
        self._recent: deque[Reading] = deque()
        self._held: str | None = None  # the letter that was counted and has not been let go
        self._stood: float | None = None  # where the hand stood last with the held letter
        self._left: float | None = None  # where it stood before it began to move
        self._letter_at: float | None = None
        self._hand_at: float | None = None
        self._read_at: float | None = None
        self._letters: list[str] = []
        self._words: list[list[str]] = []

    @property
    def word(self) -> str:
        """What is being spelt."""
        return "".join(self._letters)

    @property
    def words(self) -> tuple[str, ...]:
        """The finished ones."""
        return tuple("".join(word) for word in self._words)

    def feed(self, reading: Reading) -> LetterSpelt | WordFinished | None:
        """reading.at: not falling."""
        if self._recent and reading.at - self._recent[-1].at > BROKEN_S:
            self._forget()
        if reading.hand:
            self._hand_at = reading.at
            if reading.letter is not None:
                self._read_at = reading.at
        self._recent.append(reading)
        # One reading as old as the hold stays, so that a slow camera's frames span it too.
        while len(self._recent) > 1 and reading.at - self._recent[1].at >= self._hold_s:
            self._recent.popleft()
        if self._is_space(reading.at):
            return self.finish(reading.at)
        return self._letter(reading)

    def finish(self, at: float) -> WordFinished | None:
        """The word is over, for whatever reason. None when there is none."""
        self._forget()
        if not self._letters:
            return None
        self._words.append(self._letters)
        self._letters = []
        return WordFinished(at, "".join(self._words[-1]))

    def traced(
        self, letter: str, at: float, instead_of: str | None = None, within_s: float = 2.0
    ) -> LetterSpelt:
        """A letter told by its motion, as J and Z are. instead_of: the still letter it begins with; where that was
        just counted, this one takes its place."""
        just = self._letter_at is not None and at - self._letter_at <= within_s
        if just and self._letters and self._letters[-1] == instead_of:
            self._letters.pop()
        return self._count(letter, at)

    def take_back_letter(self) -> TakenBack | None:
        """The last letter is gone; of a finished word too, which is then being spelt again. None: there is none."""
        if not self._letters and self._words:
            self._letters = self._words.pop()
        return TakenBack(self._letters.pop(), self.word) if self._letters else None

    def take_back_word(self) -> TakenBack | None:
        """The word that is being spelt is gone, else the last finished one."""
        removed, self._letters = self._letters, []
        if not removed and self._words:
            removed = self._words.pop()
        return TakenBack("".join(removed), "") if removed else None

    def _letter(self, reading: Reading) -> LetterSpelt | None:
        shares = self._shares()
        if self._held is not None:
            share = shares.get(self._held, 0.0)
            if share < LET_GO:
                self._held = None
            elif self._slid(reading) and share >= AGREED:
                return self._count(self._held, reading.at)
        letter = reading.letter if reading.hand else None
        if letter is None or letter == self._held or shares.get(letter, 0.0) < AGREED:
            return None
        shown = [one for one in self._recent if one.letter == letter and one.hand]
        if len(shown) < LEAST_FRAMES or reading.at - shown[0].at < 0.9 * self._hold_s:
            return None
        return self._count(letter, reading.at)

    def _count(self, letter: str, at: float) -> LetterSpelt:
        self._held, self._letter_at = letter, at
        self._stood = self._left = None
        self._letters.append(letter)
        return LetterSpelt(at, letter, self.word)

    def _shares(self) -> dict[str, float]:
        """Of the last moment's frames, by their confidence."""
        weights: dict[str | None, float] = {}
        for one in self._recent:
            letter = one.letter if one.hand else None
            weight = UNREADABLE if letter is None else max(1e-6, one.confidence)
            weights[letter] = weights.get(letter, 0.0) + weight
        whole = sum(weights.values())
        return {letter: weight / whole for letter, weight in weights.items() if letter is not None}

    def _slid(self, reading: Reading) -> bool:
        """The hand stands again, aside from where it stood before with the same letter."""
        places = [one.across for one in self._recent if one.across is not None]
        if reading.letter != self._held or reading.across is None:
            return False
        if max(places) - min(places) > STANDS:
            self._left = self._stood if self._left is None else self._left
            return False
        left, self._left, self._stood = self._left, None, reading.across
        return left is not None and abs(reading.across - left) >= SLIDE

    def _is_space(self, at: float) -> bool:
        if not self._letters:
            return False
        away = self._hand_at is None or at - self._hand_at >= self._space_s
        return away or self._read_at is None or at - self._read_at >= REST_S

    def _forget(self) -> None:
        self._recent.clear()
        self._held = None
