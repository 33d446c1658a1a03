"""Meshes of pieces as the pictures need them: triangles with the surface's normals, and the edges worth drawing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

SAGITTA_MM = 0.05
ANGLE_RAD = 0.16
SHARP_COS = float(np.cos(np.radians(14.0)))


@dataclass(frozen=True)
class Surface:
    """`corners` (n, 3, 3) mm, `normals` (n, 3, 3) outward unit vectors at them, `edges` (m, 2, 3) mm."""

    corners: np.ndarray
    normals: np.ndarray
    edges: np.ndarray

    def moved(self, offset: np.ndarray) -> Surface:
        """The same surface shifted by `offset`, (3,) mm."""
        return Surface(self.corners + offset, self.normals, self.edges + offset)

    @property
    def box(self) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper corner of the box around it, (3,) mm each."""
        points = self.corners.reshape(-1, 3)
        return points.min(axis=0), points.max(axis=0)


def of(shape: Any, sagitta_mm: float = SAGITTA_MM, angle_rad: float = ANGLE_RAD) -> Surface:
    """The surface of a build123d shape, at most so far off its curves. Kept, for a piece stands in many pictures."""
    return _kept(_Shape(shape), sagitta_mm, angle_rad)


def joined(surfaces: list[Surface]) -> Surface:
    """One surface of several, in their order."""
    return Surface(
        np.concatenate([one.corners for one in surfaces]),
        np.concatenate([one.normals for one in surfaces]),
        np.concatenate([one.edges for one in surfaces]),
    )


class _Shape:
    """A key for the cache: two shapes are one if they are the same body at the same place."""

    def __init__(self, shape: Any) -> None:
        self.shape = shape

    def __hash__(self) -> int:
        return hash(self.shape.wrapped)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and self.shape.wrapped.IsEqual(other.shape.wrapped)


@lru_cache(maxsize=512)
def _kept(key: _Shape, sagitta_mm: float, angle_rad: float) -> Surface:
    from OCP.BRepMesh import BRepMesh_IncrementalMesh
    from OCP.BRepTools import BRepTools

    wrapped = key.shape.wrapped
    BRepTools.Clean_s(wrapped)  # a finer mesh that somebody else made would be kept instead
    BRepMesh_IncrementalMesh(wrapped, sagitta_mm, False, angle_rad, False)
    faces = [mesh for face in key.shape.faces() if (mesh := _face(face.wrapped)) is not None]
    corners = np.concatenate([points for points, _ in faces])
    normals = np.concatenate([directions for _, directions in faces])
    return Surface(corners, normals, _sharp(faces))


def _face(face: Any) -> tuple[np.ndarray, np.ndarray] | None:
    from OCP.BRep import BRep_Tool
    from OCP.BRepLib import BRepLib_ToolTriangulatedShape
    from OCP.TopAbs import TopAbs_REVERSED
    from OCP.TopLoc import TopLoc_Location

    place = TopLoc_Location()
    mesh = BRep_Tool.Triangulation_s(face, place)
    if mesh is None or mesh.NbTriangles() == 0:
        return None
    BRepLib_ToolTriangulatedShape.ComputeNormals_s(face, mesh)
    move = place.Transformation()
    count = mesh.NbNodes()
    points = np.empty((count, 3))
    normals = np.empty((count, 3))
    for index in range(count):
        point = mesh.Node(index + 1).Transformed(move)
        normal = mesh.Normal(index + 1).Transformed(move)
        points[index] = point.X(), point.Y(), point.Z()
        normals[index] = normal.X(), normal.Y(), normal.Z()
    triangles = np.array([mesh.Triangle(index + 1).Get() for index in range(mesh.NbTriangles())]) - 1
    if face.Orientation() == TopAbs_REVERSED:
        triangles = triangles[:, ::-1]
        normals = -normals
    return points[triangles], normals[triangles]


def _sharp(faces: list[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Segments where two faces meet at an angle, or where one face ends alone. No seams, no smooth joints."""
    owners: dict[tuple[bytes, bytes], list[tuple[np.ndarray, np.ndarray]]] = {}
    for points, normals in faces:
        for key, segment, normal in _rim(points, normals):
            owners.setdefault(key, []).append((segment, normal))
    sharp = []
    for meeting in owners.values():
        if len(meeting) != 2 or float(meeting[0][1] @ meeting[1][1]) < SHARP_COS:
            sharp.append(meeting[0][0])
    return np.array(sharp) if sharp else np.empty((0, 2, 3))


def _rim(points: np.ndarray, normals: np.ndarray) -> list[tuple[tuple[bytes, bytes], np.ndarray, np.ndarray]]:
    """Segments that belong to one triangle of this face only: its outline. With a key by place, and a normal."""
    starts = points.reshape(-1, 3)
    ends = np.roll(points, -1, axis=1).reshape(-1, 3)
    middles = (normals + np.roll(normals, -1, axis=1)).reshape(-1, 3)
    rounded_starts = np.round(starts, 3) + 0.0
    rounded_ends = np.round(ends, 3) + 0.0
    seen: dict[tuple[bytes, bytes], list[int]] = {}
    for index in range(len(starts)):
        first, second = rounded_starts[index].tobytes(), rounded_ends[index].tobytes()
        if first == second:
            continue
        seen.setdefault((first, second) if first < second else (second, first), []).append(index)
    rim = []
    for key, indices in seen.items():
        if len(indices) != 1:
            continue
        index = indices[0]
        length = float(np.linalg.norm(middles[index])) or 1.0
        rim.append((key, np.stack([starts[index], ends[index]]), middles[index] / length))
    return rim
