"""Taught things and named places known again, by the real model on rendered things, photographs and rooms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.memory import Named, Owned, Taught
from chestnut.core.scene import Box, Frame
from chestnut.perception.belongings import Belongings, descriptors
from chestnut.perception.descriptor import NUMBERS, Describer
from chestnut.perception.recognition import Background
from chestnut_models import ModelDamaged, ModelMissing
from chestnut_models.library import path as model_path
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.pictures import Picture, Pose, bytes_of, pasted, photograph, pose

KEYS, MUG, MEDICINE = Owned("my keys", "my"), Owned("other mug"), Owned("my medicine", "my")


def frame(picture: Picture) -> Frame:
    return Frame(1, 0.0, picture)


@pytest.fixture(scope="module")
def belongings() -> Iterator[Belongings]:
    belongings = Belongings(Describer(model_path("efficientnet-lite0.onnx")), Background.load())
    yield belongings
    belongings.close()


@cache
def taught(belongings: Belongings, thing: Owned) -> Taught:
    chance = np.random.default_rng(1)
    grounds = [photograph(name) for name in ("coffee", "brick", "grass", "gravel", "chelsea")]
    shown = [replace(pose(chance), x=0.5, y=0.5, size=0.4) for _ in grounds]
    takes = [
        belongings.take(frame(pasted(thing.label, ground, lies)[0]))
        for ground, lies in zip(grounds, shown, strict=True)
    ]
    return Taught(thing, descriptors(takes))


def seen(belongings: Belongings, picture: Picture) -> dict[Owned, Box]:
    found = belongings.look(frame(picture))
    assert found is not None
    return {spotted.thing: spotted.box for spotted in found.things if spotted.likeness.sure}


def test_taught_keys_are_mostly_noticed_where_they_lie_and_never_surely_taken_for_another_thing(
    belongings: Belongings,
) -> None:
    """Mostly as a guess: what is told as a fact is little and mostly right (bench/recognition.py)."""
    belongings.know([taught(belongings, KEYS), taught(belongings, MUG)], ())
    chance = np.random.default_rng(5)
    noticed = 0
    for ground in ("coffee", "astronaut", "brick", "rocket"):
        picture, true = pasted(KEYS.label, photograph(ground), pose(chance, (0.3, 0.5)))
        found = belongings.look(frame(picture))
        assert found is not None
        things = {spotted.thing: spotted for spotted in found.things}
        assert MUG not in things or not things[MUG].likeness.sure
        if KEYS in things:
            x, y = true.centre
            box = things[KEYS].box
            noticed += box.left < x < box.right and box.top < y < box.bottom
    assert noticed >= 2


def test_other_keys_are_never_surely_the_taught_ones(belongings: Belongings) -> None:
    belongings.know([taught(belongings, KEYS)], ())
    chance = np.random.default_rng(6)
    for ground in ("coffee", "astronaut"):
        assert seen(belongings, pasted("other keys", photograph(ground), pose(chance, (0.3, 0.5)))[0]) == {}


def test_a_bottle_that_lies_plain_to_see_is_surely_the_taught_one(belongings: Belongings) -> None:
    belongings.know([taught(belongings, MEDICINE)], ())
    chance = np.random.default_rng(5)
    grounds = ("rocket", "coffee", "astronaut", "brick")
    pictures = [pasted(MEDICINE.label, photograph(ground), pose(chance, (0.4, 0.5)))[0] for ground in grounds]
    assert any(MEDICINE in seen(belongings, picture) for picture in pictures)


@pytest.mark.parametrize("name", ["rocket", "astronaut"])
def test_where_nothing_taught_lies_nothing_is_sure(belongings: Belongings, name: str) -> None:
    belongings.know([taught(belongings, KEYS), taught(belongings, MUG)], ())
    assert seen(belongings, photograph(name)) == {}


def test_with_nothing_taught_nothing_is_found(belongings: Belongings) -> None:
    belongings.know([], [])
    found = belongings.look(frame(photograph("coffee")))
    assert found is not None and found.things == () and found.place is None


def test_two_takes_teach_nothing_yet(belongings: Belongings) -> None:
    few = taught(belongings, KEYS).takes[:2]
    belongings.know([Taught(KEYS, few)], ())
    picture, _ = pasted(KEYS.label, photograph("coffee"), Pose(size=0.4))
    assert seen(belongings, picture) == {}


def test_a_named_place_is_known_from_another_stand_and_a_strange_one_is_not(belongings: Belongings) -> None:
    chance = np.random.default_rng(2)

    def views(name: str, count: int) -> Sequence[Picture]:
        return [
            bytes_of(rooms.render(rooms.PLACES[name], rooms.any_stand(chance), 320, 240))
            for _ in range(count)
        ]

    home, other, strange = list(rooms.PLACES)[:3]
    belongings.know(
        (), [Named(name, tuple(belongings.view(frame(v)) for v in views(name, 4))) for name in (home, other)]
    )
    (again,), (elsewhere,) = views(home, 1), views(strange, 1)
    known, unknown = belongings.look(frame(again)), belongings.look(frame(elsewhere))
    assert known is not None and known.place_name == home
    assert unknown is not None and unknown.place_name == ""


def test_who_says_stop_is_obeyed(belongings: Belongings) -> None:
    belongings.know([taught(belongings, KEYS)], ())
    assert belongings.look(frame(photograph("coffee")), go_on=lambda: False) is None


def test_a_picture_in_other_light_is_still_itself() -> None:
    describer = Describer(model_path("efficientnet-lite0.onnx"))
    coffee = photograph("coffee")
    vectors = describer.vectors([coffee, (coffee * 0.7).astype(np.uint8), photograph("brick")])
    describer.close()
    assert vectors.shape == (3, NUMBERS)
    peculiar = Background.load().peculiar(vectors)
    assert peculiar[0] @ peculiar[1] > 0.5 > peculiar[0] @ peculiar[2]


def test_a_missing_or_damaged_model_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="make models"):
        Describer(tmp_path / "none.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no model")
    with pytest.raises(ModelDamaged, match="make models"):
        Describer(tmp_path / "bad.onnx")
