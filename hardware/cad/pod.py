"""The pod: two halves, its boards, motor and caps."""

from __future__ import annotations

from hardware.cad.model import Piece
from hardware.params import Params


def pieces(params: Params) -> list[Piece]:
    """Every piece of the pod."""
    return []
