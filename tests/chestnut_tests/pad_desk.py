"""Pads for the contract test: each bench has one behind the port, and a hand that presses, loses and brings it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from chestnut.core.events import ButtonChanged, Event, PadMeasured, Part, PartFound, PartLost
from chestnut.core.ports import Pad
from chestnut.devices.pad_ble import BlePad
from chestnut.devices.pad_evdev import EvdevPad
from chestnut.runtime.pads import load_pads
from chestnut.sim.pad import SimulatedPad
from evdev import ecodes
from guest.uhid_pad import BITS, HATS

from chestnut_tests.pipe_pad import Kernel, KernelPad
from chestnut_tests.pod_desk import MonotonicClock
from chestnut_tests.radio import Air, Client, RadioPad

PADS = load_pads()
HOLD_S = 0.25  # longer than a press below, however slow the machine: stamps decide, not the host
PATIENCE_S = 20.0
CODES = {
    "a": ecodes.BTN_SOUTH,
    "b": ecodes.BTN_EAST,
    "x": ecodes.BTN_NORTH,
    "y": ecodes.BTN_WEST,
    "l1": ecodes.BTN_TL,
    "r1": ecodes.BTN_TR,
    "l2": ecodes.BTN_TL2,
    "r2": ecodes.BTN_TR2,
    "select": ecodes.BTN_SELECT,
    "start": ecodes.BTN_START,
}


class Bench(Protocol):
    port: Pad

    async def set_up(self, post: Callable[[Event], None], folder: Path) -> None: ...

    async def press(self, button: str, down_s: float) -> None: ...

    async def go(self) -> None: ...

    async def come(self) -> None: ...

    async def tear_down(self) -> None: ...


class KernelBench:
    """EvdevPad over pipes that real python-evdev reads."""

    async def set_up(self, post: Callable[[Event], None], folder: Path) -> None:
        self.pad = KernelPad(folder)
        self.kernel = Kernel(self.pad)
        self.port = EvdevPad(
            post,
            MonotonicClock(),
            PADS.models,
            HOLD_S,
            folder=folder,
            system=folder / "sys",
            open_node=self.kernel.open,
            rescan_s=0.01,
        )

    async def press(self, button: str, down_s: float) -> None:
        if button in ("left", "right"):
            code = ecodes.ABS_HAT0X
            self.pad.axis(code, -1 if button == "left" else 1)
            await asyncio.sleep(down_s)
            self.pad.axis(code, 0)
            return
        self.pad.key(CODES[button], 1)
        await asyncio.sleep(down_s)
        self.pad.key(CODES[button], 0)

    async def go(self) -> None:
        self.pad.unplug()

    async def come(self) -> None:
        self.pad.plug()

    async def tear_down(self) -> None:
        self.kernel.close()


class RadioBench:
    """BlePad over real bleak over bumble."""

    async def set_up(self, post: Callable[[Event], None], folder: Path) -> None:
        self.air = Air()
        await self.air.__aenter__()
        self.pad = RadioPad(self.air.link)
        await self.pad.switch_on()
        self.port = BlePad(
            post, MonotonicClock(), PADS.models, HOLD_S, self.air.find, client=Client, retry_s=0.01
        )

    async def press(self, button: str, down_s: float) -> None:
        await self.pad.send(
            **{"hat": HATS[button]} if button in HATS else {"buttons": 1 << BITS[button]},
        )
        await asyncio.sleep(down_s)
        await self.pad.send()

    async def go(self) -> None:
        await self.pad.go()

    async def come(self) -> None:
        await self.pad.come()

    async def tear_down(self) -> None:
        await self.pad.go()
        await self.air.__aexit__()


class SimulatedBench:
    async def set_up(self, post: Callable[[Event], None], folder: Path) -> None:
        self.port = SimulatedPad(post, MonotonicClock(), HOLD_S)

    async def press(self, button: str, down_s: float) -> None:
        self.port.press(f"pad_{button}", down_s)
        await asyncio.sleep(down_s)

    async def go(self) -> None:
        self.port.go()

    async def come(self) -> None:
        self.port.come()

    async def tear_down(self) -> None:
        pass


class Told:
    """What a pad's port has posted."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def edges(self) -> list[str]:
        """ "a down", "a up" … in the order of their posting."""
        return [
            f"{event.button.removeprefix('pad_')} {event.edge}"
            for event in self.events
            if isinstance(event, ButtonChanged)
        ]

    def moments(self) -> list[float]:
        return [event.at for event in self.events if isinstance(event, ButtonChanged)]

    def parts(self) -> list[str]:
        """ "found", or the reason of a loss."""
        return [
            event.reason if isinstance(event, PartLost) else "found"
            for event in self.events
            if isinstance(event, PartFound | PartLost) and event.part is Part.PAD
        ]

    def battery(self) -> list[int | None]:
        return [event.percent for event in self.events if isinstance(event, PadMeasured)]

    async def until(self, true: Callable[[], object]) -> None:
        end_s = time.monotonic() + PATIENCE_S
        while not true():
            assert time.monotonic() < end_s, f"waited in vain: {self.events}"
            await asyncio.sleep(0.002)
