"""Writes mcu/board.py, docs/keys.md and docs/pins.md from shared/pins.toml. Run: python mcu/generate.py [--check].
CPython only."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from chestnut.core.gestures import Kind
from chestnut.core.pad import BUTTONS, IN_LISTS, STEPS
from chestnut.core.together import HOLD_S as TOGETHER_S
from chestnut.core.together import KEYS as TOGETHER_KEYS
from chestnut.locale import Phrases
from chestnut.runtime.pads import Pads, PadsError, load_pads
from chestnut.runtime.pins import PINS_FILE, Pins, PinsError, load_pins

BOARD_FILE = Path(__file__).resolve().parent / "board.py"
KEYS_FILE = Path(__file__).resolve().parent.parent / "docs" / "keys.md"
WIRES_FILE = KEYS_FILE.with_name("pins.md")

TOGETHER = {
    "en": "{} and {}, held together for {} seconds: {}. Any key cancels it.",
    "ru": "{} и {}, если держать их вместе {} секунды: {}. Любая кнопка отменит его.",
}
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


PAD = {
    "en": (
        "The pad",
        "in lists",
        {1: "goes on", -1: "goes back", "describe": "takes it, yes", "stop": "leaves"},
    ),
    "ru": ("Геймпад", "в списках", {1: "дальше", -1: "назад", "describe": "выбрать, да", "stop": "выйти"}),
}
AS_THE_POD = {"en": "as the pod's {}", "ru": "как «{}»"}


def keys_page(pins: Pins, pads: Pads) -> str:
    """The text of docs/keys.md: the default map, in both languages, in the words the device itself speaks."""
    lines = [
        "<!-- Generated from shared/pins.toml and shared/pads.toml by `make pins`. Do not edit. -->",
        "",
        "# The keys of the pod and the pad",
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
        both = [names[name] for name in TOGETHER_KEYS]
        lines += ["", TOGETHER[language].format(*both, f"{TOGETHER_S:g}", skills["shut_down"])]
        for mode in dict.fromkeys(only.mode for only in pins.only):
            lines += ["", MODE_ALONE[language].format(tables["mode"][mode]), ""]
            lines += [f"| {' | '.join((key, *head[2:]))} |", "|" + " --- |" * 4]
            for only in pins.only:
                if only.mode == mode:
                    told = (skills.get(name, "") for name in (only.press, only.hold, only.double))
                    lines.append(f"| {' | '.join((f'{names[only.button]} ({only.button})', *told))} |")
        lines += pad_lines(pads, language, (key, *head[2:]))
    return "\n".join(lines) + "\n"


def pad_lines(pads: Pads, language: str, head: tuple[str, ...]) -> list[str]:
    """The table of the pad's keys."""
    tables = Phrases.of(language).tables
    names, skills = tables["keys"], tables["skills"]
    title, in_lists, words = PAD[language]
    lines = ["", f"### {title}", "", f"| {' | '.join((*head, in_lists))} |", "|" + " --- |" * (len(head) + 1)]
    for button in BUTTONS:
        told = [skills[pads.keys[button][kind]] for kind in Kind]
        role = IN_LISTS.get(button, "")
        listed = words.get(STEPS.get(button, role)) or (
            AS_THE_POD[language].format(names[role]) if role else ""
        )
        lines.append(f"| {' | '.join((f'{names[button]} ({button})', *told, listed))} |")
    return lines


def models_table(pads: Pads) -> str:
    """The pads that are known, as docs/pad.md has them."""
    lines = ["| pad | mode | switched on by | numbers | keys told as |", "| --- | --- | --- | --- | --- |"]
    for model, start in zip(pads.models.known, pads.starts, strict=True):
        numbers = ", ".join(
            f"{vendor:04x}:{f'{product:04x}' if product else '*'}" for vendor, product in model.ids
        )
        lines.append(
            f"| {model.name} | {model.mode} | {start or 'not known'} | {numbers} | {model.layout.name} |"
        )
    return "\n".join(lines) + "\n"


WIRES_HEAD = """<!-- Generated from shared/pins.toml by `make pins`. Do not edit. -->

# Pins and wires

Every pin is declared once, in `shared/pins.toml`; the firmware, this page and the host's program are made from it,
and so are the drawings and tables of every wire ([hardware/wiring](../hardware/wiring/README.md)).

## The pod (Raspberry Pi Pico)

| wire | GPIO | kind | colour | goes to |
| --- | --- | --- | --- | --- |
"""
HEADER_HEAD = """
## The Pi's header

Every wire may be left out, all of them too: `chestnut check --part pins` tells whether the pins can be used. Off a
Raspberry Pi, or without `python3-lgpio`, the device says one word in its log and lives without them.

| line | GPIO | pin of 40 | kind | colour | goes to |
| --- | --- | --- | --- | --- | --- |
"""
HEADER_TAIL = """
- **button**: to ground, pulled up by the Pi. Pressed, the device checks itself aloud; held for two seconds, it
  switches off ([power.md](power.md)).
- **drain**: pulled to ground or let go, never driven high: the other end drives it too. RUN pulled high by a Pi would
  feed a Pico without power, and BOOTSEL selects the Pico's flash chip, which a pin that drives both ways would fight.
- **warning**: somebody else pulls it to ground, at 3.3 V at most. A board with 5 V there needs a divider or a diode.
- The Pi pulls GPIO 0 to 8 up from the moment it has power and all others down (documented for the Pi 4; the Pi 5 is
  said to keep it). What must be let go while no program runs, the pod's lines and the amplifier, is therefore on one
  of the first.
- **A pod that hangs**: silent for 12 seconds (its own watchdog needs 8), it is reset over RUN, again after 30 and 60
  seconds more, then left alone until it was back. Stop the device, or take the RUN wire off, before you flash the pod
  at another computer: a pod that is away looks like one that hangs.
- **The camera's light** is lit 0.3 s by every picture the program has got: at rest it blinks once a second. A light
  that cannot be wrong must be wired to the camera's own supply; this one is driven by a program.
- **The amplifier** rests after 20 seconds without a sound and is on before the next one.
- **The status light** breathes once in 4 seconds, once a second while a part is missing; it stands still when the
  program hangs.
- No Raspberry Pi was here: all of it runs under gpiozero's mock of the pins, in the same tests as the simulator's.
"""


def wires_page(pins: Pins) -> str:
    """The text of docs/pins.md."""
    pod = [
        f"| {entry.name} | {entry.gpio} | {kind} | {entry.wire} | {goes_to} |\n"
        for entry, kind, goes_to in (
            *((button, "key", f"the key ({button.shape}), to ground") for button in pins.buttons),
            *((signal, signal.kind, signal.to) for signal in pins.signals),
        )
    ]
    header = [
        f"| {line.name} | {line.gpio} | {line.place} | {line.kind} | {line.wire} | {line.to} |\n"
        for line in pins.header
    ]
    return WIRES_HEAD + "".join(pod) + HEADER_HEAD + "".join(header) + HEADER_TAIL


def main(
    arguments: list[str] | None = None,
    pins_file: Path = PINS_FILE,
    board_file: Path = BOARD_FILE,
    keys_file: Path = KEYS_FILE,
    wires_file: Path = WIRES_FILE,
) -> int:
    """0 done or fresh, 1 stale, 2 pins.toml or pads.toml is wrong."""
    parser = argparse.ArgumentParser(description="Write what is made from shared/pins.toml.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when one of them is stale")
    check = parser.parse_args(arguments).check
    try:
        pins = load_pins(pins_file)
        sources = {
            board_file: board_source(pins),
            keys_file: keys_page(pins, load_pads()),
            wires_file: wires_page(pins),
        }
    except (PinsError, PadsError) as error:
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
