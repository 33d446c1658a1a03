"""Takes of a sign, and whether it is known again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from chestnut.signs.background import PALM, background, idle_frames, posed
from chestnut.signs.reader import SignReader
from chestnut.signs.take import MOMENTS, Take, Takes, take_from
from chestnut.signs.taught import LEAST, MOST, Recogniser, Trouble, agreeing, apart
from chestnut.signs.track import Floats, Seen
from chestnut_tests.recorded_signs import frames_of, read_through, recorded
from chestnut_tests.signed import FACE, Sign
from hypothesis import given
from hypothesis import strategies as st

SIGNS = 6


def taken(frames: list[Seen]) -> Take:
    take = take_from(frames)
    assert take is not None
    return take


def without_face(take: Take) -> Take:
    return Take(take.shapes, take.paths, None, take.seconds)


@pytest.fixture(scope="module")
def signs() -> list[Sign]:
    random = np.random.default_rng(11)
    return [Sign.drawn(random) for _ in range(SIGNS)]


@pytest.fixture(scope="module")
def taught(signs: list[Sign]) -> dict[str, list[Take]]:
    random = np.random.default_rng(12)
    return {str(n): [taken(sign.made(random)) for _ in range(3)] for n, sign in enumerate(signs)}


@pytest.fixture(scope="module")
def recogniser(taught: dict[str, list[Take]]) -> Recogniser:
    return Recogniser(taught)


def moved(
    frames: list[Seen], by: tuple[float, float], times: float, later_s: float, slower: float
) -> list[Seen]:
    """The same seen by a camera elsewhere, and made at another speed."""

    def seen(one: Seen) -> Seen:
        hands = [None if points is None else points * times + by for points in one.hands]
        assert one.face is not None
        x, y, width = one.face
        face = (x * times + by[0], y * times + by[1], width * times)
        return Seen(later_s + one.at * slower, (hands[0], hands[1]), face)

    return [seen(one) for one in frames]


# --- takes ---------------------------------------------------------------------------------------------------


def test_place_size_and_speed_do_not_matter(signs: list[Sign]) -> None:
    frames = signs[0].made(np.random.default_rng(1))
    one = taken(frames)
    other = taken(moved(frames, (0.4, -0.2), 1.7, 30.0, 0.6))
    assert Takes([one]).unlike(other)[0] == pytest.approx(0, abs=1e-6)
    assert other.seconds == pytest.approx(0.6 * one.seconds)


def test_which_hand_is_called_the_left_does_not_matter(signs: list[Sign]) -> None:
    frames = signs[0].made(np.random.default_rng(1))
    swapped = [Seen(one.at, (one.hands[1], one.hands[0]), one.face) for one in frames]
    assert Takes([taken(frames)]).unlike(taken(swapped))[0] == pytest.approx(0, abs=1e-6)


def test_frames_in_which_a_hand_was_lost_are_bridged() -> None:
    random = np.random.default_rng(5)
    frames = Sign.drawn(random).made(random, rate_hz=30, loose=0.3)
    lost = [
        Seen(one.at, (None, None) if 8 < number < 13 else one.hands, one.face)
        for number, one in enumerate(frames)
    ]
    assert Takes([taken(frames)]).unlike(taken(lost))[0] < 0.2


def test_a_hand_that_is_hardly_seen_takes_no_part() -> None:
    random = np.random.default_rng(6)
    frames = next(s for s in iter(lambda: Sign.drawn(random), None) if len(s.hands) == 2).made(random)
    once = [
        Seen(one.at, (one.hands[0], one.hands[1] if number == 3 else None))
        for number, one in enumerate(frames)
    ]
    assert taken(once).hands == (True, False)
    assert take_from([Seen(one.at, (None, None)) for one in frames]) is None
    assert take_from(frames[:1]) is None


def test_without_a_face_there_is_no_place(signs: list[Sign]) -> None:
    frames = signs[0].made(np.random.default_rng(1))
    assert taken(frames).place is not None
    assert taken([Seen(one.at, one.hands) for one in frames]).place is None


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_unlikeness_is_a_distance_that_goes_both_ways(one_seed: int, other_seed: int) -> None:
    takes = []
    for seed in (one_seed, other_seed):
        random = np.random.default_rng(seed)
        takes.append(taken(Sign.drawn(random).made(random)))
    table = apart(takes)
    assert np.isfinite(table).all()
    assert (table >= 0).all()
    assert np.allclose(np.diag(table), 0, atol=1e-5)
    assert np.allclose(table, table.T)


@given(
    st.lists(
        st.tuples(
            st.booleans(), st.booleans(), st.booleans(), st.lists(st.floats(-3, 3), min_size=84, max_size=84)
        ),
        max_size=12,
    )
)
def test_whatever_was_seen_a_take_is_finite_or_none(
    frames: list[tuple[bool, bool, bool, list[float]]],
) -> None:
    seen = []
    for number, (left, right, face, numbers) in enumerate(frames):
        both: Floats = np.array(numbers).reshape(2, 21, 2)
        hands = (both[0] if left else None, both[1] if right else None)
        seen.append(Seen(number / 10, hands, (0.1, 0.2, 0.3) if face else None))
    take = take_from(seen)
    if take is not None:
        assert any(take.hands)
        for hand in (0, 1):
            assert np.isfinite(take.shapes[hand]).all() == take.hands[hand]
        assert take.shapes.shape == (2, MOMENTS, 21, 2)


# --- knowing again -------------------------------------------------------------------------------------------


def test_drawn_signs_are_known_again(signs: list[Sign], recogniser: Recogniser) -> None:
    random = np.random.default_rng(13)
    said = [
        (str(n), recogniser.of(taken(sign.made(random)))) for n, sign in enumerate(signs) for _ in range(5)
    ]
    right = sum(verdict is not None and verdict.name == name for name, verdict in said)
    wrong = sum(verdict is not None and verdict.name not in ("", name) for name, verdict in said)
    assert right >= 0.9 * len(said)
    assert wrong == 0


@pytest.mark.parametrize("face", [True, False])
def test_what_is_no_sign_is_not_spoken(recogniser: Recogniser, face: bool) -> None:
    random = np.random.default_rng(14)
    others = [taken(Sign.drawn(random).made(random)) for _ in range(60)]
    idle = [take for _ in range(120) if (take := take_from(idle_frames(random, FACE))) is not None]
    for kind in (others, idle):
        verdicts = [recogniser.of(take if face else without_face(take)) for take in kind]
        assert sum(bool(verdict and verdict.name) for verdict in verdicts) <= 0.05 * len(kind)


def test_a_sign_that_is_a_held_hand_is_told_from_other_held_hands() -> None:
    """All of them in the very same place; some differ by one finger."""
    random = np.random.default_rng(17)

    def still(bends: Floats, turn: float) -> Take:
        shapes = posed(np.tile(bends, (9, 1)), np.tile((0.0, 0.0, turn), (9, 1)))
        shapes = (shapes + np.array((1.0, 3.0)) + random.normal(0, 0.02, shapes.shape)) * PALM
        return taken([Seen(number / 15, (None, one), FACE) for number, one in enumerate(shapes)])

    def pointing() -> Take:
        bends = np.array((1, 0, 1, 1, 1)) + random.normal(0, 0.08, 5)
        return still(np.clip(bends, 0, 1), float(random.normal(0, 0.08)))

    recogniser = Recogniser({"you": [pointing() for _ in range(3)]})
    again = [recogniser.of(pointing()) for _ in range(20)]
    assert sum(bool(verdict and verdict.name) for verdict in again) >= 18
    fingers = [random.uniform(0, 1, 5).round() for _ in range(100)]
    others = [still(one, float(random.normal(0, 0.6))) for one in fingers if tuple(one[1:]) != (0, 1, 1, 1)]
    assert sum(bool((verdict := recogniser.of(one)) and verdict.name) for one in others) <= 8


def test_without_signs_nothing_is_known() -> None:
    assert Recogniser({}).of(background()[0]) is None


def test_one_sign_alone_is_known_and_nothing_else_is_it(taught: dict[str, list[Take]]) -> None:
    alone = Recogniser({"tea": taught["0"]})
    verdict = alone.of(taught["0"][1])
    assert verdict is not None
    assert (verdict.name, verdict.second) == ("tea", float("inf"))
    far = alone.of(taught["1"][0])
    assert far is not None
    assert (far.name, far.nearest) == ("", "tea")


def test_limits_are_learnt(recogniser: Recogniser) -> None:
    for limit in recogniser.limits.values():
        assert 0 < limit.unlike <= MOST
        assert limit.trouble is None
    assert LEAST < MOST


def test_the_same_sign_under_two_names_is_troubled(taught: dict[str, list[Take]], signs: list[Sign]) -> None:
    random = np.random.default_rng(15)
    again = [taken(signs[0].made(random)) for _ in range(3)]
    limits = Recogniser({"tea": taught["0"], "coffee": again, "milk": taught["1"]}).limits
    assert (limits["tea"].trouble, limits["tea"].other) == (Trouble.ALIKE, "coffee")
    assert (limits["coffee"].trouble, limits["coffee"].other) == (Trouble.ALIKE, "tea")
    assert limits["milk"].trouble is None


def test_an_idle_movement_taught_as_a_sign_is_troubled() -> None:
    """Movements that hands make anyway, of which there are others like them."""
    idle = background()
    near = Takes(idle)
    crowded = min(idle, key=lambda take: float(np.sort(near.unlike(take))[7]))
    likest = [idle[int(number)] for number in np.argsort(near.unlike(crowded))[:4]]
    assert Recogniser({"so": likest}).limits["so"].trouble is Trouble.ORDINARY


def test_takes_that_differ_are_troubled(taught: dict[str, list[Take]]) -> None:
    mixed = [taught["0"][0], taught["1"][0], taught["2"][0]]
    assert Recogniser({"all": mixed}).limits["all"].trouble is not None


def test_of_several_movements_those_that_agree_are_the_takes(taught: dict[str, list[Take]]) -> None:
    offered = [taught["1"][0], *taught["0"], taught["2"][0]]
    assert agreeing(offered) == (1, 2, 3)
    assert agreeing([]) == ()
    back_and_forth = [take for pair in zip(taught["0"], taught["1"], strict=True) for take in pair]
    assert agreeing(back_and_forth) == (0, 2, 4)


def test_the_background_is_the_same_at_every_start() -> None:
    first = background()
    background.cache_clear()
    assert all(
        np.array_equal(a.paths, b.paths, equal_nan=True) for a, b in zip(first, background(), strict=True)
    )


# --- recorded signs, never taught to anybody ------------------------------------------------------------------


@pytest.mark.data
@pytest.mark.parametrize("face", [True, False])
def test_recorded_words_are_known_again_from_three_takes(data_dir: Path, face: bool) -> None:
    """Five words of one signer, cut out of a stream with and without the face; one word left out each time.
    python -m bench.taught_signs has the figures with more draws."""
    clips, words = recorded(data_dir)
    cut = [[made.take for made in read_through(frames_of(clip, face=face), SignReader())] for clip in clips]
    known, asked, wrong, unknown, left_out = 0, 0, 0, 0, 0
    for seed in range(3):
        random = np.random.default_rng(seed)
        chosen = {
            str(word): random.choice([n for n in np.flatnonzero(words == word) if cut[n]], 3, replace=False)
            for word in sorted(set(words))
        }
        signs = {word: [cut[n][0] for n in numbers] for word, numbers in chosen.items()}
        used = {int(n) for numbers in chosen.values() for n in numbers}
        recogniser = Recogniser(signs)
        for number in set(range(len(words))) - used:
            said = [verdict.name for take in cut[number] if (verdict := recogniser.of(take)) and verdict.name]
            known, asked = known + (said == [words[number]]), asked + 1
            wrong += any(name != words[number] for name in said)
        for word in signs:
            fewer = Recogniser({other: takes for other, takes in signs.items() if other != word})
            for number in np.flatnonzero(words == word):
                left_out += 1
                unknown += any((verdict := fewer.of(take)) and verdict.name for take in cut[number])
    assert known >= 0.9 * asked
    assert wrong == 0
    assert unknown <= 0.05 * left_out
