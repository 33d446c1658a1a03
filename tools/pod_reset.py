"""Resets the pod over its wires to the Pi (docs/pins.md); with --drive it comes back as a drive for a UF2 file, as
if it had been plugged in with BOOTSEL held. Run on that Pi: python -m tools.pod_reset [--drive]."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Any

from chestnut.core.ports import Board, PodLine
from chestnut.devices.board import LINES, GpioBoard, NoPins, open_pins
from chestnut.runtime.assemble.body import header_gpios
from chestnut.runtime.clock import HostClock

LOW_S = 0.2  # RUN
HELD_S = 0.5  # BOOTSEL longer than RUN: the chip looks at it some milliseconds after the reset


def reset(board: Board, *, drive: bool, rest: Callable[[float], None] = time.sleep) -> None:
    """Blocks for less than a second. Both lines are let go whatever happens."""
    try:
        board.pull(PodLine.BOOTSEL, drive)
        board.pull(PodLine.RUN, True)
        rest(LOW_S)
        board.pull(PodLine.RUN, False)
        rest(HELD_S)
    finally:
        board.pull(PodLine.RUN, False)
        board.pull(PodLine.BOOTSEL, False)


def main(arguments: list[str] | None = None, opened: Callable[[], Any] = open_pins) -> int:
    """0 done, 2 it cannot be: one line says why."""
    parser = argparse.ArgumentParser(description="Reset the pod over its wires to this Raspberry Pi.")
    parser.add_argument("--drive", action="store_true", help="as a drive that takes a UF2 file")
    drive = parser.parse_args(arguments).drive
    wanted = [LINES[PodLine.RUN]] + [LINES[PodLine.BOOTSEL]] * drive
    gpios = {name: gpio for name, gpio in header_gpios().items() if name in wanted}
    try:
        if missing := [name for name in wanted if name not in gpios]:
            raise NoPins(f"shared/pins.toml has no [[header]] named {missing[0]!r}: add it")
        board = GpioBoard(gpios, lambda event: None, HostClock(), opened())
    except NoPins as error:
        print(error, file=sys.stderr)
        return 2
    try:
        if set(board.lines) != set(wanted):
            print("the pod's wires are in use: sudo systemctl stop chestnut, then again", file=sys.stderr)
            return 2
        reset(board, drive=drive)
    finally:
        board.close()
    print("the pod was reset" + (": copy the UF2 file of make mcu-uf2 onto its drive" if drive else ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
