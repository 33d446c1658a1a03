"""Where everything in the pod is: the layers along Y from its back to its face, the keys' places in X and Z."""

from __future__ import annotations

from dataclasses import dataclass

from build123d import Part, Plane, Sketch, extrude

from hardware.params import Params

PICO_BOARD = 1.0  # thick


@dataclass(frozen=True)
class Layers:
    """Y of each layer, from the back."""

    plate: float  # front of the back plate
    pico_back: float  # of the Pico's board; its parts and its socket look back from here
    pico_front: float
    board_back: float
    seat: float  # front of the board, on which the switches sit
    switch: float  # top of their bodies
    plunger: float  # top of their plungers
    cap: float  # bottom of the caps
    flange: float  # top of their flanges
    inside: float  # of the face
    face: float


def layers(params: Params) -> Layers:
    """The layers of the pod."""
    pod, caps = params.pod, params.caps
    pico_back = pod.wall + pod.pico_post
    pico_front = pico_back + PICO_BOARD
    board_back = pico_front + pod.wires + pod.pins
    seat = board_back + pod.board[2]
    switch = seat + pod.switch_body
    cap = switch + caps.above_switch
    flange = cap + caps.flange_thickness
    inside = flange + caps.float_gap
    return Layers(
        plate=pod.wall,
        pico_back=pico_back,
        pico_front=pico_front,
        board_back=board_back,
        seat=seat,
        switch=switch,
        plunger=seat + pod.switch_height,
        cap=cap,
        flange=flange,
        inside=inside,
        face=inside + pod.wall,
    )


def keys(params: Params) -> dict[str, tuple[float, float]]:
    """X and Z of the middle of each key, by its name."""
    pod = params.pod
    columns, rows = pod.board_grid
    return {
        name: (((columns - 1) / 2 - column) * pod.grid, pod.board_z + (row - (rows - 1) / 2) * pod.grid)
        for name, column, row in params.caps.keys
    }


def facing(x: float, y: float, z: float) -> Plane:
    """A plane as the holder sees it: its x to the holder's right, its y up, looking out of the face."""
    return Plane((x, y, z), x_dir=(-1, 0, 0), z_dir=(0, 1, 0))


def grown(sketch: Sketch, x: float, z: float, y: tuple[float, float]) -> Part:
    """A sketch as the holder sees it, as a body from y to y."""
    return extrude(facing(x, y[0], z) * sketch, y[1] - y[0])


def socket_y(params: Params) -> float:
    """Y of the middle of the Pico's USB socket, and of the cables."""
    return layers(params).pico_back - 1.35
