"""What one person signs: letters, the words they make, and taught signs between them. Pure: fed frame by frame.

A taught sign takes the place of the letters that were read while it was made. After it the hand must move or go
before a letter counts again, for a hand that rests in the shape of a letter means none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chestnut.core.events import LetterSeen, SignSeen, WordSpelled
from chestnut.core.scene import Box, Hand
from chestnut.core.signed import Signed, Word
from chestnut.signs.movement import Movement
from chestnut.signs.reader import SignReader
from chestnut.signs.spelling import LetterSpelt, Reading, Spelling, WordFinished
from chestnut.signs.strokes import BEFORE_S, Stretch, Strokes
from chestnut.signs.taught import Recogniser
from chestnut.signs.tracing import DRAWS_Z, Moment
from chestnut.signs.track import centre_of, palm_of, points_of

QUIET_S = 20.0  # after which what is signed next is the beginning of something new
MOST_WORDS = 30  # of a conversation without such a pause, the newest
DRAWN = 0.7  # confidence of a letter that is drawn in the air: a guess, for nobody measured it on people
JUST_S = 2.0  # the letter a drawing begins with was counted no longer ago

ReadLetter = Callable[[Hand, float], tuple[str | None, float]]
Trace = Callable[[Sequence[Moment]], str | None]
Told = LetterSeen | WordSpelled | SignSeen


@dataclass(frozen=True, slots=True)
class _Letter:
    text: str
    confidence: float
    at: float


class Conversation:
    """read: a hand and the picture's width divided by its height, to a letter, None when none is sure, and how sure
    it is, 0 to 1; None reads no letters. recogniser: None knows no signs. trace: from the moments of a hand that
    moved to the letter it drew; None for an alphabet of which none is drawn."""

    def __init__(
        self,
        read: ReadLetter | None = None,
        recogniser: Recogniser | None = None,
        trace: Trace | None = None,
    ) -> None:
        self.read_with(read, recogniser, trace)
        self._begin()

    def read_with(
        self, read: ReadLetter | None, recogniser: Recogniser | None, trace: Trace | None = None
    ) -> None:
        """From now on. What was signed before stays."""
        self._read, self._trace = read, trace
        self._strokes = Strokes()
        self._signs = SignReader(recogniser) if recogniser is not None else None

    def _begin(self) -> None:
        self._spelling = Spelling()
        self._letters: list[_Letter] = []
        self._words: list[list[_Letter]] = []
        self._told_at: float | None = None
        self._resting = False  # after a sign, until the hand moves or goes
        self._across: float | None = None
        self._stretch: Stretch | None = None
        # What a hand that has drawn still shows, until it shows another letter or goes.
        self._spent: frozenset[str] = frozenset()

    @property
    def signed(self) -> Signed:
        words = (Word("".join(one.text for one in word), _likely(word)) for word in self._words[-MOST_WORDS:])
        return Signed(tuple(words), tuple(one.text for one in self._letters))

    def feed(
        self, at: float, hands: Sequence[Hand], aspect: float, face: Box | None = None
    ) -> tuple[Told, ...]:
        """at: seconds, not falling. hands: of this frame. aspect: the picture's width divided by its height. What is
        finished with this frame comes out of it."""
        made = self._signs.feed(at, hands, aspect, face) if self._signs is not None else None
        told: list[Told] = []
        if made is not None and made.verdict is not None and made.verdict.name:
            told += self._sign(made.verdict.name, made.movement, at)
        reading = self._reading(at, self._spelling_hand(hands, aspect), aspect)
        match self._spelling.feed(reading):
            case LetterSpelt(letter=letter):
                told.append(self._count(_Letter(letter, reading.confidence, at)))
            case WordFinished():
                told.append(self._finish(at))
        if self._stretch is not None and self._trace is not None:
            told += self._draw(self._stretch, self._trace, at)
        return tuple(told)

    def take_back(self, *, word: bool) -> str:
        """The last letter, or the last word or sign, is gone: what it was, "" for nothing."""
        taken = self._spelling.take_back_word() if word else self._spelling.take_back_letter()
        if taken is None:
            return ""
        if not self._letters and self._words:
            self._letters = self._words.pop()
        if word:
            self._letters = []
        else:
            self._letters.pop()
        return taken.removed

    # --- one frame ------------------------------------------------------------------------------------------

    def _spelling_hand(self, hands: Sequence[Hand], aspect: float) -> Hand | None:
        """Of two, the one that spelled before; else the surest."""
        if not hands:
            self._across = None
            return None
        across = [hand.box.centre[0] for hand in hands]
        near = 0
        if self._across is not None:
            before = self._across
            near = min(range(len(hands)), key=lambda number: abs(across[number] - before))
        self._across = across[near]
        return hands[near]

    def _reading(self, at: float, hand: Hand | None, aspect: float) -> Reading:
        if self._resting:
            self._resting = hand is not None and self._signs is not None and not self._signs.moving
        self._stretch = None
        if hand is None:
            self._spent = frozenset()
            return Reading(at, hand=False)
        points = points_of(hand, aspect)
        across = float(centre_of(points)[0]) / palm_of(points)
        if self._read is None or self._resting:
            return Reading(at, across=across)
        letter, confidence = self._read(hand, aspect)
        self._stretch = self._strokes.feed(at, points, letter)
        if letter in self._spent:
            letter = None
        elif letter is not None:
            self._spent = frozenset()
        return Reading(at, letter, confidence, across=across)

    def _count(self, letter: _Letter) -> LetterSeen:
        if self._is_new(letter.at):
            self._begin()
            self._spelling.traced(letter.text, letter.at)
        self._told_at = letter.at
        self._letters.append(letter)
        return LetterSeen(at=letter.at, letter=letter.text, confidence=letter.confidence, signed=self.signed)

    def _draw(self, stretch: Stretch, trace: Trace, at: float) -> list[Told]:
        """In place of what was read while it was drawn, and of the still letter it began with."""
        began, moments = stretch
        letter = trace(moments)
        if letter is None:
            return []
        while self._letters and self._letters[-1].at >= began + BEFORE_S:
            self.take_back(word=False)
        first = self._letters[-1] if self._letters else None
        drawn_with = DRAWS_Z if letter == "Z" else frozenset("I")
        if first is not None and first.text in drawn_with and began - first.at <= JUST_S:
            self.take_back(word=False)
        self._spelling.traced(letter, at)
        seen = self._count(_Letter(letter, DRAWN, at))
        self._spent = drawn_with
        return [seen]

    def _finish(self, at: float) -> WordSpelled:
        self._told_at = at
        word, self._letters = self._letters, []
        self._words.append(word)
        return WordSpelled(
            at=at,
            text="".join(one.text for one in word),
            confidences=tuple(one.confidence for one in word),
            signed=self.signed,
        )

    def _sign(self, name: str, movement: Movement, at: float) -> list[Told]:
        told: list[Told] = []
        if self._is_new(at):
            self._begin()
        while self._letters and self._letters[-1].at >= movement.began:
            self.take_back(word=False)
        if self._spelling.finish(at) is not None:
            told.append(self._finish(at))
        self._spelling.traced(name, at)
        self._spelling.finish(at)
        self._words.append([_Letter(name, 1.0, at)])
        self._told_at, self._resting = at, True
        return [*told, SignSeen(at=at, name=name, signed=self.signed)]

    def _is_new(self, at: float) -> bool:
        """Before it there was a long pause."""
        return self._told_at is not None and at - self._told_at > QUIET_S


def _likely(word: Sequence[_Letter]) -> float:
    """That all its letters are right."""
    return math.prod(letter.confidence for letter in word)
