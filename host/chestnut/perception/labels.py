"""The 80 kinds of things of COCO, in the order of the detector's outputs."""

from __future__ import annotations

from chestnut.core.kinds import LABELS

__all__ = ["LABELS"]
