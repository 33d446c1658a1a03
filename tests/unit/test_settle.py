"""When a frame is worth a look."""

from __future__ import annotations

import numpy as np
import pytest
from chestnut.core.scene import Frame
from chestnut.perception.settle import Settle
from chestnut_tests.rendered.pictures import photograph
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

ROOM = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8).repeat(10, 0).repeat(10, 1)


def frame(rgb: np.ndarray, at: float = 0.0) -> Frame:
    return Frame(1, at, rgb)


def looked_at_room() -> Settle:
    settle = Settle()
    assert not settle.is_worth(frame(ROOM)), "one frame alone stands not still"
    assert settle.is_worth(frame(ROOM, 0.2))
    settle.looked(frame(ROOM, 0.2))
    return settle


def test_a_scene_that_stands_still_is_worth_one_look() -> None:
    settle = looked_at_room()
    assert not settle.is_worth(frame(ROOM, at=1.0))


def test_what_was_put_down_is_worth_another() -> None:
    settle = looked_at_room()
    changed = ROOM.copy()
    changed[100:160, 100:160] = (255, 0, 0)
    assert not settle.is_worth(frame(np.roll(ROOM, 60, 1), 1.0)), "the camera moves"
    settle.is_worth(frame(changed, 1.1))
    assert settle.is_worth(frame(changed, 1.2))


def test_brighter_light_is_no_change() -> None:
    settle = looked_at_room()
    darker = (ROOM * 0.7).astype(np.uint8)
    settle.is_worth(frame(darker, 1.0))
    assert not settle.is_worth(frame(darker, 1.1))


def test_an_unchanged_scene_is_looked_at_again_after_a_while() -> None:
    settle = looked_at_room()
    assert settle.is_worth(frame(ROOM, at=61.0))


PHOTO = photograph("coffee", 720, 540)


def photographed(right: int = 0, down: int = 0, scene: np.ndarray = PHOTO, at: float = 0.0) -> Frame:
    return frame(scene[20 + down : 500 + down, 20 + right : 660 + right], at)


def looked_at_photograph() -> Settle:
    settle = Settle()
    settle.is_worth(photographed())
    assert settle.is_worth(photographed(at=0.2))
    settle.looked(photographed(at=0.2))
    return settle


def test_a_breath_is_no_change() -> None:
    settle = looked_at_photograph()
    for step, down in enumerate((2, 5, 7, 8, 7, 5, 2, -1, -4)):
        assert not settle.is_worth(photographed(2, down, at=0.4 + 0.2 * step))


@pytest.mark.parametrize("where", [(150, 200), (400, 500)])
def test_a_small_thing_put_down_is_noticed_and_its_taking_too(where: tuple[int, int]) -> None:
    settle = looked_at_photograph()
    down, right = where
    put = PHOTO.copy()
    put[down : down + 60, right : right + 60] = (30, 90, 200)
    settle.is_worth(photographed(scene=put, at=1.0))
    last = photographed(1, 2, scene=put, at=1.2)
    assert settle.is_worth(last)
    settle.looked(last)
    settle.is_worth(photographed(at=1.4))
    assert settle.is_worth(photographed(at=1.6))


def test_who_walks_through_is_waited_for() -> None:
    settle, looks = looked_at_photograph(), 0
    for step in range(20):
        through = PHOTO.copy()
        through[100:, 30 * step : 30 * step + 120] = (60, 50, 70)
        seen = photographed(scene=through, at=0.4 + 0.2 * step)
        if settle.is_worth(seen):
            settle.looked(seen)
            looks += 1
    assert looks <= 2


def test_while_the_camera_is_turned_nothing_is_worth_a_look() -> None:
    settle = Settle()
    assert not any(settle.is_worth(photographed(10 * step - 20, at=0.1 * step)) for step in range(9))


def test_another_size_of_picture_is_another_scene() -> None:
    settle = looked_at_photograph()
    half = PHOTO[::2, ::2]
    assert not settle.is_worth(frame(half, 1.0))
    assert settle.is_worth(frame(half, 1.2))


@given(arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40), st.just(3))))
def test_any_picture_is_judged(picture: np.ndarray) -> None:
    settle = Settle()
    assert not settle.is_worth(frame(picture, 0.0))
    settle.is_worth(frame(picture, 0.2))
    settle.looked(frame(picture, 0.2))
    assert not settle.is_worth(frame(picture, 0.4))


@pytest.mark.parametrize("level", [0, 128, 255])
def test_a_plain_wall_is_looked_at_once(level: int) -> None:
    settle = Settle()
    wall = np.full((480, 640, 3), level, np.uint8)
    seen = [settle.is_worth(frame(wall, 0.0)), settle.is_worth(frame(wall, 0.2))]
    settle.looked(frame(wall, 0.2))
    assert [*seen, settle.is_worth(frame(wall, 0.4))] == [False, True, False]
