"""A folder of wheels for a machine that is not this one: what the device needs, for Python 3.13 of Debian 13.

What has no wheel comes as source, and install.sh compiles it there with the system packages' compiler.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from packaging.markers import Environment
from packaging.requirements import Requirement

from tools.device_requirements import Pin, of_the_device

PYTHON = "3.13"
MACHINES = ("aarch64", "x86_64")
GLIBC = 41  # of Debian 13: 2.41
FROM_SOURCE = ("evdev",)  # PyPI has no wheel of it


class NoWheels(RuntimeError):
    """They could not be fetched; the message names what to do."""


def wanted(machine: str, pins: tuple[Pin, ...]) -> tuple[Pin, ...]:
    """Those whose marker is true there."""
    environment: Environment = {
        "implementation_name": "cpython",
        "implementation_version": f"{PYTHON}.0",
        "os_name": "posix",
        "platform_machine": machine,
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{PYTHON}.0",
        "python_version": PYTHON,
        "sys_platform": "linux",
    }
    found = []
    for pin in pins:
        marker = Requirement(pin.requirement).marker
        if marker is None or marker.evaluate(dict(environment)):
            found.append(pin)
    return tuple(found)


def platforms(machine: str) -> list[str]:
    """pip takes the tags as they are, and does not know that an older one fits too."""
    newest_first = [f"manylinux_2_{minor}_{machine}" for minor in range(GLIBC, 4, -1)]
    return [*newest_first, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"manylinux1_{machine}"]


def wheelhouse(machine: str, cache: Path) -> Path:
    """The folder in the cache, named by what is in it; fetched when it is not there. NoWheels when that fails."""
    pins = wanted(machine, of_the_device())
    text = "\n".join(map(str, pins)) + "\n"
    name = hashlib.sha256(f"{machine} {PYTHON}\n{text}".encode()).hexdigest()[:16]
    place = cache / f"wheels-{machine}-{name}"
    if place.is_dir():
        return place
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".wheels-") as folder:
        wheels = Path(folder) / "wheels"
        fetch_wheels(wheels, [pin for pin in pins if pin.name not in FROM_SOURCE], machine)
        _fetch(
            wheels,
            [pin for pin in pins if pin.name in FROM_SOURCE],
            "--no-binary=:all:",
            "--no-build-isolation",
        )
        (wheels / "requirements.txt").write_text(text, encoding="utf-8")
        wheels.rename(place)
    for old in cache.glob(f"wheels-{machine}-*"):
        if old != place:
            shutil.rmtree(old)
    return place


def fetch_wheels(folder: Path, pins: Sequence[Pin], machine: str) -> None:
    """For Python 3.13 of Debian 13 on that machine, into the folder. NoWheels when that fails."""
    tags = [word for platform in platforms(machine) for word in ("--platform", platform)]
    abis = [word for abi in (f"cp{PYTHON.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)]
    _fetch(
        folder,
        pins,
        "--only-binary=:all:",
        "--implementation=cp",
        f"--python-version={PYTHON}",
        *abis,
        *tags,
    )


def _fetch(folder: Path, pins: Sequence[Pin], *how: str) -> None:
    """Each file is checked against the lock's hashes."""
    if not pins:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as listed:
        for pin in pins:  # the marker was judged for the other machine; here it would be judged anew
            unmarked = pin.requirement.split(";")[0].strip()
            listed.write(" \\\n    ".join((unmarked, *(f"--hash={hash}" for hash in pin.hashes))) + "\n")
        listed.flush()
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"),
                *("--dest", str(folder), "--no-deps", "--require-hashes", *how, "-r", listed.name),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise NoWheels(f"pip could not fetch the wheels; is there a network?\n{done.stderr[-2000:]}")


if __name__ == "__main__":
    print(wheelhouse(sys.argv[1], Path(sys.argv[2])))
