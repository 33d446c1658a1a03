"""Language, repetition, leaks, unfinished sentences, translations and sentences made of signs."""

from __future__ import annotations

import pytest
from chestnut.core.ports import Prompt
from chestnut.core.thought import Task
from chestnut.engine.truth import Rule
from chestnut.locale import Phrases
from chestnut_tests.judging import LANGUAGES, judge, judging, page

NOTES = "Notes on the picture:\n<<<\nA cup on the right, near. The light is good.\n>>>\n"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "На столе стоит чашка."),
        ("ru", "A cup stands on the table."),
        ("ru", "На столе a cup."),
        ("en", "Eine Tasse steht auf dem Tisch und ist weiß."),
        ("en", "Une tasse est sur la table avec du lait."),
        ("en", "Una taza blanca en la mesa con una cuchara."),
        ("ru", "На столі стоїть біла чашка."),
        ("ru", "На масата има бяла чаша ѝ."),
        ("en", "桌子上有一个杯子。"),
        ("en", "A cup 杯子 is here."),
        ("ru", "Ha cтoлe чашка."),
        ("en", "A cuр is here."),
        ("ru", "На столе стоит cup."),
    ],
)
def test_another_language_is_withheld(language: str, text: str) -> None:
    assert judge(text, language, read=page("")).rule is Rule.LANGUAGE


@pytest.mark.parametrize(
    ("language", "text", "read"),
    [
        ("ru", "На вывеске написано «EXIT».", "EXIT"),
        ("ru", "Это бутылка Milk.", "Milk"),
        ("ru", "EXIT.", "EXIT"),
        ("en", 'The sign says "Кафе".', "Кафе"),
        ("ru", "Рядом разъём USB.", ""),
        ("en", "A cup.", ""),
        ("ru", "Чашка.", ""),
    ],
)
def test_names_of_another_script_may_stand_where_they_were_read(language: str, text: str, read: str) -> None:
    assert judge(text, language, read=page(read)).sentence is not None


def test_the_same_is_not_said_twice() -> None:
    truth = judging("en")
    assert truth.judge("A cup is on the right.").sentence is not None
    assert truth.judge("A cup is on the right.").rule is Rule.REPETITION
    assert truth.judge("There is a CUP on the right!").rule is Rule.REPETITION
    assert truth.judge("A bottle is on the left.").sentence is not None


def test_two_sides_are_no_repetition() -> None:
    truth = judging("ru", seen=None)
    assert truth.judge("Слева белая чашка.").sentence is not None
    assert truth.judge("Справа белая чашка.").sentence is not None


def test_more_does_not_repeat_what_was_said_before() -> None:
    given = Prompt("system", (NOTES + "Describe.", "A bottle is on the left. A cup is here.", "Tell more."))
    truth = judging("en", Task.MORE, prompt=given)
    assert truth.judge("A bottle is on the left.").rule is Rule.REPETITION
    assert truth.judge("A table is in the middle.").sentence is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_prompt_is_not_spoken(language: str) -> None:
    table = Phrases.of(language).tables["prompts"]
    question = table["describe"]
    given = Prompt(table["system"], (NOTES + question,))
    for text in [*table["system"].split(". "), question, table["system"][:80]]:
        assert judge(text, language, prompt=given).sentence is None, text


def test_notes_are_not_repeated_in_a_description_but_may_answer_a_question() -> None:
    given = Prompt("system", (NOTES + "Describe.",))
    assert judge("A cup on the right.", prompt=given).rule is Rule.LEAK
    assert judge("A white cup on the right.", prompt=given).sentence is not None
    asked = Prompt("system", (NOTES + "What is on the right?",))
    assert judge("A cup on the right.", task=Task.QUESTION, prompt=asked).sentence is not None
    assert judge("What is on the right?", task=Task.QUESTION, prompt=asked).rule is Rule.LEAK


@pytest.mark.parametrize("text", ["A cup is on the", "Чашка стоит на", "A cup, a plate,"])
def test_a_sentence_that_was_cut_is_dropped(text: str) -> None:
    truth = judging("ru" if text[0] > "z" else "en")
    assert truth.judge(text, complete=False).rule is Rule.UNFINISHED


@pytest.mark.parametrize("text", ["A cup is on the right.", "Чашка справа.", "Is it a cup?"])
def test_one_that_ends_is_whole(text: str) -> None:
    truth = judging("ru" if text[0] > "z" else "en")
    assert truth.judge(text, complete=False).sentence is not None


# --- of another text ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "text", "rule"),
    [
        ("Вход с 9 до 18", "Entrance from 9 to 18.", None),
        ("Вход с девяти до 18", "Entrance from nine to 18.", None),
        ("Три окна", "Three windows.", None),
        ("Мужской туалет", "Men's room.", None),
        ("Не курить", "No smoking.", None),
        ("Скидка", "A discount of 50 percent.", Rule.NUMBER),
        ("Вход с 9", "Entrance from nine to six.", Rule.NUMBER),
        ("Вход", "Вход.", Rule.LANGUAGE),
        ("Переход", "It is safe to cross.", Rule.PROMISE),
        ("По 2 таблетки в день", "Take 2 tablets a day.", Rule.PROMISE),
        ("Open from 9 to 18", "Открыто с 9 до 18.", None),
        ("Two rooms", "Две комнаты.", None),
        ("Open", "Открыто до 20.", Rule.NUMBER),
        ("Safe crossing", "Безопасный переход.", Rule.PROMISE),
    ],
)
def test_a_translation_says_what_its_source_says(source: str, text: str, rule: Rule | None) -> None:
    language = "en" if source > "z" else "ru"
    verdict = judge(text, language, Task.TRANSLATE, seen=None, read=None, source=source)
    assert verdict.rule is rule
    assert verdict.sentence is None or not verdict.sentence.doubtful


@pytest.mark.parametrize(
    ("signs", "text", "rule"),
    [
        ("I HOME GO", "I go home.", None),
        ("I HOME GO", "I am going home.", None),
        ("WATER WANT", "I want water.", None),
        ("HELP PLEASE", "Please help me.", None),
        ("I EAT NOT", "I do not eat.", None),
        ("WOMAN WATER WANT", "The woman wants water.", None),
        ("I HOME GO", "I am not going home.", Rule.ADDED),
        ("I EAT NOT", "I eat.", Rule.ADDED),
        ("WATER WANT", "I want cold water.", Rule.ADDED),
        ("WATER WANT", "I want two waters.", Rule.NUMBER),
        ("WATER WANT", "Do you want coffee?", Rule.ADDED),
        ("ВОДА ХОТЕТЬ", "Я хочу воду.", Rule.ADDED),
        ("ДОМ ИДТИ", "Я иду домой.", Rule.ADDED),
        ("ЧАШКА СТОЛ", "Чашка на столе.", None),
        ("МАМА РАБОТА", "Мама на работе.", None),
        ("МАМА РАБОТА", "Мама не на работе.", Rule.ADDED),
        ("МАМА РАБОТА", "Мама на работе до пяти.", Rule.NUMBER),
        ("МАМА РАБОТА", "Мама любит работу.", Rule.ADDED),
    ],
)
def test_a_sentence_of_signs_adds_nothing(signs: str, text: str, rule: Rule | None) -> None:
    assert judge(text, task=Task.REWORD, seen=None, read=None, source=signs).rule is rule
