"""Showing the letters of a finger alphabet, one after the other, each some times. Experimental.

A letter counts by itself when the hand is still for a moment. Every sample is on the card before its sound: whoever
stops loses nothing, and begins the next time with the first letter that is missing. Where letters are read without
being shown, those that are read badly come first, and it is told when they are done.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from chestnut.core.effects import (
    AwaitSample,
    Buzz,
    Chime,
    DropSample,
    Effect,
    Haptic,
    ListLetters,
    Offer,
    Say,
    Sound,
)
from chestnut.core.events import LetterSampled, LettersListed
from chestnut.core.gestures import Gesture
from chestnut.core.session import Session
from chestnut.core.skill import Steps

MOST_IDLE = 3  # times in a row that nothing is shown, then it ends
LEAST_LETTERS = (
    2  # of which enough samples are there, before any letter can be read that is read only once shown
)

Heard = Gesture | LetterSampled | None


def show_letters(session: Session) -> Steps:
    listed: LettersListed = yield ListLetters()
    lesson = _Lesson(listed)
    if lesson.over:
        yield Say("letters_all")
    else:
        yield Offer(Say("letters_begin_own" if listed.badly else "letters_begin"), 0)
        if not (yield from lesson.run()):
            yield Say("letters_left")
            return
        yield Buzz(Haptic.DONE)
        missing = lesson.missing
        told = missing and not listed.badly
        yield Say("letters_missing", {"letters": ", ".join(missing)}) if told else Say("letters_done")
    usable = len(lesson.samples) - len(lesson.missing)
    if listed.badly and usable:
        yield Say("letters_corrected")
    elif usable >= LEAST_LETTERS:
        yield Say("letters_read")


class _Lesson:
    """One pass over the letters that are missing. samples: of every letter, as far as is known."""

    def __init__(self, listed: LettersListed) -> None:
        self.samples = dict(listed.letters)
        self._wanted, self._badly = listed.wanted, listed.badly
        self._order = self.missing
        self._good = not self._badly  # it was told that the letters from here on are read well
        self._at = 0
        self._kept: list[str] = []  # the letter of each sample of this pass, oldest first
        self._idle = 0
        self._prompt: Say | None = None

    @property
    def missing(self) -> list[str]:
        return [letter for letter, count in self.samples.items() if count < self._wanted]

    @property
    def over(self) -> bool:
        return self._at >= len(self._order)

    def run(self) -> Generator[Effect, Any, bool]:
        """False when it ends because nobody shows anything."""
        heard: Heard = None
        self._ask()
        while not self.over and self._idle < MOST_IDLE:
            if heard is None and self._prompt is not None:
                prompt, self._prompt = self._prompt, None
                heard = yield Offer(prompt, 0)
            if heard is None:
                heard = yield AwaitSample(self._order[self._at])
            match heard:
                case LetterSampled(lack="", samples=samples):
                    yield Chime(Sound.DONE)
                    self._keep(samples)
                    heard = None
                case LetterSampled(lack=lack):
                    self._idle += 1
                    self._prompt, heard = Say(lack), None
                case Gesture(button="read") if self._kept:
                    heard = yield from self._take_back()
                case Gesture(button=button):
                    self._obey(button)
                    heard = None
        return self.over

    def _ask(self) -> None:
        if self.over:
            self._prompt = None
            return
        letter = self._order[self._at]
        told, self._good = self._good, self._good or letter not in self._badly
        self._prompt = Say(
            "letters_show" if told == self._good else "letters_show_others", {"letter": letter}
        )

    def _keep(self, samples: int) -> None:
        letter = self._order[self._at]
        self.samples[letter], self._idle = samples, 0
        self._kept.append(letter)
        if samples >= self._wanted:
            self._at += 1
            self._ask()

    def _take_back(self) -> Generator[Effect, Any, Heard]:
        """The letter it was of is the one to be shown again. The next key may come before the answer."""
        letter = self._kept.pop()
        self._at, self._idle = self._order.index(letter), 0
        dropped: Heard = yield DropSample(letter)
        if isinstance(dropped, LetterSampled):
            self.samples[letter] = dropped.samples
            self._prompt = self._how_far("letters_taken_back")
            return None
        self.samples[letter] -= 1
        self._prompt = self._how_far("letters_taken_back")
        return dropped

    def _obey(self, button: str) -> None:
        self._idle = 0
        match button:
            case "describe":
                self._at += 1
                self._ask()
            case "ask":
                self._prompt = self._how_far("letters_again")
            case "read":
                self._prompt = Say("letters_none_back")
            case _:
                self._prompt = Say("letters_help")

    def _how_far(self, key: str) -> Say:
        letter = self._order[self._at]
        number = min(self.samples[letter] + 1, self._wanted)
        return Say(key, {"letter": letter, "number": number, "wanted": self._wanted})
