"""What makes the pod vibrate: a motor behind a transistor, a DRV2605L, or nothing. pins.toml chooses.

Every motor has on(strength), off(), stop(), prepare() and failed. on replaces what was on; a timer ends it after
MOTOR_MAX_MS even when every task is stuck. stop is for faults: off, whatever the motor is doing.
"""

import board
import limits
from drv2605l import Drv2605l
from machine import I2C, PWM, Pin, Timer

_FREQUENCY_HZ = 20000  # above hearing
_I2C_HZ = 400000


def open_motor():
    """The motor of this board, off whatever it did before."""
    if board.HAPTIC == "pwm":
        return PwmMotor(board.MOTOR)
    if board.HAPTIC == "drv2605l":
        bus = I2C(board.HAPTIC_BUS, sda=Pin(board.HAPTIC_SDA), scl=Pin(board.HAPTIC_SCL), freq=_I2C_HZ)
        return Drv2605l(bus, board.ACTUATOR == "lra")
    return NoMotor()


class PwmMotor:
    """A motor behind a transistor and a flyback diode."""

    failed = False  # nobody can tell

    def __init__(self, gpio):
        self._pwm = PWM(Pin(gpio, Pin.OUT, value=0), freq=_FREQUENCY_HZ, duty_u16=0)
        self._timer = Timer(-1)
        self._cut_off = self._expired

    async def prepare(self):
        pass

    def on(self, strength):
        """strength: 0 to 255."""
        self._timer.init(mode=Timer.ONE_SHOT, period=limits.MOTOR_MAX_MS, callback=self._cut_off)
        self._pwm.duty_u16(min(max(strength, 0), 255) * 257)

    def off(self):
        self._pwm.duty_u16(0)
        self._timer.deinit()

    stop = off

    def _expired(self, _timer):
        self._pwm.duty_u16(0)


class NoMotor:
    """A pod without a motor."""

    failed = False

    async def prepare(self):
        pass

    def on(self, strength):
        pass

    def off(self):
        pass

    stop = off
