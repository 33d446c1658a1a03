"""A stand-in for MicroPython's `machine` on the unix port: the pod's firmware runs on it unchanged.

MICROPYPATH puts this folder first, so `import machine` finds it. The host drives pins and hears the motor over a
socket whose number comes in CHESTNUT_SIM, a JSON object: {"fd": 5, "ticks_us": 0, "reset_cause": 1, "limits": {}}.
ticks_us is added to the pod's clock (to meet its wrap), limits replace those of limits.py. "speed": 20 makes the
pod's clock run and its sleeps end twenty times as fast; "quiet": true leaves out the reports of pins and motor.

"board" replaces values of board.py; "held": GPIOs whose keys are down at the start; "stuck": "link.Link.keep", a task
that never does anything; "reason": the watchdog's REASON register; chips.py tells of the rest.

Orders, one a line:    wave GPIO MS:LEVEL ...   drive a pin at these times from now
                       hand NAME MS:GPIO:LEVEL ...   drive pins one after the other, each so long after the last;
                                                answered by "hand NAME T OVERFLOWS RESENDS": the moment of
                                                the first, the counts of the pod's ring. It waits while
                                                fewer than twelve edges have room there
                       memory                   answer with the free and used bytes of the heap
                       fail                     raise in a task of its own
                       hang                     block everything for ever
Reports, one a packet: edge GPIO LEVEL T | pin GPIO LEVEL T | pwm GPIO HZ DUTY_U16 T | memory FREE USED | reset T
T is the system's monotonic clock in microseconds, which the host can read too.

What it cannot show: interrupts that come in the midst of a bytecode (they come between tasks here), and USB that
pushes back. A hard interrupt runs with the heap locked, as on the chip.
"""

import asyncio
import gc
import sys
import time

import board
import limits
import micropython
import ticks
import world
from chestnut_wire import reliable

PWRON_RESET = 1
WDT_RESET = 3
RESET_STATUS = 75  # the process ends with it when the firmware resets itself

_settings = world.VALUES
_channel = open(_settings["fd"], "r+b") if "fd" in _settings else None  # noqa: SIM115  # open as long as we live
_ahead_us = _settings.get("ticks_us", 0)
_pins = {}
_gone = []
_quiet = _settings.get("quiet", False)
_speed = _settings.get("speed", 1)
_sleep_ms = asyncio.sleep_ms
_rings = []
_still = []  # the time, while it stands: what a hand does without waiting happens at one moment
_hands = []
_HAND_ROOM = 12

for _place in (limits, board):
    for _name, _value in _settings.get(_place.__name__, {}).items():
        getattr(_place, _name)  # a misspelt one fails here
        setattr(_place, _name, _value)


def _now_us():
    if _still:
        return _still[0]
    return (time.ticks_us() * _speed + _ahead_us) & 0x3FFFFFFF


ticks.now_us = _now_us


class _Flag:
    """In place of ThreadSafeFlag, for whose sake the unix port polls a whole millisecond each time."""

    def __init__(self):
        self._event = asyncio.Event()

    def set(self):
        self._event.set()

    async def wait(self):
        await self._event.wait()
        self._event.clear()


if _speed != 1:
    asyncio.sleep_ms = lambda ms: _sleep_ms(-(-ms // _speed))
    asyncio.ThreadSafeFlag = _Flag


def _remember(ring, boot, begin=reliable.EdgeRing.__init__):
    begin(ring, boot)
    _rings.append(ring)


reliable.EdgeRing.__init__ = _remember


def _report(text):
    if _channel is not None and not _quiet:
        _answer(text)


def _answer(text):
    if _channel is not None:
        _channel.write(text.encode())


world.report, world.answer = _report, _answer


def reset():
    if not _gone:  # the exit passes through the firmware's own fault handling, which resets again
        _gone.append(True)
        _answer("reset %d" % time.ticks_us())
    sys.exit(RESET_STATUS)


def reset_cause():
    return _settings.get("reset_cause", PWRON_RESET)


def unique_id():
    return b"simulate"


class _Registers:
    """The watchdog's REASON register, of either chip; nothing else is read."""

    def __getitem__(self, address):
        assert address in (0x40058008, 0x400D8008), hex(address)
        return _settings.get("reason", 0)


mem32 = _Registers()


class Pin:
    IN = 0
    OUT = 1
    OPEN_DRAIN = 2
    PULL_UP = 1
    IRQ_FALLING = 4
    IRQ_RISING = 8

    def __init__(self, number, mode=IN, pull=None, value=None):
        self._number = number
        self._out = mode == Pin.OUT
        held = number in _settings.get("held", ())
        self._level = value or 0 if self._out else int(pull == Pin.PULL_UP and not held)
        self._handler = None
        _pins[number] = self

    def value(self, level=None):
        if level is None:
            return self._level
        if self._out and int(level) != self._level:
            self._level = int(level)
            _report("pin %d %d %d" % (self._number, self._level, time.ticks_us()))
        return None

    def irq(self, handler, trigger=IRQ_FALLING | IRQ_RISING, hard=False):
        self._handler = handler
        self._trigger = trigger
        self._hard = hard

    def number(self):
        return self._number

    def drive(self, level):
        """The world outside moves the pin."""
        if level == self._level:
            return
        self._level = level
        t_us = time.ticks_us()
        if self._handler is not None and self._trigger & (Pin.IRQ_RISING if level else Pin.IRQ_FALLING):
            if self._hard:
                micropython.heap_lock()
                try:
                    self._handler(self)
                finally:
                    micropython.heap_unlock()
            else:
                micropython.schedule(self._handler, self)
        _report("edge %d %d %d" % (self._number, level, t_us))


class PWM:
    def __init__(self, pin, freq=0, duty_u16=0):
        self._number = pin.number()
        self._freq = freq
        self._duty = -1
        self.duty_u16(duty_u16)

    def freq(self, hertz=None):
        if hertz is None:
            return self._freq
        self._freq = hertz
        return None

    def duty_u16(self, duty=None):
        if duty is None:
            return self._duty
        if duty != self._duty:
            self._duty = duty
            _report("pwm %d %d %d %d" % (self._number, self._freq, duty, time.ticks_us()))
        return None


class Timer:
    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, number=-1):
        self._task = None

    def init(self, mode=PERIODIC, period=-1, callback=None):
        self.deinit()
        self._task = asyncio.create_task(self._run(mode, period, callback))

    def deinit(self):
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _run(self, mode, period, callback):
        while True:
            await asyncio.sleep_ms(period)
            callback(self)
            if mode == Timer.ONE_SHOT:
                return


def _drive(number, level):
    if number in _pins:  # a firmware in its safe start has none
        _pins[number].drive(level)


async def _wave(number, steps):
    began_ms = time.ticks_ms()
    for step in steps:
        at_ms, level = step.split(":")
        due_ms = time.ticks_add(began_ms, int(at_ms) // _speed)
        await _sleep_ms(max(time.ticks_diff(due_ms, time.ticks_ms()), 0))
        _drive(number, int(level))


async def _hand():
    ring = _rings[-1]
    last_us = _now_us()
    while _hands:
        words = _hands[0]
        t_us = 0
        for step in words[2:]:
            wait_ms, number, level = step.split(":")
            wait_us = int(wait_ms) * 1000
            if wait_us:
                _still[:] = ()
                while reliable.elapsed_us(_now_us(), last_us) < wait_us:
                    time.sleep_us(100)  # a sleep of the loop's is a millisecond at least
                    await _sleep_ms(0)
                while len(ring) > reliable.RING - _HAND_ROOM:
                    await asyncio.sleep_ms(5)
                last_us = _now_us()
                _still.append(last_us)
            t_us = t_us or time.ticks_us()
            _drive(int(number), int(level))
        _still[:] = ()
        _answer("hand %s %d %d %d" % (words[1], t_us, ring.overflows, ring.resends))
        _hands.pop(0)


async def _fail():
    raise RuntimeError("asked to fail")


def _obey(words):
    if words[0] == "wave":
        asyncio.create_task(_wave(int(words[1]), words[2:]))  # noqa: RUF006  # MicroPython's loop keeps it
    elif words[0] == "hand":
        _hands.append(words)
        if len(_hands) == 1:
            asyncio.create_task(_hand())  # noqa: RUF006
    elif words[0] == "memory":
        gc.collect()
        _answer("memory %d %d" % (gc.mem_free(), gc.mem_alloc()))
    elif words[0] == "fail":
        asyncio.create_task(_fail())  # noqa: RUF006
    elif words[0] == "hang":
        while True:
            time.sleep(1)
    else:
        assert chips.obey(words), words


async def _scenario():
    reader = asyncio.StreamReader(_channel)
    orders = bytearray(4096)  # made once: the heap must not need so much in one piece
    while True:
        count = await reader.readinto(orders)  # one packet or more
        if not count:
            sys.exit(0)  # the host is gone, and nobody wants this pod
        for order in bytes(orders[:count]).decode().splitlines():
            _obey(order.split())


if _channel is not None:
    asyncio.create_task(_scenario())  # noqa: RUF006  # begins with the firmware's asyncio.run


async def _stuck(self):
    await asyncio.Event().wait()


import chips  # noqa: E402  # from here on the firmware's own modules may be imported
from chips import ADC, I2C, WDT  # noqa: E402, F401

if "stuck" in _settings:
    _module, _class, _method = _settings["stuck"].split(".")
    setattr(getattr(__import__(_module), _class), _method, _stuck)
