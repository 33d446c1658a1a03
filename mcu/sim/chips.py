"""The stand-in's buses and what is soldered to them: a DRV2605L, a divided battery, a back plate's NTC, the watchdog.

From CHESTNUT_SIM: "drv2605l": "erm" | "lra" | null, what its chip drives; "rtp": the strength it still plays from
the pod's earlier life, which a reset of the pod does not end; "adc": {GPIO: u16}.

Orders:   i2c on|off          the wires of the bus
          adc GPIO U16        what the pin's voltage reads from now on; of _onewire.py there are more
Reports:  motor DUTY_U16 T    what the DRV2605L gives its actuator
          watchdog MS         armed or fed: within so many milliseconds it wants to be fed again
"""

import time

import _onewire
import drv2605l_chip
import world

_ENODEV = 19
_NOISE = (0, 160, -160, 80, -80, 240, -240, 0)  # of an ADC's readings: some of their lowest bits
_joined = [True]
_levels = {int(pin): level for pin, level in world.VALUES.get("adc", {}).items()}
_chips = {}


def _driven(duty):
    world.report("motor %d %d" % (duty * 65535, time.ticks_us()))


def _solder():
    kind = world.VALUES.get("drv2605l")
    if kind:
        chip = drv2605l_chip.Drv2605l(_driven, kind == "lra")
        if world.VALUES.get("rtp"):
            chip.write(drv2605l_chip.MODE, bytes((5, world.VALUES["rtp"])))
        _chips[drv2605l_chip.ADDRESS] = chip


class I2C:
    def __init__(self, number, sda=None, scl=None, freq=400000):
        pass

    def scan(self):
        return sorted(_chips) if _joined[0] else []

    def writeto_mem(self, address, place, data):
        self._chip(address).write(place, data)

    def readfrom_mem(self, address, place, count):
        return self._chip(address).read(place, count)

    @staticmethod
    def _chip(address):
        if not _joined[0] or address not in _chips:
            raise OSError(_ENODEV)
        return _chips[address]


class ADC:
    def __init__(self, pin):
        self._number = pin if isinstance(pin, int) else pin.number()
        self._turn = 0

    def read_u16(self):
        self._turn = (self._turn + 1) % len(_NOISE)
        return min(max(_levels.get(self._number, 0) + _NOISE[self._turn], 0), 65535)


class WDT:
    """Nobody here could reset a blocked firmware: whoever hears the reports does it."""

    def __init__(self, id=0, timeout=5000):
        self._timeout = timeout
        self.feed()

    def feed(self):
        world.answer("watchdog %d" % self._timeout)


def obey(words):
    """True when the order was for a chip."""
    if words[0] == "i2c":
        _joined[0] = words[1] == "on"
    elif words[0] == "adc":
        _levels[int(words[1])] = int(words[2])
    else:
        return _onewire.obey(words)
    return True


_solder()
