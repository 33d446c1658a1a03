"""The chest unit's body and what is screwed into it."""

from __future__ import annotations

from hardware.cad.model import Piece
from hardware.params import Params


def pieces(params: Params) -> list[Piece]:
    """Every piece of the chest unit but the camera's and the shutter's."""
    return []
