"""Sizes of the pod and its caps. Millimetres.

X to the wearer's right when the pod's face looks away from the wearer: who looks at the face has +X at the left hand.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pod:
    """The pod's two halves and where its bought parts lie."""

    width: float
    height: float
    corner: float
    edge: float
    wall: float
    lip: float
    lip_wall: float
    boss: float
    bosses: tuple[float, float]
    pico_z: float
    pico_post: float
    pico_post_width: float
    pico_screws: float
    pico_peg: float
    pico_peg_width: float
    bootsel: tuple[float, float]
    wires: float
    pins: float
    plug: tuple[float, float, float]
    plug_floor: float
    grid: float
    board: tuple[float, float, float]
    board_grid: tuple[float, float]
    board_holes: tuple[float, float]
    board_hole: float
    board_z: float
    board_post: float
    screw_pilot: float
    screw_depth: float
    switch_body: float
    switch_height: float
    plunger: float
    travel: float
    motor: tuple[float, float]
    motor_place: tuple[float, float]
    motor_wall: float
    motor_gap: float
    motor_slit: float
    clamp: tuple[float, float, float, float]
    clamp_bar: float
    clamp_screws: tuple[float, float]
    cables: tuple[tuple[float, float], ...]
    squeeze: float
    lanyard: tuple[float, float]
    ridge: tuple[float, float, float]
    ridge_z: float
    ridge_foot: tuple[float, float]


@dataclass(frozen=True)
class Caps:
    """What the fingers feel."""

    keys: tuple[tuple[str, float, float], ...]
    gap: float
    raised: float
    low: float
    play: float
    flange: float
    flange_thickness: float
    above_switch: float
    float_gap: float
    socket_play: float
    dome: tuple[float, float]
    square: tuple[float, float]
    bar: tuple[float, float]
    bar_pitch: float
    ring: tuple[float, float]
    triangle: tuple[float, float]
    cross: tuple[float, float]
    corner: float
    edge: float
