"""Videos of a photographed hand that is moved over a plain ground: real input for the detector, drawn movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np

SIZE = (640, 480)  # width, height
RATE_HZ = 15
GROUND = (96, 104, 112)

Path2 = Callable[[float], tuple[float, float, float]]  # progress 0 to 1 to x, y in the picture and degrees


def circle(progress: float) -> tuple[float, float, float]:
    angle = 2 * np.pi * progress
    return 0.5 + 0.17 * np.cos(angle), 0.5 + 0.2 * np.sin(angle), 0.0


def across(progress: float) -> tuple[float, float, float]:
    return 0.3 + 0.4 * progress, 0.5, 0.0


def nod(progress: float) -> tuple[float, float, float]:
    """Up and down twice, tilting."""
    return 0.5, 0.5 + 0.18 * np.sin(4 * np.pi * progress), 25 * np.sin(4 * np.pi * progress)


def apart(progress: float) -> tuple[float, float, float]:
    """The left one of two hands that part; both() makes the other."""
    return 0.4 - 0.18 * progress, 0.5, 0.0


def beside(progress: float) -> tuple[float, float, float]:
    """The left one of two hands that go up and down."""
    return 0.25, 0.5 + 0.18 * np.sin(2 * np.pi * progress), 0.0


def both(way: Path2) -> tuple[Path2, Path2]:
    """With the other hand as its mirror picture."""

    def mirrored(progress: float) -> tuple[float, float, float]:
        x, y, degrees = way(progress)
        return 1 - x, y, -degrees

    return way, mirrored


def hand_video(
    path: Path,
    hand: np.ndarray,
    ways: Sequence[Path2 | tuple[Path2, Path2]],
    seed: int = 0,
    rest_s: float = 0.8,
    seconds: float = 1.2,
    scale: float = 0.42,
) -> Path:
    """A video in which the hand (rgb, on a ground that is more blue than red), or it and its mirror picture, make
    each way once, a little differently each time, with an empty picture before and after."""
    random = np.random.default_rng(seed)
    video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), RATE_HZ, SIZE)
    assert video.isOpened()
    empty = np.full((SIZE[1], SIZE[0], 3), GROUND, dtype=np.uint8)
    for way in ways:
        for _ in range(int(rest_s * RATE_HZ)):
            video.write(empty)
        shift, size = random.normal(0, 0.015, 2), scale * random.uniform(0.95, 1.05)
        frames = int(seconds * random.uniform(0.85, 1.15) * RATE_HZ)
        each = way if isinstance(way, tuple) else (way,)
        for number in range(frames):
            picture = empty
            for one, shown in zip(each, (hand, hand[:, ::-1].copy()), strict=False):
                x, y, degrees = one(number / (frames - 1))
                picture = _laid(picture, shown, (x + shift[0], y + shift[1]), size, degrees)
            video.write(picture)
    for _ in range(int(rest_s * RATE_HZ)):
        video.write(empty)
    video.release()
    return path


def _laid(
    ground: np.ndarray, hand: np.ndarray, at: tuple[float, float], size: float, degrees: float
) -> np.ndarray:
    """Blue first, as the video wants it."""
    height, width = hand.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, size)
    matrix[:, 2] += (at[0] * SIZE[0] - width / 2, at[1] * SIZE[1] - height / 2)
    skin = (hand[..., 0].astype(int) > hand[..., 2]).astype(np.float32)
    share = cv2.warpAffine(cv2.GaussianBlur(skin, (5, 5), 0), matrix, SIZE)[..., None]
    laid = cv2.warpAffine(hand[..., ::-1].copy(), matrix, SIZE)
    return (share * laid + (1 - share) * ground).astype(np.uint8)
