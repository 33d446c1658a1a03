"""Texas Instruments' haptic driver DRV2605L on I2C. Registers and formulas are those of its data sheet (SLOS854) as
remembered, not read again: compare them before the first board.

It is driven in real-time playback, in which the chip holds one strength until it gets another: so the rhythms are
the same as those of a plain motor, and the chip only adds braking, and the resonance of a spring (LRA). Between
rhythms it stands by. A spring is calibrated once, at its first start, for about a second; the result is kept in
haptic.txt.
"""

import asyncio
import time

import limits
from kept import keep, kept_numbers
from machine import Timer

ADDRESS = 0x5A
STATUS, MODE, RTP, LIBRARY, GO = 0x00, 0x01, 0x02, 0x03, 0x0C
RATED_VOLTAGE, OVERDRIVE_CLAMP, COMPENSATION, BACK_EMF = 0x16, 0x17, 0x18, 0x19
FEEDBACK, CONTROL1, CONTROL3 = 0x1A, 0x1B, 0x1D
RESET, STANDBY, REAL_TIME, CALIBRATE = 0x80, 0x40, 5, 7
DIAGNOSIS_FAILED = 0x08

_ERM = ((LIBRARY, 1), (FEEDBACK, 0x36), (CONTROL3, 0xA0))  # open loop, signed real-time input
# 2.0 V rms and 175 Hz, as most coin-sized springs want: 20.58 mV a step, corrected for the sampling; half a period is
# 2.9 ms, the drive time 0.5 ms shorter. Closed loop.
_LRA = (
    (LIBRARY, 6),
    (RATED_VOLTAGE, 0x53),
    (OVERDRIVE_CLAMP, 0x8C),
    (FEEDBACK, 0xB6),
    (CONTROL1, 0x98),
    (CONTROL3, 0x80),
)
_REST_MS = 100  # after a rhythm's part, before standing by: the chip still brakes
_KEPT = "haptic.txt"
_RESULTS = (COMPENSATION, BACK_EMF, FEEDBACK)  # of a calibration


class Drv2605l:
    """failed: the chip did not answer, or its spring could not be calibrated; then nothing is played any more."""

    def __init__(self, bus, lra):
        self.failed = False
        self._bus = bus
        self._lra = lra
        self._calibrating = False
        self._byte = bytearray(1)
        self._timer = Timer(-1)
        self._cut_off = self._silence
        self._rest = self._rested
        self._set_up()

    def on(self, strength):
        """strength: 0 to 255."""
        if self.failed or self._calibrating:
            return
        self._timer.init(mode=Timer.ONE_SHOT, period=limits.MOTOR_MAX_MS, callback=self._cut_off)
        self._try(((RTP, min(max(strength, 0), 255) >> 1), (MODE, REAL_TIME)))

    def off(self):
        """The end of a rhythm's part; a calibration goes on."""
        if not self._calibrating:
            self._silence()

    def stop(self):
        """Whatever it does, a calibration too."""
        if self._calibrating:
            self._try(((MODE, STANDBY | REAL_TIME),))
        self._silence()

    async def prepare(self):
        """Calibrates a spring that never was."""
        if not self._lra or self.failed or self._calibrated():
            return
        self._calibrating = True
        try:
            self._write(MODE, CALIBRATE)
            self._write(GO, 1)
            for _ in range(limits.CALIBRATION_MS // 50):
                await asyncio.sleep_ms(50)
                if not self._read(GO) & 1:
                    break
            if self._read(GO) & 1 or self._read(STATUS) & DIAGNOSIS_FAILED:
                raise OSError("the spring is not one")
            values = tuple(self._read(place) for place in _RESULTS)
        except OSError:
            self.failed = True
        else:
            keep(_KEPT, "%d %d %d" % values)
        finally:
            self._calibrating = False
            self._silence()

    def _set_up(self):
        """Whatever the chip did in an earlier life of this program, it stops."""
        if not self._try(((MODE, RESET),)):
            self._silence()
            return
        time.sleep_ms(2)
        self._try(_LRA if self._lra else _ERM)
        self._try(((MODE, STANDBY | REAL_TIME),))

    def _calibrated(self):
        values = kept_numbers(_KEPT)
        return len(values) == 3 and self._try(zip(_RESULTS, values))  # noqa: B905

    def _silence(self, _timer=None):
        """Off, or again and again until the chip hears it: what vibrates must not go on."""
        heard = self._try(((RTP, 0),))
        period = _REST_MS if heard else limits.MOTOR_RETRY_MS
        self._timer.init(mode=Timer.ONE_SHOT, period=period, callback=self._rest if heard else self._cut_off)

    def _rested(self, _timer):
        self._try(((MODE, STANDBY | REAL_TIME),))

    def _try(self, writes):
        """False, and failed, when the chip does not answer."""
        try:
            for place, value in writes:
                self._write(place, value)
        except OSError:
            self.failed = True
            return False
        return True

    def _write(self, place, value):
        self._byte[0] = value
        try:
            self._bus.writeto_mem(ADDRESS, place, self._byte)
        except OSError:
            self._bus.writeto_mem(ADDRESS, place, self._byte)  # once more: a wire picks up noise

    def _read(self, place):
        return self._bus.readfrom_mem(ADDRESS, place, 1)[0]
