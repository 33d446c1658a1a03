"""One /dev/input/event* of the kernel, by python-evdev, with codes by their names in linux/input-event-codes.h."""

from __future__ import annotations

import contextlib
import fcntl
import struct
import time
from collections.abc import Collection, Iterable
from typing import Any, Protocol

EVIOCSCLOCKID = 0x400445A0  # linux/input.h
EV_SYN, EV_KEY, EV_ABS = 0, 1, 3


class Node(Protocol):
    """One opened /dev/input/event*. codes: what it can tell, as Linux names it. Everything may raise OSError."""

    name: str
    vendor: int
    product: int
    address: str

    @property
    def codes(self) -> Collection[str]: ...

    def take(self) -> None:
        """For us alone, and stamped with the monotonic clock."""

    def fileno(self) -> int: ...

    def read(self) -> Iterable[tuple[int, str, int, float]]:
        """Kind, code, value and stamp in seconds of what has come; BlockingIOError when nothing has."""

    def place(self, code: str, value: int) -> float:
        """-1 to 1 on that axis."""

    def state(self) -> Iterable[tuple[int, str, int]]:
        """Every key and axis as it is now."""

    def close(self) -> None: ...


class EventNode:
    """A Node by python-evdev."""

    def __init__(self, path: str) -> None:
        self._set(self._open(path))

    @staticmethod
    def _open(path: str) -> Any:
        from evdev import InputDevice

        return InputDevice(path, readonly=True)

    def _set(self, device: Any) -> None:
        from evdev import ecodes

        self._device = device
        self._ecodes = ecodes
        self.name = str(device.name)
        self.vendor, self.product = int(device.info.vendor), int(device.info.product)
        self.address = str(device.uniq or "")
        self._can: dict[int, Any] = dict(device.capabilities(absinfo=False))
        self._codes = frozenset(
            self._code(kind, code) for kind in (EV_KEY, EV_ABS) for code in self._can.get(kind, ())
        )
        self._ranges = {
            code: (info.min, info.max)
            for code in self._can.get(EV_ABS, ())
            for info in (device.absinfo(code),)
        }

    @property
    def codes(self) -> Collection[str]:
        return self._codes

    def take(self) -> None:
        self._device.grab()
        fcntl.ioctl(self._device.fd, EVIOCSCLOCKID, struct.pack("i", time.CLOCK_MONOTONIC))

    def fileno(self) -> int:
        return int(self._device.fd)

    def read(self) -> Iterable[tuple[int, str, int, float]]:
        for event in self._device.read():
            yield event.type, self._code(event.type, event.code), event.value, event.timestamp()

    def place(self, code: str, value: int) -> float:
        low, high = self._ranges.get(self._ecodes.ecodes[code], (0, 0))
        if high <= low:
            return 0.0
        place: float = 2 * (value - low) / (high - low) - 1
        return max(-1.0, min(1.0, place))

    def state(self) -> Iterable[tuple[int, str, int]]:
        pressed = set(self._device.active_keys())
        for code in self._can.get(EV_KEY, ()):
            yield EV_KEY, self._code(EV_KEY, code), int(code in pressed)
        for code in self._can.get(EV_ABS, ()):
            yield EV_ABS, self._code(EV_ABS, code), int(self._device.absinfo(code).value)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._device.close()

    def _code(self, kind: int, code: int) -> str:
        """One name a code. Of a key that has several, the one that tells the place on a gamepad (BTN_SOUTH, not
        BTN_A); of an event without one, its kind's number."""
        names = self._ecodes.bytype.get(kind, {}).get(code, str(code))
        if isinstance(names, str):
            return names
        return next((name for name in names if name in _BY_PLACE), names[0])


_BY_PLACE = frozenset(("BTN_SOUTH", "BTN_EAST", "BTN_NORTH", "BTN_WEST"))
