"""The pad and Bluetooth; both are optional."""

from __future__ import annotations

import asyncio

from chestnut.devices.pad_pairing import BluezPairing, PairingFailed
from chestnut.devices.pads_here import pads_here
from chestnut.runtime.checking import Place, Result, State
from chestnut.runtime.clock import HostClock
from chestnut.runtime.pads import load_pads

READABLE = "add your user to the group input: sudo usermod -aG input USER, then log in anew"


def pad(place: Place) -> Result:
    """Those the system has now; a pad that sleeps is none."""
    if place.settings.pad.link == "none":
        return Result("pad", State.ABSENT, "switched off in the settings", 'set pad.link to "evdev"')
    pads = pads_here(load_pads().models)
    for one in pads:
        if one.readable:
            mode = f"{one.model}, mode {one.mode}" if one.model else "in no table"
            battery = "" if one.battery is None else f", battery {one.battery} %"
            return Result("pad", State.OK, f"{one.name} ({mode}) on {one.path}{battery}")
    if pads:
        return Result(
            "pad",
            State.MISSING,
            f"{pads[0].name} on {pads[0].path} may not be read",
            READABLE,
            "pad_denied",
        )
    return Result("pad", State.ABSENT, "no pad", "switch it on; the first time, pair it: docs/pad.md")


def bluetooth(place: Place) -> Result:
    """Whether BlueZ answers, and which pads are paired."""
    try:
        pads = asyncio.run(BluezPairing(HostClock()).paired())
    except PairingFailed as error:
        return Result(
            "bluetooth",
            State.ABSENT,
            str(error),
            "sudo apt install bluez, sudo rfkill unblock bluetooth; a pad on a cable needs none",
            error.reason,
        )
    named = ", ".join(one.name for one in pads)
    return Result("bluetooth", State.OK, f"BlueZ answers, {f'paired: {named}' if named else 'no pad paired'}")
