"""A pod on the guest's USB: the pod's own firmware under MicroPython, behind a USB gadget whose cable can be pulled.

Run as root with the device's Python; the kernel's dummy_hcd joins gadget and host. Orders on standard input, each
printed again when it is done: "plug", "unplug" (power and cable at once), "press KEY", "end".
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import termios
import threading
import time
import tty
from pathlib import Path

from chestnut.devices.ports import USB_PRODUCT, USB_VENDOR
from chestnut.runtime.pins import load_pins
from chestnut.sim.pod import SimulatedPod

GADGET = Path("/dev/ttyGS0")
APPEARS_S = 20.0


class Cable:
    """Carries bytes between the firmware's terminal and the gadget from join() to cut()."""

    def __init__(self, pod: SimulatedPod) -> None:
        self._pod = pod
        self._ends: tuple[int, int] | None = None
        self._wake = os.pipe()
        self._thread: threading.Thread | None = None

    def join(self) -> None:
        ends = tuple(os.open(path, os.O_RDWR | os.O_NOCTTY) for path in (self._pod.port, GADGET))
        for end in ends:
            tty.setraw(end, termios.TCSANOW)
            os.set_blocking(end, False)
        self._ends = (ends[0], ends[1])
        self._thread = threading.Thread(target=self._carry, args=self._ends, daemon=True)
        self._thread.start()

    def cut(self) -> None:
        if self._thread is not None and self._ends is not None:
            os.write(self._wake[1], b".")
            self._thread.join()
            os.read(self._wake[0], 1)
            for end in self._ends:
                os.close(end)
            self._thread = self._ends = None

    def _carry(self, pod: int, gadget: int) -> None:
        with selectors.DefaultSelector() as ready:
            for end in (pod, gadget, self._wake[0]):
                ready.register(end, selectors.EVENT_READ)
            while True:
                for key, _ in ready.select():
                    if key.fd == self._wake[0]:
                        return
                    try:
                        data = os.read(key.fd, 4096)
                        if data:
                            os.write(gadget if key.fd == pod else pod, data)
                    except BlockingIOError:
                        continue
                    except OSError:  # hung up: the order to cut follows
                        ready.unregister(key.fd)


def insert() -> None:
    """The gadget is on the bus, with the numbers of a Pico. (soft_connect of dummy_hcd cannot be used: once
    disconnected it is not enumerated again, kernel 6.12.)"""
    numbers = (f"idVendor={USB_VENDOR:#x}", f"idProduct={USB_PRODUCT:#x}")
    subprocess.run(["modprobe", "g_serial", *numbers], check=True)
    until = time.monotonic() + APPEARS_S
    while not GADGET.exists() and time.monotonic() < until:
        time.sleep(0.05)


def remove() -> None:
    subprocess.run(["rmmod", "g_serial"], check=True)


def main() -> None:
    remove()
    pod = SimulatedPod({button.name: button.gpio for button in load_pins().buttons}, quiet=True)
    cable = Cable(pod)
    pod.unplug()
    print("ready", flush=True)
    try:
        for line in sys.stdin:
            match line.split():
                case ["plug"]:
                    pod.plug()
                    insert()
                    cable.join()
                case ["unplug"]:
                    cable.cut()
                    remove()
                    pod.unplug()
                case ["press", key]:
                    pod.press(key)
                case _:
                    return
            print(line.strip(), flush=True)
    finally:
        cable.cut()
        pod.close()


if __name__ == "__main__":
    main()
