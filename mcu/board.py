"""Generated from shared/pins.toml by mcu/generate.py. Do not edit: `make pins` writes it anew."""

BOARD = "pico"
DEBOUNCE_US = 25000
HOLD_US = 700000
HAPTIC = "pwm"
ACTUATOR = "erm"
BATTERY_SENSOR = "none"
SKIN_SENSOR = "ds18b20"

# The GPIO of each key, in the order in which the wire counts them.
BUTTONS = (
    2,  # describe
    3,  # read
    4,  # ask
    5,  # find
    6,  # stop
)

MOTOR = 15
HAPTIC_SDA = 8
HAPTIC_SCL = 9
LED = 25
BATTERY = 26
SKIN = 22
HAPTIC_BUS = 0
BATTERY_DIVIDER = 2.0
SKIN_BETA = 3950
