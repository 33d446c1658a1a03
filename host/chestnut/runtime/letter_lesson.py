"""An alphabet shown letter by letter to the camera, for the skill that asks."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from chestnut.core import effects
from chestnut.core.events import Answer, LetterSampled, LettersListed
from chestnut.core.ports import Camera, Clock, Detector, Post
from chestnut.core.scene import Frame
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.showing import Showing
from chestnut.signs.calibrated import LEAST_SAMPLES
from chestnut.signs.letter_book import ALPHABETS, READ_BADLY, LetterBook, LetterBookFault
from chestnut.signs.steady import Steady
from chestnut.signs.track import Floats, points_of

log = logging.getLogger(__name__)

RATE_HZ = 15.0

Asked = effects.ListLetters | effects.AwaitSample | effects.DropSample | effects.ForgetLetters


class LetterLesson:
    """open_hands: takes its time; CannotDo when hands cannot be seen. book: of the alphabet the mode Signs reads."""

    def __init__(
        self,
        camera: Camera,
        open_hands: Callable[[], Detector],
        book: LetterBook,
        post: Post,
        clock: Clock,
    ) -> None:
        self._book, self._clock = book, clock
        self._showing = Showing("letters", camera, open_hands, post, clock, self._begin_anew)
        self._steady = Steady()
        self._letter = ""  # that was waited for last

    def perform(self, job: int, asked: Asked) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        self._showing.perform(job, type(asked).__name__, lambda ended: self._seen(job, asked, ended))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more. What was to be dropped is dropped all the same."""
        self._showing.cancel(job)

    def follow(self, goes_on: bool) -> None:
        """A lesson goes on now, or none. Never blocks; the same again costs nothing. For one thread."""
        self._showing.follow(goes_on)

    def close(self) -> None:
        """May be called twice."""
        self._showing.close()

    # --- in the thread --------------------------------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._steady = Steady()

    def _seen(self, job: int, asked: Asked, ended: threading.Event) -> Answer:
        try:
            match asked:
                case effects.ListLetters():
                    return self._listed(job)
                case effects.ForgetLetters():
                    self._book.forget_all()
                    return self._listed(job)
                case effects.DropSample(letter=letter):
                    return self._sampled(job, self._book.drop_newest(letter))
                case effects.AwaitSample(letter=letter):
                    return self._awaited(job, letter, ended)
        except LetterBookFault as error:
            log.error("%s", error)
            raise CannotDo("signs_samples_bad") from error

    def _listed(self, job: int) -> Answer:
        samples, alphabet = self._book.samples(), self._book.alphabet
        return LettersListed(
            at=self._clock.now(),
            job=job,
            letters=tuple((letter, len(samples.get(letter, ()))) for letter in ALPHABETS[alphabet]),
            wanted=LEAST_SAMPLES,
            badly=tuple(READ_BADLY[alphabet]),
        )

    def _awaited(self, job: int, letter: str, ended: threading.Event) -> Answer:
        if ended.is_set():
            return self._sampled(job, 0)
        hands = self._showing.eyes()
        self._steady.begin(anew=letter != self._letter)
        self._letter = letter
        hand_seen = False
        for frame in self._showing.frames(ended, RATE_HZ):
            points = _points(hands, frame)
            hand_seen |= points is not None
            shape = self._steady.feed(frame.at, points)
            if shape is not None and not ended.is_set():
                return self._sampled(job, self._book.add(letter, shape))
        lack = "letters_no_hand"
        if hand_seen:
            lack = "letters_let_go" if self._steady.spent else "letters_unsteady"
        return self._sampled(job, 0, lack)

    def _sampled(self, job: int, samples: int, lack: str = "") -> Answer:
        return LetterSampled(at=self._clock.now(), job=job, samples=samples, lack=lack)


def _points(hands: Detector, frame: Frame) -> Floats | None:
    """Of the surest hand, in picture heights."""
    height, width = frame.rgb.shape[:2]
    seen = hands.see(frame)
    return points_of(seen[0], width / height) if seen else None
