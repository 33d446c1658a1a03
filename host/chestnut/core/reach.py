"""Where in the picture the middle of the hand's reach lies. Pure geometry.

The camera hangs at the chest. A hand that takes something is half a metre before it and a quarter of a metre below
it: the elbow's height of somebody who stands, a little above the table of somebody who sits. Seen from the camera
that is REACH_DEG = atan(DROP_M / AHEAD_M), 27 degrees, below the horizon. A camera tilted down by t sees it t higher.
Through a lens without distortion, whose picture covers v degrees from its upper to its lower edge, it lies at

    1/2 + tan(REACH_DEG - t) / (2 tan(v / 2))

of the picture's height from the top. A wide lens bends what is near its edges inwards; the middle of the reach is
never near one. The same formula is that of a pinhole camera in any book on the subject.
"""

from __future__ import annotations

from math import atan2, degrees, radians, tan

AHEAD_M = 0.5
DROP_M = 0.25
REACH_DEG = degrees(atan2(DROP_M, AHEAD_M))
MIDDLE = 0.5  # where nobody knows how the camera is mounted

# The field of view of each lens of the Camera Module 3 (Raspberry Pi documentation, "Camera hardware"): degrees along
# the longer and along the shorter side of the picture.
LENSES_DEG = {"wide": (102.0, 67.0), "standard": (66.0, 41.0)}


def reach_down(tilt_deg: float, tall_deg: float) -> float:
    """tilt_deg: how far the camera looks down, 0 to 40. tall_deg: what its picture covers from top to bottom, more
    than 0, less than 180. A fraction of the picture's height from its top, 0 to 1; what lies outside is at the
    edge."""
    down = MIDDLE + tan(radians(REACH_DEG - tilt_deg)) / (2 * tan(radians(tall_deg) / 2))
    return min(1.0, max(0.0, down))


def tall_deg(lens: str, rotation: int) -> float:
    """What a picture of this lens covers from top to bottom once it was turned upright by so many degrees."""
    longer, shorter = LENSES_DEG[lens]
    return longer if rotation in (90, 270) else shorter
