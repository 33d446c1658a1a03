"""What may be added on the Pi's header: the pod's rescue lines, an amplifier, a battery board."""

from __future__ import annotations

from hardware.pins import PLACES, Pins
from hardware.wiring.harness import Cable, Harness, Wire, Words
from hardware.wiring.header import ENDS, ONE_K, RESISTOR, Header, lines, pin_label, same

# I2S on the Pi's header, by GPIO: clock, left or right, data.
SOUND = (("BCLK", 18, "green"), ("LRC", 19, "yellow"), ("DIN", 21, "blue"))
FIVE_VOLTS = 2


def extras(pins: Pins) -> Harness:
    """What may be added on the Pi's header: the pod's rescue lines, an amplifier, a battery board."""
    known = lines(pins)
    header = Header("W15")
    soldered: list[Wire] = []
    rescues = (
        ("pod_run", "R8", "RUN", Words("RUN (pin 30)", "RUN (вывод 30)")),
        ("pod_bootsel", "R9", "TP6", Words("TP6 (on the back)", "TP6 (сзади)")),
    )
    pod_pins = []
    for name, ref, pin, label in rescues:
        if line := known.get(name):
            header.add(ref, "resistor_rescue", RESISTOR, ONE_K, *ENDS)
            header.line(line, (ref, "1"))
            soldered.append(Wire("W16", line.wire, (ref, "2"), ("U1", pin), f"{name}_held"))
            pod_pins.append((pin, label))
    if pod_pins:
        header.add("U1", "", same("Raspberry Pi Pico"), Words("the pod's board", "плата пульта"), *pod_pins)
    if line := known.get("amplifier"):
        labels = (
            ("SD", same("SD")),
            *((pin, same(pin)) for pin, _, _ in SOUND),
            ("VIN", same("VIN")),
            ("GND", same("GND")),
        )
        header.add("U5", "amplifier", Words("amplifier", "усилитель"), same("MAX98357A"), *labels)
        header.line(line, ("U5", "SD"))
        for pin, gpio, colour in SOUND:
            place = PLACES[gpio]
            label = pin_label(f"GPIO{gpio}", place)
            header.place(f"i2s {pin}", label, colour, ("U5", pin), f"i2s {pin}")
        header.place(
            "5V",
            pin_label("5V", FIVE_VOLTS),
            "red",
            ("U5", "VIN"),
            "five volts",
        )
        header.ground(6, ("U5", "GND"))
    gauges = [
        (known[name], pin)
        for name, pin in (("gauge_sda", "SDA"), ("gauge_scl", "SCL"), ("battery_low", "ALRT"))
        if name in known
    ]
    if gauges:
        labels = (*((pin, same(pin)) for _, pin in gauges), ("GND", same("GND")))
        note = Words("at 3.3 V at most", "не более 3,3 В")
        header.add("U6", "pisugar3_plus", Words("battery board", "плата питания"), note, *labels)
        for line, pin in gauges:
            header.line(line, ("U6", pin))
        header.ground(14, ("U6", "GND"))
    cables = [Cable("W15", Words("jumper wires on the header", "провода с гнёздами на разъёме"), 0.15, 28)]
    if soldered:
        cables.append(
            Cable(
                "W16",
                Words("beside the pod's USB cable", "рядом с USB-кабелем пульта"),
                0.8,
                28,
                False,
                "rescue_cable",
            )
        )
    title = Words("What may be added on the Pi's header", "Что можно добавить на разъём Pi")
    return Harness("extras", title, (header.pi(""), *header.boxes), tuple(cables), (*header.wires, *soldered))
