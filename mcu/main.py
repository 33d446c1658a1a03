"""The pod: five keys, one motor, one cable. Wires the parts together; if anything fails, the motor stops first.

Three ways to start: alive; safe, which is the cable alone, after several faults in a row or with a key held; or not
at all, leaving the prompt to the maker, when asked over the cable or with the last two keys held.
"""

import asyncio
import time

import board
import limits
import machine
import micropython
import ticks
from buttons import Buttons
from chestnut_wire import messages as m
from chestnut_wire.pod_end import PodEnd
from haptics import Haptics
from life import Life
from link import Link
from measures import measure
from motors import open_motor
from watchdog import Watchdog

FIRMWARE = (0, 2, 0)

if hasattr(micropython, "alloc_emergency_exception_buf"):  # the unix port has no interrupts and no such thing
    micropython.alloc_emergency_exception_buf(100)


class LeftToTheMaker(Exception):
    """The host has asked for the prompt."""


class Pod:
    """The parts and what they have to do with each other. safe: 0, or a SAFE capability of messages.py."""

    def __init__(self, life, motor, safe):
        self._life = life
        self._motor = motor
        self._safe = safe
        self._leaving = asyncio.Event()
        self._led = machine.Pin(board.LED, machine.Pin.OUT, value=0)
        self.watchdog = Watchdog()
        self._haptics = Haptics(motor)
        self._link = Link(self._lit, self.watchdog.report)
        self._end = PodEnd(
            self._identity(),
            self._link.send,
            self._play,
            limits.HOST_SILENT_US,
            told=life.told,
            maintain=self._leaving.set,
        )
        self._link.end = self._end
        self._end.reports.file(life.trace())

    async def live(self):
        """Ends with an exception only."""
        self.watchdog.expect(("receive", "keep"), self._link.roll_call)
        tasks = [self._link.receive(), self._link.keep(), self._leave()]
        if not self._safe:
            buttons = Buttons(
                board.BUTTONS, board.DEBOUNCE_US, board.HOLD_US, self._moved, self.watchdog.report
            )
            self.watchdog.expect(("hear", "watch"), buttons.roll_call)
            tasks += [buttons.hear(), buttons.watch(), self.watchdog.watch(), self._motor.prepare()]
            self.watchdog.expect(("measure",), lambda: None)
            tasks += [measure(self._end.measured, self.watchdog.report), self._recover()]
        await asyncio.gather(*tasks)

    def _identity(self):
        return m.Hello(
            m.MAJOR,
            m.MINOR,
            FIRMWARE[0],
            FIRMWARE[1],
            FIRMWARE[2],
            self._life.boot,
            self._life.cause,
            (machine.unique_id() + bytes(8))[:8],
            self._abilities(),
            m.TICK_MODULUS,
            len(board.BUTTONS),
            0,
            0,
        )

    def _abilities(self):
        if self._safe:
            return self._safe
        able = 0
        if board.HAPTIC != "none":
            able |= m.MOTOR_FAILED if self._motor.failed else m.CAN_BUZZ
        if board.BATTERY_SENSOR != "none":
            able |= m.MEASURES_BATTERY
        if board.SKIN_SENSOR != "none":
            able |= m.MEASURES_SKIN
        return able

    def _moved(self, button, kind, t_us):
        if kind == m.DOWN:
            self._haptics.play(m.PRESSED, self._end.strength)
        self._end.edge(button, kind, t_us, ticks.now_us())

    def _play(self, pattern, strength):
        if not self._safe:
            self._haptics.play(pattern, strength)

    def _lit(self, linked):
        """Every few milliseconds: is a host there?"""
        self._led.value(linked)
        if linked and not self._safe:
            self.watchdog.arm()
        if self._end.abilities != self._abilities():
            self._end.able(self._abilities(), ticks.now_us())

    async def _recover(self):
        await asyncio.sleep_ms(limits.HEALTHY_MS)
        self._life.recovered()

    async def _leave(self):
        await self._leaving.wait()
        await asyncio.sleep_ms(limits.FAREWELL_MS)  # the acknowledgement goes out
        raise LeftToTheMaker


def held_keys():
    """Which keys are down, in their order."""
    pins = [machine.Pin(gpio, machine.Pin.IN, machine.Pin.PULL_UP) for gpio in board.BUTTONS]
    time.sleep_ms(1)  # the pull-ups fill the wires
    return [not pin.value() for pin in pins]


def run(life, motor, safe):
    pod = Pod(life, motor, safe)

    def failed(_loop, context):
        """A task of its own failed."""
        motor.stop()
        life.failed(context["exception"])

    asyncio.get_event_loop().set_exception_handler(failed)
    try:
        asyncio.run(pod.live())
    except LeftToTheMaker:
        motor.stop()
        if pod.watchdog.armed:  # it would bite in the midst of the maker's work
            life.leave_to_the_maker()
        micropython.kbd_intr(3)


def main():
    motor = open_motor()  # the first thing: off, whatever happened before
    life = Life()
    held = held_keys() if life.cause == m.CAUSE_POWER else [False]
    if life.for_the_maker or all(held[-2:]):
        return
    safe = m.SAFE_AFTER_FAULTS if life.faults >= limits.FAULTS else m.SAFE_BY_KEY if any(held) else 0
    try:
        run(life, motor, safe)
    except BaseException as fault:  # noqa: BLE001  # whatever it is, the motor must not stay on
        motor.stop()
        life.failed(fault)


main()
