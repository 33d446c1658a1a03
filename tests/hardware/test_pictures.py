"""The drawings: depth, hidden lines, call-outs that point at what is seen, and pictures that fit the model."""

from __future__ import annotations

import io
import json
from collections import Counter
from functools import cache

import numpy as np
import pytest
import trimesh
from build123d import Box, Cylinder, Pos, Sphere
from PIL import Image

from hardware.guide import pages, steps
from hardware.pictures import lines, raster, scenes, surface
from hardware.pictures.__main__ import IMAGES, LEGEND
from hardware.pictures.drawing import Drawing, Item, draw
from hardware.pictures.view import looking_from

LARGEST_BYTES = 150 * 1024
COLOUR = np.array([0.3, 0.5, 0.7])


def item(shape: object, name: str = "it", **how: object) -> Item:
    shown = surface.of(shape)
    return Item(name, shown, np.tile(COLOUR, (len(shown.corners), 1)), **how)


@cache
def drawn(name: str) -> tuple[scenes.Scene, Drawing]:
    scene = scenes.scene(name)
    return scene, draw(list(scene.items), scene.view, 640, 480)


def test_a_boxs_surface_has_twelve_triangles_and_twelve_sharp_edges() -> None:
    shown = surface.of(Box(10, 20, 30))
    assert len(shown.corners) == 12 and len(shown.edges) == 12
    assert np.allclose(shown.box[1] - shown.box[0], [10, 20, 30])
    middles = shown.corners.mean(axis=1)
    assert ((middles * shown.normals[:, 0]).sum(axis=1) > 0).all()


def test_smooth_joints_and_seams_are_no_lines() -> None:
    shown = surface.of(Cylinder(5, 10))
    heights = np.abs(shown.edges[:, :, 2])
    assert np.allclose(heights, 5), "only the two rims are sharp, not the seam"
    assert len(surface.of(Sphere(5)).edges) == 0


def test_a_sphere_has_a_round_horizon() -> None:
    view = looking_from((1, 2, 3))
    horizon = lines.horizons(surface.of(Sphere(5)), view.toward)
    assert len(horizon) > 20
    assert np.allclose(np.linalg.norm(horizon, axis=2), 5, atol=0.1)
    assert np.abs(horizon @ view.toward).max() < 0.3


def test_the_nearer_triangle_is_seen() -> None:
    pixels = np.array([[[0, 0], [40, 0], [0, 40]]] * 2, float)
    depths = np.array([[1.0] * 3, [2.0] * 3])
    owner, depth = raster.nearest(pixels, depths, 40, 40)
    assert owner[5, 5] == 1 and depth[5, 5] == 2.0
    assert owner[39, 39] == raster.BACKGROUND


@pytest.mark.parametrize("size", [3, 7, 15, 31, 90])
def test_a_triangle_covers_what_it_should_whatever_its_size(size: int) -> None:
    pixels = np.array([[[0, 0], [size, 0], [0, size]]], float)
    owner, _ = raster.nearest(pixels, np.zeros((1, 3)), 100, 100)
    covered = int((owner == 0).sum())
    assert abs(covered - size * size / 2) <= size


def test_what_lies_behind_is_not_drawn() -> None:
    front, behind = (
        item(Pos(0, 10, 0) * Box(40, 2, 40), "front"),
        item(Pos(0, -10, 0) * Box(10, 2, 10), "behind"),
    )
    drawing = draw([front, behind], looking_from((0, 1, 0)), 320, 240)
    assert set(np.unique(drawing.owners)) == {-1, 0}


def test_the_same_pieces_give_the_same_picture() -> None:
    def once() -> tuple[str, bytes]:
        drawing = draw(
            [item(Box(10, 20, 30), number=1), item(Pos(20, 0, 0) * Sphere(6), number=2)],
            looking_from((1, 1, 1)),
            320,
            240,
        )
        return drawing.svg, drawing.png()

    assert once() == once()


def test_the_background_is_white() -> None:
    picture = Image.open(io.BytesIO(draw([item(Box(10, 20, 30))], looking_from((1, 1, 1)), 320, 240).png()))
    assert picture.convert("RGB").getpixel((2, 2)) == (255, 255, 255)


@pytest.mark.parametrize("name", scenes.all_scenes())
def test_call_outs_point_at_what_the_viewer_sees(name: str) -> None:
    """Rays from the anchor to the viewer, through a mesh, meet nothing: not by the depth buffer."""
    scene, drawing = drawn(name)
    view = drawing.view
    corners = np.concatenate([one.surface.corners for one in scene.items])
    mesh = trimesh.Trimesh(corners.reshape(-1, 3), np.arange(3 * len(corners)).reshape(-1, 3), process=False)
    owner_of = np.repeat(np.arange(len(scene.items)), [len(one.surface.corners) for one in scene.items])
    far = float(np.abs(corners).max()) * 4
    for mark in drawing.callouts:
        x = (mark.anchor[0] - view.shift[0]) / view.scale
        y = -(mark.anchor[1] - view.shift[1]) / view.scale
        eye = x * view.right + y * view.up + far * view.toward
        hits, _, triangles = mesh.ray.intersects_location([eye], [-view.toward], multiple_hits=True)
        nearest = triangles[int(np.argmax(hits @ view.toward))]
        assert owner_of[nearest] == mark.piece, f"{name}: number {mark.number} points at something else"
        assert scene.items[mark.piece].number == mark.number


@pytest.mark.parametrize("step", [step for step in steps.load() if step.unit], ids=lambda step: step.id)
def test_every_step_of_the_model_shows_something_new(step: steps.Step) -> None:
    scene, drawing = drawn(step.id)
    assert drawing.callouts, f"{step.id}: no new piece can be seen"
    shown = {mark.number for mark in drawing.callouts}
    hidden = [key for number, (key, _) in enumerate(scene.legend, 1) if number not in shown]
    assert len(hidden) <= len(scene.legend) / 2, f"{step.id}: {hidden} cannot be seen"


@pytest.mark.parametrize("unit", ["chest", "pod"])
def test_the_models_pieces_are_mounted_where_the_steps_say(unit: str) -> None:
    known = {step.id: step for step in steps.load()}
    counts: Counter[tuple[str, str]] = Counter()
    for piece in scenes.unit(unit):
        assert piece.step in known, f"{piece.name}: no step {piece.step!r}"
        assert known[piece.step].unit == unit, f"{piece.name}: {piece.step} is no step of the {unit}"
        assert scenes.key(piece) in steps.names(), f"{piece.name} has no name in guide/names.toml"
        if piece.part:
            counts[piece.step, piece.part] += 1
    for (step, part), count in counts.items():
        assert known[step].parts.get(part) == count, f"{step}: {count} × {part} in the model"


def test_every_picture_is_there_small_and_has_its_legend() -> None:
    legend = json.loads(LEGEND.read_text(encoding="utf-8"))
    assert list(legend) == scenes.all_scenes(), "run make hardware"
    for name in scenes.all_scenes():
        file = IMAGES / f"{name}.png"
        assert file.stat().st_size <= LARGEST_BYTES, f"{name}.png: {file.stat().st_size} bytes"
        meant = [tuple(entry[1:]) for entry in legend[name]]
        assert set(meant) <= set(scenes.scene(name).legend), (
            f"{name}.png lags behind the model: run make hardware"
        )
    for file in IMAGES.glob("*.png"):
        assert file.stem in (*scenes.all_scenes(), "worn"), f"{file.name} belongs to no step"


def test_numbers_are_told_by_name() -> None:
    for picture in pages.legend():
        if pages.legend()[picture]:
            assert "**1**" in pages.numbers_line(picture, "en") or pages.legend()[picture][0][0] != 1
