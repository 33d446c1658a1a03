"""Messages between the pod and the host. Runs unchanged on CPython and MicroPython."""
