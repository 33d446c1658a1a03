"""Everything that is made from the sources of hardware/: `make hardware`, or `python -m hardware.build cad pictures`.

What is kept with the project is written where it is kept; the rest goes to build/hardware.
"""

from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys
import time
from pathlib import Path

from hardware.params import nearest

PROJECT = Path(__file__).parents[1]
OUT = PROJECT / "build" / "hardware"
# In this order, for the later ones read what the earlier ones make.
ROOMS = {
    "cad": "solids: STL, 3MF, STEP",
    "wiring": "harness diagrams and the schematic",
    "bills": "bill of materials, printing table",
    "pictures": "drawings of every step",
    "guide": "pages in two languages",
    "viewer": "the models in the browser",
}
ENTRIES = {"cad": "hardware.cad.export"}


def build(room: str, out: Path) -> None:
    """Build one room: by its function build(out), or as the program it is. Raises CalledProcessError."""
    for name in (ENTRIES.get(room, f"hardware.{room}.build"), f"hardware.{room}"):
        if importlib.util.find_spec(name) is None:
            continue
        entry = getattr(importlib.import_module(name), "build", None)
        if callable(entry):
            entry(out / room)
            return
    subprocess.run([sys.executable, "-m", f"hardware.{room}"], cwd=PROJECT, check=True)


def exists(room: str) -> bool:
    """Whether the room has anything to build."""
    return importlib.util.find_spec(f"hardware.{room}") is not None


def main(rooms: list[str]) -> int:
    """Build the named rooms, or all; one line each with its seconds."""
    for room in rooms:
        if room not in ROOMS:
            print(f"there is no room {room!r}{nearest(room, ROOMS)}; there are: {', '.join(ROOMS)}")
            return 2
    started = time.monotonic()
    for room in rooms or [room for room in ROOMS if exists(room)]:
        began = time.monotonic()
        print(f"hardware: {room}: {ROOMS[room]} …", flush=True)
        (OUT / room).mkdir(parents=True, exist_ok=True)
        build(room, OUT)
        print(f"hardware: {room}: {time.monotonic() - began:.1f} s", flush=True)
    print(
        f"hardware: all in {time.monotonic() - started:.0f} s; what is not kept lies in {OUT.relative_to(PROJECT)}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
