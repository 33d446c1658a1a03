"""What hangs on the Pi's 40 pins, gathered wire by wire."""

from __future__ import annotations

from dataclasses import dataclass, field

from hardware.pins import PI_GROUNDS, HeaderLine, Pins
from hardware.wiring.harness import Box, Wire, Words

ONE_K = Words("1 kΩ", "1 кОм")
RESISTOR = Words("resistor", "резистор")


def same(text: str) -> Words:
    """What is written alike in both languages."""
    return Words(text, text)


ENDS = (("1", same("1")), ("2", same("2")))


def pin_label(name: str, place: int) -> Words:
    """place: of the 40."""
    return Words(f"{name} (pin {place})", f"{name} (вывод {place})")


def lines(pins: Pins) -> dict[str, HeaderLine]:
    """The Pi's lines by name."""
    return {line.name: line for line in pins.header}


@dataclass
class Header:
    """Boxes and wires of one harness. Each ground wire has the nearest ground pin that is free."""

    cable: str
    pins: list[tuple[str, Words]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)
    grounds: list[int] = field(default_factory=lambda: list(PI_GROUNDS))

    def add(self, ref: str, part: str, kind: Words, note: Words, *labels: tuple[str, Words]) -> None:
        self.boxes.append(Box(ref, kind, note, labels, part))

    def line(self, line: HeaderLine, to: tuple[str, str]) -> None:
        self.pins.append((line.name, pin_label(f"GPIO{line.gpio}", line.place)))
        self.wires.append(Wire(self.cable, line.wire, ("U3", line.name), to, line.name))

    def ground(self, near: int, to: tuple[str, str]) -> None:
        place = min(self.grounds, key=lambda ground: (abs(ground - near), ground))
        self.grounds.remove(place)
        self.place(f"GND{place}", pin_label("GND", place), "black", to, "ground")

    def place(self, name: str, label: Words, colour: str, to: tuple[str, str], net: str) -> None:
        self.pins.append((name, label))
        self.wires.append(Wire(self.cable, colour, ("U3", name), to, net))

    def pi(self, part: str = "raspberry_pi_5") -> Box:
        pins = tuple(sorted(self.pins, key=lambda pin: int(pin[1].en.rsplit(" ", 1)[1].rstrip(")"))))
        return Box(
            "U3", same("Raspberry Pi 5"), Words("header of 40 pins", "разъём на 40 выводов"), pins, part
        )
