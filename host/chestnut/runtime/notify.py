"""Tells the service manager how the device is: the protocol of sd_notify(3), by the standard library alone.

One datagram a message, to the address in NOTIFY_SOCKET. Where nobody listens, nothing is sent.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping

log = logging.getLogger(__name__)


class ServiceManager:
    """address: of its socket, "@" for an abstract one, "" where there is none. watchdog_s: it ends and restarts who
    says nothing for so long; None where it does not watch."""

    def __init__(self, address: str = "", watchdog_s: float | None = None) -> None:
        self._address = ("\0" + address[1:]) if address.startswith("@") else address
        self.watchdog_s = watchdog_s
        self._refused = False

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> ServiceManager:
        """The one that started this process. A watchdog meant for another process is none, as is one that makes no
        sense."""
        address = environment.get("NOTIFY_SOCKET", "")
        meant = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        try:
            microseconds = int(environment.get("WATCHDOG_USEC", "0"))
        except ValueError:
            microseconds = 0
        return cls(address, microseconds / 1e6 if address and meant and microseconds > 0 else None)

    @property
    def listens(self) -> bool:
        return bool(self._address)

    def tell(self, **state: str) -> bool:
        """READY, WATCHDOG, STOPPING, STATUS … in one datagram; line breaks in a value become spaces. Never blocks and
        never raises: False when it could not be sent, which the log tells once."""
        if not self._address:
            return False
        lines = "\n".join(f"{name}={' '.join(value.split())}" for name, value in state.items())
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as line:
                line.setblocking(False)
                line.sendto(lines.encode(errors="replace"), self._address)
        except (OSError, ValueError) as error:  # ValueError: a zero byte in the address
            log.log(
                logging.DEBUG if self._refused else logging.WARNING,
                "the service manager does not hear: %s",
                error,
            )
            self._refused = True
            return False
        self._refused = False
        return True
