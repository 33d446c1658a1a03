"""The pod's clock: microseconds modulo TICK_MODULUS. The only place that reads it.

On a Pico time.ticks_us wraps there by itself, and its value is a small integer, so an interrupt may call now_us: it
allocates nothing. The stand-in for `machine` replaces now_us, because the unix port wraps elsewhere.
"""

from time import ticks_us as now_us  # noqa: F401  # the name is the interface
