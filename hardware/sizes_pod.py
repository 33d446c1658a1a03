"""Sizes of the pod and its caps. Millimetres."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pod:
    """The pod's two halves."""

    width: float
    height: float
    depth: float


@dataclass(frozen=True)
class Caps:
    """What the fingers feel."""

    gap: float
