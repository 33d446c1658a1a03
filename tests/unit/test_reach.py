"""Where in the picture the hand's reach lies, and what comes of it: the settings, the first session, the search."""

from __future__ import annotations

from math import atan2, degrees, radians, tan

import pytest
from chestnut.core.reach import AHEAD_M, DROP_M, LENSES_DEG, MIDDLE, REACH_DEG, reach_down, tall_deg
from chestnut.core.scene import Box, Thing
from chestnut.runtime.assemble.camera import hands_reach
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.settings import CameraSettings, Settings
from chestnut.skills.tracking import closeness
from hypothesis import given
from hypothesis import strategies as st

LENSES = st.sampled_from([deg for both in LENSES_DEG.values() for deg in both])
PORTRAIT = CameraSettings("picamera2", rotation=90)


@given(st.floats(0, 40), LENSES)
def test_it_lies_in_the_picture(tilt: float, tall: float) -> None:
    assert 0 <= reach_down(tilt, tall) <= 1


@given(st.floats(0, 40), st.floats(0, 40), LENSES)
def test_more_tilt_never_moves_it_down(one: float, other: float, tall: float) -> None:
    less, more = sorted((one, other))
    assert reach_down(more, tall) <= reach_down(less, tall)


@given(st.floats(0, 39), st.sampled_from([102.0, 66.0]))
def test_upright_a_degree_more_moves_it_up_by_a_hundredth_about(tilt: float, tall: float) -> None:
    assert 0.005 < reach_down(tilt, tall) - reach_down(tilt + 1, tall) < 0.02


@given(LENSES)
def test_a_camera_that_looks_at_it_has_it_in_the_middle(tall: float) -> None:
    assert reach_down(REACH_DEG, tall) == pytest.approx(MIDDLE)


@given(st.floats(0, 40), st.floats(0.1, 179.9))
def test_of_a_narrow_lens_it_stays_at_the_edge(tilt: float, tall: float) -> None:
    down = reach_down(tilt, tall)
    sees = abs(REACH_DEG - tilt) < tall / 2
    assert (0 < down < 1) if sees else down in (0.0, 1.0)


def test_the_cradle_as_it_is_printed() -> None:
    down = [reach_down(tilt, tall_deg("wide", 90)) for tilt in (0, 10, 15, 20, 30)]
    assert down == pytest.approx([0.70, 0.62, 0.58, 0.55, 0.48], abs=0.01)
    assert reach_down(10, tall_deg("standard", 270)) == pytest.approx(0.73, abs=0.01)


def test_a_turned_camera_is_taller() -> None:
    assert (tall_deg("wide", 90), tall_deg("wide", 0), tall_deg("standard", 180)) == (102, 67, 41)


@pytest.mark.parametrize("source", ["webcam:0", "folder:/tmp", "video:walk.mp4"])
def test_of_other_pictures_nobody_knows_the_tilt(source: str) -> None:
    assert hands_reach(CameraSettings(source, rotation=90)) == MIDDLE


def test_a_device_begins_with_the_tilt_of_its_camera() -> None:
    settings = Settings(camera=PORTRAIT)
    assert first_session(settings, seen_through=settings.camera).reach_down == reach_down(15, 102)
    assert first_session(settings).reach_down == MIDDLE, "the simulator's pictures"


@given(st.integers(0, 40), st.sampled_from(sorted(LENSES_DEG)), st.sampled_from([90, 270]))
def test_who_walks_to_a_thing_at_the_hands_height_hears_the_tone_rise(
    tilt: int, lens: str, rotation: int
) -> None:
    """A cup 10 cm high, from three metres to half a metre."""
    tall = tall_deg(lens, rotation)
    aim = hands_reach(CameraSettings("picamera2", rotation=rotation, tilt_deg=tilt, lens=lens))
    near = [closeness(_cup(metres / 10, tilt, tall), (), aim) for metres in range(30, 4, -1)]
    assert near == sorted(near) and near[-1] > near[0]


def _cup(ahead_m: float, tilt_deg: float, tall_deg: float) -> Thing:
    """As a camera without distortion sees it."""

    def down(drop_m: float) -> float:
        below = degrees(atan2(drop_m, ahead_m)) - tilt_deg
        return 0.5 + tan(radians(below)) / (2 * tan(radians(tall_deg) / 2))

    return Thing("cup", 0.9, Box(0.45, down(DROP_M - 0.05), 0.55, down(DROP_M + 0.05)))


def test_half_a_metre_ahead_is_where_the_aim_is() -> None:
    assert _cup(AHEAD_M, 15, 102).box.centre[1] == pytest.approx(reach_down(15, 102), abs=0.01)
