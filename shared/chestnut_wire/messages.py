"""Every message between pod and host, declared once.

A body is: version and type u8 (3 and 5 bits), sequence u8, acknowledged u8, then the message's fields, little-endian.
`sequence` counts the frames a side has sent, so that gaps show what the cable lost; `acknowledged` is the sequence
of the newest frame it had received. Both only measure the line: what must not be lost carries numbers of its own.

`session` names one connection of the host and `boot` one life of the pod: from random numbers, so that nobody
answers for a predecessor. Ticks are the pod's microseconds modulo TICK_MODULUS.
"""

import struct
from collections import namedtuple

MAJOR = 1  # another major number is refused
# Counts additions that an older side may ignore; 1: Measured, CrashPart, CrashAck, Maintain; 2: the patterns WATCHING
# and PAUSED.
MINOR = 2
TICK_MODULUS = 1 << 30  # of MicroPython's ticks_us on a Pico: 17.9 minutes

# Edge.kind
UP = 0
DOWN = 1
HELD = 2

# Hello.reset_cause
CAUSE_UNKNOWN = 0
CAUSE_POWER = 1
CAUSE_RESET = 2
CAUSE_WATCHDOG = 3

# Hello.capabilities: what the pod can do, and what is wrong with it. When they change, it says Hello again.
CAN_BUZZ = 1
MEASURES_BATTERY = 2
MEASURES_SKIN = 4
SAFE_AFTER_FAULTS = 8  # it failed several times in a row: no keys, no motor, only this cable
SAFE_BY_KEY = 16  # the same, because a key was held when it got power
MOTOR_FAILED = 32  # it has a motor and cannot drive it

# Measured.quantity. A value of 0 says that nothing sensible was measured.
BATTERY_MV = 1
SKIN_CENTIKELVIN = 2  # hundredths of a kelvin above absolute zero

# Buzz.pattern; chestnut.core.effects.Haptic has the same names.
PRESSED = 1
WORKING = 2
DONE = 3
FAILED = 4
STOPPED = 5
HOST_LOST = 6
WATCHING = 7
PAUSED = 8
PATTERNS = {
    "pressed": PRESSED,
    "working": WORKING,
    "done": DONE,
    "failed": FAILED,
    "stopped": STOPPED,
    "host_lost": HOST_LOST,
    "watching": WATCHING,
    "paused": PAUSED,
}

# --- pod to host ----------------------------------------------------------------------------------------

# Who I am; repeated until the HelloAck. major and minor stay the first two bytes in every version to come.
# first: sequence of the first edge not yet acknowledged. overflows: edges given up because the host was away.
Hello = namedtuple(
    "Hello",
    (
        "major",
        "minor",
        "firmware_major",
        "firmware_minor",
        "firmware_patch",
        "boot",
        "reset_cause",
        "uid",
        "capabilities",
        "tick_modulus",
        "buttons",
        "first",
        "overflows",
    ),
)
# A key moved at t_us; repeated until an EdgeAck. behind: how many older edges the pod still keeps, so that a host
# knows from any edge which older ones will never come. button counts pins.toml's tables from 0.
Edge = namedtuple("Edge", ("boot", "sequence", "behind", "button", "kind", "t_us"))
# The command of this session and sequence was obeyed, now or before.
CommandAck = namedtuple("CommandAck", ("session", "sequence"))
# token is the Ping's; received_us and sent_us are the pod's ticks at the Ping's end and the Pong's begin.
Pong = namedtuple("Pong", ("token", "received_us", "sent_us"))
# Said when it changes and every half a minute, to a host of minor 1 or more.
Measured = namedtuple("Measured", ("quantity", "value"))
# One part of the trace of a fault in an earlier life, to a host of minor 1 or more: see reports.py.
CrashPart = namedtuple("CrashPart", ("report", "part", "parts", "text"))

# --- host to pod ----------------------------------------------------------------------------------------

HelloAck = namedtuple("HelloAck", ("major", "minor", "session", "boot"))
# Every edge up to and including this sequence has arrived.
EdgeAck = namedtuple("EdgeAck", ("boot", "sequence"))
# Play a pattern; strength 0 to 255. Obeyed once however often it arrives.
Buzz = namedtuple("Buzz", ("session", "sequence", "pattern", "strength"))
# Sent each second. A session the pod does not know makes it say Hello.
Ping = namedtuple("Ping", ("session", "token"))
# The host ends in good order: it is not lost, and no pattern says so.
Bye = namedtuple("Bye", ("session",))
# The part of a report that is wanted next; all have come when it is the number of parts.
CrashAck = namedtuple("CrashAck", ("report", "wanted"))
# Leave the board's prompt to the maker. Acknowledged like a Buzz, then the program ends.
Maintain = namedtuple("Maintain", ("session", "sequence"))

_DECLARED = (
    (1, Hello, "<BBBBBIB8sHIBHH"),
    (2, Edge, "<IHBBBI"),
    (3, CommandAck, "<HH"),
    (4, Pong, "<III"),
    (5, Measured, "<BH"),
    (6, CrashPart, "<IBB40s"),
    (16, HelloAck, "<BBHI"),
    (17, EdgeAck, "<IH"),
    (18, Buzz, "<HHBB"),
    (19, Ping, "<HI"),
    (20, Bye, "<H"),
    (21, CrashAck, "<IB"),
    (22, Maintain, "<HH"),
)
_BY_NUMBER: dict[int, tuple[type, str]] = {number: (message, layout) for number, message, layout in _DECLARED}
_BY_CLASS: dict[type, tuple[int, str]] = {message: (number, layout) for number, message, layout in _DECLARED}
_HELLO = 1
_HEADER = 3


def encode(message: tuple[object, ...], sequence: int, acknowledged: int) -> bytes:
    """The body of a message: an instance of one of the classes above."""
    number, layout = _BY_CLASS[type(message)]
    header = bytes((MAJOR << 5 | number, sequence & 0xFF, acknowledged & 0xFF))
    return header + struct.pack(layout, *message)


def decode(body: bytes) -> "tuple[int, tuple[object, ...]] | None":
    """(sequence, message) of a body; None for one this version does not know.

    Of another major version only a Hello is understood, and only its first two fields: the rest is zero.
    """
    if len(body) < _HEADER:
        return None
    number = body[0] & 0x1F
    if body[0] >> 5 != MAJOR:
        if number == _HELLO and len(body) >= _HEADER + 2 and body[_HEADER] != MAJOR:
            return body[1], Hello(body[_HEADER], body[_HEADER + 1], 0, 0, 0, 0, 0, bytes(8), 0, 0, 0, 0, 0)
        return None
    if number not in _BY_NUMBER:
        return None
    message, layout = _BY_NUMBER[number]
    if len(body) != _HEADER + struct.calcsize(layout):
        return None
    return body[1], message(*struct.unpack(layout, body[_HEADER:]))
