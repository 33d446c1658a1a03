"""The pod at the end of a USB cable: pyserial opens it, the asyncio loop reads it, chestnut_wire does the talking.

There is no thread: bytes arrive through add_reader, and one task opens the port, repeats what is due and notices
silence. A press is stamped with the moment the finger moved, from the pod's own clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
import termios
from collections.abc import Sequence
from pathlib import Path

from chestnut_wire.host_end import HostEnd
from chestnut_wire.messages import (
    BATTERY_MV,
    DOWN,
    HELD,
    MOTOR_FAILED,
    PATTERNS,
    SAFE_AFTER_FAULTS,
    SAFE_BY_KEY,
    SKIN_CENTIKELVIN,
    UP,
    Hello,
)

from chestnut.core.effects import Haptic
from chestnut.core.events import (
    BatteryMeasured,
    ButtonChanged,
    Edge,
    Part,
    PartFound,
    PartLost,
    PodRestarted,
    SkinMeasured,
)
from chestnut.core.ports import Clock, Post
from chestnut.devices.battery import percent_of
from chestnut.devices.ports import LinkLost as LinkLost
from chestnut.devices.ports import find_port as find_port
from chestnut.devices.told import Told

log = logging.getLogger(__name__)

BAUD = 115200  # means nothing over USB
SILENT_S = 3.0
TICK_S = 0.02
RETRY_FIRST_S = 0.05
RETRY_MAX_S = 0.5
KELVIN = 273.15
UNUSABLE = ("pod_version", "pod_safe_faults", "pod_safe_key")
_READ = 4096
_EDGES = {UP: Edge.UP, DOWN: Edge.DOWN, HELD: Edge.HELD}


class SerialPod:
    """The Pod port. `await start()` once, `await close()` at the end; between them it reconnects for ever.

    port: a path, or None for the first pod found on USB. buttons: the names of the keys in the order of pins.toml.
    strength: of every buzz, 0 to 255. silent_s: a pod that says nothing for so long is lost. battery_cells: in
    a row, where the pod measures them. told: where to keep which keys were delivered, so that a restart of this
    program hears none of them twice; None to keep nothing.
    """

    def __init__(
        self,
        port: str | None,
        post: Post,
        clock: Clock,
        buttons: Sequence[str],
        *,
        strength: int = 255,
        silent_s: float = SILENT_S,
        battery_cells: int = 1,
        told: Path | None = None,
    ) -> None:
        self._port = port
        self._post = post
        self._clock = clock
        self._buttons = tuple(buttons)
        self._strength = strength
        self._silent_s = silent_s
        self._battery_cells = battery_cells
        self._end = HostEnd(
            session=random.SystemRandom().randrange(1 << 16),
            buttons=len(self._buttons),
            send=self._send,
            moved=self._moved,
            found=self._found,
            refused=self._refused,
            measured=self._measured,
            crashed=self._crashed,
            able=self._able,
        )
        self._told = None if told is None else Told(told)
        last = None if self._told is None else self._told.last()
        if last is not None:
            self._end.inbox.resume(*last)
        self._task: asyncio.Task[None] | None = None
        self._fd: int | None = None
        self._hung_up: LinkLost | None = None
        self._present = False
        self._motor_lost = False  # and told
        self._uid = ""  # of the pod last met, which is preferred to another
        self._complained: str | None = None  # the loss that was told last
        self._unsent = 0
        self._connections = 0
        self._turns = 0

    async def start(self) -> None:
        """Begin to look for the pod; returns at once."""
        if self._task is None:
            self._task = asyncio.create_task(self._live(), name="pod")

    def buzz(self, pattern: Haptic) -> None:
        self._end.buzz(PATTERNS[pattern.value], self._strength, self._clock.now())

    async def close(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            self._end.farewell()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            if self._told is not None:
                self._told.close()

    def turns(self) -> int:
        """Another number each time the link has gone round, with a pod or without."""
        return self._turns

    @property
    def linked(self) -> bool:
        return self._end.linked

    @property
    def hello(self) -> Hello | None:
        """What the pod last greeted said of itself."""
        return self._end.hello

    def counters(self) -> dict[str, int]:
        """What the line did since the start: frames heard, pieces dropped as damaged, frames missed in the pod's
        count, frames of no known message, edges that came twice, edges the pod had given up, commands repeated,
        commands given up, frames the port did not take, connections."""
        end = self._end
        return {
            "frames": end.side.deframer.frames,
            "dropped": end.side.deframer.dropped,
            "missed": end.side.missed,
            "unknown": end.side.unknown,
            "duplicates": end.inbox.duplicates,
            "lost": end.inbox.lost,
            "resends": end.commands.resends,
            "expired": end.commands.expired,
            "unsent": self._unsent,
            "connections": self._connections,
        }

    # --- the life of the link ---------------------------------------------------------------------------

    async def _live(self) -> None:
        wait_s = RETRY_FIRST_S
        while True:
            self._turns += 1
            try:
                await self._converse()
            except LinkLost as loss:
                if self._present:
                    wait_s = RETRY_FIRST_S
                self._lost(loss)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, RETRY_MAX_S)

    async def _converse(self) -> None:
        """Talk over one opened port until it fails. Raises LinkLost."""
        import serial

        path = self._port or find_port(self._uid)
        try:
            port = serial.Serial(path, BAUD, timeout=0, exclusive=True)
        except (OSError, ValueError, termios.error) as error:  # SerialException is an OSError
            raise LinkLost(self._loss(), f"cannot open the pod on {path}: plug it in ({error})") from error
        loop = asyncio.get_running_loop()
        self._fd = fd = port.fileno()
        self._hung_up = None
        self._connections += 1
        loop.add_reader(fd, self._readable, fd)
        try:
            opened_s = self._clock.now()
            self._end.connected(opened_s)
            while True:
                await asyncio.sleep(TICK_S)
                self._turns += 1
                if self._hung_up is not None:
                    raise self._hung_up
                now_s = self._clock.now()
                heard_s = opened_s if self._end.heard_s is None else self._end.heard_s
                if now_s - heard_s > self._silent_s:
                    raise LinkLost(
                        self._loss(), f"the pod on {path} is silent: plug it in anew, or run make flash-mcu"
                    )
                self._end.tick(now_s)
        finally:
            self._end.disconnected()
            loop.remove_reader(fd)
            self._fd = None
            with contextlib.suppress(OSError, termios.error):
                port.close()

    def _readable(self, fd: int) -> None:
        try:
            data = os.read(fd, _READ)
        except BlockingIOError:
            return
        except OSError as error:
            self._hang_up(error)
            return
        if data:
            self._end.received(data, self._clock.now())
            delivered = self._end.inbox.acknowledged()
            if self._told is not None and delivered is not None:
                self._told.note(*delivered)
        else:
            self._hang_up(None)

    def _send(self, data: bytes) -> None:
        """One frame, whole or not at all where that is possible: what is missing the protocol repeats."""
        if self._fd is None or self._hung_up is not None:
            return
        try:
            if os.write(self._fd, data) < len(data):
                self._unsent += 1
        except BlockingIOError:
            self._unsent += 1
        except OSError as error:
            self._hang_up(error)

    def _hang_up(self, error: OSError | None) -> None:
        """The port is gone. The task ends the conversation; until then the loop must not spin on it."""
        if self._hung_up is None:
            self._hung_up = LinkLost("pod_lost", f"the pod's cable is out: plug it in ({error or 'hung up'})")
        if self._fd is not None:
            asyncio.get_running_loop().remove_reader(self._fd)

    # --- what is told -----------------------------------------------------------------------------------

    def _loss(self) -> str:
        return "pod_lost" if self._present else "pod_missing"

    def _moved(self, button: int, kind: int, at_s: float) -> None:
        if button < len(self._buttons) and kind in _EDGES:
            self._post(ButtonChanged(at=at_s, button=self._buttons[button], edge=_EDGES[kind]))

    def _found(self) -> None:
        if self._present:  # it started anew while we were connected: keys that were down are not any more
            self._lost(LinkLost("pod_lost", "the pod started anew"))
        hello = self._end.hello
        assert hello is not None
        self._uid = hello.uid.hex()
        log.info(
            "pod found: firmware %d.%d.%d, reset cause %d, %d edges given up",
            hello.firmware_major,
            hello.firmware_minor,
            hello.firmware_patch,
            hello.reset_cause,
            hello.overflows,
        )
        if hello.capabilities & SAFE_AFTER_FAULTS:
            self._lost(
                LinkLost("pod_safe_faults", "the pod has failed several times in a row: plug it in anew")
            )
        elif hello.capabilities & SAFE_BY_KEY:
            self._lost(LinkLost("pod_safe_key", "a key was held when the pod got power: plug it in anew"))
        else:
            self._present = True
            self._complained = None
            self._post(PartFound(at=self._clock.now(), part=Part.POD))
            self._able()

    def _able(self) -> None:
        """What the pod can do is known, or has changed."""
        assert self._end.hello is not None
        lost = bool(self._end.hello.capabilities & MOTOR_FAILED)
        if lost == self._motor_lost:
            return
        self._motor_lost = lost
        now_s = self._clock.now()
        if lost:
            log.warning("the pod's motor driver does not answer: check its wires")
        self._post(
            PartLost(at=now_s, part=Part.MOTOR, reason="motor_lost")
            if lost
            else PartFound(at=now_s, part=Part.MOTOR)
        )

    def _measured(self, quantity: int, value: int) -> None:
        now_s = self._clock.now()
        if quantity == BATTERY_MV:
            percent = percent_of(value, self._battery_cells) if value else None
            self._post(BatteryMeasured(at=now_s, percent=percent, millivolts=value))
        elif quantity == SKIN_CENTIKELVIN:
            self._post(SkinMeasured(at=now_s, celsius=round(value / 100 - KELVIN, 2) if value else None))

    def _crashed(self, trace: bytes) -> None:
        text = trace.decode(errors="replace").strip()
        log.error("the pod had a fault in an earlier life:\n%s", text)
        self._post(PodRestarted(at=self._clock.now(), reason=text.splitlines()[-1] if text else ""))

    def _refused(self) -> None:
        self._lost(LinkLost("pod_version", "the pod's firmware and this program differ: run make flash-mcu"))

    def _lost(self, loss: LinkLost) -> None:
        """Tell it once, however often it is tried again; why a pod that is there is not used is told even after a
        missing pod."""
        was_present, self._present = self._present, False
        news = self._complained is None or (loss.reason in UNUSABLE and loss.reason != self._complained)
        if was_present or news:
            self._complained = loss.reason
            log.warning("%s", loss)
            self._post(PartLost(at=self._clock.now(), part=Part.POD, reason=loss.reason))
