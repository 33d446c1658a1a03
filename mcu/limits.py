"""Times and strengths of the pod that are not wiring. Read through the module, so that a test can shorten them."""

HOST_SILENT_US = 5000000  # without a word from the host the pod plays "host lost"
MOTOR_MAX_MS = 600  # the motor is cut off after this long, whatever was asked
KEEP_MS = 10  # how often the link looks for what is due
REST_AFTER_FAULT_MS = 500  # before the reset, so that a pod that fails at once does not spin
MOTOR_RETRY_MS = 500  # how often a motor that did not hear "off" is told again
CALIBRATION_MS = 1500  # the longest a spring may take
WATCHDOG_MS = 8000  # a Pico's can wait 8388 at most
ROLL_CALL_MS = 1000  # each task reports so often
ROLL_CALLS = 5  # who misses so many has failed
FAULTS = 3  # so many in a row, and the pod starts safe
MEASURE_MS = 1000  # between two looks at battery and skin; a thermometer needs 750
HEALTHY_MS = 60000  # after so long a fault is the first again
FAREWELL_MS = 100  # between the last word to the host and the end of the program
