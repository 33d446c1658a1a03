"""The slide before the lens: closed it covers all, open it covers nothing, it clicks at both ends and stays in."""

from __future__ import annotations

from functools import cache

import pytest
from build123d import Part, Pos

from hardware.cad import shutter, vitamins
from hardware.cad.chest_shell import front_shell
from hardware.cad.nose import nose
from hardware.cad.solids import box, shared
from hardware.params import load

PARAMS = load()
SIZE, NOSE = PARAMS.shutter, PARAMS.cradle


@cache
def carrier() -> Part:
    return nose(PARAMS)


@cache
def slide() -> Part:
    return shutter.shutter(PARAMS)


@cache
def shell() -> Part:
    return front_shell(PARAMS)


def moved(by: float) -> Part:
    return Pos(by, 0, 0) * slide()


def test_closed_it_covers_the_whole_window():
    """Behind it no gap of the window is left, half a millimetre around it neither."""
    wide, high = NOSE.window[0] / 2 + 0.5, NOSE.window[1] / 2 + 0.2
    low = NOSE.face + SIZE.play
    before = box((-wide, wide), (low + 0.1, low + SIZE.thickness - 0.1), (-high, high))
    assert shared(before, moved(0)) == pytest.approx(before.volume, rel=1e-4)


def test_open_it_is_out_of_the_view_even_by_half_a_millimetre_less():
    """It rides on the cradle: what holds for one detent holds for all."""
    seen = Pos(0, NOSE.axis_behind, 0) * vitamins.cone(PARAMS)
    assert shared(seen, moved(SIZE.travel)) < 0.001
    assert shared(seen, moved(SIZE.travel - 0.4)) < 0.001


@pytest.mark.parametrize("by", [0.0, SIZE.travel])
def test_it_lies_without_force_where_it_clicks(by: float):
    assert shared(moved(by), carrier()) < 0.001


@pytest.mark.parametrize("by", [2.0, 6.0, SIZE.travel - 2.0])
def test_between_the_clicks_its_springs_are_bent(by: float):
    assert shared(moved(by), carrier()) > 0.5


def test_its_springs_have_the_room_and_bear_the_bend():
    """They bend by what the teeth stand into the rails; a beam held at one end, under 2 % of strain."""
    bend = SIZE.click - SIZE.side_play
    assert bend > 0.2, "less is not felt"
    assert bend < SIZE.slit - 0.2
    length = SIZE.width / 2 - SIZE.slit_end
    thick = SIZE.front_height / 2 + SIZE.thickness / 2 - SIZE.slit_from - SIZE.slit
    assert 1.5 * thick * bend / length**2 < 0.02


@pytest.mark.parametrize("by", [-0.7, SIZE.travel + 0.6])
def test_it_goes_no_farther_than_closed_and_open(by: float):
    assert shared(moved(by), carrier()) > 0.3


def test_past_open_a_steep_side_keeps_it_in():
    """Half a millimetre past open, the teeth stand in the rails as deep as they bend: no slope lifts them over it."""
    past, between = shared(moved(SIZE.travel + 0.5), carrier()), shared(moved(SIZE.travel / 2), carrier())
    toothed = SIZE.click_length
    assert past / (0.5 - 0.1) > 0.8 * between / toothed


def test_it_cannot_be_pulled_off_forward():
    for by in (0.0, SIZE.travel):
        assert shared(Pos(0, 1, 0) * moved(by), carrier()) > 1


def test_its_mark_is_felt_and_tells_open_from_closed():
    """A bar, well raised, is over the lens when closed and beside it when open."""
    wide, high, raised = SIZE.mark
    assert raised >= 1.5
    assert high >= 10
    out = slide().bounding_box().max.Y - NOSE.front
    assert out > 1.2, "it stands before the rails too"
    assert SIZE.travel > wide + 6


def test_it_stays_inside_what_the_shell_leaves_free_to_turn():
    """No corner of it is farther from the axis than the shell's window allows."""
    far = max((vertex.Y**2 + vertex.Z**2) ** 0.5 for vertex in moved(SIZE.travel).vertices())
    assert far < NOSE.rim + NOSE.sweep_gap - 0.3


def test_open_and_closed_are_pieces_in_the_unit():
    closed = shutter.pieces(PARAMS, 15.0, open_by=0.0)[0]
    opened = shutter.pieces(PARAMS, 15.0)[0]
    way = opened.shape.bounding_box().center().X - closed.shape.bounding_box().center().X
    assert way == pytest.approx(SIZE.travel)
    assert closed.printed


@pytest.mark.parametrize("tilt", [0.0, 10.0, 15.0])
def test_it_slides_in_from_the_side_before_the_shell(tilt: float):
    """All the way in it stays clear of the front shell; tilted further, the shell's window would be in its way."""
    for by in (0.0, 0.5, 1.0, 1.5, 2.5):
        assert shared(shutter.place(PARAMS, tilt, by) * slide(), shell()) < 0.001
