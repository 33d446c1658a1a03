"""The cell's voltage and the back plate's warmth, measured now and then and told when they change.

What cannot be believed is told as 0, "not measured": a torn wire must never look like a full cell or a cool skin.
"""

import asyncio
import math

import board
import ds18b20
import limits
from chestnut_wire.messages import BATTERY_MV, SKIN_CENTIKELVIN
from machine import ADC, Pin

_SAMPLES = 16
_REFERENCE_MV = 3300  # of a Pico's ADC
_SMOOTH = 8  # a new voltage counts for an eighth: a loud sentence dents it for a moment
_BATTERY_STEP_MV = 20
_EMPTIEST_MV = 2000
_FULLEST_MV = 20000
_SKIN_STEP_CK = 20
_COLDEST_C = -20
_WARMEST_C = 80
_FAILURES = 3  # so many in a row, and a sensor is missing
_KELVIN = 273.15


class Changes:
    """Tells a quantity when it moved by `step` from what was told last, and when it is lost or back."""

    def __init__(self, quantity, step, tell):
        self._quantity = quantity
        self._step = step
        self._tell = tell
        self._told = None
        self._failures = 0

    def take(self, value):
        """value: a whole number above 0, or None when it could not be measured."""
        if value is None:
            self._failures += 1
            if self._failures < _FAILURES:
                return
            value = 0
        else:
            self._failures = 0
        if self._told is None or (value == 0) != (self._told == 0) or abs(value - self._told) >= self._step:
            self._told = value
            self._tell(self._quantity, value)


class Battery:
    """The voltage of a cell behind a divider."""

    def __init__(self, gpio, divider):
        self._adc = ADC(Pin(gpio))
        self._scale = _REFERENCE_MV * divider / 65535
        self._mean = None

    async def read(self):
        """Millivolts, smoothed; None when no cell has so many."""
        now_mv = _mean(self._adc) * self._scale
        if not _EMPTIEST_MV <= now_mv <= _FULLEST_MV:
            self._mean = None
            return None
        self._mean = now_mv if self._mean is None else self._mean + (now_mv - self._mean) / _SMOOTH
        return round(self._mean)


class Ntc:
    """A thermistor of 10 kΩ at 25 °C to ground, below 10 kΩ to 3.3 V; beta in kelvin."""

    def __init__(self, gpio, beta):
        self._adc = ADC(Pin(gpio))
        self._beta = beta

    async def read(self):
        """Degrees Celsius, or None."""
        share = _mean(self._adc) / 65535
        if not 0.001 < share < 0.999:
            return None
        return 1 / (1 / (25 + _KELVIN) + math.log(share / (1 - share)) / self._beta) - _KELVIN


async def measure(tell, report):
    """Runs for ever: tell(quantity, value) hears the changes, report("measure") that it is alive."""
    battery = Battery(board.BATTERY, board.BATTERY_DIVIDER) if board.BATTERY_SENSOR == "adc" else None
    skin = None
    if board.SKIN_SENSOR == "ds18b20":
        skin = ds18b20.Ds18b20(board.SKIN)
    elif board.SKIN_SENSOR == "ntc":
        skin = Ntc(board.SKIN, board.SKIN_BETA)
    volts = Changes(BATTERY_MV, _BATTERY_STEP_MV, tell)
    warmth = Changes(SKIN_CENTIKELVIN, _SKIN_STEP_CK, tell)
    while True:
        report("measure")
        if battery is not None:
            volts.take(await battery.read())
        if skin is not None:
            celsius = await skin.read()
            sensible = celsius is not None and _COLDEST_C <= celsius <= _WARMEST_C
            warmth.take(round((celsius + _KELVIN) * 100) if sensible else None)
        await asyncio.sleep_ms(limits.MEASURE_MS)


def _mean(adc):
    return sum(adc.read_u16() for _ in range(_SAMPLES)) / _SAMPLES
