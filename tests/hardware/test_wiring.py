"""Firmware, drawings, tables and guide tell the same pins, and none of them can be moved alone."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.pins import PICO_PLACES, PLACES, ROOT, Pins, PinsError, load_pins
from hardware.wiring import build, diagram, schematic, table
from hardware.wiring.agree import lagging
from hardware.wiring.chest import chest
from hardware.wiring.drawings import otherwise, standard
from hardware.wiring.extras import extras
from hardware.wiring.harness import BadHarness, Box, Cable, Harness, Wire, Words
from hardware.wiring.pod import pod

PINS = load_pins()
TOLD = ("mcu/board.py", "docs/pins.md")
DIGITAL = [gpio for gpio in range(23) if gpio not in {entry.gpio for entry in PINS.entries}]


def moved(name: str, gpio: int, pins: Pins = PINS) -> Pins:
    """The same with one key or signal on another GPIO."""

    def move(entries):
        return tuple(replace(entry, gpio=gpio) if entry.name == name else entry for entry in entries)

    return replace(pins, buttons=move(pins.buttons), signals=move(pins.signals), header=move(pins.header))


def copied(folder: Path) -> Path:
    """The project's files that tell pins, in a folder of the test's own."""
    for name in TOLD:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(
        ROOT / "hardware/wiring", folder / "hardware/wiring", ignore=shutil.ignore_patterns("*.p*")
    )
    shutil.copytree(ROOT / "hardware/guide", folder / "hardware/guide", ignore=shutil.ignore_patterns("img"))
    return folder


def test_everything_that_tells_a_pin_agrees():
    assert lagging(PINS) == []


@pytest.mark.parametrize("name", [*PINS.names, "motor", "skin"])
def test_a_moved_pin_names_all_that_lag(name):
    late = " ".join(lagging(moved(name, DIGITAL[0])))
    for file in (
        *TOLD,
        "pod.svg",
        "pod.ru.svg",
        "circuit.svg",
        "circuit.ru.svg",
        "README.md",
        "README.ru.md",
    ):
        assert file in late


@pytest.mark.parametrize("name", ["service", "status_led", "camera_led"])
def test_a_moved_line_of_the_pi_names_all_that_lag(name):
    late = " ".join(lagging(moved(name, 24)))
    for file in ("docs/pins.md", "chest.svg", "chest.ru.svg", "README.md", "README.ru.md"):
        assert file in late


def test_writing_anew_brings_drawings_and_tables_after_a_moved_pin(tmp_path):
    root = copied(tmp_path)
    pins = moved("describe", DIGITAL[0])
    build.write(pins, root / "hardware/wiring")
    late = lagging(pins, root)
    assert {line.split(":")[0] for line in late} == set(TOLD)  # these two are `make pins`


def test_a_page_of_the_guide_that_names_another_pin_lags(tmp_path):
    root = copied(tmp_path)
    page = root / "hardware/guide/en/pod.md"
    page.write_text(f"The green wire goes to GP{DIGITAL[0]}; GP2 (pin 5).\n", encoding="utf-8")
    late = [line for line in lagging(PINS, root) if "pod.md" in line]
    assert late == [
        f"hardware/guide/en/pod.md: GPIO {DIGITAL[0]} is not used",
        "hardware/guide/en/pod.md: GPIO 2 is not at pin 5",
    ]


def test_two_signals_on_one_pin_are_refused(tmp_path):
    text = (ROOT / "shared/pins.toml").read_text(encoding="utf-8").replace("gpio = 3\n", "gpio = 2\n", 1)
    file = tmp_path / "pins.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PinsError, match="share GPIO 2"):
        load_pins(file)


def test_a_pin_without_that_function_is_refused(tmp_path):
    text = (ROOT / "shared/pins.toml").read_text(encoding="utf-8").replace("gpio = 8\n", "gpio = 10\n", 1)
    file = tmp_path / "pins.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PinsError, match="cannot be i2c0_sda"):
        load_pins(file)


@pytest.mark.parametrize("haptic", ["pwm", "drv2605l", "none"])
@pytest.mark.parametrize("skin", ["ds18b20", "ntc", "none"])
@pytest.mark.parametrize("battery", ["adc", "none"])
def test_every_pod_that_pins_toml_can_choose_is_whole(haptic, skin, battery):
    pins = replace(PINS, haptic=haptic, skin_sensor=skin, battery_sensor=battery)
    pins = moved("skin", 27, pins) if skin == "ntc" else pins
    nets = pod(pins).nets()
    for key in pins.buttons:
        assert len(nets[key.name]) == 2
    switches = {end[0] for end in nets["ground"] if end[1] == "2"} & {f"S{n + 1}" for n in range(5)}
    assert len(switches) == len(pins.buttons)  # each key's other contact is on ground
    assert ("skin" in nets) == (skin != "none")
    assert ("motor" in nets) == (haptic == "pwm")
    for drawing in ("en", "ru"):
        ElementTree.fromstring(schematic.draw(pins, drawing))


def test_the_motor_is_off_while_nobody_drives_its_pin_and_its_diode_lies_the_right_way():
    nets = pod(PINS).nets()
    assert {("Q1", "G"), ("R1", "1")} <= nets["motor"]
    assert ("R1", "2") in nets["ground"] and ("Q1", "S") in nets["ground"]
    assert {("M1", "+"), ("D1", "K")} <= nets["supply"]
    assert nets["motor_low"] == {("Q1", "D"), ("M1", "-"), ("D1", "A")}


def test_the_circuit_shows_the_pins_and_the_parts_of_the_harness():
    drawn = ElementTree.fromstring(schematic.draw(PINS, "en"))
    pads = {
        node.get("data-net"): int(node.get("data-gpio")) for node in drawn.iter() if node.get("data-gpio")
    }
    used = {"motor", "skin", "led", *PINS.names}
    assert pads == {entry.name: entry.gpio for entry in PINS.entries if entry.name in used}
    words = " ".join(diagram.texts(schematic.draw(PINS, "en")))
    refs = {box.ref for box in pod(PINS).boxes if box.kind.en != "rail"}
    assert refs <= set(re.findall(r"\b[A-Z]\d\b", words))


def test_wireviz_draws_what_is_committed():
    harness = chest(PINS)
    drawn = diagram.texts(diagram.draw(harness, "ru"))
    committed = diagram.texts((ROOT / "hardware/wiring/chest.ru.svg").read_bytes())
    assert drawn == committed


@pytest.mark.parametrize("harness", [*standard(PINS), *otherwise(PINS)], ids=lambda harness: harness.name)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_table_tells_every_wire_of_the_drawing(harness, language):
    source = json.loads(diagram.source(harness, language))
    rows = table.rows(harness, language)
    assert len(rows) == len(source["connections"]) == len(harness.wires)
    assert len({row[2:4] for row in rows}) == len(rows)
    for connection in source["connections"]:
        start, _, end = connection
        ends = [f": {pins[0]}" for part in (start, end) for pins in part.values()]
        assert any(row[2].endswith(ends[0]) and row[3].endswith(ends[1]) for row in rows)


def test_each_line_of_the_header_has_one_wire_in_some_drawing():
    drawn = [
        wire.net for harness in (chest(PINS), extras(PINS)) for wire in harness.wires if wire.start[0] == "U3"
    ]
    for line in PINS.header:
        assert drawn.count(line.name) == 1


def test_no_pin_of_the_header_carries_two_wires_over_both_drawings():
    held = [label for harness in (chest(PINS), extras(PINS)) for label, _ in harness.box("U3").pins]
    lines = [label for label in held if not label.startswith("GND")]
    assert len(lines) == len(set(lines))


def test_places_are_those_of_the_boards():
    # As printed on every pinout: of the Pico GP0, GP15, GP16 and GP28, of the Pi GPIO 2.
    assert [PICO_PLACES[gpio] for gpio in (0, 15, 16, 28)] == [1, 20, 21, 34]
    assert PLACES[2] == 3
    assert len(set(PICO_PLACES.values())) == len(PICO_PLACES) == 26


def test_pictures_are_there_in_both_languages_and_small():
    folder = ROOT / "hardware/wiring"
    names = [harness.name for harness in (*standard(PINS), *otherwise(PINS))] + [
        "circuit",
        "circuit_extras",
        "board",
    ]
    for name in names:
        for ending in ("svg", "png", "ru.svg", "ru.png"):
            assert 2_000 < (folder / f"{name}.{ending}").stat().st_size < 150_000


def test_every_picture_is_told_in_words():
    for language in ("en", "ru"):
        pictures = re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", table.page(PINS, language))
        assert len(pictures) == 8
        for alt, file in pictures:
            assert len(alt) > 60
            assert (ROOT / "hardware/wiring" / file).exists()
            assert (".ru." in file) == (language == "ru")


@settings(max_examples=25, deadline=None)
@given(st.permutations(sorted(set(PICO_PLACES) - {8, 9, 25, 26, 27, 28})), st.sampled_from(["en", "ru"]))
def test_wherever_the_pins_are_drawing_table_and_circuit_follow(places, language):
    names = [*PINS.names, "motor", "skin"]
    pins = PINS
    for name, gpio in zip(names, places, strict=False):
        pins = moved(name, gpio, pins)
    wanted = {entry.name: entry.gpio for entry in pins.entries if entry.name in names}
    drawn = ElementTree.fromstring(schematic.draw(pins, language))
    pads = {
        node.get("data-net"): int(node.get("data-gpio")) for node in drawn.iter() if node.get("data-gpio")
    }
    assert {name: pads[name] for name in names} == wanted
    harness = pod(pins)
    rows = table.rows(harness, language)
    source = diagram.source(harness, language)
    for gpio in wanted.values():
        label = f"GP{gpio} ({'pin' if language == 'en' else 'вывод'} {PICO_PLACES[gpio]})"
        assert sum(row[2].endswith(label) for row in rows) == 1
        assert label in source


SMALL = Words("a", "а")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("12"), st.sampled_from("AB"), st.sampled_from("12"),
                          st.sampled_from(["x", "y"])), min_size=1, max_size=6))  # fmt: skip
def test_a_harness_is_refused_exactly_when_a_pin_carries_two_nets(wires):
    carried: dict[tuple[str, str], set[str]] = {}
    for a, pin, b, other, net in wires:
        carried.setdefault((a, pin), set()).add(net)
        carried.setdefault((b, other), set()).add(net)
    boxes = tuple(
        Box(ref, SMALL, SMALL, (("1", SMALL), ("2", SMALL))) for ref in sorted({ref for ref, _ in carried})
    )
    made = tuple(Wire("W1", "red", (a, pin), (b, other), net) for a, pin, b, other, net in wires)
    crossed = any(len(nets) > 1 for nets in carried.values())
    try:
        Harness("small", SMALL, boxes, (Cable("W1", SMALL),), made)
    except BadHarness:
        assert crossed
    else:
        assert not crossed
