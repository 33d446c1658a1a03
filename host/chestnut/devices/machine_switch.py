"""Switches the machine off by leaving a file: the service may not do it itself. A unit of root's watches for it,
takes it away, and powers off (host/system/chestnut-poweroff.path)."""

from __future__ import annotations

import logging
import os
import threading
import time
from pathlib import Path

log = logging.getLogger(__name__)

WISH = Path("/run/chestnut/poweroff")
HEARD_S = 3.0  # the unit takes the file away within milliseconds


class FileSwitch:
    """The MachineSwitch port. Where the file's folder is missing or closed, the machine cannot be switched off."""

    def __init__(self, wish: Path = WISH, heard_s: float = HEARD_S) -> None:
        self._wish, self._heard_s = wish, heard_s
        self._timer: threading.Timer | None = None

    def possible(self) -> bool:
        return os.access(self._wish.parent, os.W_OK | os.X_OK)

    def promise(self, within_s: float) -> None:
        self._forget()
        if self.possible():
            self._timer = threading.Timer(within_s, self._leave)
            self._timer.daemon = True
            self._timer.start()

    def ask(self) -> None:
        """Waits, for this program's folder may go with its end, and the wish with it."""
        self._forget()
        if not self.possible() or not self._leave():
            return
        until = time.monotonic() + self._heard_s
        while self._wish.exists() and time.monotonic() < until:
            time.sleep(0.02)
        if self._wish.exists():
            log.warning("nobody took %s: is chestnut-poweroff.path enabled?", self._wish)

    def _leave(self) -> bool:
        try:
            self._wish.touch()
        except OSError as error:
            log.warning("the machine cannot be switched off: %s", error)
            return False
        return True

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
