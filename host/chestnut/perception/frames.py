"""What every detector asks of a frame before it looks at it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from chestnut.core.scene import Frame

Picture = npt.NDArray[np.uint8]


def picture_of(frame: Frame, longest_side_px: int) -> Picture:
    """The frame's picture as a contiguous (height, width, 3) uint8 array, scaled down so that neither side is longer
    than said. Fractions of the picture stay what they were. Raises ValueError for anything that is not a picture."""
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
    longest = max(rgb.shape[:2])
    if longest <= longest_side_px:
        return np.ascontiguousarray(rgb)
    import cv2

    height, width = (max(1, round(side * longest_side_px / longest)) for side in rgb.shape[:2])
    if min(rgb.shape[0] / height, rgb.shape[1] / width) >= 4:
        # Averaging a huge picture takes long; every third of many pixels is enough to start from.
        step = int(longest / longest_side_px) // 2
        rgb = np.ascontiguousarray(rgb[::step, ::step])
    small: Picture = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    return small
