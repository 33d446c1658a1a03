"""A DRV2605L as its registers show it: power-on values, standby, sequence and calibration that end by themselves.

driven(duty) hears every change of what the actuator gets, 0 to 1. What it cannot show: how long a library's effect
really is (each counts as EFFECT_MS), the actuator itself.
"""

import asyncio

ADDRESS = 0x5A
EFFECT_MS = 100
CALIBRATION_MS = 400
_DEFAULTS = bytes((0xE0, 0x40, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x05, 0x19, 0xFF, 0x19, 0xFF))
_DEFAULTS += bytes((0x3E, 0x8C, 0x0C, 0x6C, 0x36, 0x93, 0xF5, 0xA0, 0x20, 0x80, 0x33, 0, 0))
_READ_ONLY = (0x00, 0x21, 0x22)
STATUS, MODE, RTP, SEQUENCE, GO, COMPENSATION, BACK_EMF, FEEDBACK, CONTROL3 = (
    0,
    1,
    2,
    4,
    12,
    0x18,
    0x19,
    0x1A,
    0x1D,
)


class Drv2605l:
    """lra: what is soldered to it is a spring; calibrating anything else fails, as does driving it as one."""

    def __init__(self, driven, lra):
        self._driven = driven
        self._lra = lra
        self._task = None
        self._duty = 0
        self.registers = bytearray(_DEFAULTS)
        self._power_on()

    def write(self, place, data):
        for value in data:
            if place == MODE and value & 0x80:
                self._power_on()
            elif place < len(_DEFAULTS) and place not in _READ_ONLY:
                self._set(place, value)
            place += 1
        self._drive()

    def read(self, place, count):
        data = bytes(self.registers[place : place + count])
        if place == STATUS and count:
            self.registers[STATUS] &= ~0x03  # its warnings are cleared by reading
        return data + bytes(count - len(data))

    def _power_on(self):
        self._halt()
        self.registers[:] = _DEFAULTS
        self._drive()

    def _set(self, place, value):
        self.registers[place] = value
        if place == MODE and value & 0x40:
            self._halt()
        if place == GO:
            self._halt()
            if value & 1 and not self.registers[MODE] & 0x40:
                self._go()

    def _go(self):
        mode = self.registers[MODE] & 7
        if mode not in (0, 7):
            return
        self.registers[GO] = 1
        self._task = asyncio.create_task(self._calibrate() if mode == 7 else self._play())

    def _halt(self):
        self.registers[GO] = 0
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _play(self):
        for place in range(SEQUENCE, SEQUENCE + 8):
            effect = self.registers[place]
            if not effect:
                break
            self._tell(0 if effect & 0x80 else 1)
            await asyncio.sleep_ms((effect & 0x7F) * 10 if effect & 0x80 else EFFECT_MS)
        self._end()

    async def _calibrate(self):
        self._tell(1)
        await asyncio.sleep_ms(CALIBRATION_MS)
        as_lra = bool(self.registers[FEEDBACK] & 0x80)
        self.registers[STATUS] = 0xE0 | (0 if as_lra == self._lra else 0x08)
        self.registers[COMPENSATION], self.registers[BACK_EMF] = 0x0E, 0x7A
        self.registers[FEEDBACK] = self.registers[FEEDBACK] & 0xFC | 2
        self._end()

    def _end(self):
        self.registers[GO] = 0
        self._task = None
        self._drive()

    def _drive(self):
        """In real-time playback the actuator follows the register; a negative strength brakes."""
        if self._task is not None:
            return
        strength = self.registers[RTP]
        unsigned = self.registers[CONTROL3] & 0x08
        share = strength / 255 if unsigned else 0 if strength & 0x80 else strength / 127
        self._tell(share if self.registers[MODE] & 0x47 == 5 else 0)

    def _tell(self, duty):
        if duty != self._duty:
            self._duty = duty
            self._driven(duty)
