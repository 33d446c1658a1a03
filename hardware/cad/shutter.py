"""The slide before the lens. It rides in a dovetail on the cradle's nose and tilts with the camera.

Two of its edges are springs; a tooth on each falls into a hollow of the rails when the shutter is closed and when it
is open. The open hollow is upright on its outer side: the shutter comes out only with both springs pressed together.
"""

from __future__ import annotations

from build123d import Location, Part, Pos, chamfer

from hardware.cad import eye
from hardware.cad.cradle import FACE_DOWN
from hardware.cad.model import BLACK, Piece
from hardware.cad.solids import box, whole
from hardware.params import Params


def adds(params: Params) -> list[Part]:
    """The shell grows nothing for the shutter: its rails are the cradle's."""
    return []


def takes(params: Params) -> list[Part]:
    """Nothing is cut out of the shell for the shutter: it stays inside the cradle's sweep."""
    return []


def shutter(params: Params) -> Part:
    """The shutter in the tilting frame, closed."""
    size, nose = params.shutter, params.cradle
    low = nose.face + size.play
    high = low + size.thickness
    half, wide = size.front_height / 2 + size.thickness, size.width / 2
    slide = eye.along_x(eye.trapezoid(low, high, half), (-wide, wide))
    tooth = (size.click_at - size.click_length / 2, size.click_at + size.click_length / 2)
    slide += eye.along_x(eye.trapezoid(low, high, half, size.click), tooth)
    for way in (-1, 1):
        z = sorted((way * size.slit_from, way * (size.slit_from + size.slit)))
        slide -= box((size.slit_end, wide + 1), (low - 1, high + 1), (z[0], z[1]))
    width, height, raised = size.mark
    bar = box((-width / 2, width / 2), (high - 0.2, high + raised), (-height / 2, height / 2))
    top = [edge for edge in bar.edges() if edge.center().Y - high > raised - 0.01]
    return whole(slide + chamfer(top, 0.6))


def place(params: Params, tilt_deg: float, open_by: float = 1.0) -> Location:
    """From the shutter's closed place in the tilting frame into the unit; open_by from 0 (closed) to 1."""
    return eye.place(params, tilt_deg) * Pos(open_by * params.shutter.travel, 0, 0)


def pieces(params: Params, tilt_deg: float = 0.0, open_by: float = 1.0) -> list[Piece]:
    """The shutter, open unless told otherwise, on a cradle that is tilted down by so many degrees."""
    at = place(params, tilt_deg, open_by)
    lay = FACE_DOWN * at.inverse()
    return [
        Piece(
            "camera_shutter",
            at * shutter(params),
            BLACK,
            printed=True,
            lay=lay,
            flies=(0, 154, 0),
            step="chest-6",
        )
    ]
