"""The cradle in which the camera tilts."""

from __future__ import annotations

from hardware.cad.model import Piece
from hardware.params import Params


def adds(params: Params) -> list:
    """Solids that the front shell grows for the cradle: its bearings. In the unit's place."""
    return []


def takes(params: Params) -> list:
    """Solids that are cut out of the front shell for the cradle and the camera's cone, after `adds`."""
    return []


def pieces(params: Params, tilt_deg: float) -> list[Piece]:
    """The cradle, the camera and their screws, tilted down by so many degrees."""
    return []
