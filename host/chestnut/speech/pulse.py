"""The sinks and sources of a sound server, PulseAudio or PipeWire in its place, as `pactl` lists them.

PortAudio knows one device for the whole server; which sink it plays into is told by PULSE_SINK when a stream is
opened, which source by PULSE_SOURCE (`man pulseaudio`). A Bluetooth headset is a sink of such a server.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PATIENCE_S = 2.0
SYSTEM_WIDE = Path("/run/pulse/native")  # a server for all users


@dataclass(frozen=True, slots=True)
class Node:
    """name: as PULSE_SINK and PULSE_SOURCE want it. description: for people, "WH-1000XM4"."""

    name: str
    description: str


def nodes(kind: str) -> tuple[Node, ...]:
    """kind: "sinks" or "sources". Nothing where no server runs or pactl is not installed."""
    if not _has_server() or shutil.which("pactl") is None:
        return ()
    try:
        listed = subprocess.run(
            ["pactl", "list", kind],
            env={**os.environ, "LC_ALL": "C"},
            capture_output=True,
            timeout=PATIENCE_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):  # it is just being restarted, or never answers
        return ()
    return parse(listed.stdout.decode("utf-8", "replace"))


def parse(text: str) -> tuple[Node, ...]:
    """What `pactl list sinks` prints, whatever stands in it."""
    found: list[Node] = []
    name = ""
    for line in text.splitlines():
        value = line.partition(": ")[2].strip()
        if line.startswith("\tName:"):
            name = value
        elif line.startswith("\tDescription:") and name:
            found.append(Node(name, value))
            name = ""
    return tuple(found)


def _has_server() -> bool:
    """Asked first, for pactl would start one."""
    if os.environ.get("PULSE_SERVER"):
        return True
    folder = os.environ.get("PULSE_RUNTIME_PATH") or os.environ.get("XDG_RUNTIME_DIR", "") + "/pulse"
    return Path(folder, "native").exists() or SYSTEM_WIDE.exists()
