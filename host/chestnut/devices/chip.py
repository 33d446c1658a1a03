"""How the Pi's processor and its supply are: warmth from the kernel, the rest from the firmware through vcgencmd."""

from __future__ import annotations

import logging
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)

ASK_S = 2.0  # vcgencmd answers within milliseconds
# Bits of get_throttled (Raspberry Pi documentation, "vcgencmd"): now, and 16 places up, ever since the start.
UNDERVOLTAGE, SOFT_LIMIT = 1 << 0, 1 << 3
EVER = 16
BELIEVED_C = (-20.0, 125.0)

Ask = Callable[[Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class ChipState:
    """celsius: None where nothing measures it. slowed: the firmware holds the processor back for its warmth.
    undervoltage: the supply is too weak, or was since it was asked last."""

    celsius: float | None = None
    slowed: bool = False
    undervoltage: bool = False


def ask_firmware(words: Sequence[str]) -> str:
    """What vcgencmd prints; "" where there is none or it fails."""
    if shutil.which("vcgencmd") is None:
        return ""
    try:
        done = subprocess.run(
            ["vcgencmd", *words], capture_output=True, text=True, timeout=ASK_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired, ValueError) as error:
        log.debug("vcgencmd %s: %s", " ".join(words), error)
        return ""
    return done.stdout if done.returncode == 0 else ""


class Chip:
    """root: where /sys is found. ask: the firmware."""

    def __init__(self, root: Path = Path("/"), ask: Ask = ask_firmware) -> None:
        self._root, self._ask = root, ask
        self._was_weak = False

    @property
    def there(self) -> bool:
        """Somebody measures its warmth."""
        return self.read().celsius is not None

    def read(self) -> ChipState:
        """Blocks for some milliseconds."""
        flags = parse_throttled(self._ask(["get_throttled"])) or 0
        ever = bool(flags & UNDERVOLTAGE << EVER)
        weak = bool(flags & UNDERVOLTAGE) or (ever and not self._was_weak) or self._alarm()
        self._was_weak = ever
        celsius = self._zone()
        if celsius is None:
            celsius = parse_temperature(self._ask(["measure_temp"]))
        return ChipState(celsius, bool(flags & SOFT_LIMIT), weak)

    def _zone(self) -> float | None:
        """Of the kernel's zone that is named for the processor."""
        for kind in sorted(self._root.glob("sys/class/thermal/thermal_zone*/type")):
            with suppress(OSError, ValueError):
                if kind.read_text(encoding="ascii").strip() == "cpu-thermal":
                    return believed(int(kind.with_name("temp").read_text(encoding="ascii")) / 1000)
        return None

    def _alarm(self) -> bool:
        """The kernel's own word on the supply, where a service may not ask the firmware."""
        for name in self._root.glob("sys/class/hwmon/hwmon*/name"):
            with suppress(OSError, ValueError):
                if name.read_text(encoding="ascii").strip() == "rpi_volt":
                    return int(name.with_name("in0_lcrit_alarm").read_text(encoding="ascii")) != 0
        return False


def parse_throttled(text: str) -> int | None:
    """The bits of "throttled=0x50005"; None for anything else."""
    found = re.fullmatch(r"throttled=0x([0-9a-fA-F]{1,8})\s*", text)
    return int(found[1], 16) if found else None


def parse_temperature(text: str) -> float | None:
    """Of "temp=48.3'C"; None for anything else."""
    found = re.fullmatch(r"temp=(-?\d{1,3}(?:\.\d{1,3})?)'C\s*", text, re.ASCII)
    return believed(float(found[1])) if found else None


def believed(celsius: float) -> float | None:
    low, high = BELIEVED_C
    return celsius if low <= celsius <= high else None
