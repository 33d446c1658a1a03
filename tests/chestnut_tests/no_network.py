"""Runs a command under the kernel's eyes: does any process of it get as far as asking for a socket that is not local?

    python no_network.py COMMAND [ARGUMENT...]

A seccomp filter with a listener, inherited over fork and exec by whatever program, so nothing can be missed: not a
library in C, not the pod's MicroPython, not the language model's process. Where a process has forbidden itself such
sockets (engine/offline.py), the kernel refuses them without asking here; where it has not, this hears of the attempt,
ends all of it and returns REACHED_OUT. So it proves that the device closes the network itself, everywhere and from
the beginning: no internet, packet, netlink or Bluetooth socket was made. It says nothing of local sockets to a
program that has a network.
"""

from __future__ import annotations

import ctypes
import os
import platform
import select
import signal
import struct
import sys

from chestnut.engine.offline import (
    AF_UNIX,
    ALLOW,
    EQUAL,
    FIRST_ARGUMENT,
    LOAD,
    MACHINE,
    MACHINES,
    NUMBER,
    PR_SET_NO_NEW_PRIVS,
    RETURN,
)

REACHED_OUT = 99
ASK = 0x7FC00000  # SECCOMP_RET_USER_NOTIF; FAIL of the device's own filter goes before it
SET_MODE_FILTER, NEW_LISTENER = 1, 8  # linux/seccomp.h
SECCOMP = {"x86_64": 317, "aarch64": 277}  # the number of seccomp(2)
WAIT_MS = 50


def listen() -> int:
    """A file that becomes readable when this process, or one it will start, asks for such a socket. OSError where the
    kernel does not do it."""
    machine, number = MACHINES[platform.machine()]
    steps = (
        (LOAD, 0, 0, MACHINE),
        (EQUAL, 0, 5, machine),  # another machine's calls, of which the numbers differ: none of ours
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 0, 3, number),
        (LOAD, 0, 0, FIRST_ARGUMENT),
        (EQUAL, 1, 0, AF_UNIX),
        (RETURN, 0, 0, ASK),
        (RETURN, 0, 0, ALLOW),
    )
    code = b"".join(struct.pack("=HBBI", *step) for step in steps)
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(steps), ctypes.addressof(held))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    file = int(libc.syscall(SECCOMP[platform.machine()], SET_MODE_FILTER, NEW_LISTENER, program))
    if file < 0:
        raise OSError(ctypes.get_errno(), "no seccomp")
    return file


def main(command: list[str]) -> int:
    file = listen()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        os.execv(command[0], command)
    poll = select.poll()
    poll.register(file, select.POLLIN)
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if any(event & select.POLLIN for _, event in poll.poll(WAIT_MS)):
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            print("a socket that is not local was asked for", file=sys.stderr)
            return REACHED_OUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
