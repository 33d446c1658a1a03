"""Mass and time of the printed parts: from the slicer where it told them (printed.toml), else from their volume."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from hardware.params import load as load_params

HERE = Path(__file__).parent
SLICED = HERE / "printed.toml"
MESHES = HERE.parent / "print"
POD = ("pod_", "cap_")  # what the pod's prints are called; all others are the chest unit's
MEASURES = ("sha256", "grams", "minutes")


class BadPrinted(ValueError):
    """What is wrong with printed.toml, and what to run."""


@dataclass(frozen=True)
class Printed:
    """One print. sliced: grams and minutes were told by the slicer of this very mesh; else grams are those of a solid
    body, an upper bound, and minutes are 0."""

    name: str
    unit: str
    grams: float
    minutes: float
    sliced: bool


def fingerprint(mesh: Path) -> str:
    return hashlib.sha256(mesh.read_bytes()).hexdigest()


def volume_cm3(mesh: Path) -> float:
    """Of a closed binary STL in millimetres: the sum of signed tetrahedra from the origin."""
    content = mesh.read_bytes()
    count = int.from_bytes(content[80:84], "little")
    if len(content) != 84 + 50 * count:
        raise BadPrinted(f"{mesh.name} is no binary STL: run make hardware")
    facets = np.frombuffer(
        content, np.dtype([("n", "<f4", 3), ("p", "<f4", (3, 3)), ("s", "<u2")]), offset=84
    )
    a, b, c = (facets["p"][:, corner].astype(np.float64) for corner in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6 / 1000)


def read(text: str) -> dict[str, dict[str, Any]]:
    """name -> sha256, grams, minutes of printed.toml. Raises BadPrinted."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadPrinted(f"printed.toml is no TOML: {error}; run python -m hardware.bills.slicing") from error
    if not isinstance(table.get("slicer"), str):
        raise BadPrinted("printed.toml does not say which slicer: run python -m hardware.bills.slicing")
    found = {name: entry for name, entry in table.items() if name != "slicer"}
    for name, entry in found.items():
        if not isinstance(entry, dict) or set(entry) != set(MEASURES):
            raise BadPrinted(f"printed.toml: [{name}] needs {', '.join(MEASURES)}, and nothing else")
        if not isinstance(entry["sha256"], str) or not all(_above_zero(entry[key]) for key in MEASURES[1:]):
            raise BadPrinted(f"printed.toml: [{name}] needs numbers above 0")
    return found


def _above_zero(value: object) -> bool:
    return type(value) in (int, float) and 0 < value < 100000  # type: ignore[operator]


def slicer() -> str:
    """Which slicer told, such as "PrusaSlicer 2.5.0"; "" where none did."""
    return str(tomllib.loads(SLICED.read_text(encoding="utf-8"))["slicer"]) if SLICED.exists() else ""


@cache
def load() -> tuple[Printed, ...]:
    """Every print, by name. Raises BadPrinted."""
    known = read(SLICED.read_text(encoding="utf-8")) if SLICED.exists() else {}
    found = []
    for mesh in sorted(MESHES.glob("*.stl")):
        name = mesh.stem
        unit = "pod" if name.startswith(POD) else "chest"
        told = known.get(name)
        if told and told["sha256"] == fingerprint(mesh):
            found.append(Printed(name, unit, float(told["grams"]), float(told["minutes"]), True))
        else:
            grams = volume_cm3(mesh) * load_params().printing.density
            found.append(Printed(name, unit, round(grams, 1), 0.0, False))
    return tuple(found)
