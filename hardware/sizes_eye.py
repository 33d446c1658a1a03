"""Sizes of what holds and covers the camera. Millimetres, degrees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cradle:
    """The cradle in which the camera tilts."""

    detents_deg: tuple[float, ...]


@dataclass(frozen=True)
class Shutter:
    """The slide before the lens."""

    travel: float
