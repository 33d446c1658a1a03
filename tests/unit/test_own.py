"""The detector of what was taught: when the model is read, and when what is known changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from chestnut.core.memory import Descriptor, Named, Owned, Taught
from chestnut.core.scene import Belonging, Box, Frame, Thing
from chestnut.perception.belongings import Spotted, Surroundings
from chestnut.perception.own import NOTHING, Own, belongings_in
from chestnut.perception.recognition import Likeness

FRAME = Frame(1, 0.0, np.zeros((4, 4, 3), np.uint8))
BOX = Box(0.1, 0.1, 0.2, 0.2)
KEYS = Taught(Owned("keys", "my"), (Descriptor("a model", b"\0\0\0\0"),))
FOUND = Surroundings(None, (Spotted(KEYS.thing, BOX, Likeness(0.9, True, 0.8)),))


class Model:
    """A Belongings that finds what it knows."""

    def __init__(self) -> None:
        self.knows: list[int] = []
        self.detected: list[Sequence[Thing]] = []
        self.closed = 0

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        self.knows.append(len(things))

    def look(self, frame: Frame, detected: Sequence[Thing], go_on: Callable[[], bool]) -> Surroundings | None:
        self.detected.append(detected)
        return FOUND if go_on() else None

    def close(self) -> None:
        self.closed += 1


class Opened:
    def __init__(self) -> None:
        self.models: list[Model] = []

    def __call__(self) -> Model:
        self.models.append(Model())
        return self.models[-1]


def test_with_nothing_taught_the_model_is_never_read() -> None:
    opened = Opened()
    own = Own(opened)  # type: ignore[arg-type]
    assert own.see(FRAME) is NOTHING
    own.know([], [])
    assert own.see(FRAME) is NOTHING
    own.close()
    assert opened.models == []


def test_what_was_taught_is_known_from_the_next_look_on_and_learnt_once() -> None:
    opened = Opened()
    own = Own(opened)  # type: ignore[arg-type]
    own.know([KEYS], [])
    cup = Thing("cup", 0.5, BOX)
    assert own.follow(FRAME, (cup,), lambda: True) is FOUND
    own.know([KEYS], [])
    assert own.see(FRAME) is FOUND
    (model,) = opened.models
    assert model.knows == [1] and model.detected == [(cup,), ()]
    own.know([], [])
    assert own.see(FRAME) is NOTHING, "forgotten"
    own.close()
    assert model.closed == 1


def test_who_says_stop_is_obeyed() -> None:
    own = Own(Opened())  # type: ignore[arg-type]
    own.know([KEYS], [])
    assert own.follow(FRAME, (), lambda: False) is None
    own.close()


def test_a_model_that_cannot_be_read_is_tried_again() -> None:
    def fail() -> Model:
        raise ValueError("no model")

    own = Own(fail)  # type: ignore[arg-type]
    own.know([KEYS], [])
    for _ in range(2):
        with pytest.raises(ValueError, match="no model"):
            own.see(FRAME)
    own.close()


def test_what_was_found_is_told_as_the_scene_tells_it() -> None:
    assert belongings_in(FOUND) == (Belonging("keys", "my", 0.8, BOX),)
