"""The slide before the lens."""

from __future__ import annotations

from hardware.cad.model import Piece
from hardware.params import Params


def adds(params: Params) -> list:
    """Solids that the front shell grows for the shutter: its rails. In the unit's place."""
    return []


def takes(params: Params) -> list:
    """Solids that are cut out of the front shell for the shutter, after `adds`."""
    return []


def pieces(params: Params) -> list[Piece]:
    """The shutter, open."""
    return []
