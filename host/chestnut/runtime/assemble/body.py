"""What belongs to the machine itself: its pins, its battery and processor, its switch."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from chestnut.core.ports import Board, Clock, MachineSwitch, Post, Power
from chestnut.devices.board import GpioBoard, NoPins, open_pins
from chestnut.devices.chip import Chip
from chestnut.devices.gauges import open_gauge
from chestnut.devices.machine_switch import FileSwitch
from chestnut.devices.power import PowerWatch
from chestnut.runtime.header import I2C
from chestnut.runtime.pins import load_pins

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Body:
    """board: None where there are no pins. switch: None where the machine is never switched off."""

    board: Board | None = None
    power: Power | None = None
    switch: MachineSwitch | None = None


def header_gpios() -> dict[str, int]:
    """The lines of the Pi's header that this program drives or reads, by name."""
    return {line.name: line.gpio for line in load_pins().header if line.kind not in I2C}


def open_body(gauge: str, post: Post, clock: Clock) -> Body:
    """Of the real machine. gauge: of the settings. Changes the current folder for a moment: before any thread that
    opens files by relative names."""
    body = Body(switch=FileSwitch())
    try:
        body.board = GpioBoard(header_gpios(), post, clock, open_pins())
    except NoPins as error:
        log.info("%s", error)
    low = body.board.battery_low if body.board is not None else lambda: None
    watch = PowerWatch(post, clock, open_gauge(gauge), Chip(), low)
    watch.start()
    body.power = watch
    return body
