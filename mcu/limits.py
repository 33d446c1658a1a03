"""Times and strengths of the pod that are not wiring. Read through the module, so that a test can shorten them."""

HOST_SILENT_US = 5000000  # without a word from the host the pod plays "host lost"
TICK_STRENGTH = 255  # of the pod's own tick on a press, 0 to 255
MOTOR_MAX_MS = 600  # the motor is cut off after this long, whatever was asked
KEEP_MS = 10  # how often the link looks for what is due
REST_AFTER_FAULT_MS = 500  # before the reset, so that a pod that fails at once does not spin
