"""The chest unit's wires: lights and button on the header, camera, fan and clock in their sockets."""

from __future__ import annotations

from typing import NamedTuple

from hardware.pins import Pins
from hardware.wiring.harness import Box, Cable, Harness, Wire, Words
from hardware.wiring.header import ENDS, ONE_K, RESISTOR, Header, lines, same

LEGS = (
    ("A", Words("A (long leg)", "A (длинная ножка)")),
    ("K", Words("K (short leg)", "K (короткая ножка)")),
)


class _Light(NamedTuple):
    """line: its name in pins.toml."""

    line: str
    ref: str
    resistor: str
    part: str
    kind: Words
    note: Words


class _Socket(NamedTuple):
    """A ready cable from a socket of the Pi. cable_part: "" where the part brings it along."""

    cable: str
    cable_part: str
    cable_kind: Words
    length_m: float
    colour: str
    socket: str
    contacts: Words
    ref: str
    part: str
    kind: Words
    plug: Words


LIGHTS = (
    _Light(
        "status_led",
        "D2",
        "R6",
        "led_green",
        Words("status light", "огонёк состояния"),
        Words("green, 3 mm", "зелёный, 3 мм"),
    ),
    _Light(
        "camera_led",
        "D3",
        "R7",
        "led_red",
        Words("camera's light", "огонёк камеры"),
        Words("red, 3 mm", "красный, 3 мм"),
    ),
)
SOCKETS = (
    _Socket(
        "W8",
        "camera_cable",
        Words("ribbon, metal side as the guide shows", "шлейф, контактами как в руководстве"),
        0.2,
        "white",
        "CAM/DISP 0",
        Words("22 contacts", "22 контакта"),
        "CAM1",
        "camera_3_wide",
        Words("camera", "камера"),
        Words("15 contacts", "15 контактов"),
    ),
    _Socket(
        "W9",
        "",
        Words("the cooler's own cable", "свой кабель кулера"),
        0.0,
        "black",
        "FAN",
        Words("4 contacts", "4 контакта"),
        "FAN1",
        "active_cooler",
        Words("cooler", "кулер"),
        Words("4 contacts", "4 контакта"),
    ),
    _Socket(
        "W10",
        "",
        Words("the battery's own cable", "свой кабель батарейки"),
        0.0,
        "red",
        "J5",
        Words("2 contacts", "2 контакта"),
        "BT2",
        "rtc_battery",
        Words("clock's battery", "батарейка часов"),
        Words("2 contacts", "2 контакта"),
    ),
)


def chest(pins: Pins) -> Harness:
    """The standard build. Lines that pins.toml does not have are left out."""
    known = lines(pins)
    header = Header("W6")
    soldered: list[Wire] = []
    if service := known.get("service"):
        note = Words("at the wearer's left side", "на левом боку носящего")
        header.add("S6", "service_button", Words("service button", "служебная кнопка"), note, *ENDS)
        header.line(service, ("S6", "1"))
        header.ground(service.place, ("S6", "2"))
    for light in LIGHTS:
        if line := known.get(light.line):
            header.add(light.resistor, "resistor_1k", RESISTOR, ONE_K, *ENDS)
            header.add(light.ref, light.part, light.kind, light.note, *LEGS)
            header.line(line, (light.resistor, "1"))
            net = f"{light.line}_light"
            soldered.append(Wire("W7", line.wire, (light.resistor, "2"), (light.ref, "A"), net))
            header.ground(line.place, (light.ref, "K"))
    cables, boxes = [], []
    if header.wires:
        boxes = [header.pi(), *header.boxes]
        kind = Words("jumper wires on the header", "провода с гнёздами на разъёме")
        cables.append(Cable("W6", kind, 0.15, 28, True, "header_wire"))
    if soldered:
        cables.append(Cable("W7", Words("soldered, in heat-shrink", "пайка, в термоусадке")))
    return Harness(
        "chest",
        Words("The chest unit's wires", "Провода нагрудного блока"),
        (*boxes, *_plugged()),
        (*cables, *(Cable(s.cable, s.cable_kind, s.length_m, 0, False, s.cable_part) for s in SOCKETS)),
        (
            *header.wires,
            *soldered,
            *(Wire(s.cable, s.colour, ("U3 sockets", s.socket), (s.ref, "plug"), s.socket) for s in SOCKETS),
        ),
    )


def _plugged() -> list[Box]:
    sockets = tuple(
        (s.socket, Words(f"{s.socket}: {s.contacts.en}", f"{s.socket}: {s.contacts.ru}")) for s in SOCKETS
    )
    note = Words("sockets on the board", "разъёмы на плате")
    boxes = [Box("U3 sockets", same("Raspberry Pi 5"), note, sockets)]
    boxes += [Box(s.ref, s.kind, Words("", ""), (("plug", s.plug),), s.part) for s in SOCKETS]
    return boxes
