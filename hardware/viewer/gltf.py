"""A binary glTF file of coloured pieces, the same bytes for the same pieces.

Written here because a writer that stamps dates or versions would change the committed file each time. Format:
Khronos, glTF 2.0, https://registry.khronos.org/glTF/specs/2.0/glTF-2.0.html, chapters 3 and 4.4 (GLB).
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass

import numpy as np

BYTE, SHORT, USHORT, UINT = 5120, 5122, 5123, 5125
VERTICES, INDICES = 34962, 34963
MM = 0.001
STEP_MM = 0.01  # positions are whole steps, as the extension KHR_mesh_quantization allows: half the size


@dataclass(frozen=True)
class Body:
    """`corners` (n, 3, 3) mm and `normals` (n, 3, 3) in the unit's directions; `colour` red, green, blue, 0 to 1.

    `way`: where it goes in the exploded view, mm.
    """

    name: str
    way: tuple[float, float, float]
    corners: np.ndarray
    normals: np.ndarray
    colour: tuple[float, float, float]


def turned(points: np.ndarray) -> np.ndarray:
    """From the unit's directions (right of the wearer, forward, up) to glTF's: Y up, the front toward +Z."""
    return np.stack([-points[..., 0], points[..., 2], points[..., 1]], axis=-1)


def linear(colour: tuple[float, float, float]) -> list[float]:
    """glTF wants light, not sRGB values."""
    return [round(c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4, 4) for c in colour]


def binary(bodies: list[Body], apart: float = 0.0) -> bytes:
    """The GLB file, each body moved by this share of its way. Lengths in it are metres."""
    data = bytearray()
    views: list[dict] = []
    accessors: list[dict] = []

    def add(values: np.ndarray, kind: str, component: int, target: int) -> int:
        while len(data) % 4:
            data.append(0)
        raw = values.tobytes()
        view = {"buffer": 0, "byteOffset": len(data), "byteLength": len(raw), "target": target}
        accessor = {"componentType": component, "count": len(values), "type": kind}
        if kind == "VEC3":  # each row is padded to whole words
            view["byteStride"] = values.strides[0]
        if component == SHORT:
            accessor["min"] = [int(value) for value in values[:, :3].min(axis=0)]
            accessor["max"] = [int(value) for value in values[:, :3].max(axis=0)]
        if component == BYTE:
            accessor["normalized"] = True
        views.append(view)
        data.extend(raw)
        accessors.append({"bufferView": len(views) - 1, **accessor})
        return len(accessors) - 1

    meshes, materials, nodes = [], [], []
    colours: dict[tuple[float, float, float], int] = {}
    for body in bodies:
        points = np.round(turned(body.corners.reshape(-1, 3)) / STEP_MM)
        normals = np.round(turned(body.normals.reshape(-1, 3)) * 127)
        rows = np.concatenate([points, normals], axis=1).astype("<i2")
        rows, index = np.unique(rows, axis=0, return_inverse=True)
        index = index.reshape(-1)
        short = len(rows) < 65536
        blank = np.zeros((len(rows), 1), "<i2")
        places = np.concatenate([rows[:, :3], blank], axis=1)
        facing = np.concatenate([rows[:, 3:], blank], axis=1).astype("i1")
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
                "POSITION": add(places, "VEC3", SHORT, VERTICES),
                "NORMAL": add(facing, "VEC3", BYTE, VERTICES),
            },
            "indices": add(
                index.astype("<u2" if short else "<u4"), "SCALAR", USHORT if short else UINT, INDICES
            ),
            "material": colours[body.colour],
        }
        meshes.append({"name": body.name, "primitives": [primitive]})
        shift = turned(np.array(body.way, float)) * apart * MM
        node = {"name": body.name, "mesh": len(meshes) - 1, "scale": [STEP_MM * MM] * 3}
        nodes.append({**node, "translation": [round(float(length), 6) + 0.0 for length in shift]})
    document = {
        "asset": {"version": "2.0", "generator": "Chestnut, hardware/viewer"},
        "extensionsUsed": ["KHR_mesh_quantization"],
        "extensionsRequired": ["KHR_mesh_quantization"],
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
