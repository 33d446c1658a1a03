"""The chip's one-wire bus with a DS18B20 on it, byte by byte. "skin" of CHESTNUT_SIM: its temperature, or null.

Orders: skin CELSIUS|none        from now on, or torn off
        skin_noise COUNT         so many of the next readings have a flipped bit
"""

import ticks
import world
from chestnut_wire.reliable import elapsed_us

_CONVERSION_US = 750000
_skin = [world.VALUES.get("skin", 33.0)]
_noise = [0]
_wire = []  # what was written since the reset
_answer = []
_measured = [85.0]  # what the scratchpad holds
_converting = []  # since when, and what will be found


def reset(pin):
    _wire[:] = ()
    _answer[:] = ()
    if _converting and elapsed_us(ticks.now_us(), _converting[0]) >= _CONVERSION_US:
        _measured[0] = _converting[1]
        _converting[:] = ()
    return _skin[0] is not None


def writebyte(pin, value):
    _wire.append(value)
    if _wire == [0xCC, 0x44] and _skin[0] is not None:
        _converting[:] = (ticks.now_us(), _skin[0])
    elif _wire == [0xCC, 0xBE] and _skin[0] is not None:
        sixteenths = round(_measured[0] * 16) & 0xFFFF
        data = bytearray((sixteenths & 0xFF, sixteenths >> 8, 0x4B, 0x46, 0x7F, 0xFF, 0x0C, 0x10))
        _answer.extend(data + bytes((crc8(data),)))
        if _noise[0]:
            _noise[0] -= 1
            _answer[0] ^= 0x40


def readbyte(pin):
    return _answer.pop(0) if _answer else 0xFF


def crc8(data):
    """Dallas and Maxim's: x^8 + x^5 + x^4 + 1, lowest bit first."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8C if crc & 1 else 0)
    return crc


def obey(words):
    """True when the order was for the thermometer."""
    if words[0] == "skin":
        _skin[0] = None if words[1] == "none" else float(words[1])
        if _skin[0] is None:
            _measured[0] = 85.0
            _converting[:] = ()
    elif words[0] == "skin_noise":
        _noise[0] = int(words[1])
    else:
        return False
    return True
