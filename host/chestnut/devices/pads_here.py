"""Which pads the system has: found by listing a folder, known by their numbers."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.pad import Layout, Models
from chestnut.devices.input_node import EventNode, Node

log = logging.getLogger(__name__)

INPUT = Path("/dev/input")
SYSTEM = Path("/sys/class/input")
GAMEPAD = "BTN_SOUTH"  # what has this key is a gamepad (kernel documentation, input/gamepad)


@dataclass(frozen=True, slots=True)
class PadHere:
    """A pad the system has. readable: by this process."""

    path: Path
    name: str
    vendor: int
    product: int
    address: str
    model: str
    mode: str
    readable: bool
    battery: int | None = None


def layout_of(models: Models, node: Node) -> Layout | None:
    """How its keys are told; None for what is no pad: a mouse, a keyboard, a pad's own touch or motion sensor."""
    model = models.of(node.vendor, node.product, node.name)
    if model is not None and model.layout.keyboard and set(model.layout.buttons) <= set(node.codes):
        return model.layout
    if GAMEPAD not in node.codes:
        return None
    return model.layout if model is not None and not model.layout.keyboard else models.other


def pads_here(
    models: Models,
    folder: Path = INPUT,
    system: Path = SYSTEM,
    open_node: Callable[[str], Node] = EventNode,
) -> list[PadHere]:
    """Every pad the system has now, for the self-test and the command. Nothing is grabbed."""
    found = []
    for path, _ in nodes(folder):
        try:
            node = open_node(str(path))
        except PermissionError:
            named = unreadable(system, path, models)
            if named is not None:
                found.append(named)
            continue
        except (OSError, ValueError) as error:
            log.debug("%s: %s", path, error)
            continue
        try:
            if layout_of(models, node) is not None:
                model = models.of(node.vendor, node.product, node.name)
                found.append(
                    PadHere(
                        path,
                        node.name,
                        node.vendor,
                        node.product,
                        node.address,
                        model.name if model else "",
                        model.mode if model else "",
                        True,
                        battery_of(system, path),
                    )
                )
        finally:
            node.close()
    return found


def battery_of(system: Path, path: Path) -> int | None:
    """What the kernel tells of the pad's own battery, in percent."""
    try:
        for supply in sorted((system / path.name / "device" / "device" / "power_supply").iterdir()):
            percent = int((supply / "capacity").read_text(encoding="ascii"))
            if 0 <= percent <= 100:
                return percent
    except (OSError, ValueError):
        pass
    return None


def nodes(folder: Path) -> list[tuple[Path, tuple[Path, int]]]:
    """Every event node with what tells it from one that gets the same name later."""
    found = []
    with contextlib.suppress(OSError):
        for path in sorted(folder.glob("event*")):
            with contextlib.suppress(OSError):
                found.append((path, (path, path.stat().st_ctime_ns)))
    return found


def unreadable(system: Path, path: Path, models: Models) -> PadHere | None:
    """What may not be opened is known by what the system tells everybody; None for what is no known pad. Whether one
    that is in no table is a pad cannot be told."""
    device = system / path.name / "device"
    try:
        name = (device / "name").read_text(encoding="utf-8", errors="replace").strip()
        vendor, product = (
            int((device / "id" / word).read_text(encoding="ascii"), 16) for word in ("vendor", "product")
        )
        address = (device / "uniq").read_text(encoding="ascii", errors="replace").strip()
    except (OSError, ValueError):
        return None
    model = models.of(vendor, product, name)
    if model is None:
        return None
    return PadHere(path, name, vendor, product, address, model.name, model.mode, False)
