"""Signs mode: every newest frame is looked at for hands, and read, in one thread with nothing between the two.

Outside the mode the thread sleeps and its detectors are closed. Warm at the body, with little battery or beside the
deep lane it takes fewer frames, though enough to read: who signs to the wearer cannot know of it. Too warm, none.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from chestnut.core.events import DoubtArose, Part, PartFound, PartLost, TakenBack
from chestnut.core.ports import Camera, Clock, Detector, Post
from chestnut.core.scene import Box, Frame
from chestnut.core.session import SIGNS, Session
from chestnut.core.signs import wants_frames
from chestnut.signs.conversation import Conversation, ReadLetter, Trace
from chestnut.signs.taught import Recogniser

log = logging.getLogger(__name__)

FASTEST_HZ = 30.0
SPARED_HZ = 12.0  # a letter is told from three frames in a third of a second
WAIT_S = 0.5
CHECK_S = 1.0  # how soon what was taught is read
FACE_EVERY_S = 1.5  # whoever signs stays where they are
SURE_FACE = 0.7  # of faces across a table; fists and palms are taken for faces with up to 0.67


class SignsMissing(RuntimeError):
    """Signs cannot be read. reason: the phrase that tells the remedy."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Reads:
    """What one turn of the mode reads with. hands: follows hands from frame to frame. faces: None where no sign has
    a place beside one. letter: None reads none. doubt: a phrase for what is missing though the rest can be read.
    trace: None where no letter is drawn in the air. changed: something was taught, shown or forgotten since, by
    whatever program; quick."""

    hands: Detector
    letter: ReadLetter | None = None
    recogniser: Recogniser | None = None
    faces: Detector | None = None
    doubt: str = ""
    trace: Trace | None = None
    changed: Callable[[], bool] = lambda: False

    def close(self) -> None:
        for detector in (self.hands, self.faces):
            if detector is not None:
                detector.close()


class FaceFinder:
    """Where the face of whoever signs is, looked for now and then. faces: None looks for none."""

    def __init__(self, faces: Detector | None, every_s: float = FACE_EVERY_S) -> None:
        self._faces, self._every_s = faces, every_s
        self._at = float("-inf")

    def see(self, frame: Frame) -> Box | None:
        """None too when it is not yet time to look again."""
        if self._faces is None or frame.at - self._at < self._every_s:
            return None
        self._at = frame.at
        sure = [face.box for face in self._faces.see(frame) if face.score >= SURE_FACE]
        return max(sure, key=lambda box: box.area, default=None)


def frames_per_second(session: Session, thinks: bool) -> float:
    """At most. 0 when signs are not read."""
    if not wants_frames(session):
        return 0.0
    return SPARED_HZ if thinks or session.care.spares else FASTEST_HZ


class Signing:
    """open_reads: takes its time; SignsMissing when signs cannot be read. Posts LetterSeen, WordSpelled, SignSeen,
    and PartLost(SIGNS) and PartFound(SIGNS) when the mode begins."""

    def __init__(self, camera: Camera, open_reads: Callable[[], Reads], post: Post, clock: Clock) -> None:
        self._camera, self._open, self._post, self._clock = camera, open_reads, post, clock
        self._changed = threading.Condition()
        self._lock = threading.Lock()  # of _conversation
        self._conversation = Conversation()
        self._rate_hz = 0.0
        self._turn = 0  # grows when frames are wanted again
        self._taken = 0
        self._begun = False  # the mode
        self._doubt = ""  # that was told since
        self._closed = False
        self._thread: threading.Thread | None = None

    def follow(self, session: Session, thinks: bool, rests: bool = False) -> None:
        """The session is this now. rests: hands are shown to something else; afterwards what signs are read with is
        opened anew. Never blocks; the same again costs nothing. For one thread."""
        if self._begun and session.mode != SIGNS:
            with self._lock:  # what was signed belongs to the mode
                self._conversation = Conversation()
            self._doubt = ""
        self._begun = session.mode == SIGNS
        wanted = 0.0 if rests else frames_per_second(session, thinks)
        if wanted == self._rate_hz:
            return
        with self._changed:
            self._turn += not self._rate_hz
            self._rate_hz = wanted
            self._changed.notify_all()
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="signing", daemon=True)
            self._thread.start()

    def take_back(self, job: int, *, word: bool) -> None:
        """Answers with TakenBack."""
        with self._lock:
            removed = self._conversation.take_back(word=word)
            signed = self._conversation.signed
        self._post(TakenBack(at=self._clock.now(), job=job, removed=removed, signed=signed))

    def close(self) -> None:
        with self._changed:
            self._closed, self._rate_hz = True, 0.0
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    # --- in the thread --------------------------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or (self._rate_hz and self._turn != self._taken))
                if self._closed:
                    return
                turn = self._taken = self._turn  # what fails is tried again when the mode is begun again
            try:
                while self._take_turn(turn):
                    log.info("signs were taught or forgotten; they are read anew")
            except SignsMissing as error:
                log.error("%s", error)
                self._lose(error.reason)
            except Exception:  # the mode ends, the device lives on
                log.exception("signs could not be read")
                self._lose("signs_lost")

    def _take_turn(self, turn: int) -> bool:
        """True when there is something else to read with."""
        reads = self._open()
        try:
            with self._lock:
                self._conversation.read_with(reads.letter, reads.recogniser, reads.trace)
            told, self._doubt = self._doubt, reads.doubt
            self._post(PartFound(at=self._clock.now(), part=Part.SIGNS))
            if reads.doubt and reads.doubt != told:
                self._post(DoubtArose(at=self._clock.now(), reason=reads.doubt))
            return self._read(reads, turn)
        finally:
            reads.close()

    def _read(self, reads: Reads, turn: int) -> bool:
        """True when there is something else to read with; False when no frames are wanted any more."""
        number, checked_at, face = 0, self._clock.now(), FaceFinder(reads.faces)
        while (rate_hz := self._rate_hz) and self._turn == turn:
            begun = self._clock.now()
            if begun - checked_at >= CHECK_S:
                checked_at = begun
                if reads.changed():
                    return True
            frame = self._camera.next(number, WAIT_S)
            if frame is None:
                self._rest(WAIT_S)  # a camera that is lost answers at once
                continue
            number = frame.number
            self.read(frame, reads.hands, face.see(frame))
            self._rest(1 / rate_hz - (self._clock.now() - begun))
        return False

    def read(self, frame: Frame, hands: Detector, face: Box | None = None) -> None:
        """One frame, from its picture to the events of what is finished with it."""
        height, width = frame.rgb.shape[:2]
        seen = hands.see(frame)
        with self._lock:
            told = self._conversation.feed(frame.at, seen, width / height, face)
        for event in told:
            if self._rate_hz:
                self._post(event)

    def _rest(self, seconds: float) -> None:
        if seconds > 0:
            with self._changed:
                self._changed.wait_for(lambda: not self._rate_hz, seconds)

    def _lose(self, reason: str) -> None:
        self._post(PartLost(at=self._clock.now(), part=Part.SIGNS, reason=reason))
