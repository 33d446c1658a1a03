"""shared/pins.toml: every signal of the pod and of the Pi's header once, read into frozen dataclasses and checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from chestnut.core.session import MODES
from chestnut.runtime.header import HeaderLine, check_header
from chestnut.runtime.pin_tables import PinsError as PinsError
from chestnut.runtime.pin_tables import choice, nearest, record, refuse_unknown, tables, within

PINS_FILE = Path(__file__).resolve().parents[3] / "shared" / "pins.toml"

GPIOS = (*range(23), 25, 26, 27, 28)  # of a Pico: 23 and 24 belong to its power supply
BOARDS = ("pico", "pico2")
HAPTICS = ("pwm", "drv2605l", "none")
ACTUATORS = ("erm", "lra")
BATTERY_SENSORS = ("adc", "none")
SKIN_SENSORS = {"ds18b20": "onewire", "ntc": "adc", "none": ""}  # and the kind of pin it wants
# RP2040 datasheet, "GPIO functions": I2C goes round every four pins, I2C0 SDA first.
I2C_PLACE = {"i2c0_sda": 0, "i2c0_scl": 1, "i2c1_sda": 2, "i2c1_scl": 3}
KINDS = ("pwm", "out", "in", "adc", "onewire", *I2C_PLACE)
ADC_GPIOS = (26, 27, 28)


@dataclass(frozen=True, slots=True)
class Button:
    """press, hold and double name skills."""

    name: str
    gpio: int
    wire: str
    shape: str
    shape_ru: str
    press: str
    hold: str
    double: str


@dataclass(frozen=True, slots=True)
class Only:
    """What a key means instead in one mode. press, hold and double name skills; "" is as everywhere."""

    mode: str
    button: str
    press: str = ""
    hold: str = ""
    double: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """to: what the wire's other end is soldered to. divider: by how much the voltage there is divided. beta: of an
    NTC, in kelvin."""

    name: str
    gpio: int
    kind: str
    wire: str
    to: str
    divider: float = 1.0
    beta: int = 3950


@dataclass(frozen=True, slots=True)
class Pins:
    """buttons: in the order in which the wire counts them. only: in one mode alone. header: the Pi's own lines."""

    board: str
    debounce_ms: int
    hold_ms: int
    haptic: str
    actuator: str
    battery_sensor: str
    skin_sensor: str
    buttons: tuple[Button, ...]
    signals: tuple[Signal, ...]
    only: tuple[Only, ...] = ()
    header: tuple[HeaderLine, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(button.name for button in self.buttons)

    @property
    def entries(self) -> tuple[Button | Signal, ...]:
        return (*self.buttons, *self.signals)

    def signal(self, name: str) -> Signal:
        for signal in self.signals:
            if signal.name == name:
                return signal
        raise PinsError(f"pins.toml has no [[signal]] named {name!r}: add it")


def load_pins(path: Path = PINS_FILE) -> Pins:
    """Raises PinsError for a missing, unreadable or wrong file."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PinsError(
            f"no {path}: run chestnut from its source folder (pip install --editable .)"
        ) from None
    try:
        return parse_pins(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise PinsError(f"{path} is not TOML: {error}") from error


def parse_pins(table: Mapping[str, Any]) -> Pins:
    """The checked content of pins.toml. Raises PinsError."""
    known = {"button", "signal", *(field.name for field in fields(Pins))} - {"buttons", "signals"}
    refuse_unknown(table, known, "pins.toml")
    pins = Pins(
        board=choice(table, "board", BOARDS),
        debounce_ms=within(table, "debounce_ms", 1, 200),
        hold_ms=within(table, "hold_ms", 200, 5000),
        haptic=choice(table, "haptic", HAPTICS),
        actuator=choice(table, "actuator", ACTUATORS),
        battery_sensor=choice(table, "battery_sensor", BATTERY_SENSORS),
        skin_sensor=choice(table, "skin_sensor", tuple(SKIN_SENSORS)),
        buttons=tuple(record(Button, entry, "button") for entry in tables(table, "button")),
        signals=tuple(record(Signal, entry, "signal") for entry in tables(table, "signal")),
        only=tuple(record(Only, entry, "only") for entry in tables(table, "only")),
        header=tuple(record(HeaderLine, entry, "header") for entry in tables(table, "header")),
    )
    _check_names(pins)
    _check_modes(pins)
    _check_gpios(pins)
    _check_parts(pins)
    check_header(pins.header)
    return pins


def _check_names(pins: Pins) -> None:
    if not 1 <= len(pins.buttons) <= 16:
        raise PinsError("pins.toml needs 1 to 16 [[button]] tables")
    seen: set[str] = set()
    for entry in pins.entries:
        if entry.name in seen:
            raise PinsError(f"{entry.name!r} is there twice: give one of them another name")
        seen.add(entry.name)


def _check_modes(pins: Pins) -> None:
    seen: set[tuple[str, str]] = set()
    for only in pins.only:
        where = f"[[only]] {only.button!r}"
        if only.button not in pins.names:
            raise PinsError(f"{where} is no button{nearest(only.button, pins.names)}")
        if only.mode not in MODES:
            raise PinsError(f"{where}: mode {only.mode!r} is unknown{nearest(only.mode, MODES)}")
        if (only.mode, only.button) in seen:
            raise PinsError(f"{where} is there twice in mode {only.mode}: write one table")
        seen.add((only.mode, only.button))


def _check_gpios(pins: Pins) -> None:
    owner: dict[int, str] = {}
    for entry in pins.entries:
        if entry.gpio not in GPIOS:
            raise PinsError(f"{entry.name!r}: a Pico has no free GPIO {entry.gpio}; use 0 to 22 or 25 to 28")
        if entry.gpio in owner:
            raise PinsError(f"{entry.name!r} and {owner[entry.gpio]!r} share GPIO {entry.gpio}: move one")
        owner[entry.gpio] = entry.name
    for signal in pins.signals:
        if signal.kind not in KINDS:
            raise PinsError(f"{signal.name!r}: kind {signal.kind!r} is unknown{nearest(signal.kind, KINDS)}")
        place = I2C_PLACE.get(signal.kind)
        if place is not None and signal.gpio % 4 != place:
            right = [gpio for gpio in GPIOS if gpio % 4 == place and gpio < 25]
            raise PinsError(
                f"{signal.name!r}: GPIO {signal.gpio} cannot be {signal.kind}; use one of {right}"
            )
        if signal.kind == "adc" and signal.gpio not in ADC_GPIOS:
            raise PinsError(
                f"{signal.name!r}: GPIO {signal.gpio} cannot measure; use one of {list(ADC_GPIOS)}"
            )


def _check_parts(pins: Pins) -> None:
    """What is chosen must be wired."""
    pins.signal("led")
    wanted = {"pwm": {"motor": "pwm"}, "drv2605l": {"haptic_sda": "i2c", "haptic_scl": "i2c"}, "none": {}}
    kinds = dict(wanted[pins.haptic])
    if pins.battery_sensor != "none":
        kinds["battery"] = pins.battery_sensor
    if pins.skin_sensor != "none":
        kinds["skin"] = SKIN_SENSORS[pins.skin_sensor]
    for name, kind in kinds.items():
        if not pins.signal(name).kind.startswith(kind):
            raise PinsError(f"{name!r} must be of kind {kind}, not {pins.signal(name).kind}")
    if pins.haptic == "drv2605l":
        sda, scl = pins.signal("haptic_sda").kind, pins.signal("haptic_scl").kind
        if (sda[:4], sda[4:], scl[4:]) != (scl[:4], "_sda", "_scl"):
            raise PinsError("'haptic_sda' and 'haptic_scl' must be SDA and SCL of one bus")
