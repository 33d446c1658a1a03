"""What a HID report map says, as far as a gamepad needs it, and what a report then means.

Source: USB Device Class Definition for HID 1.11, sections 5 and 6.2.2, and HID Usage Tables 1.5. Buttons and axes get
the names Linux gives them (drivers/hid/hid-input.c), so that a pad is the same by cable and by radio.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

MOST_BYTES = 4096
MOST_BITS = 8192  # of one report
MOST_FIELDS = 1024
MOST_DEPTH = 32  # of pushes and collections
GENERIC, SIMULATION, BUTTON, CONSUMER = 0x01, 0x02, 0x09, 0x0C
PADS = {(GENERIC, 0x04), (GENERIC, 0x05), (GENERIC, 0x08)}  # joystick, gamepad, multi-axis controller
HAT = (GENERIC, 0x39)
# fmt: off
NAMES = (
    "BTN_SOUTH", "BTN_EAST", "BTN_C", "BTN_NORTH", "BTN_WEST", "BTN_Z", "BTN_TL", "BTN_TR", "BTN_TL2", "BTN_TR2",
    "BTN_SELECT", "BTN_START", "BTN_MODE", "BTN_THUMBL", "BTN_THUMBR",
)
KEYS: Mapping[tuple[int, int], str] = {
    **{(BUTTON, number): name for number, name in enumerate(NAMES, 1)},
    (GENERIC, 0x90): "BTN_DPAD_UP", (GENERIC, 0x91): "BTN_DPAD_DOWN",
    (GENERIC, 0x92): "BTN_DPAD_RIGHT", (GENERIC, 0x93): "BTN_DPAD_LEFT",
    (CONSUMER, 0x223): "BTN_MODE",
}
# fmt: on
STICKS = {(GENERIC, 0x30): "ABS_X", (GENERIC, 0x31): "ABS_Y"}
TRIGGERS = {(SIMULATION, 0xC4): "ABS_GAS", (SIMULATION, 0xC5): "ABS_BRAKE"}
LEAST_BUTTONS = 4


class BadReportMap(ValueError):
    """It is damaged, or of nothing that has the keys of a gamepad. The message says which."""


@dataclass(frozen=True, slots=True)
class Field:
    """Some bits of an input report. offset, bits: counted from the report's first bit. usage: page and number. low,
    high: the least and the greatest value. chosen: in an array of keys, the numbers of those that are down; else
    empty."""

    report: int
    offset: int
    bits: int
    usage: tuple[int, int]
    low: int
    high: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """What one control of a report says. code: as Linux names it. place: 1.0 or 0.0 of a key, -1 to 1 of a stick or a
    hat, 0 to 1 of a trigger."""

    code: str
    place: float
    is_key: bool


@dataclass(slots=True)
class _Globals:
    page: int = 0
    low: int = 0
    high: int = 0
    size: int = 0
    count: int = 0
    report: int = 0


@dataclass(slots=True)
class _Locals:
    usages: list[tuple[int, int]] = field(default_factory=list)
    least: tuple[int, int] | None = None
    most: tuple[int, int] | None = None


class ReportMap:
    """BadReportMap for bytes that are no report map of a gamepad. `numbered`: its reports have numbers."""

    def __init__(self, data: bytes) -> None:
        fields = tuple(_fields(data))
        self.numbered = any(one.report for one in fields)
        self._fields = tuple(one for one in fields if _means(one))
        keys = {KEYS[one.usage] for one in self._fields if one.usage in KEYS}
        if any(one.chosen for one in self._fields):
            keys.update(NAMES)
        if len(keys) < LEAST_BUTTONS:
            raise BadReportMap("it is not a gamepad's: start the pad in another mode")

    def read(self, report: int, data: bytes) -> Iterator[Moved]:
        """What a report says of all its controls. report: its number, 0 where they have none. One that is too short
        tells only of the controls it holds whole."""
        value = int.from_bytes(data, "little")
        chosen: dict[str, float] = {}
        for one in self._fields:
            if one.report != report or one.offset + one.bits > 8 * len(data):
                continue
            number = value >> one.offset & (1 << one.bits) - 1
            if one.low < 0 and number >> one.bits - 1:
                number -= 1 << one.bits
            if one.chosen:
                chosen = chosen or dict.fromkeys(NAMES, 0.0)
                name = KEYS.get((one.usage[0], one.usage[1] + number - one.low))
                if one.low <= number <= one.high and name in chosen:
                    chosen[name] = 1.0
            else:
                yield from _moved(one, number)
        yield from (Moved(name, place, True) for name, place in chosen.items())


def _means(one: Field) -> bool:
    if one.chosen:
        return one.usage[0] == BUTTON
    return one.usage in KEYS or one.usage in STICKS or one.usage in TRIGGERS or one.usage == HAT


def _moved(one: Field, number: int) -> Iterator[Moved]:
    if one.usage in KEYS:
        yield Moved(KEYS[one.usage], float(number != 0), True)
    elif one.usage == HAT:
        yield from _hat(one, number)
    elif one.high > one.low:
        part = min(max((number - one.low) / (one.high - one.low), 0.0), 1.0)
        if one.usage in STICKS:
            yield Moved(STICKS[one.usage], 2 * part - 1, False)
        else:
            yield Moved(TRIGGERS[one.usage], part, False)


def _hat(one: Field, number: int) -> Iterator[Moved]:
    """Clockwise from above, in eight or four steps; out of range is the middle."""
    steps = one.high - one.low + 1
    x = y = 0.0
    if one.low <= number <= one.high and steps in (4, 8):
        eighth = (number - one.low) * (8 // steps)
        x = (0.0, 1.0, 1.0, 1.0, 0.0, -1.0, -1.0, -1.0)[eighth]
        y = (-1.0, -1.0, 0.0, 1.0, 1.0, 1.0, 0.0, -1.0)[eighth]
    yield Moved("ABS_HAT0X", x, False)
    yield Moved("ABS_HAT0Y", y, False)


def _items(data: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Kind, tag, the value without a sign and the number of its bytes. BadReportMap when it breaks off."""
    if len(data) > MOST_BYTES:
        raise BadReportMap(f"it has {len(data)} bytes, more than {MOST_BYTES}")
    at = 0
    while at < len(data):
        prefix = data[at]
        if prefix == 0xFE:  # a long item, of which none is defined
            at += 3 + (data[at + 1] if at + 1 < len(data) else MOST_BYTES)
            continue
        size = (0, 1, 2, 4)[prefix & 3]
        if at + 1 + size > len(data):
            break
        yield prefix >> 2 & 3, prefix >> 4, int.from_bytes(data[at + 1 : at + 1 + size], "little"), size
        at += 1 + size
    if at != len(data):
        raise BadReportMap("it breaks off in the midst of an item")


def _signed(value: int, size: int) -> int:
    return value - (1 << 8 * size) if size and value >> 8 * size - 1 else value


def _fields(data: bytes) -> Iterator[Field]:
    """The input fields of every gamepad in it."""
    now, kept, here = _Globals(), [], _Locals()
    collections: list[tuple[int, int]] = []
    offsets: dict[int, int] = {}
    found = 0
    for kind, tag, value, size in _items(data):
        if kind == 1:
            if tag == 10:
                kept.append(_Globals(now.page, now.low, now.high, now.size, now.count, now.report))
                if len(kept) > MOST_DEPTH:
                    raise BadReportMap("it keeps more than can be")
            elif tag == 11:
                if not kept:
                    raise BadReportMap("it takes back what it never kept")
                now = kept.pop()
            else:
                _set(now, tag, value, size)
        elif kind == 2:
            usage = (value >> 16, value & 0xFFFF) if size == 4 else (now.page, value)
            if tag == 0:
                here.usages.append(usage)
            elif tag == 1:
                here.least = usage
            elif tag == 2:
                here.most = usage
            if len(here.usages) > MOST_FIELDS:
                raise BadReportMap("it names more usages than can be")
        elif kind == 0:
            if tag == 10:
                collections.append(here.usages[0] if here.usages and value == 1 else (0, 0))
                if len(collections) > MOST_DEPTH:
                    raise BadReportMap("its collections are too deep")
            elif tag == 12:
                if not collections:
                    raise BadReportMap("it ends a collection that never began")
                collections.pop()
            elif tag == 8:
                offset = offsets.get(now.report, 0)
                offsets[now.report] = offset + now.size * now.count
                if offsets[now.report] > MOST_BITS:
                    raise BadReportMap("one of its reports is longer than can be")
                if any(usage in PADS for usage in collections) and now.size and not value & 1:
                    for one in _input(now, here, offset, variable=bool(value & 2)):
                        found += 1
                        if found > MOST_FIELDS:
                            raise BadReportMap("it has more controls than can be")
                        yield one
            here = _Locals()


def _set(now: _Globals, tag: int, value: int, size: int) -> None:
    match tag:
        case 0:
            now.page = value
        case 1:
            now.low = _signed(value, size)
        case 2:
            # Some maps write 255 in one byte, which has a sign, where they mean it without one.
            now.high = _signed(value, size) if now.low < 0 else value
        case 7:
            if value > 32:
                raise BadReportMap(f"one of its controls has {value} bits")
            now.size = value
        case 8:
            now.report = value
        case 9:
            if value > MOST_BITS:
                raise BadReportMap(f"it repeats a control {value} times")
            now.count = value


def _input(now: _Globals, here: _Locals, offset: int, *, variable: bool) -> Iterator[Field]:
    if not variable:
        first = here.least or (here.usages[0] if here.usages else (now.page, 0))
        for number in range(now.count):
            yield Field(
                now.report, offset + number * now.size, now.size, first, now.low, now.high, chosen=True
            )
        return
    for number in range(now.count):
        usage = _usage(here, number)
        if usage is not None:
            yield Field(now.report, offset + number * now.size, now.size, usage, now.low, now.high)


def _usage(here: _Locals, number: int) -> tuple[int, int] | None:
    """Of the control with this number: those named one by one, the last for all that follow, or those of a range."""
    if number < len(here.usages):
        return here.usages[number]
    if here.least is not None and here.most is not None:
        page, first = here.least
        place = first + number - len(here.usages)
        return (page, place) if place <= here.most[1] else None
    return here.usages[-1] if here.usages else None
