"""Files from solids: STL, kept with the project; STEP and 3MF for whoever wants to change or to slice.

An STL is the same bytes each time. STEP and 3MF hold times and random names, so they are not kept.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
from build123d import Color, Compound, Mesher, Part, Shape, export_step

from hardware.cad import assembly
from hardware.cad.model import Piece
from hardware.params import Params, load

PRINT = Path(__file__).parents[1] / "print"

SAGITTA_MM = 0.04
ANGLE_RAD = 0.35
SMALL_MM = 40.0  # what is smaller from corner to corner is meshed so much finer
SMALL_FINER = 0.2


def triangles(shape: Shape, sagitta_mm: float = SAGITTA_MM, angle_rad: float = ANGLE_RAD) -> np.ndarray:
    """The surface as triangles, (n, 3, 3) mm, at most `sagitta_mm` off its curves; corners run around the outside."""
    shape.mesh(sagitta_mm, angle_rad)
    corners, faces = shape.tessellate(sagitta_mm, angle_rad)
    points = np.array([(corner.X, corner.Y, corner.Z) for corner in corners], np.float64)
    return points[np.array(faces, np.int64)]


def stl(shape: Shape, file: Path, name: str) -> None:
    """A binary STL. Points that lie within a nanometre become one, so that the mesh is closed after rounding."""
    finer = SMALL_FINER if shape.bounding_box().diagonal < SMALL_MM else 1.0
    found = np.round(triangles(shape, SAGITTA_MM * finer, ANGLE_RAD * max(finer, 0.6)), 6).astype("<f4")
    normals = np.cross(found[:, 1] - found[:, 0], found[:, 2] - found[:, 0])
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    flat = lengths[:, 0] > 0
    found, normals = found[flat], (normals / np.where(lengths == 0, 1, lengths))[flat]
    record = np.zeros(
        len(found), np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("spare", "<u2")])
    )
    record["normal"], record["corners"] = normals, found
    header = f"chestnut {name}, millimetres".encode().ljust(80)[:80]
    file.write_bytes(header + struct.pack("<I", len(record)) + record.tobytes())


def three_mf(shape: Shape, file: Path) -> None:
    """A 3MF of the STL's own mesh: Mesher measures its tolerance by each edge's length, and keeps a finer mesh."""
    shape.mesh(SAGITTA_MM, ANGLE_RAD)
    mesher = Mesher()
    mesher.add_shape(shape, linear_deflection=0.004, angular_deflection=ANGLE_RAD)
    mesher.write(str(file))


def printed(params: Params | None = None) -> tuple[Piece, ...]:
    """Every piece that is printed, of both units."""
    params = params or load()
    both = (*assembly.chest_unit(params), *assembly.pod_unit(params))
    return tuple(piece for piece in both if piece.printed)


def build(out: Path) -> None:
    """Write hardware/print/*.stl; STEP and 3MF into `out`."""
    out.mkdir(parents=True, exist_ok=True)
    PRINT.mkdir(exist_ok=True)
    params = load()
    wanted = set()
    for piece in printed(params):
        laid = piece.on_bed
        wanted.add(f"{piece.name}.stl")
        stl(laid, PRINT / f"{piece.name}.stl", piece.name)
        export_step(laid, str(out / f"{piece.name}.step"))
        three_mf(laid, out / f"{piece.name}.3mf")
    for old in PRINT.glob("*.stl"):
        if old.name not in wanted:
            old.unlink()
    for name, unit in (("chest", assembly.chest_unit(params)), ("pod", assembly.pod_unit(params))):
        if not unit:
            continue
        export_step(
            Compound(label=name, children=[_named(piece) for piece in unit]), str(out / f"{name}.step")
        )


def _named(piece: Piece) -> Part:
    part = Part(piece.shape.solids())
    part.label, part.color = piece.name, Color(*piece.colour)
    return part
