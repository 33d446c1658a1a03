"""What sees: detectors opened for a device, or for one picture at a time on the desk."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from chestnut_models.errors import ModelMissing
from chestnut_models.library import path as model_path

from chestnut.core.events import Part, PartLost
from chestnut.core.memory import Named, Taught
from chestnut.core.people import Acquaintance
from chestnut.core.ports import Detector, Post
from chestnut.core.scene import Face, Frame, Hand, Page, Person, Scene, Thing
from chestnut.perception.acquaintances import Acquaintances
from chestnut.perception.belongings import Belongings
from chestnut.perception.descriptor import Describer
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.perception.known_faces import KnownFaces
from chestnut.perception.light import judge
from chestnut.perception.objects import Objects
from chestnut.perception.own import Own
from chestnut.perception.people import people
from chestnut.perception.recognition import Background
from chestnut.perception.seeing import read, see
from chestnut.perception.tesseract import TextError
from chestnut.perception.text import Text
from chestnut.perception.trust import nameable
from chestnut.runtime.clock import HostClock

log = logging.getLogger(__name__)

CORES = os.cpu_count() or 1

FACE_EMBEDDING = "faceres.onnx"

LIKENESS = "efficientnet-lite0.onnx"

EYES = {"objects": "nanodet.onnx", "faces": "face_full_range.tflite", "hands": "hand_landmarker.task"}


class EyesMissing(RuntimeError):
    """Something that sees is not installed. reason: the phrase that tells the wearer; the message tells the owner."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def merge(
    faces: Sequence[Face], things: Sequence[Thing], hands: Sequence[Hand]
) -> tuple[tuple[Person, ...], tuple[Thing, ...]]:
    """Who is there, and what else may be named."""
    return people(faces, things, hands), nameable(things)


@dataclass(frozen=True, slots=True)
class Eyes:
    """The detectors of a scene, for one picture at a time on the desk."""

    detectors: Mapping[str, Detector]

    def see(self, frame: Frame) -> Scene:
        return see(frame, self.detectors, judge, merge)

    def knowing(self, things: Sequence[Taught], places: Sequence[Named]) -> Eyes:
        """These, and the detector of what was taught where there is something; close that one alone. EyesMissing when
        its model file is not there."""
        return Eyes({**self.detectors, **_own_detector(things, places)})

    def close(self) -> None:
        for detector in self.detectors.values():
            detector.close()


@dataclass(frozen=True, slots=True)
class Reader:
    """The text reader, for one picture at a time on the desk."""

    text: Text

    def see(self, frame: Frame) -> Page:
        return read(frame, self.text, judge)

    def close(self) -> None:
        self.text.close()


def open_eyes(things: Sequence[Taught] = (), places: Sequence[Named] = ()) -> Eyes:
    """things, places: what was taught, that every look tells too. EyesMissing when a model file is not there."""
    try:
        paths = {name: model_path(file) for name, file in EYES.items()}
        detectors: dict[str, Detector] = {
            "objects": Objects(paths["objects"], threads=min(2, CORES)),
            "faces": Faces(paths["faces"]),
            "hands": Hands(paths["hands"]),
        }
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error
    return Eyes(detectors | _own_detector(things, places))


def open_watching_eyes() -> Eyes:
    """The detectors of watching, without a device. EyesMissing when a model file is not there."""
    try:
        paths = {name: model_path(EYES[name]) for name in ("objects", "hands")}
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error
    detectors: dict[str, Detector] = {
        "objects": Objects(paths["objects"], threads=min(2, CORES)),
        "hands": Hands(paths["hands"]),
    }
    return Eyes(detectors)


def _own_detector(things: Sequence[Taught], places: Sequence[Named]) -> dict[str, Detector]:
    """Where there is something for it to know."""
    if not things and not places:
        return {}
    own = open_own()
    own.know(things, places)
    return {"own": own}


def open_reader() -> Reader:
    """EyesMissing when Tesseract or one of its languages is not installed."""
    try:
        return Reader(Text())
    except TextError as error:
        raise EyesMissing("reader_missing", str(error)) from error


def open_acquaintances(known: Sequence[Acquaintance] = ()) -> Acquaintances:
    """EyesMissing when a model file is not there. known: who is enrolled. The models are read at the first look."""
    try:
        model_path(EYES["faces"]), model_path(FACE_EMBEDDING)
    except ModelMissing as error:
        raise EyesMissing("people_missing", str(error)) from error
    return Acquaintances(open_faces, known)


def open_faces() -> KnownFaces:
    """ModelMissing names the remedy."""
    return KnownFaces(model_path(EYES["faces"]), model_path(FACE_EMBEDDING))


def open_own() -> Own:
    """For taught things and named places. EyesMissing when the model's file is not there. It is read at the first
    look after something was taught."""
    try:
        path = model_path(LIKENESS)
    except ModelMissing as error:
        raise EyesMissing("own_missing", str(error)) from error
    return Own(lambda: Belongings(Describer(path), Background.load()))


def close_detectors(detectors: Mapping[str, Detector]) -> None:
    for detector in detectors.values():
        detector.close()


def open_detectors(post: Post, clock: HostClock) -> dict[str, Detector]:
    """Off the loop, for models take their time to load. What is missing is told and left out."""

    def lost(reason: str, error: EyesMissing) -> None:
        log.error("%s", error)
        post(PartLost(at=clock.now(), part=Part.EYES, reason=reason))

    try:
        eyes = open_eyes()
    except EyesMissing as error:
        lost("eyes_lost", error)
        return {}
    _warm_up(eyes)
    detectors = dict(eyes.detectors)
    try:
        detectors["people"] = open_acquaintances()
    except EyesMissing as error:
        log.error("%s", error)  # told to whoever asks who is there
    try:
        detectors["own"] = open_own()
    except EyesMissing as error:
        log.error("%s", error)  # told to whoever teaches something
    try:
        detectors["text"] = open_reader().text
    except EyesMissing as error:
        lost(error.reason, error)
    return detectors


def _warm_up(eyes: Eyes) -> None:
    """Libraries prepare themselves at their first picture: better now than under the first press."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    for detector in eyes.detectors.values():
        detector.see(Frame(0, 0.0, noise))
