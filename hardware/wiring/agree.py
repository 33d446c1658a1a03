"""Does everything that tells a pin tell the same as shared/pins.toml? Names what lags behind."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from hardware.params import load as load_params
from hardware.pins import PICO_PLACES, PLACES, ROOT, Pins
from hardware.wiring import board, board_drawing, diagram, schematic, table
from hardware.wiring.drawings import file, other_pod, otherwise, standard
from hardware.wiring.harness import COLOURS, LANGUAGES, Harness

ROW = re.compile(r"^\| (?P<cells>[^|]+(?: \| [^|]+)*) \|$", re.MULTILINE)
COLOUR = re.compile(r"^(\d+:)?[A-Z]{2}$")  # as WireViz writes it, numbered in a jacket
MENTION = re.compile(r"\bGP(?:IO)?\s?(\d+)\b")
WITH_PLACE = re.compile(r"\bGP(IO)?\s?(\d+) \((?:pin|вывод) (\d+)\)")


def lagging(pins: Pins, root: Path = ROOT) -> list[str]:
    """Files below root, each with what in it is not as pins.toml says. Empty: all agree."""
    found = [*_firmware(pins, root), *_page(pins, root), *_wires(pins, root), *_drawings(pins, root)]
    return found + _guide(pins, root)


def _text(root: Path, name: str) -> str:
    path = root / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _firmware(pins: Pins, root: Path) -> list[str]:
    name = "mcu/board.py"
    told: dict[str, object] = {}
    for node in ast.parse(_text(root, name)).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            told[node.targets[0].id] = ast.literal_eval(node.value)
    wanted: dict[str, object] = {
        "BUTTONS": tuple(button.gpio for button in pins.buttons),
        "HAPTIC": pins.haptic,
    }
    wanted |= {signal.name.upper(): signal.gpio for signal in pins.signals}
    return [
        f"{name}: {key} is {told.get(key)}, not {value}: run make pins"
        for key, value in wanted.items()
        if told.get(key) != value
    ]


def _page(pins: Pins, root: Path) -> list[str]:
    name = "docs/pins.md"
    told = [tuple(match["cells"].split(" | ")) for match in ROW.finditer(_text(root, name))]
    pod = [(key.name, str(key.gpio), "key", key.wire) for key in pins.buttons]
    pod += [(signal.name, str(signal.gpio), signal.kind, signal.wire) for signal in pins.signals]
    header = [(line.name, str(line.gpio), str(line.place), line.kind, line.wire) for line in pins.header]
    return [
        f"{name}: no row {' | '.join(row)}: run make pins"
        for row in (*pod, *header)
        if not any(cells[: len(row)] == row for cells in told)
    ]


def _wires(pins: Pins, root: Path) -> list[str]:
    names = {language: f"hardware/wiring/{file('README', language, 'md')}" for language in LANGUAGES}
    return [
        f"{name}: another table: run make hardware"
        for language, name in names.items()
        if _text(root, name) != table.page(pins, language)
    ]


def _drawings(pins: Pins, root: Path) -> list[str]:
    found = []
    for language in LANGUAGES:
        for harness in (*standard(pins), *otherwise(pins)):
            name = f"hardware/wiring/{file(harness.name, language, 'svg')}"
            if not _shows(_text(root, name), harness, language):
                found.append(f"{name}: other wires: run make hardware")
        for drawing, drawn in (("circuit", pins), ("circuit_extras", other_pod(pins))):
            name = f"hardware/wiring/{file(drawing, language, 'svg')}"
            if _text(root, name).encode() != schematic.draw(drawn, language):
                found.append(f"{name}: another circuit: run make hardware")
        name = f"hardware/wiring/{file('board', language, 'svg')}"
        if board.fits(pins) and _text(root, name).encode() != board_drawing.draw(
            pins, load_params(), language
        ):
            found.append(f"{name}: another board: run make hardware")
    return found


def _shows(svg: str, harness: Harness, language: str) -> bool:
    """WireViz writes of each wire where it begins, its colour and where it ends."""
    if not svg:
        return False
    shown = diagram.texts(svg.encode())
    triples = zip(shown, shown[1:], shown[2:], strict=False)
    told = {triple for triple in triples if ":" in triple[0] and COLOUR.match(triple[1]) and ":" in triple[2]}
    loose = {cable.ref: cable.loose for cable in harness.cables}
    wanted = set()
    for cable in harness.cables:
        for number, wire in enumerate((wire for wire in harness.wires if wire.cable == cable.ref), 1):
            colour = COLOURS[wire.colour][0]
            ends = [
                f"{ref}:{harness.box(ref).label(pin).of(language)}" for ref, pin in (wire.start, wire.end)
            ]
            wanted.add((ends[0], colour if loose[cable.ref] else f"{number}:{colour}", ends[1]))
    return told == wanted


def _guide(pins: Pins, root: Path) -> list[str]:
    """A page of the guide may name pins; each must be in use, and its place right."""
    used = {entry.gpio for entry in pins.entries} | {line.gpio for line in pins.header}
    found = []
    for path in sorted((root / "hardware" / "guide").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(root)
        found += [
            f"{name}: GPIO {gpio} is not used" for gpio in MENTION.findall(text) if int(gpio) not in used
        ]
        for pi, gpio, place in WITH_PLACE.findall(text):
            places = PLACES if pi else PICO_PLACES
            if places.get(int(gpio)) != int(place):
                found.append(f"{name}: GPIO {gpio} is not at pin {place}")
    return found
