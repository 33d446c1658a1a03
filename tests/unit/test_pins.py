"""pins.toml is the only home of the pins; what is wrong in it is named with a remedy."""

from __future__ import annotations

import copy
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from chestnut.runtime.pins import PINS_FILE, PinsError, load_pins, parse_pins


@pytest.fixture
def table() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(PINS_FILE.read_text(encoding="utf-8")))


def test_the_projects_own_file_is_right() -> None:
    pins = load_pins()
    assert pins.names == ("describe", "read", "ask", "find", "stop")
    assert pins.signal("motor").kind == "pwm"


def wrong(table: dict[str, Any]) -> str:
    with pytest.raises(PinsError) as error:
        parse_pins(table)
    return str(error.value)


def test_a_pin_used_twice(table: dict[str, Any]) -> None:
    table["button"][1]["gpio"] = 15
    assert "'motor' and 'read' share GPIO 15" in wrong(table)


def test_a_pin_the_board_does_not_have(table: dict[str, Any]) -> None:
    table["button"][0]["gpio"] = 24
    assert "no free GPIO 24" in wrong(table)


def test_a_misspelt_key_names_the_nearest(table: dict[str, Any]) -> None:
    table["button"][0]["shap"] = "dome"
    assert "unknown key 'shap'; did you mean 'shape'?" in wrong(table)
    del table["button"][0]["shap"]
    table["debounce"] = 3
    assert "did you mean 'debounce_ms'?" in wrong(table)


def test_what_a_key_means_in_one_mode_is_checked(table: dict[str, Any]) -> None:
    table["only"] = [{"mode": "sign", "button": "read", "press": "status"}]
    assert "[[only]] 'read': mode 'sign' is unknown; did you mean 'signs'?" in wrong(table)
    table["only"] = [{"mode": "signs", "button": "reed", "press": "status"}]
    assert "[[only]] 'reed' is no button; did you mean 'read'?" in wrong(table)
    table["only"] = [{"mode": "signs", "button": "read", "press": ""}]
    assert "press must be a text" in wrong(table)
    table["only"] = [{"mode": "signs", "button": "read", "press": "status"}] * 2
    assert "[[only]] 'read' is there twice in mode signs" in wrong(table)
    table["only"] = [{"mode": "signs", "button": "read", "hold": "status"}]
    (only,) = parse_pins(table).only
    assert (only.press, only.hold, only.double) == ("", "status", "")


def test_a_missing_field(table: dict[str, Any]) -> None:
    del table["button"][2]["double"]
    assert "[[button]] 'ask' has no double" in wrong(table)


def test_an_i2c_signal_on_the_wrong_pin(table: dict[str, Any]) -> None:
    next(entry for entry in table["signal"] if entry["kind"] == "i2c0_sda")["gpio"] = 10
    assert "GPIO 10 cannot be i2c0_sda; use one of [0, 4, 8, 12, 16, 20]" in wrong(table)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("haptic", "pmw", "did you mean 'pwm'?"),
        ("hold_ms", 20, "from 200 to 5000"),
        ("hold_ms", "700", "whole number"),
        ("board", "pico3", "did you mean 'pico'?"),
    ],
)
def test_a_wrong_value(table: dict[str, Any], name: str, value: Any, words: str) -> None:
    table[name] = value
    assert words in wrong(table)


def signal(table: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in table["signal"] if entry["name"] == name)
    return found


def test_what_is_chosen_must_be_wired(table: dict[str, Any]) -> None:
    table["skin_sensor"] = "ntc"
    assert "'skin' must be of kind adc, not onewire" in wrong(table)
    signal(table, "skin").update(kind="adc", gpio=27)
    assert parse_pins(table).skin_sensor == "ntc"
    table["battery_sensor"] = "adc"
    table["signal"].remove(signal(table, "battery"))
    assert "no [[signal]] named 'battery': add it" in wrong(table)


def test_the_drv2605l_wants_both_wires_of_one_bus(table: dict[str, Any]) -> None:
    table["haptic"] = "drv2605l"
    assert parse_pins(table).haptic == "drv2605l"
    signal(table, "haptic_scl").update(kind="i2c1_scl", gpio=11)
    assert "SDA and SCL of one bus" in wrong(table)


@pytest.mark.parametrize("divider", [0, 0.5, "2", True, None])
def test_a_divider_is_a_number_from_1_up(table: dict[str, Any], divider: Any) -> None:
    signal(table, "battery")["divider"] = divider
    assert "divider must be a number from 1 up" in wrong(table)


def test_two_keys_of_one_name(table: dict[str, Any]) -> None:
    table["button"][0]["name"] = "stop"
    assert "'stop' is there twice" in wrong(table)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(PinsError, match="source folder"):
        load_pins(tmp_path / "pins.toml")


def test_the_board_file_is_fresh(project_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(project_dir / "mcu" / "generate.py"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_a_stale_board_file_fails_the_check_until_it_is_written(project_dir: Path, tmp_path: Path) -> None:
    import importlib.util

    spec = importlib.util.spec_from_file_location("pod_generate", project_dir / "mcu" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    board = tmp_path / "board.py"
    board.write_text("BUTTONS = ()\n")
    assert generate.main(["--check"], board_file=board) == 1
    assert generate.main([], board_file=board) == 0
    assert generate.main(["--check"], board_file=board) == 0
    broken = tmp_path / "pins.toml"
    broken.write_text("board = ")
    assert generate.main([], pins_file=broken, board_file=board) == 2


# --- the Pi's header -------------------------------------------------------------------------------------------


def line(table: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in table["header"] if entry["name"] == name)
    return found


def test_the_headers_places_are_those_of_the_40_pins(table: dict[str, Any]) -> None:
    places = {entry.name: entry.place for entry in parse_pins(table).header}
    assert places["service"] == 11
    assert places["gauge_sda"] == 3
    assert len(set(places.values())) == len(places)
    assert not set(places.values()) & {1, 2, 4, 6, 9, 14, 17, 20, 25, 30, 34, 39}, "power and ground"


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("service", {"name": "servise"}, "did you mean 'service'?"),
        ("service", {"kind": "warning"}, "must be of kind button"),
        ("service", {"gpio": 40}, "the header has no GPIO 40"),
        ("service", {"gpio": 22}, "share GPIO 22"),
        ("status_led", {"gpio": 19}, "GPIO 19 is for I2S sound"),
        ("status_led", {"gpio": 6}, "X120x"),
        ("gauge_sda", {"gpio": 10}, "i2c1_sda is GPIO 2 and no other"),
        ("pod_run", {"gpio": 25}, "use one of 4, 5, 7, 8"),
        ("amplifier", {"gpio": 25}, "pulled down until this program runs"),
        ("camera_led", {"press": "status"}, "a button has press and hold"),
        ("service", {"colour": "grey"}, "unknown key 'colour'"),
    ],
)
def test_a_wrong_line_of_the_header(
    table: dict[str, Any], name: str, changes: dict[str, Any], words: str
) -> None:
    line(table, name).update(changes)
    assert words in wrong(table)


def test_a_line_that_is_there_twice_and_one_in_the_place_of_the_gauge(table: dict[str, Any]) -> None:
    table["header"].append({**line(table, "service"), "gpio": 12})
    assert "'service' is there twice" in wrong(table)
    table["header"].pop()
    for name in ("gauge_sda", "gauge_scl"):
        table["header"].remove(line(table, name))
    line(table, "service")["gpio"] = 2
    assert "GPIO 2 is for the gauge's I2C" in wrong(table)


def test_a_header_of_which_nothing_is_built(table: dict[str, Any]) -> None:
    del table["header"]
    assert parse_pins(table).header == ()


def test_the_service_button_begins_what_its_line_says() -> None:
    from chestnut.core.gestures import Kind
    from chestnut.runtime.keymap import keymap

    keys = keymap(load_pins(), {"service": {"press": "status"}})
    assert keys["service", Kind.PRESS] == "status"
    assert keys["service", Kind.HOLD] == "shut_down"
