"""A gamepad that exists only in the kernel: /dev/uhid makes real devices of it. Standard library only.

Run as root after `modprobe uhid`, on a machine or a guest without a pad:

    python3 uhid_pad.py [--name NAME] [--id 2dc8:9020] [FIFO] < lines

Every line on the fifo, or on standard input without one, is an order:

    press a             down, a tenth of a second later up; "press a 1.2" holds it for 1.2 seconds
    down a | up a       the same in two steps; several at once: "down l1 r1"
    left | right | up | down | centre      the d-pad, as a hat
    stick 0 127         the left stick, two numbers from 0 to 255
    lose | come         the pad goes out of reach; it is back
    wait 0.5            seconds
    end                 the same as the end of the lines

After each order that was carried out its line is printed, after a wrong one "? " and the reason. A fifo is opened
anew at its end, so that each order may be written by a shell's own `echo press a > FIFO`; only "end" ends it.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

UHID_DESTROY, UHID_CREATE2, UHID_INPUT2 = 1, 11, 12  # linux/uhid.h
BUS_BLUETOOTH = 0x05
PRESS_S = 0.1

# Report 3: a hat in the low half of byte 0, four axes of 8 bits, sixteen buttons; as 8BitDo's pads have it in mode D.
REPORT_ID = 3
# fmt: off
REPORT_MAP = bytes([
    0x05, 0x01, 0x09, 0x05, 0xA1, 0x01, 0x85, REPORT_ID,
    0x05, 0x01, 0x09, 0x39, 0x15, 0x00, 0x25, 0x07, 0x35, 0x00, 0x46, 0x3B, 0x01, 0x65, 0x14,
    0x75, 0x04, 0x95, 0x01, 0x81, 0x42, 0x65, 0x00, 0x75, 0x04, 0x95, 0x01, 0x81, 0x01,
    0x05, 0x01, 0x09, 0x30, 0x09, 0x31, 0x09, 0x32, 0x09, 0x35, 0x15, 0x00, 0x26, 0xFF, 0x00,
    0x75, 0x08, 0x95, 0x04, 0x81, 0x02,
    0x05, 0x09, 0x19, 0x01, 0x29, 0x10, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01, 0x95, 0x10, 0x81, 0x02, 0xC0,
])
# fmt: on
HAT_CENTRED = 8
HATS = {"up": 0, "right": 2, "down": 4, "left": 6, "centre": HAT_CENTRED}
# The bit of each button: button 1 of the map is bit 0.
BITS = {
    "a": 0,
    "b": 1,
    "x": 3,
    "y": 4,
    "l1": 6,
    "r1": 7,
    "l2": 8,
    "r2": 9,
    "select": 10,
    "start": 11,
    "home": 12,
}


def report(
    buttons: int = 0, hat: int = HAT_CENTRED, axes: tuple[int, int, int, int] = (127, 127, 127, 127)
) -> bytes:
    """Seven bytes without the report's number, as a pad sends them over Bluetooth Low Energy."""
    return struct.pack("<B4BH", hat, *axes, buttons)


class UhidPad:
    """It is there from the beginning. device: where the kernel takes its reports."""

    def __init__(self, name: str, vendor: int, product: int, device: str = "/dev/uhid") -> None:
        self._device = device
        self._create = struct.pack(
            "<I128s64s64sHHIIII",
            UHID_CREATE2,
            name.encode()[:127],
            b"chestnut/uhid",
            b"",
            len(REPORT_MAP),
            BUS_BLUETOOTH,
            vendor,
            product,
            0x100,
            0,
        )
        self._file = -1
        self._buttons, self._hat, self._stick = 0, HAT_CENTRED, (127, 127)
        self.come()

    def come(self) -> None:
        if self._file < 0:
            self._file = os.open(self._device, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)
            os.write(self._file, self._create + REPORT_MAP)

    def lose(self) -> None:
        if self._file >= 0:
            os.write(self._file, struct.pack("<I", UHID_DESTROY))
            os.close(self._file)
            self._file = -1
            self._buttons, self._hat, self._stick = 0, HAT_CENTRED, (127, 127)

    def obey(self, line: str) -> None:
        """ValueError for what is no order; nothing has changed then."""
        word, *rest = line.split()
        if self._file < 0 and word not in ("come", "lose", "wait"):
            raise ValueError("the pad is out of reach: come first")
        match word:
            case "press" if len(rest) in (1, 2):
                down_s = float(rest[1]) if len(rest) == 2 else PRESS_S
                self._move(rest[:1], down=True)
                time.sleep(down_s)
                self._move(rest[:1], down=False)
            case "down" | "up" if rest:
                self._move(rest, down=word == "down")
            case "left" | "right" | "up" | "down" | "centre" if not rest:
                self._hat = HATS[word]
                self._send()
            case "stick" if len(rest) == 2:
                x, y = (min(max(int(place), 0), 255) for place in rest)
                self._stick = (x, y)
                self._send()
            case "lose" if not rest:
                self.lose()
            case "come" if not rest:
                self.come()
            case "wait" if len(rest) == 1:
                time.sleep(float(rest[0]))
            case _:
                raise ValueError(f"no order: {line!r}")

    def _move(self, names: list[str], *, down: bool) -> None:
        for name in names:
            if name not in (*HATS, *BITS):
                raise ValueError(f"no key {name!r}: one of {', '.join((*BITS, *HATS))}")
        for name in names:
            if name in HATS:
                self._hat = HATS[name] if down else HAT_CENTRED
            else:
                bit = 1 << BITS[name]
                self._buttons = self._buttons | bit if down else self._buttons & ~bit
        self._send()

    def _send(self) -> None:
        data = bytes([REPORT_ID]) + report(self._buttons, self._hat, (*self._stick, 127, 127))
        os.write(self._file, struct.pack("<IH", UHID_INPUT2, len(data)) + data)


def lines(fifo: str | None) -> Iterator[str]:
    """Without a fifo those of standard input, to their end."""
    if fifo is None:
        yield from sys.stdin
        return
    while True:
        with Path(fifo).open(encoding="utf-8") as orders:
            yield from orders


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="A gamepad that exists only in the kernel.")
    parser.add_argument("fifo", nargs="?", help="where orders are read from (default: standard input)")
    parser.add_argument("--name", default="8BitDo Micro gamepad")
    parser.add_argument("--id", default="2dc8:9020", help="vendor and product")
    parser.add_argument("--device", default="/dev/uhid")
    options = parser.parse_args(arguments)
    vendor, product = (int(part, 16) for part in options.id.split(":"))
    try:
        pad = UhidPad(options.name, vendor, product, options.device)
    except OSError as error:
        print(f"{options.device}: {error.strerror}; run as root after modprobe uhid", file=sys.stderr)
        return 2
    print("ready", flush=True)
    try:
        for line in lines(options.fifo):
            order = line.strip()
            if order == "end":
                break
            if not order:
                continue
            try:
                pad.obey(order)
                print(order, flush=True)
            except ValueError as error:
                print(f"? {error}", flush=True)
    finally:
        pad.lose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
