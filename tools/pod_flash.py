"""Puts the firmware on a connected pod and sees it come alive. Run: make flash-mcu [PORT=/dev/ttyACM0].

main.py goes first and comes last: whatever ends the work in between leaves a board that starts nothing and answers
its prompt, so that it can be flashed again. What the pod keeps for itself (its *.txt files) stays.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import serial
from chestnut.core.events import Event
from chestnut.devices.link import LinkLost, SerialPod, find_port
from chestnut.runtime.clock import HostClock
from chestnut.runtime.pins import load_pins
from chestnut_wire.host_end import HostEnd

from tools.pod_files import MPY_VERSION, OLDEST_MICROPYTHON, PodFilesError, firmware_version, pod_files

HELLO_S = 3.0  # a pod that runs says hello four times a second
MAINTENANCE_S = 3.0
RETURN_S = 15.0  # until a pod that was reset is there again
PROMPT_S = 5.0
BOOTSEL = {"0003": "Pico", "000f": "Pico 2"}  # USB products of the boot ROM
DRAG = (
    "hold BOOTSEL while plugging it in and drag MicroPython's UF2 for your board (micropython.org/download) onto its "
    "drive, then run make flash-mcu again"
)
CHIPS = {"pico": "RP2040", "pico2": "RP2350"}


class FlashError(RuntimeError):
    """It did not work; the text says why and names the remedy."""


def choose_port(asked: str | None, usb: Path = Path("/sys/bus/usb/devices")) -> str:
    """The pod's port. Raises FlashError."""
    if asked:
        return asked
    try:
        return find_port()
    except LinkLost as error:
        for vendor in usb.glob("*/idVendor"):
            product = (vendor.parent / "idProduct").read_text().strip()
            if vendor.read_text().strip() == "2e8a" and product in BOOTSEL:
                raise FlashError(
                    f"the {BOOTSEL[product]} waits for a drag-and-drop file and has no prompt: {DRAG}"
                ) from error
        raise FlashError(
            f"no pod on USB: plug it in, or name its port (make flash-mcu PORT=/dev/ttyACM0). A new board: {DRAG}"
        ) from error


def leave_the_prompt(port: str) -> bool:
    """Ask the running firmware for the prompt; False when no firmware answers. Raises FlashError."""
    with opened(port) as line:
        end = HostEnd(
            session=int(time.monotonic() * 1000) & 0xFFFF,
            buttons=len(load_pins().buttons),
            send=line.write,
            moved=lambda *_: None,
            found=lambda: None,
            refused=lambda: None,
        )

        def talk(true: Callable[[], bool], seconds: float) -> bool:
            end_s = time.monotonic() + seconds
            while not true():
                if time.monotonic() > end_s:
                    return False
                try:
                    end.received(line.read(256), time.monotonic())
                    end.tick(time.monotonic())
                except OSError:
                    return False  # it has reset itself
            return True

        end.connected(time.monotonic())
        if not talk(lambda: end.linked, HELLO_S):
            return False
        end.maintain(time.monotonic())
        talk(lambda: end.commands.idle, MAINTENANCE_S)
        return True


@contextlib.contextmanager
def opened(port: str) -> Iterator[serial.Serial]:
    """The port for ourselves alone. Raises FlashError."""
    try:
        line = serial.Serial(port, 115200, timeout=0.02, write_timeout=2, exclusive=True)
    except (OSError, ValueError) as error:
        raise FlashError(_why(port, error)) from error
    with contextlib.closing(line):
        yield line


def _why(port: str, error: Exception) -> str:
    text = str(error)
    if "lock" in text or "busy" in text:
        return f"{port} is in use: stop what holds it (chestnut run, a terminal) and try again"
    if "Permission" in text:
        return f"no permission for {port}: sudo usermod -aG dialout $USER, log in anew and try again"
    return f"cannot open {port}: plug the pod in, or name its port with PORT= ({text})"


class Board:
    """MicroPython's prompt at the end of a serial port, through mpremote. Raises FlashError."""

    def __init__(self, port: str, returning: bool = False) -> None:
        """returning: it was just asked to leave its program."""
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport

        self._failures = (TransportError, OSError)
        fault: Exception | None = None
        for _ in range(
            8 if returning else 2
        ):  # a pod that leaves its program may reset itself: its port comes back
            try:
                with opened(port):
                    pass
                self._line: Any = SerialTransport(port, timeout=0.5)
                with contextlib.redirect_stdout(None):  # mpremote prints what it got instead
                    self._line.enter_raw_repl(soft_reset=False, timeout_overall=PROMPT_S)
                return
            except (FlashError, *self._failures) as error:
                fault = error
                self.close()
                time.sleep(0.3)
        if isinstance(fault, FlashError):
            raise fault
        raise FlashError(
            f"nothing on {port} answers like MicroPython: plug the pod in anew with Find and Stop held down; "
            f"if that does not help, {DRAG}"
        ) from fault

    def ask(self, expression: str) -> Any:
        return self._line.eval(expression)

    def check(self, board: str, platforms: tuple[str, ...]) -> str:
        """What runs there. Raises FlashError when our files cannot."""
        self._line.exec("import os, sys")
        version = tuple(self.ask("tuple(sys.implementation[1])[:3]"))
        mpy = self.ask("getattr(sys.implementation, '_mpy', 0)") & 0xFF
        platform, machine = self.ask("sys.platform"), self.ask("sys.implementation._machine")
        name = ".".join(map(str, version))
        if platform not in platforms:
            raise FlashError(f"this is no Pico but {machine}: name the pod's port with PORT=")
        if version[:2] < OLDEST_MICROPYTHON or mpy != MPY_VERSION:
            oldest = ".".join(map(str, OLDEST_MICROPYTHON))
            raise FlashError(f"the pod has MicroPython {name}; {oldest} or newer is needed: {DRAG}")
        if platform == "rp2" and CHIPS[board] not in machine:
            raise FlashError(
                f'shared/pins.toml says board = "{board}", this is a {machine}: correct it and run make pins'
            )
        return f"MicroPython {name}, {machine}"

    def install(self, files: dict[str, bytes], told: Callable[[str], None]) -> None:
        """main.py goes, everything else comes, is read back, and main.py last. Raises FlashError."""
        try:
            present = self._present()
            same = {name for name in files if present.get(name) == hashlib.sha256(files[name]).digest()}
            if same == set(files) and not _strangers(present, files):
                told("all files are there already")
                return
            for name in ("main.py", *_strangers(present, files)):
                if name in present:
                    self._line.fs_rmfile(name)
            for folder in sorted({str(Path(name).parent) for name in files} - {"."}):
                if not self._line.fs_exists(folder):
                    self._line.fs_mkdir(folder)
            for name, content in files.items():
                if name in same and name != "main.py":
                    continue
                told(name)
                self._write(name, content)
        except self._failures as error:
            raise FlashError(
                f"the copy broke off ({error}): plug the pod in anew and run make flash-mcu again"
            ) from error

    def reset(self) -> None:
        with contextlib.suppress(*self._failures):
            self._line.exec_raw_no_follow("import machine; machine.reset()")
        self.close()

    def close(self) -> None:
        with contextlib.suppress(AttributeError, *self._failures):
            self._line.close()

    def _write(self, name: str, content: bytes) -> None:
        """Under another name until it is read back whole: a file of the right name is always a whole one."""
        fresh = name + ".new"
        self._line.fs_writefile(fresh, content)
        if self._line.fs_hashfile(fresh, "sha256") != hashlib.sha256(content).digest():
            raise FlashError(f"{name} reads back otherwise than written: the pod's flash may be worn out")
        self._line.exec(f"os.rename({fresh!r}, {name!r})")

    def _present(self) -> dict[str, bytes]:
        """Programs on the pod and their SHA-256."""
        found = {}
        for folder in ("", "chestnut_wire/"):
            if folder and not self._line.fs_exists(folder[:-1]):
                continue
            for entry in self._line.fs_listdir(folder[:-1]):
                if entry.name.endswith((".py", ".mpy", ".new")):
                    found[folder + entry.name] = self._line.fs_hashfile(folder + entry.name, "sha256")
        return found


def _strangers(present: dict[str, bytes], files: dict[str, bytes]) -> list[str]:
    """Programs that are not ours any more: an old .py would be taken instead of the new .mpy."""
    return sorted(set(present) - set(files))


async def verify(port: str | None, version: tuple[int, ...]) -> str:
    """Wait for the pod's hello through the real link. Raises FlashError."""
    told: list[Event] = []
    link = SerialPod(port, told.append, HostClock(), load_pins().names)
    await link.start()
    try:
        async with asyncio.timeout(RETURN_S):
            while not link.linked:
                await asyncio.sleep(0.05)
    except TimeoutError as error:
        raise FlashError(
            "all files are on the pod, but it does not say hello: plug it in anew without touching a key; if it "
            "stays silent, run make flash-mcu again with Find and Stop held down while plugging in"
        ) from error
    finally:
        await link.close()
    hello = link.hello
    assert hello is not None
    said = (hello.firmware_major, hello.firmware_minor, hello.firmware_patch)
    if said != version:
        raise FlashError(f"the pod says firmware {said}, {version} was copied: run make flash-mcu again")
    return ".".join(map(str, said))


def flash(
    asked: str | None,
    platforms: tuple[str, ...] = ("rp2",),
    told: Callable[[str], None] = lambda text: print(f"  {text}", flush=True),
) -> None:
    """All of it. Raises FlashError."""
    try:
        files = pod_files()
        version = firmware_version()
    except PodFilesError as error:
        raise FlashError(str(error)) from error
    port = choose_port(asked)
    running = leave_the_prompt(port)
    told(f"pod on {port}" + (", its firmware leaves the prompt to us" if running else ""))
    board = Board(port, running)
    try:
        told(board.check(load_pins().board, platforms))
        board.install(files, told)
    except BaseException:
        board.close()
        raise
    board.reset()
    told(f"the pod says hello: firmware {asyncio.run(verify(asked, version))}")


def main() -> int:
    parser = argparse.ArgumentParser(description="Put the firmware on the pod.")
    parser.add_argument("--port", default=None, help="the pod's serial port; without it the first pod on USB")
    try:
        flash(parser.parse_args().port or None)
    except FlashError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
