"""Whatever is remembered and asked: every place and every time in the answer stands in one and the same row."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from chestnut.core.memory import Moment, Owned, Place
from chestnut.core.recollection import Found, Recollection, Sought
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut.runtime.recollecting import found as found_of
from chestnut.skills.recollect import answer, details
from chestnut_tests.recalled import NOW, found
from chestnut_tests.told_times import times
from hypothesis import given
from hypothesis import strategies as st

PRESENT = datetime.fromtimestamp(NOW, UTC)
AGES = st.one_of(st.floats(0, 7200), st.floats(0, 25 * 86400))
THINGS = st.sampled_from([("keys", "my"), ("keys", "mum's"), ("cup", ""), ("red scarf", "Anna's")])


@st.composite
def rows(draw: st.DrawFn, confidence: float = 0.8) -> tuple[Found, ...]:
    ages = sorted(draw(st.lists(AGES, max_size=4)))
    made = []
    for age_s in ages:
        label, owner = draw(THINGS)
        place, near = draw(
            st.sampled_from([("hall", ""), ("полка", ""), ("my desk", ""), ("", "laptop"), ("", "")])
        )
        row = found(
            label, place, age_s, owner=owner, near=near, told=draw(st.booleans()), confidence=confidence
        ).row
        made.append(found_of(row, Moment(NOW, draw(st.booleans())), UTC))
    return tuple(made)


sought = st.builds(
    Sought,
    text=st.just("my keys"),
    thing=st.sampled_from([None, Owned("keys", "my")]),
    known=st.booleans(),
    guessed=st.booleans(),
    found=rows(),
    unsure=rows(0.3),
    alike=rows(),
    whose=st.booleans(),
    which=st.booleans(),
)


@given(st.lists(sought, min_size=1, max_size=3))
def test_no_place_and_no_time_is_invented(asked: list[Sought]) -> None:
    say = answer(Recollection(tuple(asked)))
    assert json.loads(json.dumps(say.args)) == say.args
    given_rows = [row for each in asked for row in (*each.found, *each.unsure, *each.alike)]
    for _, args in say.args["sentences"]:
        if "place" in args or "age" in args:
            assert any(stands_in(args, row) for row in given_rows), args
    for language in LANGUAGES:
        text = Phrases.of(language).render(say.key, say.args)
        assert text.endswith(".") and "{" not in text
        for told in times(text, PRESENT):
            assert any(is_told(told.earliest, told.latest, row) for row in given_rows), text


def stands_in(args: dict[str, dict[str, object]], row: Found) -> bool:
    return (
        ("place" not in args or args["place"] == asdict(row.row.place))
        and ("age" not in args or args["age"]["age_s"] == row.age_s)
        and ("thing" not in args or args["thing"] == asdict(row.row.thing))
    )


def is_told(earliest: datetime, latest: datetime, row: Found) -> bool:
    at = datetime.fromtimestamp(row.row.last_seen, UTC)
    return row.age_s is not None and earliest - timedelta(seconds=1) <= at <= latest + timedelta(seconds=1)


@given(rows())
def test_more_of_a_row_tells_only_what_stands_in_it(some: tuple[Found, ...]) -> None:
    for row in some:
        for language in LANGUAGES:
            say = details(row)
            assert Phrases.of(language).render(say.key, say.args)
            for _, args in say.args["sentences"]:
                assert args.get("place", asdict(row.row.place)) == asdict(row.row.place)


@given(AGES)
def test_an_age_is_told_truly_in_both_languages(age_s: float) -> None:
    row = found("cup", "hall", age_s)
    row = found_of(row.row, Moment(NOW), UTC)
    for language in LANGUAGES:
        say = answer(Recollection((Sought("cup", None, found=(row,)),)))
        (told,) = times(Phrases.of(language).render(say.key, say.args), PRESENT)
        assert is_told(told.earliest, told.latest, row)


def test_a_clock_that_is_behind_tells_no_age() -> None:
    row = found("cup", "hall", 0.0).row
    assert found_of(row, Moment(NOW - 3600), UTC).age_s is None
    assert found_of(row, Moment(NOW - 5), UTC).age_s == 0.0


def test_what_is_somebodys_is_told_at_its_newest_place_alone() -> None:
    moved = (found("keys", "hall", 60.0, owner="my"), found("keys", "desk", 600.0, owner="my"))
    say = answer(Recollection((Sought("keys", None, found=moved),)))
    assert Phrases.of("en").render(say.key, say.args) == "Your keys: in the hall, a minute ago."


def test_a_place_nobody_knows_is_told_as_that() -> None:
    row = found("keys", "", 600.0, owner="my")
    assert row.row.place == Place()
    say = answer(Recollection((Sought("keys", None, found=(row,)),)))
    assert (
        Phrases.of("ru").render(say.key, say.args) == "Ваши ключи: видел десять минут назад, где — не знаю."
    )
