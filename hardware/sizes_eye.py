"""Sizes of what holds and covers the camera. Millimetres, degrees.

The camera's own frame: origin on the tilt axis, X to the wearer's right, Y where the lens looks, Z up.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cradle:
    """The cradle in which the camera tilts, its bearings and the spring finger that clicks into its rim."""

    detents_deg: tuple[float, ...]
    axis_behind: float
    width: float
    height: float
    face: float
    front: float
    edge: float
    lens_room: float
    lens_beside: float
    window: tuple[float, float]
    parts_room: float
    parts_width: float
    flex_room: tuple[float, float]
    screw_pilot: float
    screw_depth: float
    side_gap: float
    post: tuple[float, float]
    post_gap: float
    keeper: float
    keeper_pilot: float
    keeper_hole: float
    keeper_screws: float
    rim: float
    rim_width: float
    notch: float
    notch_play: float
    stop_rise: float
    stop_beyond_deg: float
    finger: tuple[float, float]
    finger_thickness: float
    finger_gap: float
    finger_room: float
    finger_below_rim: float
    tip_flat: float
    sweep_gap: float
    ribbon_width: float
    ribbon_bend: float


@dataclass(frozen=True)
class Shutter:
    """The slide before the lens; it rides on the cradle and tilts with it."""

    travel: float
    width: float
    thickness: float
    front_height: float
    play: float
    side_play: float
    end_gap: float
    slit: float
    slit_from: float
    slit_end: float
    click: float
    click_play: float
    click_length: float
    click_at: float
    ramp: float
    mark: tuple[float, float, float]
