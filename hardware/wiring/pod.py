"""The pod's wires: Pico, five keys, motor and its driver, the back plate's sensor, the battery's divider."""

from __future__ import annotations

from hardware.pins import PICO_PLACES, Pins, key_name
from hardware.wiring.harness import Box, Cable, Harness, Wire, Words

GROUND_PLACE, SUPPLY_PLACE = 38, 36
NOTHING = Words("", "")
EN_PIN, RU_PIN = "pin", "вывод"


def gpio_label(gpio: int) -> Words:
    """As it is written beside a Pico's pad. Twice, so that whoever counts and whoever reads the board agree."""
    place = PICO_PLACES[gpio]
    return Words(f"GP{gpio} ({EN_PIN} {place})", f"GP{gpio} ({RU_PIN} {place})")


def _place_label(name: str, place: int) -> Words:
    return Words(f"{name} ({EN_PIN} {place})", f"{name} ({RU_PIN} {place})")


def pod(pins: Pins, name: str = "pod") -> Harness:
    """The pod as pins.toml chooses it. Raises BadHarness."""
    return _Pod(pins).harness(name)


class _Pod:
    """Gathers boxes and wires; `harness` gives them."""

    def __init__(self, pins: Pins) -> None:
        self.pins = pins
        self.boxes: list[Box] = []
        self.wires: list[Wire] = []
        self.pico: list[tuple[str, Words]] = []
        self.grounded: list[tuple[str, str]] = []
        self.supplied: list[tuple[str, str]] = []
        self.cables: list[Cable] = []
        self.keys()
        if pins.haptic == "pwm":
            self.transistor()
        elif pins.haptic == "drv2605l":
            self.chip()
        if pins.battery_sensor == "adc":
            self.divider()
        if pins.skin_sensor != "none":
            self.skin()
        self.rails()

    def box(self, ref: str, part: str, kind: Words, note: Words, *labels: str | tuple[str, Words]) -> None:
        pins = tuple((label, Words(label, label)) if isinstance(label, str) else label for label in labels)
        self.boxes.append(Box(ref, kind, note, pins, part))

    def from_pico(self, name: str, gpio: int, wire: str, to: tuple[str, str]) -> None:
        self.pico.append((name, gpio_label(gpio)))
        self.wires.append(Wire("W1", wire, ("U1", name), to, name))

    def on_board(self, start: tuple[str, str], end: tuple[str, str], net: str) -> None:
        self.wires.append(Wire("W2", "bare", start, end, net))

    def keys(self) -> None:
        for number, key in enumerate(self.pins.buttons, 1):
            ref = f"S{number}"
            kind = Words(f"key {key.name.capitalize()}", f"кнопка «{key_name(key.name, 'ru')}»")
            self.box(ref, "tact_switch", kind, Words(key.shape, key.shape_ru), "1", "2")
            self.from_pico(key.name, key.gpio, key.wire, (ref, "1"))
            self.grounded.append((ref, "2"))

    def transistor(self) -> None:
        motor = self.pins.signal("motor")
        kind = Words("MOSFET, N-channel", "полевой транзистор, N-канал")
        self.box("Q1", "motor_transistor", kind, Words("TN0702N3-G", "TN0702N3-G"), "G", "D", "S")
        self.box("R1", "resistor_100k", Words("resistor", "резистор"), Words("100 kΩ", "100 кОм"), "1", "2")
        stripe = Words("K (stripe)", "K (полоска)")
        self.box(
            "D1",
            "motor_diode",
            Words("Schottky diode", "диод Шоттки"),
            Words("1N5819", "1N5819"),
            "A",
            ("K", stripe),
        )
        erm = Words("coin motor, 3 V", "мотор-таблетка, 3 В")
        self.box("M1", "motor_erm", Words("motor", "мотор"), erm, ("-", Words("−", "−")), "+")
        self.from_pico("motor", motor.gpio, motor.wire, ("Q1", "G"))
        self.on_board(("Q1", "G"), ("R1", "1"), "motor")
        self.on_board(("Q1", "D"), ("M1", "-"), "motor_low")
        self.on_board(("Q1", "D"), ("D1", "A"), "motor_low")
        self.grounded += [("Q1", "S"), ("R1", "2")]
        self.supplied += [("M1", "+"), ("D1", "K")]

    def chip(self) -> None:
        kind = Words("motor's driver", "драйвер мотора")
        self.box(
            "U2", "drv2605l", kind, Words("DRV2605L", "DRV2605L"), "SDA", "SCL", "VIN", "GND", "OUT+", "OUT-"
        )
        spring = self.pins.actuator == "lra"
        note = (
            Words("spring, LRA", "пружинный, LRA")
            if spring
            else Words("coin motor, 3 V", "мотор-таблетка, 3 В")
        )
        self.box(
            "M1",
            "motor_lra" if spring else "motor_erm",
            Words("motor", "мотор"),
            note,
            "+",
            ("-", Words("−", "−")),
        )
        for name, pin in (("haptic_sda", "SDA"), ("haptic_scl", "SCL")):
            signal = self.pins.signal(name)
            self.from_pico(name, signal.gpio, signal.wire, ("U2", pin))
        self.on_board(("U2", "OUT+"), ("M1", "+"), "motor_out_plus")
        self.on_board(("U2", "OUT-"), ("M1", "-"), "motor_out_minus")
        self.grounded.append(("U2", "GND"))
        self.supplied.append(("U2", "VIN"))

    def divider(self) -> None:
        signal = self.pins.signal("battery")
        ohms = Words("100 kΩ, 1 %", "100 кОм, 1 %")
        for ref in ("R4", "R5"):
            self.box(ref, "resistor_divider", Words("resistor", "резистор"), ohms, "1", "2")
        cell = Words("one cell, 4.2 V at most", "один элемент, не более 4,2 В")
        self.box("BT1", "", Words("battery", "батарея"), cell, "+", ("-", Words("−", "−")))
        self.from_pico("battery", signal.gpio, signal.wire, ("R4", "2"))
        self.on_board(("R4", "2"), ("R5", "1"), "battery")
        self.on_board(("R4", "1"), ("BT1", "+"), "cell")
        self.grounded += [("R5", "2"), ("BT1", "-")]

    def skin(self) -> None:
        """The sensor sits at the chest unit's back: a plug, so that the pod comes off."""
        signal = self.pins.signal("skin")
        ntc = self.pins.skin_sensor == "ntc"
        plug = Words("plug in the cable", "разъём в кабеле")
        note = Words("JST SM, 3 pins", "JST SM, 3 контакта")
        self.box("J1", "", plug, note, ("data", Words("data", "данные")), "GND", *(() if ntc else ("3V3",)))
        ohms = Words("10 kΩ, 1 %", "10 кОм, 1 %") if ntc else Words("4.7 kΩ", "4,7 кОм")
        part = "resistor_10k" if ntc else "resistor_4k7"
        self.box("R2", part, Words("resistor", "резистор"), ohms, "1", "2")
        self.from_pico("skin", signal.gpio, signal.wire, ("J1", "data"))
        self.on_board(("J1", "data"), ("R2", "1"), "skin")
        kind = Words("sensor at the back plate", "датчик у задней стенки")
        if ntc:
            self.box("B1", "ntc_10k", kind, Words("NTC 10 kΩ", "NTC 10 кОм"), "1", "2")
            ends = (("data", "1"), ("GND", "2"))
        else:
            labels = (
                ("2", Words("2 DQ", "2 DQ")),
                ("1", Words("1 GND", "1 GND")),
                ("3", Words("3 VDD", "3 VDD")),
            )
            self.box("B1", "skin_sensor", kind, Words("DS18B20", "DS18B20"), *labels)
            ends = (("data", "2"), ("GND", "1"), ("3V3", "3"))
            self.supplied.append(("J1", "3V3"))
        nets = {"data": ("skin", signal.wire), "GND": ("ground", "black"), "3V3": ("supply", "red")}
        for pin, sensed in ends:
            net, colour = nets[pin]
            self.wires.append(Wire("W5", colour, ("J1", pin), ("B1", sensed), net))
        self.grounded.append(("J1", "GND"))
        self.supplied.append(("R2", "2"))

    def rails(self) -> None:
        """Ground and supply come from the Pico once each and are shared by a bare wire on the switch board."""
        rails = (
            ("GND", "ground", "black", _place_label("GND", GROUND_PLACE), self.grounded, "W3"),
            ("3V3", "supply", "red", _place_label("3V3", SUPPLY_PLACE), self.supplied, "W4"),
        )
        for name, net, colour, label, ends, cable in rails:
            if not ends:
                continue
            self.pico.append((name, label))
            kind = Words("rail", "шина")
            note = Words(f"{name}, bare wire on the board", f"{name}, голый провод на плате")
            self.box(name, "", kind, note, *("in", *map(str, range(1, len(ends) + 1))))
            self.wires.append(Wire("W1", colour, ("U1", name), (name, "in"), net))
            for number, end in enumerate(ends, 1):
                self.wires.append(Wire(cable, "bare", end, (name, str(number)), net))
            joined = Words(f"on the switch board, to {name}", f"на плате кнопок, к {name}")
            self.cables.append(Cable(cable, joined))

    def harness(self, name: str) -> Harness:
        board = {"pico": "Raspberry Pi Pico", "pico2": "Raspberry Pi Pico 2"}[self.pins.board]
        pico = Box(
            "U1", Words(board, board), Words("the pod's board", "плата пульта"), tuple(self.pico), "pico"
        )
        flying = Words("from the Pico to the switch board", "от Pico к плате кнопок")
        cables = [Cable("W1", flying, 0.1, 28, True, "hookup_wire")]
        if any(wire.cable == "W2" for wire in self.wires):
            cables.append(
                Cable("W2", Words("on the switch board, part to part", "на плате кнопок, между деталями"))
            )
        cables += self.cables
        if self.pins.skin_sensor != "none":
            kind = Words("to the chest unit, beside the USB cable", "к нагрудному блоку, рядом с USB-кабелем")
            cables.append(Cable("W5", kind, 0.8, 28, False, "sensor_cable"))
        title = Words("The pod's wires", "Провода пульта")
        return Harness(name, title, (pico, *self.boxes), tuple(cables), tuple(self.wires))
