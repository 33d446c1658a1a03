"""Where the page is served: a socket of systemd's, else one of our own on the loopback address."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping, MutableMapping

FIRST_FD = 3  # SD_LISTEN_FDS_START of sd_listen_fds(3)
LOOPBACK = "127.0.0.1"


class CannotListen(RuntimeError):
    """The page cannot be served; the message names the remedy."""


def listen(port: int, environment: MutableMapping[str, str] = os.environ) -> socket.socket:
    """port: 0 takes any that is free; not used where systemd hands one over. CannotListen names the remedy."""
    return given(environment) or _own(port)


def handed(environment: Mapping[str, str] = os.environ) -> bool:
    """systemd opened a socket for this process: whoever enabled that unit asked for the page."""
    count = environment.get("LISTEN_FDS", "")
    ours = environment.get("LISTEN_PID", "") == str(os.getpid())
    return ours and count.isascii() and count.isdigit() and int(count) > 0


def given(environment: MutableMapping[str, str] = os.environ, first: int = FIRST_FD) -> socket.socket | None:
    """The socket systemd opened for this process, None where there is none; once. What this process begins does not
    inherit it. CannotListen when it is none to serve the page on."""
    if not handed(environment):
        return None
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        environment.pop(name, None)
    try:
        found = socket.socket(fileno=first)
    except OSError as error:
        raise CannotListen(
            f"what systemd handed over is no socket ({error.strerror}): correct the unit"
        ) from error
    os.set_inheritable(found.fileno(), False)
    if not _is_loopback(found):
        found.close()
        raise CannotListen("systemd's socket is not on the loopback address: ListenStream=127.0.0.1:8765")
    return found


def _is_loopback(found: socket.socket) -> bool:
    if found.family not in (socket.AF_INET, socket.AF_INET6) or found.type != socket.SOCK_STREAM:
        return False
    return ipaddress.ip_address(found.getsockname()[0]).is_loopback


def _own(port: int) -> socket.socket:
    own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.bind((LOOPBACK, port))
        own.listen()
    except OSError as error:
        own.close()
        raise CannotListen(
            f"port {port} cannot be used ({error.strerror}): end the other program, perhaps another chestnut run, "
            "or choose another port under [window] in the settings"
        ) from error
    return own
