"""What the geometry tests measure: on meshes with rays, on solids with Boolean work."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
import trimesh

from hardware.cad import assembly, export
from hardware.cad.model import Piece
from hardware.params import load

PROJECT = Path(__file__).parents[2]
KEPT = PROJECT / "build" / "hardware" / "tests"
PARAMS = load()
CHEST = assembly.chest_unit(PARAMS)
POD = assembly.pod_unit(PARAMS)
PRINTED = {piece.name: piece for piece in (*CHEST, *POD) if piece.printed}


@cache
def sources() -> str:
    """A fingerprint of everything that shapes a solid."""
    files = [
        *PROJECT.glob("hardware/*.py"),
        *PROJECT.glob("hardware/cad/*.py"),
        *PROJECT.glob("hardware/*.toml"),
    ]
    files += [PROJECT / "hardware" / "requirements.lock", PROJECT / "shared" / "pins.toml"]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


@cache
def stl(name: str) -> Path:
    """The STL of a printed piece by the sources of now; kept on disk for the next run."""
    folder = KEPT / sources()
    file = folder / f"{name}.stl"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.{os.getpid()}"  # two processes test at the same time
        export.stl(PRINTED[name].on_bed, part, name)
        part.replace(file)
    return file


@cache
def mesh(name: str) -> trimesh.Trimesh:
    """The printed piece as it lies on the bed, from the very STL that is printed."""
    return trimesh.load_mesh(stl(name))


def thickness(solid: trimesh.Trimesh, count: int = 4000) -> tuple[np.ndarray, np.ndarray]:
    """How far it is through the material from `count` points of the surface, straight in; and the points, mm.

    Only where the ray leaves through a face that is parallel within 35 degrees: the edge of a wedge is no wall.
    """
    points, faces = trimesh.sample.sample_surface(solid, count, seed=7)
    inward = -solid.face_normals[faces]
    places, rays, hit = solid.ray.intersects_location(points + inward * 1e-3, inward, multiple_hits=False)
    opposite = np.einsum("ij,ij->i", solid.face_normals[hit], inward[rays]) > np.cos(np.radians(35))
    found = np.full(count, np.inf)
    np.minimum.at(found, rays[opposite], np.linalg.norm(places - points[rays], axis=1)[opposite])
    return found, points


def hanging(
    solid: trimesh.Trimesh, overhang_deg: float, bridge: float, ledge: float
) -> list[tuple[str, float]]:
    """Places that no printer can print without supports: where they are, and how wide the gap below them is.

    A face that looks down more than `overhang_deg` from the upright must lie on the bed, or be a bridge: walls on two
    opposite sides, at most `bridge` apart; or stick out at most `ledge`.
    """
    steep = np.sin(np.radians(overhang_deg)) + 0.02
    low = solid.triangles[:, :, 2].max(axis=1) < solid.bounds[0, 2] + 0.02
    down = np.flatnonzero((solid.face_normals[:, 2] < -steep) & ~low & (solid.area_faces > 1e-4))
    if not len(down):
        return []
    some = solid.submesh([down], append=True, repair=False)
    points, _ = trimesh.sample.sample_surface(some, min(600, 60 + int(some.area * 3)), seed=7)
    points = points - [0, 0, 0.12]
    angles = np.linspace(0, np.pi, 8, endpoint=False)
    width = np.full(len(points), np.inf)
    edge = np.full(len(points), np.inf)
    for angle in angles:
        along = np.array([np.cos(angle), np.sin(angle), 0.0])
        one, other = _reach(solid, points, along), _reach(solid, points, -along)
        width = np.minimum(width, one + other)
        edge = np.minimum(edge, np.minimum(one, other))
    bad = (width > bridge) & (edge > ledge)
    return [
        (np.array2string(place, precision=1), float(gap))
        for place, gap in zip(points[bad], width[bad], strict=True)
    ]


def _reach(solid: trimesh.Trimesh, points: np.ndarray, along: np.ndarray) -> np.ndarray:
    directions = np.broadcast_to(along, points.shape)
    places, rays, _ = solid.ray.intersects_location(points, directions, multiple_hits=False)
    found = np.full(len(points), np.inf)
    np.minimum.at(found, rays, np.linalg.norm(places - points[rays], axis=1))
    return found


def near(one: Piece, other: Piece) -> bool:
    """Whether the boxes around both touch at all."""
    a, b = box_of(one), box_of(other)
    return bool(np.all(a[0] <= b[1]) and np.all(b[0] <= a[1]))


def box_of(piece: Piece) -> np.ndarray:
    """Low and high corner, (2, 3) mm."""
    box = piece.shape.bounding_box()
    return np.array([(box.min.X, box.min.Y, box.min.Z), (box.max.X, box.max.Y, box.max.Z)])


def named(pieces: Iterable[Piece], *names: str) -> list[Piece]:
    """Pieces of these names or parts."""
    return [piece for piece in pieces if piece.name in names or (piece.part and piece.part in names)]
