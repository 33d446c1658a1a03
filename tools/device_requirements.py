"""What the device needs of requirements.lock: what pyproject.toml depends on and what that needs, with their hashes,
without what only tests, flashing and the simulator use.

A program of the standard library, for it runs on the device before anything is installed:
python3 tools/device_requirements.py [EXTRA...] > requirements.txt
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PROJECT_NAME = "chestnut"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_VIA = re.compile(r"#\s+(?:via\s+)?([A-Za-z0-9][A-Za-z0-9._-]*)")


class LockError(ValueError):
    """The lock file is not as `make lock` writes it."""


@dataclass(frozen=True, slots=True)
class Pin:
    """One package of the lock. requirement: name, version and marker. via: what asks for it."""

    name: str
    requirement: str
    hashes: tuple[str, ...]
    via: frozenset[str]

    def __str__(self) -> str:
        return " \\\n    ".join((self.requirement, *(f"--hash={hash}" for hash in self.hashes)))


def read_lock(text: str) -> tuple[Pin, ...]:
    """Of what `uv pip compile --generate-hashes` writes. LockError names the line."""
    pins: list[Pin] = []
    blocks = re.split(r"(?m)^(?=[A-Za-z0-9])", text)
    for block in blocks[1:]:
        first = block.split("\n", 1)[0].rstrip("\\").strip()
        name = _NAME.match(first)
        hashes = tuple(re.findall(r"--hash=(\S+)", block))
        if name is None or "==" not in first or not hashes:
            raise LockError(f"no pinned package with hashes: {first!r}; run make lock")
        via = frozenset(_VIA.findall(block)) - {"via"}
        pins.append(Pin(name[0].lower(), first, hashes, via))
    return tuple(pins)


def roots(pyproject: str, extras: Collection[str] = ()) -> frozenset[str]:
    """The names pyproject.toml asks for itself."""
    project = tomllib.loads(pyproject)["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return frozenset(found[0].lower() for found in map(_NAME.match, wanted) if found)


def needed(pins: Collection[Pin], names: frozenset[str]) -> tuple[Pin, ...]:
    """Those of these names and all they ask for, in the order of the lock."""
    missing = names - {pin.name for pin in pins}
    if missing:
        raise LockError(f"the lock has no {', '.join(sorted(missing))}; run make lock")
    found = set(names)
    while more := {pin.name for pin in pins if pin.via & found} - found:
        found |= more
    return tuple(pin for pin in pins if pin.name in found)


def of_the_device(project: Path = PROJECT, extras: Collection[str] = ()) -> tuple[Pin, ...]:
    pins = read_lock((project / "requirements.lock").read_text(encoding="utf-8"))
    return needed(pins, roots((project / "pyproject.toml").read_text(encoding="utf-8"), extras))


if __name__ == "__main__":
    for pin in of_the_device(extras=sys.argv[1:]):
        print(pin)
