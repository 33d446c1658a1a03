from __future__ import annotations

import pytest
from chestnut.engine.truth import Rule
from chestnut.engine.truth.cleaning import clean
from chestnut_tests.judging import LANGUAGES, judge, language_of, words
from hypothesis import given
from hypothesis import strategies as st

CASES = {
    "**A cup** is on the _table_.": "A cup is on the table.",
    "***Чашка*** на ~~столе~~.": "Чашка на столе.",
    "## Scene": "Scene",
    "1. A cup.": "A cup.",
    "2) A cup.": "A cup.",
    "- A cup": "A cup",
    "• Чашка": "Чашка",
    "> A cup": "A cup",
    "| cup | red |": "cup, red",
    "|---|:-:|": "",
    "A `cup` here": "A cup here",
    "```python": "",
    "See [the cup](http://a.b/c) here.": "See the cup here.",
    "![a cup](cup.png)": "a cup",
    "A cup https://example.com/x?y here": "A cup here",
    "A cup 😀👍🏽 ❤️.": "A cup.",
    "Чашка → стол": "Чашка стол",
    "A\u200b c\u00adup\x07 here": "A cup here",
    "<b>A cup</b><br/> here &amp; there": "A cup here & there",
    "A cup <!-- and more --> here": "A cup here",
    "<start_of_turn>model\nA cup.<end_of_turn>": "A cup.",
    "<|turn>model A cup.<turn|>": "A cup.",
    "[INST] A cup [/INST]": "A cup",
    "Assistant: A cup.": "A cup.",
    "\\(x\\) is \\textbf{a cup}": "x is a cup",
    "It costs $5 today.": "It costs $5 today.",
    "It is 20 °C, № 5.": "It is 20 °C, № 5.",
    "In the image, we can see a cup.": "A cup.",
    "The picture shows a cup on a table.": "A cup on a table.",
    "In this photo there is a cup.": "A cup.",
    "Sure! Here is a description of the picture:": "",
    "Certainly! A cup.": "A cup.",
    "I can see a cup.": "A cup.",
    "The picture is blurred.": "The picture is blurred.",
    "На изображении видна чашка.": "Чашка.",
    "На этом фото мы видим чашку.": "Мы видим чашку.",
    "На изображении видно чашку.": "Видно чашку.",
    "Я вижу, что стоит чашка.": "Стоит чашка.",
    "На картинке изображён стол.": "Стол.",
    "Конечно! Вот описание картинки:": "",
    "Картинка смазана.": "Картинка смазана.",
    "A cup , and a plate .": "A cup, and a plate.",
    "...": "",
    "😀": "",
    "": "",
}


@pytest.mark.parametrize(("text", "left"), CASES.items(), ids=range(len(CASES)))
def test_cases(text: str, left: str) -> None:
    assert clean(text, words().languages[language_of(text)]) == left


markup = st.text(
    st.one_of(st.sampled_from("*_`#|>-[]()!<>&;\\${}^~ \n.,:1aя😀"), st.characters()), max_size=200
)
MARKS = "**|<b>|</|&amp;|amp;|&lt;|![|](|)|$|\\frac{|}|In the image, |Sure! |На фото видно |1. |- |a|чашка| |:|😀|``"
parts = st.lists(
    st.sampled_from([*MARKS.split("|"), "|", "<start_of_turn>", "model"]),
    max_size=20,
).map("".join)


@given(st.one_of(markup, parts), st.sampled_from(LANGUAGES))
def test_cleaning_again_changes_nothing(text: str, language: str) -> None:
    known = words().languages[language]
    once = clean(text, known)
    assert clean(once, known) == once
    assert "\n" not in once and "**" not in once and "`" not in once
    assert once == "" or any(mark.isalnum() for mark in once)


@pytest.mark.parametrize("text", ["**", "---", "😀😀", "Sure!", "| --- |", "Конечно!"])
def test_what_has_no_words_is_dropped_in_silence(text: str) -> None:
    assert judge(text, "ru" if text == "Конечно!" else "en").rule is Rule.EMPTY


@pytest.mark.parametrize(
    "text",
    [
        "As an AI language model, I cannot see pictures.",
        "I am an AI assistant.",
        "I'm sorry, I cannot help with that.",
        "Let me know if you have other questions!",
        "Как языковая модель, я не вижу картинок.",
        "Извините, я не могу помочь.",
        "Обращайтесь, если у вас есть вопросы.",
    ],
)
def test_talk_about_itself_is_dropped(text: str) -> None:
    assert judge(text).rule in (Rule.LEAK, Rule.PROMISE)
