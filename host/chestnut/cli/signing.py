"""From a video to the movements of the hands in it, with the device's own eyes."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass

import numpy as np
from chestnut_models.errors import ModelError

from chestnut.cli.answer import Answer, WrongUse
from chestnut.devices.pictures import BadPicture
from chestnut.devices.video_frames import video_frames
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.runtime.assemble.eyes import EyesMissing
from chestnut.runtime.assemble.signs import open_face_finder, open_hands
from chestnut.runtime.signing import FaceFinder
from chestnut.signs.reader import Made, SignReader
from chestnut.signs.taught import Recogniser

FACE_EVERY_S = 0.5  # whoever signs stays where they are; to look for a face takes as long as for a hand
TOLD_EVERY_S = 5.0  # of the video


@dataclass(frozen=True, slots=True)
class Shown:
    """hands_seen: in how many frames there was one."""

    made: tuple[Made, ...]
    frames: int
    hands_seen: int


def shown_in(video: str, answer: Answer, recogniser: Recogniser | None = None) -> Shown:
    """WrongUse for what is no video, or without the models."""
    try:
        with ExitStack() as opened:
            with answer.timed("open_eyes"):
                hands = opened.enter_context(closing(open_hands(2)))
                faces = opened.enter_context(closing(open_face_finder()))
            return _Watching(video, answer, hands, faces).watch(SignReader(recogniser))
    except (EyesMissing, ModelError, BadPicture) as error:
        raise WrongUse(str(error)) from error


class _Watching:
    def __init__(self, video: str, answer: Answer, hands: Hands, faces: Faces) -> None:
        self._video, self._answer = video, answer
        self._hands, self._face = hands, FaceFinder(faces, FACE_EVERY_S)
        self._told_at = 0.0

    def watch(self, reader: SignReader) -> Shown:
        made: list[Made] = []
        frames = seen = 0
        looking_s: list[float] = []
        reading_s: list[float] = []
        for frame in video_frames(self._video):
            begun = time.perf_counter()
            face = self._face.see(frame)
            hands = self._hands.see(frame)
            looked = time.perf_counter()
            height, width = frame.rgb.shape[:2]
            over = reader.feed(frame.at, hands, width / height, face)
            looking_s.append(looked - begun)
            reading_s.append(time.perf_counter() - looked)
            made += [over] if over is not None else []
            frames, seen = frames + 1, seen + bool(hands)
            self._tell(frame.at)
        last = reader.end()
        for stage, times_s in (("look", looking_s), ("sign", reading_s)):
            for name, share in (("p50", 0.5), ("p95", 0.95)):
                self._answer.took(f"{stage}_{name}", float(np.quantile(times_s, share)))
        return Shown((*made, *([last] if last is not None else [])), frames, seen)

    def _tell(self, at: float) -> None:
        if at - self._told_at >= TOLD_EVERY_S:
            self._told_at = at
            self._answer.remark(f"{self._video}: {at:.0f} s")
