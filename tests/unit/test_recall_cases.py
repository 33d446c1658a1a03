"""Questions and histories with traps, asked of a real memory: what is said must be right, and nothing invented."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from chestnut.core.session import LANGUAGES
from chestnut.locale import Phrases
from chestnut_tests.memory_desk import Desk
from chestnut_tests.recall_cases import NOW, Case, Row, cases, said
from chestnut_tests.told_times import times

CASES = tuple(cases())
PLACES = {row.place.name for case in CASES for row in case.seen if row.place.name}
OWN = {"my": "your", "моём": "вашем"}
TRAPS = {"two of a kind", "moved", "never seen", "only unsure", "another's", "not today", "doubtful clock"}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Case, str]]:
    desk = Desk(tmp_path_factory.mktemp("recall"))
    with desk.open() as store:
        return [(case, said(case, desk, store)) for case in CASES]


def test_there_are_200_in_two_languages_with_every_trap() -> None:
    assert len(CASES) >= 200
    assert all(count >= 90 for count in Counter(case.language for case in CASES).values())
    assert {case.language for case in CASES} == set(LANGUAGES)
    assert {case.trap for case in CASES} >= TRAPS


def test_at_least_95_of_100_are_right(answers: list[tuple[Case, str]]) -> None:
    wrong = [f"{case.ask!r}: {text!r}, not {case.say!r}" for case, text in answers if text != case.say]
    print(f"{len(answers) - len(wrong)} of {len(answers)} answers are right")
    assert len(wrong) <= 0.05 * len(answers), "\n".join(wrong)
    assert not wrong, "\n".join(wrong)


def test_no_place_is_invented(answers: list[tuple[Case, str]]) -> None:
    """Of all places any history knows, an answer names only those of its own."""
    for case, text in answers:
        own = {spoken(row.place.name) for row in case.seen} | {near(row, case) for row in case.seen}
        told = {place for place in map(spoken, PLACES) if holds(text, place)}
        assert all(any(holds(name, place) for name in own) for place in told), (case.ask, text)
        assert not told or case.seen


def test_no_time_is_invented(answers: list[tuple[Case, str]]) -> None:
    """Every time that is told is the last time of a row, told when that could be trusted."""
    count = 0
    for case, text in answers:
        for told in times(text, NOW):
            count += 1
            rows = [row for row in case.seen if not row.doubt]
            assert any(told.earliest <= row.at <= told.latest for row in rows), (case.ask, text)
    assert count > 150


def test_what_is_told_first_is_the_newest(answers: list[tuple[Case, str]]) -> None:
    """Of what was surely seen of the one thing that is asked for."""
    for case, text in answers:
        things = {row.thing for row in case.seen}
        sure = [row for row in case.seen if not (row.unsure or row.doubt)]
        found = list(times(text, NOW))
        if len(things) == 1 and len(sure) == len(case.seen) and found:
            newest = max(case.seen, key=lambda row: row.at)
            assert any(told.earliest <= newest.at <= told.latest for told in found), (case.ask, text)


def test_the_times_of_the_table_can_be_read_back() -> None:
    """What judges the answers knows a wrong time from a right one."""
    (told,) = times("Your keys: on the kitchen table, twenty minutes ago.", NOW)
    assert told.latest == NOW - timedelta(minutes=20)
    row: Row = CASES[0].seen[0]
    assert told.earliest <= row.at <= told.latest
    (wrong,) = times("Ваши ключи: полка, двадцать две минуты назад.", NOW)
    assert not wrong.earliest <= row.at <= wrong.latest


def near(row: Row, case: Case) -> str:
    nouns = Phrases.of(case.language).tables["nouns"]
    return str(nouns[row.place.near]["one"]) if row.place.near else ""


def spoken(place: str) -> str:
    return " ".join(OWN.get(word, word) for word in place.split())


def holds(text: str, place: str) -> bool:
    """As whole words."""
    return f" {place} " in f" {text.replace(',', ' ').replace('.', ' ').replace(':', ' ')} "
