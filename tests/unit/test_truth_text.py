"""Text, numbers and names are spoken only if they were read in the picture."""

from __future__ import annotations

import pytest
from chestnut.core.thought import Task
from chestnut.engine.truth import Rule
from chestnut.engine.truth.reading import Reading
from chestnut_tests.judging import judge, page
from hypothesis import given
from hypothesis import strategies as st

READ = [
    'The sign says "EXIT".',
    "The sign says EXIT.",
    "It reads exit.",
    "The sign says 'Exit'.",
    "It says 3.50.",
    "It says 3,50.",
    "The number is 8-800-555-35-35.",
    "The number is 88005553535.",
    "The label says “milk”.",
    "На табличке написано «EXIT».",
    "На вывеске написано кафе Ромашка.",
    "На вывеске «Кафе Ромашка».",
    "Это кафе «Ромашка».",
    "Цена 3,50.",
]
UNREAD = {
    'The sign says "STOP".': Rule.QUOTE,
    "The sign says stop.": Rule.QUOTE,
    "The sign says EXIT HERE.": Rule.QUOTE,
    "A STOP stands there.": Rule.QUOTE,
    'The book is titled "War and Peace".': Rule.QUOTE,
    "The book is titled war and peace.": Rule.QUOTE,
    'A "Sony" screen.': Rule.QUOTE,
    'The sign says "EXIT and more.': Rule.QUOTE,
    "The sign says 'Wait'.": Rule.QUOTE,
    "The sign says “xit”.": Rule.QUOTE,
    "The label reads aspirin.": Rule.QUOTE,
    "The text says hello world.": Rule.QUOTE,
    "На табличке написано «ВХОД».": Rule.QUOTE,
    "На табличке написано вход воспрещён.": Rule.QUOTE,
    "Надпись гласит: добро пожаловать.": Rule.QUOTE,
    "Книга называется Война и мир.": Rule.NAME,
    "Книга называется война и мир.": Rule.QUOTE,
    "На вывеске СТОЛОВАЯ.": Rule.QUOTE,
    "The price is 4.50.": Rule.NUMBER,
    "The price is 350.": Rule.NUMBER,
    "It costs five dollars.": Rule.NUMBER,
    "It is 10:30.": Rule.NUMBER,
    "The door has the number 12.": Rule.NUMBER,
    "It is about two meters away.": Rule.NUMBER,
    "It is a few inches away.": Rule.NUMBER,
    "Bus 66 is here.": Rule.NUMBER,
    "The year is 2024.": Rule.NUMBER,
    "It is ½ full.": Rule.NUMBER,
    "Цена 4,50.": Rule.NUMBER,
    "Сейчас 10:30.": Rule.NUMBER,
    "Это стоит пять рублей.": Rule.NUMBER,
    "До стола два метра.": Rule.NUMBER,
    "На двери номер 12.": Rule.NUMBER,
    "Дата 12.05.2024.": Rule.NUMBER,
    "A Coca-Cola bottle stands there.": Rule.NAME,
    "It may be Albert Einstein.": Rule.NAME,
    "Welcome is written above the door.": Rule.QUOTE,
    "The shirt reads just do it.": Rule.QUOTE,
    "The clock shows ten thirty.": Rule.NUMBER,
    "It is twenty metres away.": Rule.NUMBER,
    "На дисплее сорок два.": Rule.NUMBER,
    "Вы на Красной площади.": Rule.NAME,
    "The sign says door.": Rule.QUOTE,
    "The word door stands there.": Rule.QUOTE,
    "На вывеске написано стул.": Rule.QUOTE,
    "It is the Eiffel Tower.": Rule.NAME,
    "Это похоже на Эйфелеву башню.": Rule.NAME,
    "Человек похож на Пушкина.": Rule.NAME,
}


@pytest.mark.parametrize("text", READ)
def test_what_was_read_is_spoken_as_certain(text: str) -> None:
    verdict = judge(text)
    assert verdict.sentence is not None, verdict.rule
    assert not verdict.sentence.doubtful


@pytest.mark.parametrize(("text", "rule"), UNREAD.items())
def test_what_was_not_read_is_withheld(text: str, rule: Rule) -> None:
    assert judge(text).rule is rule


@pytest.mark.parametrize("text", ['The sign says "EXIT".', "The price is 3.50.", "«Кафе» на вывеске."])
def test_without_a_page_nothing_is_quoted(text: str) -> None:
    assert judge(text, read=None).sentence is None
    assert judge(text, read=page("")).sentence is None


@pytest.mark.parametrize(
    "text",
    [
        "There is text on the sign.",
        "The sign has black letters on a white background.",
        "The text is too small to read.",
        "A person reads a book.",
        "На вывеске есть надпись чёрными буквами.",
        "Текст неразборчив.",
    ],
)
def test_that_there_is_text_may_be_said(text: str) -> None:
    assert judge(text).sentence is not None


@pytest.mark.parametrize(
    "text",
    ["3 cups stand there.", "There are 3 windows.", "A TV stands there.", "Здесь 3 окна.", "Разъём USB."],
)
def test_counts_and_common_abbreviations_need_no_reading(text: str) -> None:
    verdict = judge(text)
    assert verdict.rule in (None, Rule.COUNT)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does the sign say pharmacy?", "The sign says pharmacy."),
        ("Does it say 'Pharmacy'?", 'Yes, it says "Pharmacy".'),
        ("Is this bus number 7?", "Yes, it is number 7."),
        ("Is this Coca-Cola?", "Yes, this is Coca-Cola."),
        ("На двери написано аптека?", "На двери написано аптека."),
        ("Это автобус номер 7?", "Это номер 7."),
    ],
)
def test_what_the_question_suggests_was_not_read(question: str, answer: str) -> None:
    assert judge(answer, task=Task.QUESTION, source=question).sentence is None


def test_what_is_known_without_a_picture_needs_no_reading() -> None:
    text = "The capital of France is Paris, with 2 million people."
    assert judge(text, task=Task.QUESTION, seen=None, read=None).sentence is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("exit", True),
        ("EXIT", True),
        ("café romashka", False),
        ("Кафе Ромашка", True),
        ("кафе-ромашка", True),
        ("Ромашк", False),
        ("xit", False),
        ("milk", True),
        ("", False),
    ],
)
def test_whole_words_are_compared(wanted: str, found: bool) -> None:
    assert Reading(page("EXIT Кафе «Ромашка» Milk")).has(wanted) is found


@given(
    st.lists(
        st.text(st.characters(categories=["Lu", "Ll", "Nd"]), min_size=1, max_size=8), min_size=1, max_size=6
    )
)
def test_every_word_of_a_page_was_read(read: list[str]) -> None:
    reading = Reading(page(" ".join(read)))
    assert all(reading.has(word) for word in " ".join(read).split() if any(mark.isascii() for mark in word))
