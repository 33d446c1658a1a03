"""When a frame is worth a look."""

from __future__ import annotations

import numpy as np
from chestnut.core.scene import Frame
from chestnut.perception.settle import Settle

ROOM = np.random.default_rng(0).integers(0, 256, (24, 32, 3), np.uint8).repeat(10, 0).repeat(10, 1)


def frame(rgb: np.ndarray, at: float = 0.0) -> Frame:
    return Frame(1, at, rgb)


def looked_at_room() -> Settle:
    settle = Settle()
    assert not settle.is_worth(frame(ROOM)), "one frame alone stands not still"
    assert settle.is_worth(frame(ROOM))
    settle.looked(frame(ROOM))
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
