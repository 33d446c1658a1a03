"""Writes mcu/board.py from shared/pins.toml. Run: python mcu/generate.py [--check]. CPython only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chestnut.runtime.pins import PINS_FILE, Pins, PinsError, load_pins

BOARD_FILE = Path(__file__).resolve().parent / "board.py"


def board_source(pins: Pins) -> str:
    """The text of board.py."""
    lines = [
        '"""Generated from shared/pins.toml by mcu/generate.py. Do not edit: `make pins` writes it anew."""',
        "",
        f'BOARD = "{pins.board}"',
        f"DEBOUNCE_US = {pins.debounce_ms * 1000}",
        f"HOLD_US = {pins.hold_ms * 1000}",
        f'HAPTIC = "{pins.haptic}"',
        "",
        "# The GPIO of each key, in the order in which the wire counts them.",
        "BUTTONS = (",
        *(f"    {button.gpio},  # {button.name}" for button in pins.buttons),
        ")",
        "",
        *(f"{signal.name.upper()} = {signal.gpio}" for signal in pins.signals),
    ]
    return "\n".join(lines) + "\n"


def main(
    arguments: list[str] | None = None, pins_file: Path = PINS_FILE, board_file: Path = BOARD_FILE
) -> int:
    """0 done or fresh, 1 stale, 2 pins.toml is wrong."""
    parser = argparse.ArgumentParser(description="Write mcu/board.py from shared/pins.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when board.py is stale")
    check = parser.parse_args(arguments).check
    try:
        source = board_source(load_pins(pins_file))
    except PinsError as error:
        print(error, file=sys.stderr)
        return 2
    present = board_file.read_text(encoding="utf-8") if board_file.exists() else ""
    if check:
        if present != source:
            print("mcu/board.py is older than shared/pins.toml: run make pins", file=sys.stderr)
            return 1
        return 0
    if present != source:
        board_file.write_text(source, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
