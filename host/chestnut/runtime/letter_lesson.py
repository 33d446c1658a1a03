"""An alphabet shown letter by letter to the camera, for the skill that asks.

In a thread of its own, which looks for a hand only while a letter is waited for. Its detector is closed when the
lesson is over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from chestnut.core import effects
from chestnut.core.events import Answer, LetterSampled, LettersListed
from chestnut.core.ports import Camera, Clock, Detector, Post
from chestnut.core.scene import Frame
from chestnut.runtime.answering import Answering, CannotDo
from chestnut.signs.calibrated import LEAST_SAMPLES
from chestnut.signs.letter_book import ALPHABETS, LetterBook, LetterBookFault
from chestnut.signs.steady import Steady
from chestnut.signs.track import Floats, points_of

log = logging.getLogger(__name__)

RATE_HZ = 15.0
WAIT_S = 0.2  # for a frame
PATIENCE_S = 12.0  # without a sample, then it is told what to change

Asked = effects.ListLetters | effects.AwaitSample | effects.DropSample


class LetterLesson:
    """open_hands: takes its time; CannotDo when hands cannot be seen. read: the mode Signs reads this alphabet."""

    def __init__(
        self,
        camera: Camera,
        open_hands: Callable[[], Detector],
        book: LetterBook,
        read: bool,
        post: Post,
        clock: Clock,
    ) -> None:
        self._camera, self._open, self._book, self._read, self._clock = camera, open_hands, book, read, clock
        self._answering = Answering("letters", post, clock)
        self._ended: dict[int, threading.Event] = {}  # of each letter that is waited for
        self._goes_on = self._closed = False
        self._hands: Detector | None = None
        self._steady = Steady()
        self._letter = ""  # that was waited for last

    def perform(self, job: int, asked: Asked) -> None:
        """Never blocks. Answers with the event the effect names, or EffectFailed."""
        ended = self._ended[job] = threading.Event()
        self._answering.answer(job, type(asked).__name__, lambda: self._seen(job, asked, ended))

    def cancel(self, job: int) -> None:
        """Nothing is answered any more. What was to be dropped is dropped all the same."""
        self._answering.cancel(job)
        if (ended := self._ended.get(job)) is not None:
            ended.set()

    def follow(self, goes_on: bool) -> None:
        """A lesson goes on now, or none. Never blocks; the same again costs nothing. For one thread."""
        if self._goes_on and not goes_on and not self._closed:
            self._answering.begin(self._close_hands)
        self._goes_on = goes_on

    def close(self) -> None:
        """May be called twice."""
        if not self._closed:
            self._closed = True
            for ended in tuple(self._ended.values()):
                ended.set()
            self._answering.begin(self._close_hands)
        self._answering.close()

    # --- in the thread --------------------------------------------------------------------------------------

    def _seen(self, job: int, asked: Asked, ended: threading.Event) -> Answer:
        try:
            match asked:
                case effects.ListLetters():
                    return self._listed(job)
                case effects.DropSample(letter=letter):
                    return self._sampled(job, self._book.drop_newest(letter))
                case effects.AwaitSample(letter=letter):
                    return self._awaited(job, letter, ended)
        except LetterBookFault as error:
            log.error("%s", error)
            raise CannotDo("signs_samples_bad") from error
        finally:
            self._ended.pop(job, None)

    def _listed(self, job: int) -> Answer:
        samples = self._book.samples()
        letters = tuple((letter, len(samples.get(letter, ()))) for letter in ALPHABETS[self._book.alphabet])
        return LettersListed(
            at=self._clock.now(), job=job, letters=letters, wanted=LEAST_SAMPLES, read=self._read
        )

    def _awaited(self, job: int, letter: str, ended: threading.Event) -> Answer:
        if self._hands is None and not ended.is_set():
            self._hands, self._steady = self._open(), Steady()
        self._steady.begin(anew=letter != self._letter)
        self._letter = letter
        before = self._camera.newest()
        number, hand_seen, frame_seen = before.number if before else 0, False, False
        since = self._clock.now()
        while not ended.is_set() and (begun := self._clock.now()) - since < PATIENCE_S:
            frame = self._camera.next(number, WAIT_S)
            if frame is None:
                ended.wait(WAIT_S)  # a camera that is lost answers at once
                continue
            number, frame_seen = frame.number, True
            points = self._points(frame)
            hand_seen |= points is not None
            shape = self._steady.feed(frame.at, points)
            if shape is not None and not ended.is_set():
                return self._sampled(job, self._book.add(letter, shape))
            if (rest_s := 1 / RATE_HZ - (self._clock.now() - begun)) > 0:
                ended.wait(rest_s)
        if not frame_seen and not ended.is_set():
            raise CannotDo("camera_lost")
        lack = "letters_no_hand"
        if hand_seen:
            lack = "letters_let_go" if self._steady.spent else "letters_unsteady"
        return self._sampled(job, 0, lack)

    def _points(self, frame: Frame) -> Floats | None:
        """Of the surest hand, in picture heights."""
        assert self._hands is not None
        height, width = frame.rgb.shape[:2]
        hands = self._hands.see(frame)
        return points_of(hands[0], width / height) if hands else None

    def _sampled(self, job: int, samples: int, lack: str = "") -> Answer:
        return LetterSampled(at=self._clock.now(), job=job, samples=samples, lack=lack)

    def _close_hands(self) -> None:
        hands, self._hands = self._hands, None
        if hands is not None:
            hands.close()
