"""One DS18B20 thermometer alone on its wire; commands and scratchpad as remembered of its data sheet (19-7487).

Each bit holds interrupts back for some 70 microseconds, so a key's stamp may come so much late.
"""

import asyncio

import _onewire
from machine import Pin

_SKIP_ROM = 0xCC
_CONVERT = 0x44
_READ = 0xBE
_POWER_ON_C = 85.0  # what it reads until its first conversion is done


class Ds18b20:
    """Each read gives what the conversion begun by the read before has found: the pod does not wait for it."""

    def __init__(self, gpio):
        self._pin = Pin(gpio, Pin.OPEN_DRAIN, Pin.PULL_UP)
        self._begun = False

    async def read(self):
        """Degrees Celsius; None when nobody answers, or not truly."""
        celsius = await self._scratchpad() if self._begun else None
        self._begun = self._command(_CONVERT)
        return celsius

    async def _scratchpad(self):
        if not self._command(_READ):
            return None
        data = bytearray(9)
        for place in range(9):
            data[place] = _onewire.readbyte(self._pin)
            await asyncio.sleep_ms(0)  # a byte takes half a millisecond
        if _onewire.crc8(data) or not any(data):
            return None
        sixteenths = data[0] | data[1] << 8
        celsius = (sixteenths - 65536 if sixteenths & 0x8000 else sixteenths) / 16
        return None if celsius == _POWER_ON_C else celsius

    def _command(self, number):
        if not _onewire.reset(self._pin):
            return False
        _onewire.writebyte(self._pin, _SKIP_ROM)
        _onewire.writebyte(self._pin, number)
        return True
