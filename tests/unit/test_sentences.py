from __future__ import annotations

import itertools
import re

import pytest
from chestnut.engine.sentences import LONGEST, Sentences
from hypothesis import given
from hypothesis import strategies as st

CASES = {
    "A cup is on the table. It is red.": ["A cup is on the table.", "It is red."],
    "На столе чашка. Она красная.": ["На столе чашка.", "Она красная."],
    "Mr. Brown and Dr. Grey sit. They talk.": ["Mr. Brown and Dr. Grey sit.", "They talk."],
    "There are fruits, e.g. apples, i.e. two. Nice.": ["There are fruits, e.g. apples, i.e. two.", "Nice."],
    "Cups, plates, etc. stand here. Cups etc. The end.": [
        "Cups, plates, etc. stand here.",
        "Cups etc.",
        "The end.",
    ],
    "It opens at 9 a.m. and closes at 5 p.m. The door is red.": [
        "It opens at 9 a.m. and closes at 5 p.m.",
        "The door is red.",
    ],
    "Чашка, т. е. кружка, и т. д. стоят. Рядом стол.": ["Чашка, т. е. кружка, и т. д. стоят.", "Рядом стол."],
    "Чашки, ложки и т. д. Рядом стол.": ["Чашки, ложки и т. д.", "Рядом стол."],
    "Написано: ул. Ленина, д. 5, г. Москва. Ниже телефон.": [
        "Написано: ул. Ленина, д. 5, г. Москва.",
        "Ниже телефон.",
    ],
    "Дата: май 2020 г. Рядом печать.": ["Дата: май 2020 г.", "Рядом печать."],
    "It costs 3.5 euros. At 12:30 it closes.": ["It costs 3.5 euros.", "At 12:30 it closes."],
    "Цена 3,5 рубля. В 12.30 закрыто.": ["Цена 3,5 рубля.", "В 12.30 закрыто."],
    "The book is by J. R. Smith. It is blue.": ["The book is by J. R. Smith.", "It is blue."],
    "Книга А. С. Пушкина. Она синяя.": ["Книга А. С. Пушкина.", "Она синяя."],
    "Bus No. 5 is here. No. There are two.": ["Bus No. 5 is here.", "No.", "There are two."],
    "Well... maybe a cup. Wait... A dog!": ["Well... maybe a cup.", "Wait...", "A dog!"],
    "Кажется… чашка. Или… Нет?! Да!": ["Кажется… чашка.", "Или…", "Нет?!", "Да!"],
    'The sign says "STOP. GO BACK." It is red.': ['The sign says "STOP. GO BACK."', "It is red."],
    'The sign says "STOP." There is a cup.': ['The sign says "STOP."', "There is a cup."],
    "Написано «Стой!» и ниже «Ток». Рядом стол.": ["Написано «Стой!» и ниже «Ток».", "Рядом стол."],
    "«Стой!» — написано на двери. Всё.": ["«Стой!» — написано на двери.", "Всё."],
    "(A cup. A plate.) A table.": ["(A cup. A plate.)", "A table."],
    "**A cup.** A table.": ["**A cup.**", "A table."],
    "# Scene\n\n- a cup\n- a plate\n": ["# Scene", "- a cup", "- a plate"],
    "1. A cup.\n2. A plate.": ["1. A cup.", "2. A plate."],
    "A cup.The table.": ["A cup.", "The table."],
    "Чашка.Стол.": ["Чашка.", "Стол."],
    "See example.com or version 2.0.1 now.": ["See example.com or version 2.0.1 now."],
    'A 15" screen is here. A cup too.': ['A 15" screen is here.', "A cup too."],
    "a cup is here. a plate is there.": ["a cup is here.", "a plate is there."],
    "  A \t cup \u00a0 here.  ": ["A cup here."],
    "no stop": ["no stop"],
    "": [],
    " \n \n": [],
}

texts = st.text(
    alphabet=st.one_of(st.sampled_from('аБтгеABceg.!?…, \n"«»()-—*15:№'), st.characters()), max_size=700
)


def sentences(pieces: list[str]) -> list[str]:
    splitter = Sentences()
    return [sentence for piece in pieces for sentence in splitter.feed(piece)] + splitter.end()


@pytest.mark.parametrize(("text", "expected"), CASES.items(), ids=range(len(CASES)))
def test_cases(text: str, expected: list[str]) -> None:
    assert sentences([text]) == expected


@given(texts, st.lists(st.integers(0, 700), max_size=12))
def test_the_cuts_of_the_pieces_do_not_matter(text: str, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in itertools.pairwise(edges)]
    assert sentences(pieces) == sentences([text])


@given(texts)
def test_nothing_is_lost_and_none_is_too_long(text: str) -> None:
    found = sentences([text])
    assert re.sub(r"\s", "", "".join(found)) == re.sub(r"\s", "", text)
    assert all(0 < len(sentence) <= LONGEST for sentence in found)
    assert all(" ".join(sentence.split()) == sentence for sentence in found)


def test_a_sentence_comes_out_with_the_first_letter_of_the_next() -> None:
    splitter = Sentences()
    assert splitter.feed("A cup is here.") == []
    assert splitter.feed(" I") == ["A cup is here."]
    assert splitter.end() == ["I"]


def test_a_run_on_is_cut_at_a_clause_before_it_ends() -> None:
    splitter = Sentences()
    found = splitter.feed("there is a cup and a plate, " * 9)
    assert found and all(80 <= len(sentence) <= LONGEST and sentence.endswith(",") for sentence in found)


def test_a_run_on_without_clauses_is_cut_at_a_word() -> None:
    found = sentences(["слово " * 100])
    assert all(set(sentence.split()) == {"слово"} for sentence in found)


def test_after_the_end_it_starts_anew() -> None:
    splitter = Sentences()
    assert splitter.feed('He said "no') == []
    assert splitter.end() == ['He said "no']
    assert splitter.feed("A cup. A plate.") == ["A cup."]
