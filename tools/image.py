"""make image: what a maker puts on a card, as far as it can be built on this machine, in build/image/.

card/            copy it onto the boot partition of a card with Raspberry Pi OS Lite: cloud-init's files, and the
                 folder chestnut/ with program, Python packages for the Pi, and models
rpi-image-gen/   the same as a layer for Raspberry Pi's own builder of images, which is called where it is installed
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from chestnut_models.library import list_models

from tools.guest_image import copy_program
from tools.wheelhouse import NoWheels, wheelhouse

PROJECT = Path(__file__).resolve().parent.parent
SYSTEM = PROJECT / "host" / "system"
IMAGE = PROJECT / "build" / "image"
CLOUD = ("user-data", "network-config", "meta-data")
MACHINE = "aarch64"
BUILDER = "rpi-image-gen"
BUILDER_HOME = "github.com/raspberrypi/rpi-image-gen"


def card(folder: Path, cache: Path) -> Path:
    """What goes onto the boot partition, made anew. NoWheels; FileNotFoundError names a missing model file."""
    shutil.rmtree(folder, ignore_errors=True)
    place = folder / "chestnut"
    place.mkdir(parents=True)
    for name in CLOUD:
        shutil.copy2(SYSTEM / "image" / name, folder / name)
    copy_program(place)
    shutil.copytree(wheelhouse(MACHINE, cache), place / "wheels")
    (place / "model-files").mkdir()
    for model in list_models():
        if model.state != "present":
            raise FileNotFoundError(f"the model file {model.name} is {model.state}: run make models")
        shutil.copy2(model.path, place / "model-files")
    return folder


def sums(folder: Path) -> str:
    """As sha256sum writes them, to be checked by `sha256sum -c` after copying."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = []
    for path in files:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder)}\n")
    return "".join(lines)


def unfit_for_fat(folder: Path) -> list[Path]:
    """What the boot partition's file system cannot hold: links, odd names, names that differ in capitals alone."""
    found, seen = [], set()
    for path in sorted(folder.rglob("*")):
        low = str(path).lower()
        odd = path.is_symlink() or set(path.name) & set('<>:"\\|?*') or path.name.endswith((".", " "))
        if odd or low in seen:
            found.append(path)
        seen.add(low)
    return found


def why_no_image(machine: str, builder: str | None, root: bool) -> str:
    """Why no ready image can be built here, and what to do; "" when it can."""
    if builder is None:
        return (
            f"No ready image was built: {BUILDER} is not installed here. It is Raspberry Pi's own builder "
            f"({BUILDER_HOME}) and needs Raspberry Pi's package archive, for Debian's own kernel and camera "
            "library do not fit a Pi 5. On a Raspberry Pi or another arm64 Debian 13: install it, put it into "
            "PATH, run make image again."
        )
    if machine != MACHINE:
        return (
            f"No ready image was built: this machine is {machine}, and {BUILDER} supports arm64 machines. Copy "
            f"build/image to one and run: {BUILDER} build -S build/image/rpi-image-gen -c chestnut.yaml"
        )
    return "" if root else f"No ready image was built: {BUILDER} needs root. Run: sudo make image"


def main() -> int:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "chestnut" / "image-test"
    try:
        made = card(IMAGE / "card", cache)
    except (NoWheels, FileNotFoundError) as error:
        print(f"make image: {error}", file=sys.stderr)
        return 1
    if odd := unfit_for_fat(made):
        print(f"make image: a card cannot hold {odd[0]}; rename it", file=sys.stderr)
        return 1
    (made / "SHA256SUMS").write_text(sums(made), encoding="utf-8")
    shutil.rmtree(IMAGE / "rpi-image-gen", ignore_errors=True)
    shutil.copytree(SYSTEM / "image" / "rpi-image-gen", IMAGE / "rpi-image-gen")
    size = sum(path.stat().st_size for path in made.rglob("*") if path.is_file())
    print(
        f"build/image/card: {size >> 20} MB, for the boot partition of a card with Raspberry Pi OS Lite (64-bit, 13)."
    )
    print("  1. Write Raspberry Pi OS Lite to a card with Raspberry Pi Imager, without its own settings.")
    print("  2. Copy all of build/image/card onto the small partition bootfs, over what is there.")
    print('  3. Card and network cable into the Pi, power on. It says "ready" by itself after some minutes.')
    print("build/image/rpi-image-gen: the same as a layer for rpi-image-gen.")
    builder = shutil.which(BUILDER)
    if reason := why_no_image(platform.machine(), builder, os.geteuid() == 0):
        print(reason)
        return 0
    command = [str(builder), "build", "-S", str(IMAGE / "rpi-image-gen"), "-c", "chestnut.yaml"]
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
