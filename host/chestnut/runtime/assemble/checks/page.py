"""The maker's page."""

from __future__ import annotations

import socket

from chestnut.runtime.checking import Place, Result, State

ANSWER_S = 1.0


def page(place: Place) -> Result:
    """Off until asked for. Whether it can be reached, not what it shows."""
    chosen = place.settings.window
    if not chosen.enabled:
        return Result(
            "page",
            State.ABSENT,
            "off",
            "chestnut run --window, or enabled = true under [window] in the settings",
        )
    if not chosen.port:
        return Result("page", State.OK, "on any free port; chestnut window tells its address")
    listens = _listens(chosen.port)
    if place.device is not None and not listens:
        remedy = "start the device again; if that does not help, choose another window.port"
        return Result("page", State.MISSING, f"nobody answers on port {chosen.port}", remedy)
    found = "answers" if listens else "is free"
    return Result("page", State.OK, f"port {chosen.port} {found}; chestnut window tells its address")


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), ANSWER_S).close()
    except OSError:
        return False
    return True
