"""What the fast lane itself can answer of a picture, in the words that are spoken."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from chestnut.core.effects import Say
from chestnut.core.scene import Box, Person, Scene, Thing
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.skills.facts import count, counted, left, middle, nothing, what
from chestnut_tests.drive import FACE, scene
from hypothesis import given
from hypothesis import strategies as st

TABLE = Thing("dining table", 0.9, Box(0.0, 0.4, 1.0, 1.0))
HELD = Thing("bottle", 0.8, Box(0.4, 0.3, 0.6, 0.7))
ASIDE = Thing("cup", 0.8, Box(0.05, 0.5, 0.2, 0.7))
BOOK = Thing("book", 0.8, Box(0.8, 0.5, 0.95, 0.7))


def spoken(says: Sequence[Say], language: str = "en") -> str:
    return " ".join(Phrases.of(language).render(say.key, say.args) for say in says)


def test_what_is_held_is_meant_before_what_lies_behind_it() -> None:
    assert middle(scene(things=[TABLE, ASIDE, HELD])) == HELD
    assert spoken(what(scene(things=[TABLE, ASIDE, HELD]))) == "A bottle ahead, near."


def test_without_a_small_thing_in_the_middle_the_largest_is_meant() -> None:
    assert middle(scene(things=[ASIDE, TABLE, BOOK])) == TABLE


def test_of_two_alike_the_more_central_is_meant() -> None:
    central, edge = Thing("dog", 0.9, Box(0.4, 0.4, 0.6, 0.6)), Thing("dog", 0.9, Box(0.0, 0.0, 0.2, 0.2))
    assert middle(scene(things=[edge, central])) == central


def test_what_is_there_is_counted() -> None:
    seen = scene([FACE, FACE], [ASIDE, BOOK, BOOK, BOOK])
    assert spoken(count(seen)) == "I count: two people, three books and a cup."
    assert spoken(count(seen), "ru") == "Насчитал: два человека, три книги и чашка."


def test_a_crowd_is_not_counted() -> None:
    assert spoken(count(scene([FACE] * 6))) == "I count: several people."


def test_what_is_left_of_it_is_told_after_it_was_named() -> None:
    person = Person(0.9, Box(0.0, 0.1, 0.3, 1.0))
    seen = scene([FACE, person], [HELD, ASIDE, BOOK])
    assert spoken(left(seen)) == "A bottle ahead, near. Left of it: one person and a cup."
    assert spoken(left(seen), "ru") == "Впереди, близко, бутылка. Левее: один человек и чашка."


def test_nothing_left_of_it_is_said_truly() -> None:
    assert (
        spoken(left(scene(things=[HELD, BOOK])))
        == "A bottle ahead, near. Left of it I see nothing I can name."
    )


@pytest.mark.parametrize("known", [what, count, left, nothing])
def test_an_empty_scene_is_no_answer(known: object) -> None:
    assert callable(known)
    assert known(scene()) == ()


sides = st.floats(0, 0.9)
boxes = st.builds(
    lambda near, top, width, height: Box(near, top, min(1, near + width), min(1, top + height)),
    sides,
    sides,
    st.floats(0.01, 1),
    st.floats(0.01, 1),
)
things = st.builds(Thing, st.sampled_from(["cup", "dining table", "food", "scissors"]), st.just(0.9), boxes)
people = st.builds(Person, st.just(0.9), boxes)


@given(st.lists(people, max_size=7), st.lists(things, min_size=1, max_size=14), st.sampled_from(LANGUAGES))
def test_whatever_is_seen_can_be_said(persons: list[Person], seen: list[Thing], language: str) -> None:
    everything: Scene = scene(persons, seen)
    for known in (what, count, left):
        says = known(everything)
        assert says
        assert "{" not in spoken(says, language)


@given(st.lists(things, max_size=14))
def test_the_counts_add_up(seen: list[Thing]) -> None:
    assert sum(item["count"] for item in counted((), tuple(seen))) == len(seen)
