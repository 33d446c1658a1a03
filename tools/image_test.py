"""make image-test: Chestnut installed on Debian 13 and started in a virtual machine. What happens is one log,
build/image-test.log; the figures are in build/image-test.json, which `make bench` takes over.

It proves what needs no Raspberry Pi: the installer, the service, its sandbox, keys and sound through the kernel,
parts that are taken and returned, updates, the watchdog, and that cutting the power leaves the memory whole. See
docs/image.md for what it does not prove.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chestnut_models.cache import cache_folder
from chestnut_models.library import list_models

from tools.guest import Guest, GuestFailed
from tools.guest_image import CannotBuild, base_tree, disks, furnish, install

PROJECT = Path(__file__).resolve().parent.parent
BUILD = PROJECT / "build"
TOOLS = ("mmdebstrap", "qemu-system-x86_64", "mkfs.ext4", "unshare", "chroot", "tar", "ssh-keygen")
CUTS = 10
DEVICE_S, PAD_S, BOOT_S = 3600.0, 900.0, 300.0  # an emulated machine has its own time
PAD_OK, PAD_FAILED = "ble pad ok", "ble pad FAILED"


@dataclass(slots=True)
class Log:
    """Each line with the seconds since the begin, on the screen and in the file."""

    path: Path
    began: float = field(default_factory=time.monotonic)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(exist_ok=True)
        self.path.write_text("", encoding="utf-8")

    def __call__(self, text: str) -> None:
        for part in text.splitlines():
            line = f"{time.monotonic() - self.began:7.1f} s  {part}"
            print(line, flush=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")


@contextlib.contextmanager
def timed(tell: Log, what: str, facts: dict[str, Any]) -> Iterator[None]:
    began = time.monotonic()
    tell(f"== {what}")
    yield
    facts.setdefault("seconds", {})[what] = round(time.monotonic() - began, 1)


def boot_device(folder: Path, tell: Log, facts: dict[str, Any], chance: random.Random) -> None:
    """The whole device, all its checks; then the power goes while it writes what it sees."""
    with Guest(folder, "chestnut.test=device") as guest:
        facts["accelerator"] = guest.accelerator
        tell(f"booting, {guest.accelerator}")
        told = []
        for line in guest.lines(DEVICE_S):
            told.append(line)
            tell(f"  {line}")
            if line == "WRITING":
                break
        time.sleep(chance.uniform(0.0, 2.0))
        guest.cut_power()
    tell("power cut while the device was writing")
    text = "\n".join(told)
    for name, pattern in (
        ("boot_to_ready_s", r"boot to ready ([0-9.]+) s"),
        ("service_to_ready_s", r"of which the service ([0-9.]+) s"),
        ("systemd_security", r"systemd-analyze security ([0-9.]+)"),
        ("pad_press_to_sound_s", r"pressed, heard ([0-9.]+) s"),
        ("watchdog_s", r"ended and restarted ([0-9.]+) s"),
    ):
        if found := re.search(pattern, text):
            facts[name] = float(found[1])
    if "ALL-OK" not in told:
        raise GuestFailed("not every check passed; see the log above")


def cut_power(folder: Path, tell: Log, facts: dict[str, Any], chance: random.Random) -> None:
    """Over and over: see that all that was acknowledged is there and whole, go on remembering, cut the power."""
    newest, cut = -1, 1  # the device's own was the first
    facts["power_cuts"], facts["acknowledged"] = cut, 0
    while True:
        with Guest(folder, "init=/opt/guest/power_init.sh") as guest:
            lines = guest.lines(BOOT_S)
            for line in lines:
                if line.startswith("DAMAGED"):
                    raise GuestFailed(f"after power cut {cut}: {line}")
                if line.startswith("DEVICE"):
                    tell(f"  the device's own memory: {line}")
                if line.startswith("WHOLE"):
                    break
                if not line.startswith("DEVICE"):
                    tell(f"  {line}")
            count, last = (int(word) for word in line.split()[1:])
            tell(f"  after cut {cut}: whole, {count} remembered, {newest + 1} were acknowledged")
            if last < newest:
                raise GuestFailed(f"{newest - last} acknowledged rows are lost after power cut {cut}")
            if cut == CUTS:
                return
            until = time.monotonic() + chance.uniform(0.5, 3.0)
            newest = last
            for line in lines:
                if line.startswith("ACKNOWLEDGED"):
                    newest = int(line.split()[1])
                if newest > last and time.monotonic() > until:
                    break
            guest.cut_power()
            for line in guest.rest():
                if line.startswith("ACKNOWLEDGED"):
                    newest = int(line.split()[1])
        cut += 1
        facts["power_cuts"], facts["acknowledged"] = cut, newest + 1


def pad_and_off(folder: Path, tell: Log, facts: dict[str, Any]) -> None:
    """A Low Energy pad before the real BlueZ; then the device's wish to power off is fulfilled by root."""
    told: list[str] = []
    with Guest(folder, "systemd.unit=guest-off.target") as guest:
        for line in guest.lines(PAD_S):
            told.append(line)
            tell(f"  {line}")
            if line in (PAD_OK, PAD_FAILED):
                break
        if not guest.ended(BOOT_S):
            raise GuestFailed("it did not switch itself off")
    if PAD_OK not in told:
        raise GuestFailed("the Low Energy pad failed; see the log above")
    text = "\n".join(told)
    for name, way in (("pad_evdev_ms", "evdev"), ("pad_low_energy_ms", "Low Energy")):
        if found := re.search(rf"{way}: press -> event p50 ([0-9.]+) ms", text):
            facts[name] = float(found[1])
    tell("  a user without any right wished it, root did it: the machine is off")


def missing() -> str:
    """What is not at hand; "" when all is."""
    lacking = [tool for tool in TOOLS if shutil.which(tool) is None]
    if lacking:
        return f"{', '.join(lacking)} missing: run `make image-test`, which installs them"
    if os.geteuid() != 0:
        return "a root tree is built by root: run it with sudo"
    lacking = [model.name for model in list_models() if model.state != "present"]
    return f"no model file {lacking[0]}: run make models" if lacking else ""


def main() -> int:
    if reason := missing():
        print(f"make image-test: {reason}", file=sys.stderr)
        return 2
    cache = cache_folder().parent / "image-test"
    cache.mkdir(parents=True, exist_ok=True)
    tell, facts = Log(BUILD / "image-test.log"), {}
    seed = int(os.environ.get("SEED", random.randrange(1 << 30)))
    chance = random.Random(seed)
    facts["seed"] = seed
    work = cache / "work"
    try:
        with timed(tell, "base tree", facts):
            base = base_tree(cache, tell)
        with timed(tell, "install", facts):
            install(base, work / "tree", cache_folder(), cache, tell)
        with timed(tell, "disks", facts):
            furnish(work / "tree")
            disks(work / "tree", work, tell)
        with timed(tell, "device", facts):
            boot_device(work, tell, facts, chance)
        with timed(tell, "power cuts", facts):
            cut_power(work, tell, facts, chance)
        with timed(tell, "Low Energy pad and switching off", facts):
            pad_and_off(work, tell, facts)
        facts["passed"] = True
    except (CannotBuild, GuestFailed) as error:
        facts["passed"] = False
        tell(f"FAILED: {error}")
    finally:
        # Disks and console of a guest that failed stay, to be looked at.
        shutil.rmtree(work if facts.get("passed") else work / "tree", ignore_errors=True)
    facts["total_s"] = round(time.monotonic() - tell.began, 1)
    (BUILD / "image-test.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    tell(f"{'passed' if facts['passed'] else 'FAILED'} in {facts['total_s']:.0f} s; seed {seed}")
    return 0 if facts["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
