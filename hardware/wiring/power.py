"""What feeds what: from the bank to every part that takes power, by ready cables."""

from __future__ import annotations

from hardware.wiring.harness import Box, Cable, Harness, Wire, Words
from hardware.wiring.header import same


def power() -> Harness:
    """From the bank to every part that takes power, by ready cables."""
    usb = (("5V", same("5 V")), ("GND", same("GND")))
    data = (*usb, ("D+", same("D+")), ("D-", Words("D−", "D−")))
    pi = Words("USB-C power socket, USB-A sockets", "разъём питания USB-C, разъёмы USB-A")
    ends = tuple(
        (f"{end} {pin}", Words(f"{end}: {label.en}", f"{end}: {label.ru}"))
        for end, labels in (("USB-C", usb), ("USB-A 1", data), ("USB-A 2", data))
        for pin, label in labels
    )
    jack = (("jack", Words("3.5 mm, four contacts", "3,5 мм, четыре контакта")),)
    boxes = (
        Box(
            "BT3",
            Words("power bank", "внешний аккумулятор"),
            Words("on the belt, 5 V 3 A", "на поясе, 5 В 3 А"),
            usb,
            "power_bank",
        ),
        Box("U3", same("Raspberry Pi 5"), pi, ends, ""),
        Box("U1", same("Raspberry Pi Pico"), Words("the pod, micro-USB", "пульт, micro-USB"), data, ""),
        Box(
            "U4",
            Words("USB audio adapter", "USB-звуковая карта"),
            Words("plugged in directly", "вставлена прямо в разъём"),
            (*data, *jack),
            "usb_audio",
        ),
        Box(
            "LS1",
            Words("headset with microphone", "гарнитура с микрофоном"),
            Words("bone conduction", "костная проводимость"),
            jack,
            "headset",
        ),
    )
    cables = (
        Cable("W11", Words("USB-C to USB-C, 5 A", "USB-C — USB-C, 5 А"), 0.5, 0, False, "usb_cable_power"),
        Cable(
            "W12",
            Words("USB-A to micro-B, with data", "USB-A — micro-B, с данными"),
            0.6,
            0,
            False,
            "usb_cable_pod",
        ),
        Cable("W13", Words("USB-A plug of the adapter", "штекер USB-A карты"), 0.0, 0, False),
        Cable("W14", Words("the headset's own cable", "свой кабель гарнитуры"), 0.0, 0, False),
    )
    colours = {"5V": "red", "GND": "black", "D+": "green", "D-": "white"}
    wires = [Wire("W11", colours[pin], ("BT3", pin), ("U3", f"USB-C {pin}"), f"bank {pin}") for pin, _ in usb]
    for cable, socket, ref in (("W12", "USB-A 1", "U1"), ("W13", "USB-A 2", "U4")):
        wires += [
            Wire(cable, colours[pin], ("U3", f"{socket} {pin}"), (ref, pin), f"{socket} {pin}")
            for pin, _ in data
        ]
    wires.append(Wire("W14", "black", ("U4", "jack"), ("LS1", "jack"), "sound"))
    return Harness("power", Words("Power and USB", "Питание и USB"), boxes, cables, tuple(wires))
