"""This life of the pod and what is left of the earlier ones: how it began, its faults in a row, the last trace."""

import io
import os
import sys
import time

import board
import limits
import machine
import ticks
from chestnut_wire import messages as m
from kept import forget, keep, kept, kept_numbers

_FAULTS = "faults.txt"  # how many in a row
_TRACE = "crash.txt"  # of the last fault, until a host has it
_MAKER = "maker.txt"  # the next life leaves the prompt to the maker

# RP2040 and RP2350 data sheets: the watchdog's REASON register; bit 0 is its timer, bit 1 a reset by program.
_REASON = {"pico": 0x40058008, "pico2": 0x400D8008}
_TIMER = 1


class Life:
    """boot: a random number that names it. cause: a CAUSE of messages.py. faults: in a row, without power gone."""

    def __init__(self):
        self.boot = int.from_bytes(os.urandom(4), "little")
        self.cause = _cause()
        self._over = False
        self.for_the_maker = bool(kept(_MAKER))
        if self.for_the_maker:
            forget(_MAKER)
        numbers = kept_numbers(_FAULTS)
        self.faults = numbers[0] if numbers else 0
        if self.cause == m.CAUSE_POWER:
            self.recovered()
        elif self.cause == m.CAUSE_WATCHDOG:
            self._note("the watchdog expired: something blocked everything\n")

    def trace(self):
        """The report for a host, b"" when there is none."""
        return kept(_TRACE).replace("\0", "").encode()

    def told(self):
        forget(_TRACE)

    def recovered(self):
        """It has lived well for a while: what comes is the first fault."""
        if self.faults:
            self.faults = 0
            forget(_FAULTS)

    def failed(self, fault):
        """A fault ends this life. The motor is off already."""
        if self._over:
            machine.reset()  # this is no fault, but the exit of the stand-in's reset
        self._over = True
        sys.print_exception(fault, sys.stderr)
        text = io.StringIO()
        sys.print_exception(fault, text)
        self._note(text.getvalue())
        time.sleep_ms(limits.REST_AFTER_FAULT_MS)
        machine.reset()

    def leave_to_the_maker(self):
        """Ends this life; the next one starts nothing, and its watchdog is not armed."""
        self._over = True
        keep(_MAKER, "1")
        machine.reset()

    def _note(self, trace):
        self.faults += 1
        keep(_FAULTS, str(self.faults))
        # The number makes two faults of the same text two reports.
        keep(_TRACE, "life %08x, %d s by its clock\n%s" % (self.boot, ticks.now_us() // 1000000, trace))


def _cause():
    if machine.reset_cause() == machine.PWRON_RESET:
        return m.CAUSE_POWER
    reason = machine.mem32[_REASON[board.BOARD]]
    return m.CAUSE_WATCHDOG if reason & _TIMER else m.CAUSE_RESET
