"""The Pi's own pins, through gpiozero and lgpio: a button, lights, the pod's reset, the amplifier, a warning line."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.ports import Clock, PodLine, Post

log = logging.getLogger(__name__)

BOUNCE_S = 0.02
HOLD_S = 2.0  # longer than the pod's keys: it switches off
LINES = {PodLine.RUN: "pod_run", PodLine.BOOTSEL: "pod_bootsel"}


class NoPins(OSError):
    """There are no pins to use; the message says why and names the remedy."""


def open_pins(root: Path = Path("/")) -> Any:
    """gpiozero's way to the pins of this machine. Raises NoPins.

    lgpio alone works on a Pi 5. Importing it makes a named pipe in the current folder, and fails where that is
    read-only, as for a service (gpiozero issue 1106); its own setting for that changes the current folder for good.
    So it is imported elsewhere, and gpiozero is given no choice of other libraries to fall back to.
    """
    try:
        model = (root / "proc/device-tree/model").read_text(encoding="ascii", errors="replace")
    except OSError:
        model = ""
    if "Raspberry Pi" not in model:
        raise NoPins("this machine is no Raspberry Pi and has none of its pins")
    with _own_folder():
        try:
            from gpiozero.pins.lgpio import LGPIOFactory
        except ImportError as error:
            raise NoPins("the library of the pins is missing: sudo apt install python3-lgpio") from error
        try:
            return LGPIOFactory()
        except Exception as error:  # lgpio has an error class of its own
            raise NoPins(
                f"the pins cannot be opened: sudo usermod -aG gpio $USER, then log in anew ({error})"
            ) from error


@contextlib.contextmanager
def _own_folder() -> Iterator[None]:
    """A folder that can be written is the current one, for a moment."""
    with contextlib.chdir(os.environ.get("RUNTIME_DIRECTORY") or tempfile.gettempdir()):
        yield


class GpioBoard:
    """The Board port. gpios: the lines there are, by the names of pins.toml; one that is in use elsewhere is left out
    with a warning. pins: of open_pins, closed with this."""

    def __init__(
        self,
        gpios: Mapping[str, int],
        post: Post,
        clock: Clock,
        pins: Any,
        *,
        hold_s: float = HOLD_S,
        bounce_s: float | None = BOUNCE_S,
    ) -> None:
        self._gpios, self._post, self._clock, self._pins = gpios, post, clock, pins
        self._devices: dict[str, Any] = {}
        self._closed = False
        import gpiozero

        self._add("status_led", lambda gpio: gpiozero.PWMLED(gpio, pin_factory=pins))
        self._add("camera_led", lambda gpio: gpiozero.LED(gpio, pin_factory=pins))
        # Let go, it is on; it is driven low alone, so that a chip at 5 V meets no 3.3 V.
        for name in ("amplifier", *LINES.values()):
            self._add(
                name,
                lambda gpio: gpiozero.InputDevice(gpio, pull_up=None, active_state=True, pin_factory=pins),
            )
        self._add(
            "battery_low", lambda gpio: gpiozero.DigitalInputDevice(gpio, pull_up=True, pin_factory=pins)
        )
        self._add(
            "service",
            lambda gpio: gpiozero.Button(gpio, bounce_time=bounce_s, hold_time=hold_s, pin_factory=pins),
        )
        if (button := self._devices.get("service")) is not None:
            button.when_pressed = lambda: self._moved(Edge.DOWN)
            button.when_held = lambda: self._moved(Edge.HELD)
            button.when_released = lambda: self._moved(Edge.UP)

    def _add(self, name: str, make: Callable[[int], Any]) -> None:
        if name not in self._gpios:
            return
        try:
            self._devices[name] = make(self._gpios[name])
        except Exception as error:  # noqa: BLE001 - gpiozero's, and lgpio's own for a line that is in use
            log.warning("GPIO %d, %s, cannot be used: %s", self._gpios[name], name, error)

    @property
    def lines(self) -> tuple[str, ...]:
        """Those that can be used."""
        return tuple(self._devices)

    def glow(self, level: float) -> None:
        self._set("status_led", min(1.0, max(0.0, level)))

    def camera_light(self, on: bool) -> None:
        self._set("camera_led", int(on))

    def amplify(self, on: bool) -> None:
        self._pull("amplifier", low=not on)

    def pull(self, line: PodLine, low: bool) -> None:
        self._pull(LINES[line], low=low)

    def battery_low(self) -> bool | None:
        line = None if self._closed else self._devices.get("battery_low")
        return None if line is None else bool(line.is_active)

    def close(self) -> None:
        """Everything is let go: lights off, amplifier on, the pod free."""
        if self._closed:
            return
        self._closed = True
        for device in (*self._devices.values(), self._pins):
            try:
                device.close()
            except Exception:  # the next one must be let go all the same
                log.exception("a pin could not be let go")

    def _set(self, name: str, value: float) -> None:
        if not self._closed and (light := self._devices.get(name)) is not None:
            light.value = value

    def _pull(self, name: str, *, low: bool) -> None:
        """Never driven high: the other end drives it too."""
        if self._closed or (line := self._devices.get(name)) is None:
            return
        if low:
            line.pin.output_with_state(0)
        else:
            line.pin.input_with_pull("floating")

    def _moved(self, edge: Edge) -> None:
        self._post(ButtonChanged(at=self._clock.now(), button="service", edge=edge, source="board"))
