"""A binary glTF file of coloured pieces, the same bytes for the same pieces.

Written here because a writer that stamps dates or versions would change the committed file each time. Format:
Khronos, glTF 2.0, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html, chapters 3 and 4.4 (GLB).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import numpy as np

FLOAT, SHORT, UINT = 5126, 5123, 5125
VERTICES, INDICES = 34962, 34963
MM = 0.001


@dataclass(frozen=True)
class Body:
    """`corners` (n, 3, 3) mm and `normals` (n, 3, 3) in the unit's directions; `colour` red, green, blue, 0 to 1."""

    name: str
    corners: np.ndarray
    normals: np.ndarray
    colour: tuple[float, float, float]


def turned(points: np.ndarray) -> np.ndarray:
    """From the unit's directions (right of the wearer, forward, up) to glTF's: Y up, the front toward +Z."""
    return np.stack([-points[..., 0], points[..., 2], points[..., 1]], axis=-1)


def linear(colour: tuple[float, float, float]) -> list[float]:
    """glTF wants light, not sRGB values."""
    return [round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 4) for c in colour]


def binary(bodies: list[Body]) -> bytes:
    """The GLB file. Lengths in it are metres."""
    data = bytearray()
    views: list[dict] = []
    accessors: list[dict] = []

    def add(values: np.ndarray, kind: str, component: int, target: int, bounds: bool = False) -> int:
        while len(data) % 4:
            data.append(0)
        raw = values.tobytes()
        views.append({"buffer": 0, "byteOffset": len(data), "byteLength": len(raw), "target": target})
        accessor = {
            "bufferView": len(views) - 1,
            "componentType": component,
            "count": len(values),
            "type": kind,
        }
        if bounds:
            accessor["min"] = [float(value) for value in values.min(axis=0)]
            accessor["max"] = [float(value) for value in values.max(axis=0)]
        data.extend(raw)
        accessors.append(accessor)
        return len(accessors) - 1

    meshes, materials, nodes = [], [], []
    colours: dict[tuple[float, float, float], int] = {}
    for body in bodies:
        points = turned(np.round(body.corners.reshape(-1, 3), 3)) * MM
        normals = np.round(turned(body.normals.reshape(-1, 3)), 2)
        rows = np.concatenate([points, normals], axis=1).astype("<f4") + np.float32(0)
        rows, index = np.unique(rows, axis=0, return_inverse=True)
        index = index.reshape(-1)
        short = len(rows) < 65536
        if body.colour not in colours:
            colours[body.colour] = len(materials)
            factor = {
                "baseColorFactor": [*linear(body.colour), 1.0],
                "metallicFactor": 0.0,
                "roughnessFactor": 0.65,
            }
            materials.append({"pbrMetallicRoughness": factor})
        primitive = {
            "attributes": {
                "POSITION": add(np.ascontiguousarray(rows[:, :3]), "VEC3", FLOAT, VERTICES, bounds=True),
                "NORMAL": add(np.ascontiguousarray(rows[:, 3:]), "VEC3", FLOAT, VERTICES),
            },
            "indices": add(
                index.astype("<u2" if short else "<u4"), "SCALAR", SHORT if short else UINT, INDICES
            ),
            "material": colours[body.colour],
        }
        meshes.append({"name": body.name, "primitives": [primitive]})
        nodes.append({"name": body.name, "mesh": len(meshes) - 1})
    document = {
        "asset": {"version": "2.0", "generator": "Chestnut, hardware/viewer"},
        "scene": 0,
        "scenes": [{"nodes": list(range(len(nodes)))}],
        "nodes": nodes,
        "meshes": meshes,
        "materials": materials,
        "accessors": accessors,
        "bufferViews": views,
        "buffers": [{"byteLength": len(data)}],
    }
    text = json.dumps(document, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data.extend(b"\0" * (-len(data) % 4))
    size = 12 + 8 + len(text) + 8 + len(data)
    return (
        struct.pack("<4sII", b"glTF", 2, size)
        + struct.pack("<I4s", len(text), b"JSON")
        + text
        + struct.pack("<I4s", len(data), b"BIN\0")
        + bytes(data)
    )
