"""A jointed hand of triangles that spells, drawn with light and shade, for bench.letters_photographs --hand FILE.

FILE is dist/profiles/generic-hand/right.glb of the npm package @webxr-input-profiles/assets (MIT); it is no part of
this project. Its 25 joints are turned here, its skin follows them (linear blend skinning), and an arm is put below.
How the joints are turned for a letter was written by hand, and by nobody who signs.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.float64]

SIZE_PX = 480  # of the square picture
PX_PER_M, CAMERA_M = 1400.0, 0.6
SKIN = np.array([214.0, 160.0, 130.0])
LIGHT = np.array([-0.35, -0.6, -0.75]) / np.linalg.norm([-0.35, -0.6, -0.75])
PALM_FACES = np.array([-1.0, 0.0, 0.0])  # the fingers of the file point to -y, its thumb to -z
THUMB = (1, 2, 3, 4)
FINGERS = (
    (5, 6, 7, 8, 9),
    (10, 11, 12, 13, 14),
    (15, 16, 17, 18, 19),
    (20, 21, 22, 23, 24),
)  # index to little one

Bend = tuple[float, float, float, float]  # degrees: knuckle, middle joint, last joint, and aside
Thumb = tuple[
    float, float, float, float
]  # degrees: before the palm, towards the fingers, middle joint, last joint

STRAIGHT: Bend = (0, 0, 0, 0)
CLOSED: Bend = (85, 100, 60, 0)
OPEN: Thumb = (0, 0, 0, 0)
FOLDED: Thumb = (50, 0, 45, 45)  # before closed fingers


@dataclass(frozen=True, slots=True)
class Pose:
    """fingers: index to little one. about_deg: the whole hand about the axis of its arm."""

    fingers: tuple[Bend, Bend, Bend, Bend]
    thumb: Thumb
    about_deg: float = 0.0


def _curved(knuckle: float, middle: float, last: float) -> tuple[Bend, Bend, Bend, Bend]:
    return ((knuckle, middle, last, 0),) * 4


POSES = {
    "A": Pose((CLOSED,) * 4, (15, 40, -5, 0)),
    "B": Pose(((0, 0, 0, -2), STRAIGHT, (0, 0, 0, 5), (0, 0, 0, 10)), (60, 10, 35, 40)),
    "C": Pose(_curved(35, 40, 20), (60, -5, 0, 0), -40),
    "D": Pose((STRAIGHT, (60, 75, 35, 0), (65, 75, 40, 0), (70, 75, 40, 0)), (55, 30, 15, 15), -15),
    "E": Pose(_curved(75, 105, 60), (50, -15, 45, 50)),
    "F": Pose(((55, 70, 25, 0), STRAIGHT, (0, 0, 0, -4), (0, 0, 0, -8)), (45, 35, 10, 20)),
    "I": Pose((CLOSED, CLOSED, CLOSED, STRAIGHT), FOLDED),
    "K": Pose((STRAIGHT, (40, 0, 0, 0), CLOSED, CLOSED), (30, 45, 0, 0)),
    "L": Pose((STRAIGHT, CLOSED, CLOSED, CLOSED), OPEN),
    "O": Pose(_curved(50, 55, 30), (60, 30, 10, 10), -45),
    "R": Pose(((0, 0, 0, 9), (8, 5, 0, -9), CLOSED, CLOSED), FOLDED),
    "S": Pose((CLOSED,) * 4, (50, 5, 45, 45)),
    "U": Pose(((0, 0, 0, 3), (0, 0, 0, -2), CLOSED, CLOSED), FOLDED),
    "V": Pose(((0, 0, 0, -9), (0, 0, 0, 9), CLOSED, CLOSED), FOLDED),
    "W": Pose(((0, 0, 0, -9), STRAIGHT, (0, 0, 0, 9), CLOSED), FOLDED),
    "X": Pose(((10, 85, 50, 0), CLOSED, CLOSED, CLOSED), FOLDED, -35),
    "Y": Pose((CLOSED, CLOSED, CLOSED, STRAIGHT), (0, -15, 0, 0)),
}


class JointedHand:
    """corners, upright: (n, 3) metres and unit vectors. joints, weights: (n, 4), which joints each corner follows."""

    def __init__(self, path: Path) -> None:
        """path: the file named above. KeyError or ValueError for another."""
        whole = path.read_bytes()
        (length,) = struct.unpack("<I", whole[12:16])
        self._told, self._bytes = json.loads(whole[20 : 20 + length]), whole[28 + length :]
        (mesh,) = self._told["meshes"][0]["primitives"]
        named = mesh["attributes"]
        self._corners, self._upright = self._numbers(named["POSITION"]), self._numbers(named["NORMAL"])
        self._joints = self._numbers(named["JOINTS_0"]).astype(int)
        weights = self._numbers(named["WEIGHTS_0"])
        self._weights = weights / weights.sum(axis=1, keepdims=True)
        self._faces = self._numbers(mesh["indices"]).astype(int).reshape(-1, 3)
        nodes = self._told["nodes"]
        self._rest = np.array([nodes[joint]["translation"] for joint in self._told["skins"][0]["joints"]])

    def _numbers(self, number: int) -> Floats:
        """(count, numbers of each): one accessor of the file."""
        accessor = self._told["accessors"][number]
        view = self._told["bufferViews"][accessor["bufferView"]]
        kind = np.dtype({5121: "u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}[accessor["componentType"]])
        wide = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4}[accessor["type"]]
        start = view.get("byteOffset", 0) + accessor.get("byteOffset", 0)
        if view.get("byteStride", kind.itemsize * wide) != kind.itemsize * wide:
            raise ValueError("numbers that lie apart are not read")
        read = np.frombuffer(self._bytes, kind, wide * accessor["count"], start)
        return read.reshape(-1, wide).astype(np.float64)

    def picture(self, letter: str, turn_deg: float = 0.0) -> Image.Image:
        """(SIZE_PX, SIZE_PX) with the hand and its arm, the rest clear; a right hand from its palm's side."""
        pose = POSES[letter]
        corners, upright, wrist = self._posed(pose)
        turned = _turn((0, 0, 1), turn_deg) @ _turn((0, 1, 0), pose.about_deg)
        middle = wrist - [0, 0.035, 0]
        arm, arm_upright, arm_faces = _arm(_seen(wrist - middle))
        points = np.concatenate([_seen(corners - middle), arm]) @ turned.T
        bright = np.concatenate([_seen(upright), arm_upright]) @ turned.T @ LIGHT
        faces = np.concatenate([self._faces, arm_faces + len(corners)])
        return _drawn(points, bright, faces)

    def _posed(self, pose: Pose) -> tuple[Floats, Floats, Floats]:
        """Corners, upright vectors, and where the wrist is."""
        turns, places = np.tile(np.eye(3), (len(self._rest), 1, 1)), self._rest.copy()

        def turn(chain: tuple[int, ...], axis: Floats, degrees: float) -> None:
            by, about = _turn(axis, degrees), places[chain[0]].copy()
            for joint in chain:
                places[joint] = about + by @ (places[joint] - about)
                turns[joint] = by @ turns[joint]

        for chain, (knuckle, middle, last, aside) in zip(FINGERS, pose.fingers, strict=True):
            turn(chain[1:], PALM_FACES, aside)
            along = places[chain[2]] - places[chain[1]]
            axis = np.cross(along, PALM_FACES)
            for first, degrees in enumerate((knuckle, middle, last), 1):
                turn(chain[first:], axis, degrees)
        before, towards, middle, last = pose.thumb
        turn(THUMB, np.array([0.0, 1.0, 0.0]), before)
        turn(THUMB, PALM_FACES, towards)
        for first, degrees in ((1, middle), (2, last)):
            along = places[THUMB[first + 1]] - places[THUMB[first]]
            turn(THUMB[first:], np.cross(along, [0.0, 0.0, 1.0]), degrees)
        each = self._corners[:, None] - self._rest[self._joints]
        moved = np.einsum("nkij,nkj->nki", turns[self._joints], each) + places[self._joints]
        upright = np.einsum("nkij,nj->nki", turns[self._joints], self._upright)
        weights = self._weights[..., None]
        raised = (upright * weights).sum(axis=1)
        return (
            (moved * weights).sum(axis=1),
            raised / np.linalg.norm(raised, axis=1, keepdims=True),
            places[0],
        )


def _seen(points: Floats) -> Floats:
    """From the file's axes to the camera's: right, down, away."""
    return np.stack([-points[..., 2], points[..., 1], points[..., 0]], axis=-1)


def _turn(axis: Floats | tuple[float, float, float], degrees: float) -> Floats:
    """(3, 3), by Rodrigues."""
    x, y, z = np.asarray(axis, dtype=np.float64) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    return np.asarray(
        np.eye(3) + np.sin(np.radians(degrees)) * cross + (1 - np.cos(np.radians(degrees))) * cross @ cross
    )


def _arm(wrist: Floats, rings: int = 12, around: int = 24) -> tuple[Floats, Floats, npt.NDArray[np.int_]]:
    """Corners, upright vectors and faces of a tube that grows wider below the wrist."""
    angles = np.arange(around) * 2 * np.pi / around
    circle = np.stack([np.cos(angles), 0 * angles, np.sin(angles)], axis=1)
    below = np.linspace(-0.012, 0.25, rings)
    wide = np.clip(below / 0.15, 0, 1)[:, None] * [0.010, 0.0, 0.012] + [0.027, 0.0, 0.021]
    corners = circle[None] * wide[:, None]
    corners[..., 1] += below[:, None]
    faces = []
    for ring, following in pairwise(np.arange(rings)[:, None] * around + np.arange(around)):
        beside, beneath = np.roll(ring, -1), np.roll(following, -1)
        faces += [np.stack([ring, beside, following], 1), np.stack([beside, beneath, following], 1)]
    place = wrist + np.array([0.002, 0.0, -0.004])
    return corners.reshape(-1, 3) + place, np.tile(circle, (rings, 1)), np.concatenate(faces)


def _drawn(points: Floats, bright: Floats, faces: npt.NDArray[np.int_]) -> Image.Image:
    """Every face into a buffer of depths; what lies deep among its neighbours is darker."""
    near = CAMERA_M / (CAMERA_M + points[:, 2])
    flat = points[:, :2] * near[:, None] * PX_PER_M + SIZE_PX * np.array([0.5, 0.62])
    depth, lit = np.full((SIZE_PX, SIZE_PX), np.inf), np.zeros((SIZE_PX, SIZE_PX))
    for face in faces:
        (left, top), (right, bottom) = np.floor(flat[face].min(axis=0)), np.ceil(flat[face].max(axis=0)) + 1
        rows = slice(int(np.clip(top, 0, SIZE_PX)), int(np.clip(bottom, 0, SIZE_PX)))
        columns = slice(int(np.clip(left, 0, SIZE_PX)), int(np.clip(right, 0, SIZE_PX)))
        (x0, y0), (x1, y1), (x2, y2) = flat[face]
        twice = (y1 - y2) * (x0 - x2) + (x2 - x1) * (y0 - y2)
        if rows.start >= rows.stop or columns.start >= columns.stop or abs(twice) < 1e-9:
            continue
        down, across = np.mgrid[rows, columns] + 0.5
        first = ((y1 - y2) * (across - x2) + (x2 - x1) * (down - y2)) / twice
        second = ((y2 - y0) * (across - x2) + (x0 - x2) * (down - y2)) / twice
        shares = np.stack([first, second, 1 - first - second])
        away = np.tensordot(points[face, 2], shares, 1)
        inside = (shares >= -1e-6).all(axis=0) & (away < depth[rows, columns])
        depth[rows, columns][inside] = away[inside]
        lit[rows, columns][inside] = np.tensordot(bright[face], shares, 1)[inside]
    shown = np.isfinite(depth)
    filled = np.where(shown, depth, depth[shown].max())
    spread = 255 / max(1e-9, np.ptp(filled))
    grey = Image.fromarray(((filled - filled.min()) * spread).astype(np.uint8)).filter(
        ImageFilter.GaussianBlur(7)
    )
    behind = np.clip((filled - filled.min() - np.asarray(grey) / spread) / 0.02, 0, 1)
    light = (0.45 + 0.55 * lit.clip(0, 1) + 0.12 * lit.clip(-1, 0)) * (1 - 0.45 * behind)
    picture = Image.fromarray((light[..., None] * SKIN).clip(0, 255).astype(np.uint8)).convert("RGBA")
    picture.putalpha(
        Image.fromarray(np.where(shown, 255, 0).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.8))
    )
    return picture
