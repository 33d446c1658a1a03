"""From files to the one face that each of them shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from chestnut_models.errors import ModelError

from chestnut.cli.answer import Answer, WrongUse
from chestnut.core.memory import Descriptor
from chestnut.core.people import Unfit
from chestnut.core.scene import Frame
from chestnut.devices.pictures import BadPicture, load_picture
from chestnut.perception.known_faces import FaceTaken, KnownFaces
from chestnut.runtime.assemble.eyes import open_faces

BESIDE = 0.4  # of two faces of which the smaller has this share of the larger one's area, either may be meant
WHY = {
    Unfit.SMALL: "the face is too small",
    Unfit.CUT: "the face is cut by the edge",
    Unfit.TURNED: "the face is turned away",
    Unfit.DARK: "the face is too dark",
    Unfit.BRIGHT: "the face is too bright",
    Unfit.BLURRED: "the face is blurred",
    Unfit.HIDDEN: "the face cannot be seen well",
}


@dataclass(frozen=True, slots=True)
class Pictured:
    """descriptor: None when the picture cannot be used. why: a stable key, "" when it can."""

    file: str
    descriptor: Descriptor | None = None
    why: str = ""
    told: str = ""


def pictured(files: Sequence[str], answer: Answer) -> list[Pictured]:
    """One of each file. WrongUse for what is no picture, or without the model."""
    pictures = []
    for file in files:
        try:
            pictures.append(load_picture(file))
        except BadPicture as error:
            raise WrongUse(str(error)) from error
    try:
        with answer.timed("open"):
            detector = open_faces()
    except ModelError as error:
        raise WrongUse(str(error)) from error
    try:
        with answer.timed("see"):
            return [
                _pictured(file, detector, Frame(number, time.monotonic(), rgb))
                for number, (file, rgb) in enumerate(zip(files, pictures, strict=True))
            ]
    finally:
        detector.close()


def _pictured(file: str, detector: KnownFaces, frame: Frame) -> Pictured:
    faces: tuple[FaceTaken, ...] = detector.see(frame)
    if not faces:
        return Pictured(file, why="no_face", told=f"{file} shows no face")
    largest = max(faces, key=lambda face: face.box.area)
    if sum(face.box.area >= BESIDE * largest.box.area for face in faces) > 1:
        return Pictured(file, why="several", told=f"{file} shows several faces")
    if largest.unfit is not None:
        return Pictured(file, why=largest.unfit.value, told=f"{file}: {WHY[largest.unfit]}")
    return Pictured(file, largest.descriptor)
