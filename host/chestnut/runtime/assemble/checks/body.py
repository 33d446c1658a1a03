"""The pod, the clock, the battery."""

from __future__ import annotations

import asyncio
from pathlib import Path

from chestnut.core.events import Event, Part, PartFound, PartLost
from chestnut.devices.link import LinkLost, SerialPod, find_port
from chestnut.devices.machine_clock import MachineClock
from chestnut.devices.wall_clock import WallClock
from chestnut.locale import Phrases
from chestnut.runtime import keepsake
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.clock import HostClock
from chestnut.runtime.pins import load_pins

GREETING_S = 4.0


def pod(place: Place) -> Result:
    """Where it is, and what it says of itself when it is greeted."""
    port = place.settings.pod.port
    try:
        path = find_port() if port == "auto" else port
    except LinkLost as error:
        return Result("pod", State.ABSENT, str(error), "plug it in, or use chestnut run --sim", error.reason)
    if not Path(path).exists():
        return Result("pod", State.MISSING, f"{path} is not there", "plug it in", "pod_missing")
    return asyncio.run(_greet(path))


async def _greet(path: str) -> Result:
    told: asyncio.Queue[Event] = asyncio.Queue()
    link = SerialPod(path, told.put_nowait, HostClock(), load_pins().names)
    await link.start()
    try:
        async with asyncio.timeout(GREETING_S):
            while True:
                match await told.get():
                    case PartFound(part=Part.POD):
                        break
                    case PartLost(part=Part.POD, reason=reason):
                        found, _, remedy = Phrases.of("en").render(reason, {}).partition(". ")
                        return Result("pod", State.MISSING, f"{path}: {found}", remedy, reason)
    except TimeoutError:
        return Result(
            "pod",
            State.MISSING,
            f"{path} does not answer",
            "plug it in anew, or make flash-mcu",
            "pod_missing",
        )
    finally:
        hello = link.hello
        await link.close()
    assert hello is not None, "it was greeted"
    firmware = f"{hello.firmware_major}.{hello.firmware_minor}.{hello.firmware_patch}"
    return Result("pod", State.OK, f"{path}, firmware {firmware}, board {hello.uid.hex()}")


def simulated_pod(place: Place) -> Result:
    from chestnut.sim.pod import PodNotSimulated, find_micropython

    try:
        return Result("simulated pod", State.OK, Path(find_micropython()).name)
    except PodNotSimulated as error:
        return Result("simulated pod", State.ABSENT, str(error), "make setup")


def clock(place: Place) -> Result:
    """A doubt is the wearer's and the reminders', not a fault."""
    doubt = WallClock(MachineClock(), keepsake.default_path().with_name("clock.json")).doubt()
    if doubt:
        found = Phrases.of("en").render(doubt, {}).split(". ")[0]
        return Result("clock", State.ABSENT, found, "chestnut clock tells how to set it", doubt)
    return Result("clock", State.OK, "it can be trusted")


def battery(place: Place) -> Result:
    told = place.device
    if told is None:
        return Result(
            "battery", State.ABSENT, "measured by a running device alone", "start it: chestnut run", ""
        )
    if told.battery is None:
        return Result("battery", State.ABSENT, "not measured", "docs/pod.md tells how to measure it", "")
    return Result("battery", State.OK, f"{told.battery} %")
