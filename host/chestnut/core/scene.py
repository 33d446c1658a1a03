"""What perception reports: boxes, people, things, hands, words. Plain data, no pictures.

Coordinates are fractions of the picture: x grows to the right, y grows downwards, both in [0, 1].
Left and right are the wearer's, because the camera looks where the wearer looks.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

# A chest camera covers about 100 degrees; what has its middle in the middle third of the picture lies ahead.
# Fractions of the width.
LEFT_OF, RIGHT_OF = 0.36, 0.64


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the camera.

    rgb: numpy array (height, width, 3), uint8, red first. number: grows by one with each picture of a source.
    at: monotonic seconds when the picture was taken.
    """

    number: int
    at: float
    rgb: Any


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def area(self) -> float:
        return max(0.0, self.width) * max(0.0, self.height)

    def overlap(self, other: Box) -> float:
        """Shared area, as a fraction of the picture."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, width) * max(0.0, height)

    def iou(self, other: Box) -> float:
        """Intersection over union, 0 to 1."""
        shared = self.overlap(other)
        union = self.area + other.area - shared
        return shared / union if union > 0 else 0.0


class Refusal(StrEnum):
    """Why a picture or a question is not answered; also the stable keys of `refused` in --json."""

    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    TOO_BLURRED = "too_blurred"
    COVERED = "covered"
    NO_TEXT = "no_text"
    NO_PICTURE = "no_picture"
    NOT_SEEN = "not_seen"
    UNSURE = "unsure"
    MODEL_MISSING = "model_missing"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Is the picture fit to be described?

    brightness: mean luma, 0 to 1. sharpness: see perception/light.py. refusal: None when the picture is good.
    """

    brightness: float
    sharpness: float
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """A COCO object; label is the English class name with spaces ("cell phone")."""

    label: str
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class Face:
    score: float
    box: Box


@dataclass(frozen=True, slots=True)
class Hand:
    """handedness: "left" or "right", the owner's. landmarks: 21 points x, y, z as MediaPipe defines them."""

    score: float
    handedness: str
    box: Box
    landmarks: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True, slots=True)
class Person:
    """A human being seen by face, by body or by both. box is the larger of what was seen."""

    score: float
    box: Box
    face: Box | None = None


@dataclass(frozen=True, slots=True)
class Belonging:
    """A taught thing ("these are my keys"). label, owner: as core.memory.Owned has them. confidence: from LIKELY
    (core/memory.py) on it is told as a fact, below it as a guess."""

    label: str
    owner: str
    confidence: float
    box: Box


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything the fast lane saw in one frame, people already merged from faces and bodies.

    belongings, place: only of a look that asked for what was taught (effects.Look.own). place: the name of the place
    this surely is, else "".
    """

    frame: int
    judged: Judgement
    people: tuple[Person, ...] = ()
    things: tuple[Thing, ...] = ()
    hands: tuple[Hand, ...] = ()
    belongings: tuple[Belonging, ...] = ()
    place: str = ""


@dataclass(frozen=True, slots=True)
class Word:
    """confidence: 0 to 1. line: number of the line it stands in, from the top, counted over the whole page.
    block: number of the paragraph-like block."""

    text: str
    confidence: float
    box: Box
    line: int
    block: int


@dataclass(frozen=True, slots=True)
class Page:
    """The words read in one frame, in reading order. dropped: how many words were too unsure to be read out."""

    frame: int
    judged: Judgement
    words: tuple[Word, ...] = ()
    dropped: int = 0

    @property
    def lines(self) -> tuple[str, ...]:
        """The text line by line, words joined by one space."""
        found: dict[int, list[str]] = {}
        for word in self.words:
            found.setdefault(word.line, []).append(word.text)
        return tuple(" ".join(words) for words in found.values())

    @property
    def text(self) -> str:
        return "\n".join(self.lines)
