"""To find a thing: from the picture in which it has come, or moved, to the tone that tells so.

Run: python -m bench.finding [COUNT]. The whole simulated device without a loudspeaker; add the sink's own latency for
the ear. A thing that comes must be seen twice before it is believed; one that has moved tells so with the next tone
of the rhythm.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field

import numpy as np
import skimage.data
from chestnut.core.effects import Guide, Order, Say, Start
from chestnut.core.events import BatteryMeasured, ButtonChanged, Edge, Event, SceneSeen
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.sim.pictures import NOTICES, notice
from PIL import Image

PATIENCE_S = 60.0
SETTLE_S = 1.2
LEFT_PX, MIDDLE_PX = -200, 190


class Room:
    """A camera before which a cup stands at the left, in the middle, or nowhere."""

    def __init__(self) -> None:
        coffee = Image.fromarray(skimage.data.coffee()).resize((900, 600))
        self._views: dict[int | None, np.ndarray] = {None: np.asarray(notice(NOTICES["en"]))}
        for left_px in (LEFT_PX, MIDDLE_PX):
            wall = Image.new("RGB", (1280, 720), (120, 115, 105))
            wall.paste(coffee, (left_px, 60))
            self._views[left_px] = np.asarray(wall)
        self._lock = threading.Lock()
        self._shown: int | None = None

    def put(self, left_px: int | None) -> float:
        """When it was."""
        with self._lock:
            self._shown = left_px
            return time.monotonic()

    def open(self) -> None:
        """Nothing to open."""

    def read(self) -> np.ndarray:
        with self._lock:
            return self._views[self._shown]

    def close(self) -> None:
        """Nothing to close."""


@dataclass
class Times:
    """Milliseconds. come: into view to its first tone. moved: to the first Guide that tells so. look: from one
    answered look to the next."""

    come: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    look: list[float] = field(default_factory=list)


async def measure(count: int) -> Times:
    room, times = Room(), Times()
    settings = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
    changed = asyncio.Event()
    tones: list[float] = []
    guides: list[tuple[float, float | None]] = []
    seen: list[float] = []
    offers: list[float] = []

    def tap(event: Event, orders: tuple[Order, ...]) -> None:
        if isinstance(event, SceneSeen):
            seen.append(time.monotonic())
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, Guide):
                guides.append((time.monotonic(), order.effect.closeness))
            if (
                isinstance(order, Start)
                and isinstance(order.effect, Say)
                and order.effect.key == "find_offer"
            ):
                offers.append(time.monotonic())
        changed.set()

    async def until(holds: object) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():  # type: ignore[operator]
                changed.clear()
                await changed.wait()

    simulation = Simulation(settings, camera=room)
    device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings), (tap,))
    async with device:
        assert device.parts is not None
        play = device.parts.voice.tone

        def tone(height: float, volume: float = 0.8) -> None:
            tones.append(time.monotonic())
            play(height, volume)
            changed.set()

        device.parts.voice.tone = tone  # type: ignore[method-assign]
        await until(lambda: device.conductor.session.last_said and not device.conductor.busy)
        for _ in range(count):
            await asyncio.sleep(0.5)  # not the second half of a double press
            offered = len(offers)
            device.conductor.request("find")
            # Its orders come with the next event.
            device.post(BatteryMeasured(at=time.monotonic(), percent=None, millivolts=0))
            await until(lambda offered=offered: len(offers) > offered)
            for edge in (Edge.DOWN, Edge.UP):
                device.post(ButtonChanged(at=time.monotonic(), button="describe", edge=edge))
            await asyncio.sleep(SETTLE_S)
            at = room.put(LEFT_PX)
            await until(lambda at=at: tones and tones[-1] > at)
            times.come.append((next(tone_at for tone_at in tones if tone_at > at) - at) * 1e3)
            begun = len(seen)
            await asyncio.sleep(SETTLE_S)
            times.look += [(later - sooner) * 1e3 for sooner, later in itertools.pairwise(seen[begun:])]
            at, far = room.put(MIDDLE_PX), guides[-1][1] or 0.0
            await until(lambda at=at, far=far: guides[-1][0] > at and (guides[-1][1] or 0.0) > far + 0.2)
            times.moved.append((guides[-1][0] - at) * 1e3)
            device.post(ButtonChanged(at=time.monotonic(), button="stop", edge=Edge.DOWN))
            device.post(ButtonChanged(at=time.monotonic(), button="stop", edge=Edge.UP))
            room.put(None)
            await until(lambda: not device.conductor.busy)
    return times


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    times = asyncio.run(measure(count))
    for what, name in (
        (times.come, "cup comes into view -> first tone"),
        (times.moved, "cup moved -> the rhythm and pitch are told"),
        (times.look, "look to look"),
    ):
        ordered = sorted(what)
        p95 = ordered[round(0.95 * (len(ordered) - 1))]
        print(f"{name:45}{statistics.median(what):8.0f}{p95:8.0f}  ms p50, p95 of {len(what)}")


if __name__ == "__main__":
    main()
