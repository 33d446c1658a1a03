"""What is shown while something is taught, by the real model on rendered things: the same once more, something else,
something that will be mixed up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.memory import Named, Owned, Taught
from chestnut.core.scene import Frame
from chestnut.devices.pictures import load_picture, pictures_in
from chestnut.perception.lessons import KEPT_S, Lessons
from chestnut.runtime.assemble.eyes import open_own
from chestnut_tests.rendered import rooms
from chestnut_tests.rendered.pictures import Picture, Pose, bytes_of, pasted, photograph, pose

KEYS, OTHERS, MUG = Owned("keys", "my"), Owned("keys", "mum's"), Owned("cup", "my")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def lessons(clock: Clock) -> Iterator[Lessons]:
    own = open_own()
    yield Lessons(own, clock)
    own.close()


@cache
def shown(name: str) -> list[Picture]:
    chance = np.random.default_rng(1)
    grounds = ("coffee", "brick", "grass", "gravel", "chelsea")
    return [
        pasted(name, photograph(ground), replace(pose(chance), x=0.5, y=0.5, size=0.4))[0]
        for ground in grounds
    ]


def take(lessons: Lessons, pictures: Sequence[Picture], *, place: bool = False) -> tuple[list[int], set[int]]:
    """The takes of one lesson, and the odd ones."""
    numbers: list[int] = []
    odd: tuple[int, ...] = ()
    for picture in pictures:
        number, flagged = lessons.take(Frame(1, 0.0, picture), numbers, place=place)
        if number:
            numbers.append(number)
            odd = flagged
    return numbers, set(odd)


def taught(lessons: Lessons, thing: Owned, pictures: Sequence[Picture]) -> Taught:
    return Taught(thing, lessons.takes(take(lessons, pictures)[0]))


def noisy(picture: Picture, seed: int) -> Picture:
    noise = np.random.default_rng(seed).normal(0, 3, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def test_the_same_view_through_noise_is_no_other_picture(lessons: Lessons) -> None:
    still = [noisy(shown("my keys")[0], seed) for seed in range(3)]
    assert len(take(lessons, still)[0]) == 1
    turned, _ = pasted("my keys", photograph("coffee"), Pose(yaw=0.9, size=0.4))
    assert len(take(lessons, [*still, turned])[0]) == 2


def test_what_does_not_show_it_is_odd(lessons: Lessons) -> None:
    numbers, odd = take(lessons, [*shown("my keys"), photograph("rocket")])
    assert odd == {numbers[-1]}


def test_another_room_is_odd(lessons: Lessons) -> None:
    chance = np.random.default_rng(3)
    views = [
        bytes_of(rooms.render(rooms.PLACES[name], rooms.any_stand(chance), 320, 240))
        for name in (*["kitchen table"] * 3, "desk")
    ]
    numbers, odd = take(lessons, views, place=True)
    assert odd == {numbers[-1]}


def test_one_thing_under_two_names_is_alike_and_two_kinds_are_not(lessons: Lessons) -> None:
    known = [taught(lessons, OTHERS, shown("my keys")), taught(lessons, MUG, shown("my mug"))]
    numbers, _ = take(lessons, shown("my keys"))
    assert lessons.things_like(KEYS, numbers, known) == (OTHERS,)
    assert lessons.things_like(OTHERS, numbers, known) == (), "itself is no other"


def test_a_place_under_two_names_is_alike(lessons: Lessons) -> None:
    chance = np.random.default_rng(4)
    views = [
        bytes_of(rooms.render(rooms.PLACES["desk"], rooms.any_stand(chance), 320, 240)) for _ in range(4)
    ]
    numbers, _ = take(lessons, views, place=True)
    known = [Named("desk", lessons.takes(numbers))]
    assert lessons.places_like("workplace", numbers, known) == ("desk",)
    assert lessons.places_like("desk", numbers, known) == ()


def test_a_known_thing_is_known_by_new_pictures_and_another_is_not(lessons: Lessons) -> None:
    known = taught(lessons, KEYS, shown("my keys"))
    chance = np.random.default_rng(9)
    again = [
        pasted("my keys", photograph(ground), replace(pose(chance), x=0.5, y=0.5, size=0.4))[0]
        for ground in ("rocket", "astronaut", "brick")
    ]
    assert lessons.show(take(lessons, again)[0], known)
    assert not lessons.show(take(lessons, shown("my mug"))[0], known)


def test_a_lesson_is_kept_for_a_short_while_and_the_next_drops_it(lessons: Lessons, clock: Clock) -> None:
    numbers, _ = take(lessons, shown("my keys")[:3])
    assert lessons.pictures(numbers) == 3
    clock.now += KEPT_S + 1
    (number, _) = lessons.take(Frame(1, 0.0, shown("my mug")[0]), numbers)
    assert lessons.pictures(numbers) == 0 and lessons.pictures([number]) == 1
    lessons.take(Frame(1, 0.0, shown("my mug")[1]))
    assert lessons.pictures([number]) == 0
    lessons.drop()


@pytest.mark.data
def test_in_photographs_without_it_a_taught_thing_is_never_surely_seen(
    lessons: Lessons, data_dir: Path
) -> None:
    own = open_own()
    own.know([taught(lessons, KEYS, shown("my keys")), taught(lessons, MUG, shown("my mug"))], ())
    sure = [
        path.name
        for path in pictures_in(data_dir / "photos")
        if any(found.likeness.sure for found in own.see(Frame(1, 0.0, load_picture(path))).things)
    ]
    own.close()
    assert sure == []
