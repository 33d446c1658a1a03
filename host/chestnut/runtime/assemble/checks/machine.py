"""The machine's own pins, its battery's gauge, its processor and supply."""

from __future__ import annotations

from chestnut.core.care import CHIP_SLOW_C
from chestnut.devices.board import NoPins, open_pins
from chestnut.devices.chip import Chip
from chestnut.devices.gauges import open_gauge
from chestnut.runtime.assemble.body import header_gpios
from chestnut.runtime.checking import Place, Result, State


def pins(place: Place) -> Result:
    """Whether they can be opened. No line is taken, for a running device may have it."""
    try:
        open_pins().close()
    except NoPins as error:
        found, _, remedy = str(error).partition(": ")
        return Result("pins", State.ABSENT, found, remedy or "nothing is lost without them: docs/pins.md")
    return Result("pins", State.OK, ", ".join(f"{name} {gpio}" for name, gpio in header_gpios().items()))


def gauge(place: Place) -> Result:
    """The one the settings name, asked once; the pod's is the running device's to tell."""
    kind = place.settings.power.gauge
    chosen = open_gauge(kind)
    if chosen is None:
        remedy = "where a board measures the battery, name it: [power] gauge in the settings"
        return Result("gauge", State.ABSENT, f"{kind} is chosen in the settings", remedy)
    try:
        charge = chosen.read()
    except OSError as error:
        found, _, remedy = str(error).partition(": ")
        return Result("gauge", State.MISSING, found, remedy, "gauge_lost")
    finally:
        chosen.close()
    state = {True: ", charging", False: ", not charging", None: ""}[charge.charging]
    return Result("gauge", State.OK, f"{kind}: {charge.percent} %, {charge.millivolts} mV{state}")


def processor(place: Place) -> Result:
    """Its warmth, and whether its supply was ever too weak since the start. Told, but no fault of what is installed:
    an update is not undone because the sun shines on the device."""
    state = Chip().read()
    if state.undervoltage:
        return Result(
            "processor",
            State.ABSENT,
            "the power supply is too weak, or was since the start",
            "use a shorter cable or a stronger power bank; docs/power.md",
            "power_weak",
        )
    if state.celsius is None:
        remedy = "a Raspberry Pi measures it; nothing is to be done elsewhere"
        return Result("processor", State.ABSENT, "its warmth is not measured", remedy)
    if state.celsius >= CHIP_SLOW_C:
        remedy = "let air to the vents and look whether the fan turns"
        return Result("processor", State.ABSENT, f"{state.celsius:.0f} °C", remedy, "chip_warm")
    return Result("processor", State.OK, f"{state.celsius:.0f} °C, and its supply holds")
