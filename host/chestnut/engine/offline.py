"""Takes the network away from this process, whatever the libraries in it would do with one.

LiteRT-LM opens an Internet socket when it is loaded, to see whether it could, and closes it again. It sends nothing;
but a device that never opens one is a promise that can be checked.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
# linux/audit.h; the number of socket(2).
MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
AF_UNIX = 1
NUMBER, MACHINE, FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # linux/bpf_common.h
ALLOW, FAIL = 0x7FFF0000, 0x00050000


def forbid_network() -> bool:
    """From now on socket(2) makes local sockets only, in this thread and all it starts, and in their processes;
    others are refused as if the machine knew no network. Open sockets stay as they are. False where the kernel or
    the machine does not do this."""
    if sys.platform != "linux" or platform.machine() not in MACHINES:
        return False
    machine, number = MACHINES[platform.machine()]
    steps = (
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 0, 5, machine),  # else allow
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 3, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 1, 0, AF_UNIX),
        (RETURN, 0, 0, FAIL | errno.EAFNOSUPPORT),
        (RETURN, 0, 0, ALLOW),
    )
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(steps), ctypes.addressof(held))
    libc = ctypes.CDLL(None)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, program, 0, 0) == 0)
