"""The two units as lists of pieces, in their places."""

from __future__ import annotations

from functools import cache

from hardware.cad import chest, cradle, pod, shutter
from hardware.cad.model import Piece
from hardware.params import Params, load

TILT_DEG = 15.0  # the detent of the pictures: table and face are both seen


@cache
def _chest_body(params: Params) -> tuple[Piece, ...]:
    return tuple(chest.pieces(params))


@cache
def chest_unit(params: Params | None = None, tilt_deg: float = TILT_DEG) -> tuple[Piece, ...]:
    """Every piece of the chest unit, the camera tilted down so far, its shutter open. Built once for each tilt."""
    params = params or load()
    return (*_chest_body(params), *cradle.pieces(params, tilt_deg), *shutter.pieces(params, tilt_deg))


@cache
def pod_unit(params: Params | None = None) -> tuple[Piece, ...]:
    """Every piece of the pod. Built once."""
    return tuple(pod.pieces(params or load()))
