"""The pad beside the pod, and its pairing."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from chestnut.core.pad import SeenPad
from chestnut.core.ports import Clock, Pad, Post
from chestnut.devices.pad_ble import BlePad, PadUnfit
from chestnut.devices.pad_evdev import EvdevPad
from chestnut.devices.pad_pairing import BluezPairing, PairingFailed
from chestnut.runtime.pads import load_pads
from chestnut.runtime.pairing import Pairing
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import PadSettings

if TYPE_CHECKING:
    from bleak.backends.device import BLEDevice

log = logging.getLogger(__name__)

PATIENCE_S = 20.0  # the service of Bluetooth may start after us


def open_pad(settings: PadSettings, post: Post, clock: Clock) -> Pad | None:
    """Not started; None where none is wanted."""
    if settings.link == "none":
        return None
    models, hold_s = load_pads().models, hold_of_pad()
    if settings.link == "ble":
        return BlePad(post, clock, models, hold_s, paired_pad(BluezPairing(clock), settings.wanted, clock))
    return EvdevPad(post, clock, models, hold_s, wanted=settings.wanted)


def open_pairing(settings: PadSettings, post: Post, clock: Clock) -> Pairing | None:
    """None where no pad is wanted."""
    return None if settings.link == "none" else Pairing(BluezPairing(clock), post, clock)


def hold_of_pad() -> float:
    """As long as on the pod."""
    return load_pins().hold_ms / 1000


def paired_pad(pairing: BluezPairing, wanted: str, clock: Clock) -> Callable[[], Awaitable[BLEDevice | None]]:
    """BlePad's `find`: the first pad that is paired and wanted, by its path on D-Bus, so nothing is searched for.
    PadUnfit when Bluetooth has been missing for a while."""
    missing_since: float | None = None

    async def find() -> BLEDevice | None:
        from bleak.backends.device import BLEDevice

        nonlocal missing_since
        try:
            chosen = first_wanted(await pairing.paired(), wanted)
            path = "" if chosen is None else await pairing.path_of(chosen.address)
        except PairingFailed as error:
            missing_since = clock.now() if missing_since is None else missing_since
            if clock.now() - missing_since < PATIENCE_S:
                log.debug("no Bluetooth yet: %s", error)
                return None
            raise PadUnfit(error.reason, str(error)) from error
        missing_since = None
        return None if chosen is None else BLEDevice(chosen.address, chosen.name, {"path": path, "props": {}})

    return find


def first_wanted(pads: tuple[SeenPad, ...], wanted: str) -> SeenPad | None:
    part = wanted.casefold()
    return next((pad for pad in pads if part in pad.name.casefold() or part == pad.address.casefold()), None)
