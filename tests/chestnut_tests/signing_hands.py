"""Hands of a person who spells: a stream of landmarks, frame by frame, in place of a detector.

A hand is posed as in the background movements; which letter it shows is written into it by where its middle finger's
tip is, so that a reader of the same convention tells it again without a trained network.
"""

from __future__ import annotations

import numpy as np
from chestnut.core.scene import Box, Hand
from chestnut.signs.background import posed

RATE_HZ = 15.0
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
CONFIDENCE = 0.9
SIZE, PLACE = 0.12, (0.5, 0.6)  # of the picture's height; the wrist
TIP = 12

Shown = tuple[Hand, ...]


def hand(letter: str, place: tuple[float, float] = PLACE, confidence: float = CONFIDENCE) -> Hand:
    """score: what read_shown tells as its confidence."""
    points = posed(np.full((1, 5), 0.3), np.zeros((1, 3)))[0] * SIZE + np.array(place)
    landmarks = [(float(x), float(y), 0.0) for x, y in points]
    landmarks[TIP] = (*landmarks[TIP][:2], 1.0 + LETTERS.index(letter) if letter else 0.0)
    xs, ys = points[:, 0], points[:, 1]
    box = Box(float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max()))
    return Hand(confidence, "right", box, tuple(landmarks))


def read_shown(shown: Hand, aspect: float) -> tuple[str | None, float]:
    """The letter that hand() was given; None for ""."""
    depth = round(shown.landmarks[TIP][2])
    return (LETTERS[depth - 1], shown.score) if depth > 0 else (None, 0.0)


def held(letter: str, seconds: float = 0.5, confidence: float = CONFIDENCE) -> list[Shown]:
    return [(hand(letter, confidence=confidence),)] * round(seconds * RATE_HZ)


def away(seconds: float = 1.4) -> list[Shown]:
    return [()] * round(seconds * RATE_HZ)


def spell(word: str, confidence: float = CONFIDENCE) -> list[Shown]:
    """Letter by letter, and the hand is taken away."""
    frames: list[Shown] = []
    for letter in word:
        frames += held(letter, confidence=confidence) + held("", 0.25)
    return frames + away()
