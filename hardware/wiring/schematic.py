"""The pod's circuit as a drawing, row by row from shared/pins.toml."""

from __future__ import annotations

from hardware.pins import PICO_PLACES, Pins, Signal, key_name
from hardware.wiring.harness import COLOURS
from hardware.wiring.pod import GROUND_PLACE, SUPPLY_PLACE
from hardware.wiring.schematic_words import WORDS, told
from hardware.wiring.sheet import Sheet

LEFT, RIGHT = 60, 350  # the Pico's edges
WIDTH = 1220
KEY_STEP = 66
NODE = 490  # where resistors hang


def draw(pins: Pins, language: str) -> bytes:
    """SVG, the same bytes for the same pins."""
    return _Circuit(pins, language).svg()


class _Circuit:
    def __init__(self, pins: Pins, language: str) -> None:
        self.pins = pins
        self.language = language
        self.words = WORDS[language]
        self.sheet = Sheet(WIDTH, self.words["title"], told(pins, language))
        self.y = 140.0

    def svg(self) -> bytes:
        self.keys()
        if self.pins.haptic == "pwm":
            self.transistor()
        elif self.pins.haptic == "drv2605l":
            self.chip()
        if self.pins.battery_sensor == "adc":
            self.divider()
        if self.pins.skin_sensor != "none":
            self.skin()
        self.supply()
        rows, self.sheet.signs = self.sheet.signs, []
        self.frame()
        self.sheet.signs += rows
        return self.sheet.svg(int(self.y + 40))

    def frame(self) -> None:
        """The title and the Pico, behind its pads."""
        self.sheet.text(LEFT, 44, self.words["title"], size=24, bold=True)
        self.sheet.box(LEFT, 70, RIGHT - LEFT, self.y - 70)
        board = {"pico": "Raspberry Pi Pico", "pico2": "Raspberry Pi Pico 2"}[self.pins.board]
        self.sheet.text(LEFT + 14, 98, f"U1  {board}", bold=True)
        gpio = self.pins.signal("led").gpio
        light = f"GP{gpio}: {self.words['light']}"
        self.sheet.text(LEFT + 14, self.y - 38, light, size=13, gpio=str(gpio), net="led")
        self.sheet.text(LEFT + 14, self.y - 16, self.words["usb"], size=13)

    def pin(self, name: str, gpio: int, wire: str, to: float) -> None:
        """A pad of the Pico at this height and a wire of its colour up to x = to."""
        label = f"GP{gpio} ({self.words['pin']} {PICO_PLACES[gpio]})"
        self.sheet.text(RIGHT - 10, self.y + 5, label, "end", gpio=str(gpio), net=name)
        self.sheet.wire((RIGHT, self.y), (to, self.y), colour=COLOURS[wire][1], net=name)
        self.sheet.text(RIGHT + 12, self.y - 9, self.colour(wire), size=13)

    def ohms(self, thousands: str) -> str:
        return thousands.replace(".", ",") + " кОм" if self.language == "ru" else thousands + " kΩ"

    def colour(self, wire: str) -> str:
        return COLOURS[wire][2] if self.language == "ru" else wire

    def keys(self) -> None:
        for number, key in enumerate(self.pins.buttons, 1):
            self.pin(key.name, key.gpio, key.wire, NODE)
            end, _ = self.sheet.switch(NODE, self.y, f"S{number}")
            self.sheet.wire((end, self.y), (end + 50, self.y))
            self.sheet.ground(end + 50, self.y)
            name = key_name(key.name, "ru") if self.language == "ru" else key.name.capitalize()
            self.sheet.text(end + 90, self.y - 2, name, size=17, bold=True)
            if (shape := key.shape_ru if self.language == "ru" else key.shape).casefold() != name.casefold():
                self.sheet.text(end + 90, self.y + 19, shape, size=14)
            self.y += KEY_STEP

    def transistor(self) -> None:
        signal = self.pins.signal("motor")
        top = self.y + 10
        self.y = top + 170
        self.pin("motor", signal.gpio, signal.wire, NODE + 110)
        self.sheet.dot(NODE, self.y)
        self.sheet.resistor(NODE, self.y, self.y + 70, "R1", self.ohms("100"))
        self.sheet.ground(NODE, self.y + 70)
        (x, drain), (_, source) = self.sheet.mosfet(NODE + 110, self.y, "Q1", "TN0702N3-G")
        self.sheet.ground(x, source)
        self.sheet.motor(x, top + 20, drain, "M1", self.words["motor"])
        self.sheet.supply(x, top + 20, "3V3")
        self.sheet.wire((x, drain), (x + 110, drain))
        self.sheet.wire((x, top + 20), (x + 110, top + 20))
        self.sheet.diode(x + 110, top + 20, drain, "D1", "1N5819")
        self.sheet.dot(x, drain)
        self.sheet.dot(x, top + 20)
        self.y += 140

    def chip(self) -> None:
        left, width = NODE + 110, 150
        self.y += 20
        top = self.y
        self.sheet.box(left, top - 40, width, 190)
        self.sheet.text(left + width / 2, top - 14, "U2  DRV2605L", "middle", bold=True)
        for name, pin in (("haptic_sda", "SDA"), ("haptic_scl", "SCL")):
            self.y += 24
            signal: Signal = self.pins.signal(name)
            self.pin(name, signal.gpio, signal.wire, left)
            self.sheet.text(left + 10, self.y + 5, pin)
            self.y += 14
        self.sheet.text(left + 10, top + 110, "VIN")
        self.sheet.wire((left, top + 105), (left - 40, top + 105), (left - 40, top + 98))
        self.sheet.supply(left - 40, top + 100, "3V3")
        self.sheet.text(left + 10, top + 137, "GND")
        self.sheet.wire((left, top + 132), (left - 40, top + 132))
        self.sheet.ground(left - 40, top + 132)
        right = left + width
        spring = self.words["spring" if self.pins.actuator == "lra" else "motor"]
        for pin, y in (("OUT+", top + 40), ("OUT−", top + 110)):
            self.sheet.text(right - 10, y + 5, pin, "end")
            self.sheet.wire((right, y), (right + 60, y))
        self.sheet.motor(right + 60, top + 40, top + 110, "", "")
        self.sheet.text(right + 96, top + 72, "M1", bold=True)
        self.sheet.text(right + 96, top + 92, spring)
        self.y = top + 200

    def divider(self) -> None:
        signal = self.pins.signal("battery")
        self.y += 90
        self.pin("battery", signal.gpio, signal.wire, NODE)
        self.sheet.dot(NODE, self.y)
        self.sheet.resistor(NODE, self.y - 80, self.y, "R4", self.ohms("100"))
        self.sheet.supply(NODE, self.y - 80, f"BT1 +  {self.words['cell']}")
        self.sheet.resistor(NODE, self.y, self.y + 70, "R5", self.ohms("100"))
        self.sheet.ground(NODE, self.y + 70)
        self.y += 130

    def skin(self) -> None:
        signal = self.pins.signal("skin")
        ntc = self.pins.skin_sensor == "ntc"
        self.y += 90
        plug, sensor, gap = NODE + 140, NODE + 400, 40
        self.pin("skin", signal.gpio, signal.wire, plug)
        self.sheet.dot(NODE, self.y)
        self.sheet.resistor(NODE, self.y - 80, self.y, "R2", self.ohms("10" if ntc else "4.7"))
        self.sheet.supply(NODE, self.y - 80, "3V3")
        rows = [
            (self.words["data"], signal.wire, "1" if ntc else "2 DQ"),
            ("GND", "black", "2" if ntc else "1 GND"),
        ]
        if not ntc:
            rows.append(("3V3", "red", "3 VDD"))
        self.sheet.box(plug, self.y - 28, 90, 40 + gap * (len(rows) - 1) + 16, "#fff")
        self.sheet.text(plug + 45, self.y - 38, self.words["plug"], "middle", bold=True)
        self.sheet.box(sensor, self.y - 28, 150, 40 + gap * (len(rows) - 1) + 16)
        self.sheet.text(
            sensor + 75,
            self.y - 38,
            f"B1  {'NTC ' + self.ohms('10') if ntc else 'DS18B20'}",
            "middle",
            bold=True,
        )
        self.sheet.text(sensor + 162, self.y + gap, self.words["sensor"])
        for number, (name, colour, leg) in enumerate(rows):
            y = self.y + gap * number
            self.sheet.text(plug + 45, y + 5, name, "middle")
            self.sheet.wire((plug + 90, y), (sensor, y), colour=COLOURS[colour][1], net="W5")
            self.sheet.text(
                (plug + 90 + sensor) / 2,
                y - 9,
                COLOURS[colour][2] if self.language == "ru" else colour,
                "middle",
                13,
            )
            self.sheet.text(sensor + 12, y + 5, leg)
        self.sheet.wire((plug, self.y + gap), (plug - 40, self.y + gap))
        self.sheet.ground(plug - 40, self.y + gap)
        if not ntc:
            self.sheet.wire((plug, self.y + 2 * gap), (plug - 90, self.y + 2 * gap))
            self.sheet.supply(plug - 90, self.y + 2 * gap, "3V3")
        self.y += gap * len(rows) + 30

    def supply(self) -> None:
        self.y += 10
        for name, place in (("3V3", SUPPLY_PLACE), ("GND", GROUND_PLACE)):
            self.sheet.text(RIGHT - 10, self.y + 5, f"{name} ({self.words['pin']} {place})", "end")
            self.sheet.wire(
                (RIGHT, self.y), (RIGHT + 60, self.y), colour=COLOURS["red" if name == "3V3" else "black"][1]
            )
            (
                self.sheet.supply(RIGHT + 60, self.y, name)
                if name == "3V3"
                else self.sheet.ground(RIGHT + 60, self.y)
            )
            self.y += 40
        self.y += 60
