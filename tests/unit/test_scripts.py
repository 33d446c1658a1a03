"""Look-alike letters: exchanged only where the others leave no choice."""

from __future__ import annotations

import pytest
from chestnut.perception.scripts import TO_CYRILLIC, TO_LATIN, Script, in_one_script, sure_script
from chestnut.perception.tesseract import parse
from hypothesis import given
from hypothesis import strategies as st

LETTERS = st.text(alphabet="ABCEHKMOPTXYaceopxyАВСЕНКМОРТХУасеорхуZzЖж Я-.5№", max_size=12)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("Tаkе two tablets", "Take two tablets"),  # Cyrillic а, е
        ("Дoм у мoря", "Дом у моря"),  # Latin o
        ("ЕХIТ", "EXIT"),  # the I is Latin
        ("take а seat", "take a seat"),  # a word of one letter, in an English line
        ("он и oнa", "он и она"),
        ("Витамин B12", "Витамин B12"),  # with digits: untouched
        ("5А 500 г", "5А 500 г"),
        ("Windows и Linux", "Windows и Linux"),  # both languages in one line
        ("ABBA", "ABBA"),  # no other letters at all
        ("zжooo", "zжooo"),  # sure letters of both scripts in one word
    ],
)
def test_a_line_is_put_right(line: str, read: str) -> None:
    assert " ".join(in_one_script(line.split())) == read


def test_the_page_decides_for_a_line_without_sure_letters() -> None:
    assert in_one_script(["TOP"], Script.CYRILLIC) == ["ТОР"]
    assert in_one_script(["ТОР"], Script.LATIN) == ["TOP"]
    assert in_one_script(["TOP"]) == ["TOP"]


@given(st.lists(LETTERS), st.sampled_from([None, *Script]))
def test_only_the_look_of_nothing_changes(line: list[str], page: Script | None) -> None:
    after = in_one_script(line, page)
    assert [word.translate(TO_LATIN) for word in after] == [word.translate(TO_LATIN) for word in line]
    assert in_one_script(after, page) == after
    for before, word in zip(line, after, strict=True):
        if any(letter.isdigit() for letter in before):
            assert word == before


def test_each_letter_has_its_double() -> None:
    assert len(TO_LATIN) == len(TO_CYRILLIC) == 19
    assert all(TO_LATIN[cyrillic] == latin for latin, cyrillic in TO_CYRILLIC.items())


def test_sure_script() -> None:
    assert sure_script(["Top", "of"]) is Script.LATIN
    assert sure_script(["Дом"]) is Script.CYRILLIC
    assert sure_script(["Дом", "fly"]) is None
    assert sure_script(["TOP", "12"]) is None


def test_tesseracts_table_is_read() -> None:
    rows = (
        "1\t1\t0\t0\t0\t0\t0\t0\t640\t480\t-1\t\n"
        "5\t1\t2\t3\t4\t1\t10\t20\t30\t40\t96.5\tword\n"
        "5\t1\t2\t3\t4\t2\t10\t20\t30\t40\t95\t \n"
    )
    (word,) = parse(rows)
    assert (word.text, word.confidence) == ("word", 96.5)
    assert (word.left, word.top, word.right, word.bottom) == (10, 20, 40, 60)
    assert (word.block, word.paragraph, word.line) == (2, 3, 4)


@given(st.text(alphabet="0123456789\t\n-.ая ", max_size=300))
def test_no_table_is_too_damaged(rows: str) -> None:
    assert all(word.text.strip() for word in parse(rows))
