"""The pod: five keys, one motor, one cable. Wires the parts together; if anything fails, the motor stops first."""

import asyncio
import os
import sys
import time

import board
import limits
import machine
import micropython
import ticks
from buttons import Buttons
from chestnut_wire import messages as m
from chestnut_wire.pod_end import PodEnd
from haptics import Haptics, Motor, NoMotor
from link import Link

FIRMWARE = (0, 1, 0)

if hasattr(micropython, "alloc_emergency_exception_buf"):  # the unix port has no interrupts and no such thing
    micropython.alloc_emergency_exception_buf(100)


def identity():
    """Who this pod is in this life."""
    causes = {machine.PWRON_RESET: m.CAUSE_POWER, machine.WDT_RESET: m.CAUSE_WATCHDOG}
    return m.Hello(
        m.MAJOR,
        m.MINOR,
        FIRMWARE[0],
        FIRMWARE[1],
        FIRMWARE[2],
        int.from_bytes(os.urandom(4), "little"),
        causes.get(machine.reset_cause(), m.CAUSE_UNKNOWN),
        (machine.unique_id() + bytes(8))[:8],
        m.CAN_BUZZ if board.HAPTIC != "none" else 0,
        m.TICK_MODULUS,
        len(board.BUTTONS),
        0,
        0,
    )


def left_to_the_maker():
    """The last two keys held together at start: no program, so that mpremote gets in."""
    pins = [machine.Pin(gpio, machine.Pin.IN, machine.Pin.PULL_UP) for gpio in board.BUTTONS[-2:]]
    time.sleep_ms(1)  # the pull-ups fill the wires
    return not any(pin.value() for pin in pins)


async def live(motor, failed):
    asyncio.get_event_loop().set_exception_handler(failed)
    led = machine.Pin(board.LED, machine.Pin.OUT, value=0)
    haptics = Haptics(motor)
    link = Link(led.value)
    link.end = end = PodEnd(identity(), link.send, haptics.play, limits.HOST_SILENT_US)

    def moved(button, kind, t_us):
        if kind == m.DOWN:
            haptics.play(m.PRESSED, limits.TICK_STRENGTH)
        end.edge(button, kind, t_us, ticks.now_us())

    buttons = Buttons(board.BUTTONS, board.DEBOUNCE_US, board.HOLD_US, moved)
    await asyncio.gather(buttons.hear(), buttons.watch(), link.receive(), link.keep())


def rest_and_reset(fault):
    """The motor is off already. The trace goes out as it is: to the host it is noise between two frames."""
    sys.print_exception(fault, sys.stderr)
    time.sleep_ms(limits.REST_AFTER_FAULT_MS)
    machine.reset()


def main():
    motor = Motor(board.MOTOR) if board.HAPTIC != "none" else NoMotor()

    def failed(_loop, context):
        """A task of its own failed."""
        motor.off()
        rest_and_reset(context["exception"])

    try:
        asyncio.run(live(motor, failed))
    except BaseException as fault:  # noqa: BLE001  # whatever it is, the motor must not stay on
        motor.off()
        rest_and_reset(fault)


if not left_to_the_maker():
    main()
