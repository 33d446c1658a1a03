"""A pad as the kernel would make it: a folder of nodes, each a pipe of struct input_event that real python-evdev
reads. Only what a pipe cannot do (ioctl) is answered here, as the kernel would."""

from __future__ import annotations

import errno
import os
import select
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chestnut.devices.input_node import EventNode
from evdev import AbsInfo, DeviceInfo, InputDevice, ecodes

EVENT = struct.Struct("llHHi")
STICK = (0, 255, 127)
HAT = (-1, 1, 0)
GAMEPAD_KEYS = tuple(range(ecodes.BTN_SOUTH, ecodes.BTN_THUMBR + 1))
AXES = {
    ecodes.ABS_X: STICK,
    ecodes.ABS_Y: STICK,
    ecodes.ABS_HAT0X: HAT,
    ecodes.ABS_HAT0Y: HAT,
    ecodes.ABS_GAS: (0, 255, 0),
    ecodes.ABS_BRAKE: (0, 255, 0),
}


class KernelPad:
    """One event node. axes: least, greatest and present value by code."""

    def __init__(
        self,
        folder: Path,
        number: int = 0,
        *,
        name: str = "8BitDo Zero 2 gamepad",
        vendor: int = 0x2DC8,
        product: int = 0x3230,
        address: str = "e4:17:d8:00:00:01",
        keys: tuple[int, ...] = GAMEPAD_KEYS,
        axes: Mapping[int, tuple[int, int, int]] = AXES,
    ) -> None:
        self.path = folder / f"event{number}"
        self.name, self.vendor, self.product, self.address = name, vendor, product, address
        self.keys, self.axes = keys, dict(axes)
        self.pressed: set[int] = set()
        self.taken_by_other = False
        self.readable = True
        self.opened = 0
        self.grabbed = False
        self._ends: list[int] = []
        self.plug()

    def plug(self) -> None:
        self.path.touch()

    def unplug(self) -> None:
        """The node goes, and whoever reads it hears ENODEV."""
        self.path.unlink(missing_ok=True)
        self._hang_up()
        self.pressed.clear()
        self.grabbed = False

    def _hang_up(self) -> None:
        while self._ends:
            os.close(self._ends.pop())

    def connect(self) -> int:
        """A new reader's end."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._ends.append(writer)
        self.opened += 1
        return reader

    def write(self, *events: tuple[int, int, int], at: float | None = None) -> None:
        """Kind, code and value of each, and the report's end; all stamped alike."""
        at = time.monotonic() if at is None else at
        seconds, micro = int(at), int(at % 1 * 1e6)
        for kind, code, value in (*events, (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)):
            if kind == ecodes.EV_KEY and value != 2:
                (self.pressed.add if value else self.pressed.discard)(code)
            if kind == ecodes.EV_ABS:
                low, high, _ = self.axes[code]
                self.axes[code] = (low, high, value)
            for end in tuple(self._ends):
                try:
                    os.write(end, EVENT.pack(seconds, micro, kind, code, value))
                except BrokenPipeError:  # that reader has closed it
                    self._ends.remove(end)
                    os.close(end)

    def key(self, code: int, value: int, at: float | None = None) -> None:
        self.write((ecodes.EV_KEY, code, value), at=at)

    def axis(self, code: int, value: int, at: float | None = None) -> None:
        self.write((ecodes.EV_ABS, code, value), at=at)


class Kernel:
    """Opens the pads of a folder as python-evdev would."""

    def __init__(self, *pads: KernelPad) -> None:
        self.pads = list(pads)

    def open(self, path: str) -> EventNode:
        for pad in self.pads:
            if str(pad.path) == path:
                if not pad.readable:
                    raise PermissionError(errno.EACCES, "Permission denied", path)
                return PipeNode(pad)
        raise OSError(errno.ENODEV, "No such device", path)

    def close(self) -> None:
        for pad in self.pads:
            pad.unplug()


class PipeNode(EventNode):
    def __init__(self, pad: KernelPad) -> None:
        self._pad = pad
        self._set(PipeDevice(pad))

    def take(self) -> None:
        if self._pad.taken_by_other:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self._pad.grabbed = True

    def close(self) -> None:
        super().close()
        self._pad.grabbed = False


class PipeDevice(InputDevice):
    """python-evdev's own reading of a pipe; what it would ask by ioctl is answered by the pad."""

    __slots__ = ("_pad",)

    def __init__(self, pad: KernelPad) -> None:
        self._pad = pad
        self.path = str(pad.path)
        self.fd = pad.connect()
        self.info = DeviceInfo(5, pad.vendor, pad.product, 0x100)
        self.name, self.phys, self.uniq = pad.name, "", pad.address
        self._rawcapabilities: Any = {
            ecodes.EV_KEY: list(pad.keys),
            ecodes.EV_ABS: [(code, (0, 0, 0, 0, 0, 0)) for code in pad.axes],
        }

    def read(self) -> Any:
        poll = select.poll()
        poll.register(self.fd, select.POLLIN)
        if any(mask & select.POLLHUP and not mask & select.POLLIN for _, mask in poll.poll(0)):
            raise OSError(errno.ENODEV, "No such device")
        yield from super().read()

    def absinfo(self, axis_num: int) -> AbsInfo:
        low, high, value = self._pad.axes[axis_num]
        return AbsInfo(value, low, high, 0, 0, 0)

    def active_keys(self, verbose: bool = False) -> Any:
        return sorted(self._pad.pressed)

    def grab(self) -> None:
        raise NotImplementedError("a pipe cannot be grabbed: PipeNode.take does it")
