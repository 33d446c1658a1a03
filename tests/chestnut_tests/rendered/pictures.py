"""Rendered things on backgrounds, and what a camera does to a picture: the frames that perception is tried on."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from chestnut.core.scene import Box

from chestnut_tests.rendered.solids import Floats
from chestnut_tests.rendered.things import MAKERS, Parts, render

Picture = npt.NDArray[np.uint8]

PHOTOS = ("astronaut", "brick", "chelsea", "coffee", "grass", "gravel", "rocket", "hubble_deep_field")


@dataclass(frozen=True, slots=True)
class Pose:
    """yaw, pitch: radians, see things.render. x, y: the thing's centre; size: its side, a share of the picture's
    height. light: where the lamp is. shade: how much darker (below 1) or brighter everything is."""

    yaw: float = 0.0
    pitch: float = 1.0
    x: float = 0.5
    y: float = 0.5
    size: float = 0.5
    light: tuple[float, float, float] = (0.4, -0.5, 0.8)
    shade: float = 1.0
    blur_px: float = 0.6


def pose(chance: np.random.Generator, size: tuple[float, float] = (0.25, 0.6)) -> Pose:
    """Any: lying turned anyhow, seen from above at 35 to 80 degrees, under any lamp."""
    return Pose(
        yaw=chance.uniform(0, 2 * np.pi),
        pitch=chance.uniform(0.6, 1.4),
        x=chance.uniform(0.3, 0.7),
        y=chance.uniform(0.35, 0.7),
        size=chance.uniform(*size),
        light=(chance.uniform(-0.8, 0.8), chance.uniform(-0.8, 0.8), 0.8),
        shade=chance.uniform(0.7, 1.2),
        blur_px=chance.uniform(0.4, 1.2),
    )


def photograph(name: str, width_px: int = 640, height_px: int = 480) -> Picture:
    """One of scikit-image's, cut to fill the frame."""
    import skimage.data

    picture = getattr(skimage.data, name)()
    if picture.ndim == 2:
        picture = np.repeat(picture[:, :, None], 3, axis=2)
    return filled(picture[:, :, :3], width_px, height_px)


def filled(picture: Picture, width_px: int = 640, height_px: int = 480) -> Picture:
    """The middle of a picture, scaled to fill the frame."""
    scale = max(width_px / picture.shape[1], height_px / picture.shape[0])
    size = (max(width_px, round(picture.shape[1] * scale)), max(height_px, round(picture.shape[0] * scale)))
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    left, top = (size[0] - width_px) // 2, (size[1] - height_px) // 2
    return np.ascontiguousarray(scaled[top : top + height_px, left : left + width_px])


def pasted(thing: str | Parts, background: Picture, pose: Pose) -> tuple[Picture, Box]:
    """The thing (or the one of that name), with its shadow, lying in the picture; and the box around what is seen of
    it."""
    height = background.shape[0]
    side = max(8, round(pose.size * height))
    # Rendered at twice the size, so that its edges are as soft as a lens makes them.
    drawn = cv2.resize(
        render(
            MAKERS[thing]() if isinstance(thing, str) else thing,
            pose.yaw,
            pose.pitch,
            min(224, 2 * side),
            pose.light,
        ),
        (side, side),
        interpolation=cv2.INTER_AREA,
    )
    return laid(drawn, background, pose)


def laid(drawn: Floats, background: Picture, pose: Pose) -> tuple[Picture, Box]:
    """As pasted(). drawn: a square of red, green, blue times cover, and cover, each 0 to 1."""
    height, width = background.shape[:2]
    side = len(drawn)
    left, top = round(pose.x * width - side / 2), round(pose.y * height - side / 2)
    layer = np.zeros((height, width, 4), np.float32)
    there = (slice(max(0, top), min(height, top + side)), slice(max(0, left), min(width, left + side)))
    here = (
        slice(there[0].start - top, there[0].stop - top),
        slice(there[1].start - left, there[1].stop - left),
    )
    layer[there] = drawn[here]
    cover = layer[:, :, 3:]
    colour = layer[:, :, :3]
    shift = np.float32([[1, 0, -side * 0.04 * pose.light[0]], [0, 1, side * 0.05]])
    shadow = cv2.GaussianBlur(cv2.warpAffine(cover, shift, (width, height)), (0, 0), max(1.0, side * 0.03))
    scene = background.astype(np.float32) / 255 * (1 - 0.55 * shadow[:, :, None])
    scene = (scene * (1 - cover) + colour) * pose.shade
    scene = cv2.GaussianBlur(scene, (0, 0), pose.blur_px)
    noise = np.random.default_rng(round(1e6 * pose.yaw)).normal(0, 0.012, scene.shape)
    rows, columns = np.nonzero(cover[:, :, 0] > 0.3)
    box = Box(
        columns.min() / width, rows.min() / height, (columns.max() + 1) / width, (rows.max() + 1) / height
    )
    return bytes_of(scene + noise), box


def bytes_of(picture: Floats) -> Picture:
    return np.clip(picture * 255, 0, 255).astype(np.uint8)


def moved(
    picture: Picture,
    *,
    zoom: float = 1.0,
    shift: tuple[float, float] = (0.0, 0.0),
    turn: float = 0.0,
    shade: float = 1.0,
    blur_px: float = 0.0,
) -> Picture:
    """As a camera sees it that is nearer (zoom), aims elsewhere (shift, shares of the sides), is held askew (turn,
    radians), in other light, unsharp. What lies beyond the picture's border is mirrored."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), np.degrees(turn), zoom)
    matrix[:, 2] += (shift[0] * width, shift[1] * height)
    seen = cv2.warpAffine(
        picture, matrix, (width, height), flags=cv2.INTER_AREA, borderMode=cv2.BORDER_REFLECT
    )
    if blur_px:
        seen = cv2.GaussianBlur(seen, (0, 0), blur_px)
    return np.clip(seen.astype(np.float32) * shade, 0, 255).astype(np.uint8)
