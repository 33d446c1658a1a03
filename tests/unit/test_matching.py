"""Whose face is that? With numbers in place of faces: what the bounds mean, whoever is enrolled."""

from __future__ import annotations

import numpy as np
import pytest
from chestnut.core.memory import Descriptor
from chestnut.core.people import LEAST_TAKES, Acquaintance, Known, clean_name
from chestnut.perception.matching import (
    MARGIN,
    PERHAPS,
    SURE,
    Gallery,
    different,
    likeness,
    of_one_person,
    vectors,
)
from hypothesis import given
from hypothesis import strategies as st

MODEL = "test"
NUMBERS = 64


def descriptor(vector: np.ndarray, model: str = MODEL) -> Descriptor:
    return Descriptor(model, np.asarray(vector, "<f4").tobytes())


def axis(number: int) -> np.ndarray:
    return np.eye(NUMBERS, dtype=np.float32)[number]


def at(cosine: float, person: int, beside: int = 40) -> np.ndarray:
    """A face whose likeness to a person is known."""
    return cosine * axis(person) + float(np.sqrt(1 - cosine**2)) * axis(beside)


def person(name: str, number: int, count: int = LEAST_TAKES, model: str = MODEL) -> Acquaintance:
    """All takes alike: likeness is the plain cosine."""
    return Acquaintance(name, "yes", 0.0, (descriptor(axis(number), model),) * count)


@pytest.mark.parametrize(
    ("cosine", "known", "name"),
    [
        (0.99, Known.SURE, "Anna"),
        (SURE + 0.001, Known.SURE, "Anna"),
        (SURE - 0.001, Known.UNSURE, ""),
        (PERHAPS + 0.001, Known.UNSURE, ""),
        (PERHAPS - 0.001, Known.STRANGER, ""),
        (0.0, Known.STRANGER, ""),
        (-0.5, Known.STRANGER, ""),
    ],
)
def test_a_name_is_given_only_where_the_likeness_is_high(cosine: float, known: Known, name: str) -> None:
    match = Gallery([person("Anna", 0)], MODEL).match(descriptor(at(cosine, 0)))
    assert (match.known, match.name) == (known, name)
    assert match.score == pytest.approx(max(0.0, cosine), abs=1e-5)


def test_of_two_who_are_nearly_as_like_neither_is_named() -> None:
    gallery = Gallery([person("Anna", 0), person("Vera", 1)], MODEL)
    twin = 0.7 * axis(0) + 0.69 * axis(1)
    assert gallery.match(descriptor(twin)).known is Known.UNSURE
    clearly = 0.75 * axis(0) + (0.74 - MARGIN) * axis(1)
    assert gallery.match(descriptor(clearly / np.linalg.norm(clearly))).name == "Anna"


def test_with_nobody_enrolled_everybody_is_a_stranger() -> None:
    assert Gallery([], MODEL).match(descriptor(axis(0))).known is Known.STRANGER


@given(st.integers(0, 9), st.lists(st.floats(0, 1, width=32), min_size=NUMBERS, max_size=NUMBERS))
def test_one_enrolled_person_is_not_everybody(number: int, face: list[float]) -> None:
    """A name stands only behind a likeness of its own, never behind being the only one."""
    vector = np.asarray(face, np.float32)
    if np.linalg.norm(vector) < 1e-3:
        return
    match = Gallery([person("Anna", number)], MODEL).match(descriptor(vector))
    cosine = float(vector[number] / np.linalg.norm(vector))
    assert bool(match.name) == (match.known is Known.SURE) == (match.score >= SURE)
    assert match.score == pytest.approx(cosine, abs=1e-4)


def test_too_few_takes_recognise_nobody() -> None:
    gallery = Gallery([person("Anna", 0, LEAST_TAKES - 1)], MODEL)
    assert gallery.match(descriptor(axis(0))).known is Known.STRANGER


def test_takes_of_another_model_are_not_compared() -> None:
    gallery = Gallery([person("Anna", 0, model="another")], MODEL)
    assert gallery.match(descriptor(axis(0))).known is Known.STRANGER


def test_a_face_is_compared_with_the_takes_most_like_it() -> None:
    straight, left = at(1.0, 0), at(0.5, 0, 1)
    takes = vectors([descriptor(straight)] * 3 + [descriptor(left)] * 3)
    assert likeness(takes, vectors([descriptor(left)])[0]) == pytest.approx(1.0)
    one_odd = vectors([descriptor(straight)] + [descriptor(axis(7))] * 5)
    assert likeness(one_odd, vectors([descriptor(straight)])[0]) == pytest.approx(1 / 3)


def test_the_same_picture_counts_once() -> None:
    first, second = descriptor(axis(0)), descriptor(at(0.9, 0))
    assert different([first, first, second, first, second]) == [first, second]
    assert different([]) == []


def test_takes_of_two_people_are_seen_as_that() -> None:
    one, other = descriptor(axis(0)), descriptor(axis(1))
    assert of_one_person([one, descriptor(at(0.8, 0)), descriptor(at(0.75, 0, 41))])
    assert not of_one_person([one, one, one, one, other])
    assert of_one_person([one])


@pytest.mark.parametrize(
    ("given_name", "kept"), [("  Anna  ", "Anna"), ("Анна\nПетровна", "Анна Петровна"), ("A" * 60, "A" * 40)]
)
def test_names_are_kept_as_they_can_be_spoken(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.text())
def test_a_kept_name_stays_as_it_is(name: str) -> None:
    try:
        kept = clean_name(name)
    except ValueError:
        assert not any(sign.isalnum() for sign in name[:40]) or len(name) > 40
        return
    assert clean_name(kept) == kept and kept.isprintable() and 0 < len(kept) <= 40
