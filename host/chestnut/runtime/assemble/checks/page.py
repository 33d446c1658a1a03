"""The maker's page."""

from __future__ import annotations

from pathlib import Path

from chestnut.runtime.checking import Place, Result, State

SOCKETS = Path("/proc/net/tcp")
LOOPBACK, LISTENING = "0100007F", "0A"  # as the kernel writes them


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
        return Result("page", State.OK, "on any free port; chestnut run prints its address")
    if _listens(chosen.port):
        return Result("page", State.OK, f"port {chosen.port} answers; chestnut window tells its address")
    if place.device is None:
        return Result("page", State.OK, f"port {chosen.port} is free")
    remedy = "start the device again; if that does not help, choose another window.port"
    return Result("page", State.ABSENT, f"nobody is seen to answer on port {chosen.port}", remedy)


def _listens(port: int) -> bool:
    """Read from the kernel's list, for the device opens no socket of the internet's kind, and its service may not. In
    there the list shows what is open in there alone, so what is not seen is no fault."""
    try:
        rows = [row.split() for row in SOCKETS.read_text(encoding="ascii").splitlines()[1:]]
    except (OSError, UnicodeDecodeError):
        return False
    return any(row[1:4:2] == [f"{LOOPBACK}:{port:04X}", LISTENING] for row in rows)
