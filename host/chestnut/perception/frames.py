"""What every detector asks of a frame before it looks at it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Frame

Picture = npt.NDArray[np.uint8]


def picture_of(frame: Frame, longest_side_px: int) -> Picture:
    """The frame's picture as a contiguous (height, width, 3) uint8 array, halved until neither side is longer than
    said: halving takes a twentieth of the time of any other scale. Fractions of the picture stay what they were.
    Raises ValueError for anything that is not a picture."""
    rgb: Any = frame.rgb
    if not isinstance(rgb, np.ndarray):
        raise ValueError(f"frame {frame.number} holds {type(rgb).__name__}, not an array of pixels")
    if rgb.ndim != 3 or rgb.shape[2] != 3 or rgb.dtype != np.uint8:
        raise ValueError(
            f"frame {frame.number} has shape {rgb.shape} of {rgb.dtype}: "
            "expected (height, width, 3) of uint8, red first"
        )
    if rgb.size == 0:
        raise ValueError(f"frame {frame.number} is empty: its shape is {rgb.shape}")
    while max(rgb.shape[:2]) > longest_side_px:
        import cv2

        # An odd last row or column would cost the quick way, and is next to nothing of so long a side.
        height, width = (max(1, side // 2) for side in rgb.shape[:2])
        even = rgb[: 2 * height, : 2 * width]
        rgb = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(rgb)
