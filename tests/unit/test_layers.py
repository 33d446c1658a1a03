"""Imports point down only (docs/architecture.md). Read from the source, so nothing heavy is imported."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
HOST = PROJECT / "host" / "chestnut"
SIDE_BY_SIDE = {"sim", "devices", "perception", "engine", "speech", "memory", "signs", "update"}
BELOW = {
    "core": set(),
    "locale": {"core"},
    "skills": {"core"},
    **{room: {"core"} for room in SIDE_BY_SIDE},
    "runtime": {"core", "skills", "locale", *SIDE_BY_SIDE},
    "window": {"core", "skills", "locale", "runtime", "memory"},
    "cli": {"core", "skills", "locale", "runtime", "window", *SIDE_BY_SIDE},
}
ONLY_STANDARD_LIBRARY = {"core", "skills"}
# Each heavy library, and the only rooms that may import it, inside the adapter that needs it.
HEAVY = {"mediapipe", "onnxruntime", "cv2", "picamera2", "llama_cpp", "sounddevice"}
IMPURE = {"time", "random", "os", "pathlib", "threading", "asyncio", "datetime", "io", "socket", "subprocess"}
WIRE = {"struct", "binascii", "collections", "micropython"}


def imports(path: Path, top_level_only: bool = False) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else list(ast.walk(tree))
    found = []
    for node in nodes:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module] + [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def room_of(path: Path) -> str:
    inside = path.relative_to(HOST)
    return inside.parts[0] if len(inside.parts) > 1 else "top"


FILES = sorted(HOST.rglob("*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOST)))
def test_imports_point_down(path: Path) -> None:
    room = room_of(path)
    if room == "top":
        return
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "chestnut" and len(parts) > 1 and parts[1] != room and (HOST / parts[1]).is_dir():
            assert parts[1] in BELOW[room], f"{room} may not import {name}"
        if room in ONLY_STANDARD_LIBRARY and parts[0] != "chestnut":
            assert parts[0] in sys.stdlib_module_names, f"{room} is standard library only, not {name}"
            assert parts[0] not in IMPURE, f"{room} knows no clock, file or thread: {name}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(HOST)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    heavy = {name.split(".")[0] for name in imports(path, top_level_only=True)} & HEAVY
    assert not heavy, f"import {heavy} inside the adapter that needs it"


def test_only_assembly_puts_parts_together() -> None:
    """In runtime/, the parts are chosen in assemble/ alone."""
    assert (HOST / "runtime" / "assemble" / "device.py").exists()
    for path in sorted((HOST / "runtime").glob("*.py")):
        names = {name.split(".")[1] for name in imports(path) if name.startswith("chestnut.")}
        chosen = names & {"devices", "sim", "perception"}
        assert not chosen, f"{path.name} imports {chosen}"


def test_the_wire_needs_nothing_micropython_lacks() -> None:
    """What stands under `if MYPY:` is read by the type checker alone."""
    for path in sorted((PROJECT / "shared" / "chestnut_wire").glob("*.py")):
        for name in imports(path, top_level_only=True):
            first = name.split(".")[0]
            assert first in WIRE or first == "chestnut_wire", f"{path.name} imports {name}"
