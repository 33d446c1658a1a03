"""Writes mcu/board.py and docs/keys.md from shared/pins.toml. Run: python mcu/generate.py [--check]. CPython only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chestnut.locale import Phrases
from chestnut.runtime.pins import PINS_FILE, Pins, PinsError, load_pins

BOARD_FILE = Path(__file__).resolve().parent / "board.py"
KEYS_FILE = Path(__file__).resolve().parent.parent / "docs" / "keys.md"


MODE_ALONE = {
    "en": "In the mode “{}” these mean something else; an empty place means what it means above.",
    "ru": "В режиме «{}» значения другие; где пусто — то же, что выше.",
}


def board_source(pins: Pins) -> str:
    """The text of board.py."""
    lines = [
        '"""Generated from shared/pins.toml by mcu/generate.py. Do not edit: `make pins` writes it anew."""',
        "",
        f'BOARD = "{pins.board}"',
        f"DEBOUNCE_US = {pins.debounce_ms * 1000}",
        f"HOLD_US = {pins.hold_ms * 1000}",
        f'HAPTIC = "{pins.haptic}"',
        f'ACTUATOR = "{pins.actuator}"',
        f'BATTERY_SENSOR = "{pins.battery_sensor}"',
        f'SKIN_SENSOR = "{pins.skin_sensor}"',
        "",
        "# The GPIO of each key, in the order in which the wire counts them.",
        "BUTTONS = (",
        *(f"    {button.gpio},  # {button.name}" for button in pins.buttons),
        ")",
        "",
        *(f"{signal.name.upper()} = {signal.gpio}" for signal in pins.signals),
        f"HAPTIC_BUS = {pins.signal('haptic_sda').kind[3]}",
        f"BATTERY_DIVIDER = {pins.signal('battery').divider}",
        f"SKIN_BETA = {pins.signal('skin').beta}",
    ]
    return "\n".join(lines) + "\n"


def keys_page(pins: Pins) -> str:
    """The text of docs/keys.md: the default map, in both languages, in the words the device itself speaks."""
    lines = [
        "<!-- Generated from shared/pins.toml by `make pins`. Do not edit. -->",
        "",
        "# The keys of the pod",
    ]
    for language, title, key, shape, unit in (
        ("en", "English", "key", "shape", "ms"),
        ("ru", "По-русски", "кнопка", "форма", "мс"),
    ):
        tables = Phrases.of(language).tables
        names, gestures, skills = tables["keys"], tables["gestures"], tables["skills"]
        head = (
            key,
            shape,
            gestures["press"],
            f"{gestures['hold']} ({pins.hold_ms} {unit})",
            gestures["double"],
        )
        lines += ["", f"## {title}", "", f"| {' | '.join(head)} |", "|" + " --- |" * len(head)]
        for button in pins.buttons:
            shape = button.shape if language == "en" else button.shape_ru
            meanings = (skills[name] for name in (button.press, button.hold, button.double))
            lines.append(f"| {' | '.join((f'{names[button.name]} ({button.name})', shape, *meanings))} |")
        for mode in dict.fromkeys(only.mode for only in pins.only):
            lines += ["", MODE_ALONE[language].format(tables["mode"][mode]), ""]
            lines += [f"| {' | '.join((key, *head[2:]))} |", "|" + " --- |" * 4]
            for only in pins.only:
                if only.mode == mode:
                    told = (skills.get(name, "") for name in (only.press, only.hold, only.double))
                    lines.append(f"| {' | '.join((f'{names[only.button]} ({only.button})', *told))} |")
    return "\n".join(lines) + "\n"


def main(
    arguments: list[str] | None = None,
    pins_file: Path = PINS_FILE,
    board_file: Path = BOARD_FILE,
    keys_file: Path = KEYS_FILE,
) -> int:
    """0 done or fresh, 1 stale, 2 pins.toml is wrong."""
    parser = argparse.ArgumentParser(description="Write mcu/board.py and docs/keys.md from shared/pins.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when one of them is stale")
    check = parser.parse_args(arguments).check
    try:
        pins = load_pins(pins_file)
        sources = {board_file: board_source(pins), keys_file: keys_page(pins)}
    except PinsError as error:
        print(error, file=sys.stderr)
        return 2
    stale = [file for file, text in sources.items() if _present(file) != text]
    if check and stale:
        names = " and ".join(file.name for file in stale)
        print(f"{names}: older than shared/pins.toml; run make pins", file=sys.stderr)
        return 1
    for file in stale:
        file.write_text(sources[file], encoding="utf-8")
    return 0


def _present(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


if __name__ == "__main__":
    sys.exit(main())
