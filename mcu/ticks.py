"""The pod's clock: microseconds modulo 2**30, the only place that reads it.

On a Pico time.ticks_us already wraps there, and its value is a small integer, so an interrupt may call now_us: it
allocates nothing. The stand-in for `machine` replaces now_us, because the unix port wraps elsewhere.
"""

from time import ticks_us as now_us  # noqa: F401  # the name is the interface

MODULUS = 1 << 30


def elapsed_us(now, then):
    """From then to now, over the wrap; both from now_us within the last 17 minutes."""
    return (now - then) % MODULUS
