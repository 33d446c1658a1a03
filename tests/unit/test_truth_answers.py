"""Whole files of what a model may write, tests/chestnut_tests/answers/: one for each rule, and harmless ones."""

from __future__ import annotations

import re

import pytest
from chestnut.core.thought import Task
from chestnut.engine.sentences import Sentences
from chestnut_tests.judging import LANGUAGES, answers, judging, page, seen_in, spoken

TRAIT = re.compile(
    r"\b(?:young|old|older|elder\w*|aged?|wom[ae]n|girl|boy|male|female|smil\w+|happy|sad|asian|african|beautiful)\b"
    r"|молод|пожил|стар(?:ый|ая|ик)|женщин|девуш|девоч|мальчик|улыб|грустн|красив|темнокож",
    re.IGNORECASE,
)
CHOICES = {
    "en": (
        *(
            "Yes.",
            "No.",
            "Yes, it is.",
            "It is not.",
            "I think so.",
            "Green.",
            "It is red.",
            "Two.",
            "Now.",
            "Here.",
        ),
        *("The left one.", "The cup.", "Straight ahead.", "It is off.", "On the right side."),
    ),
    "ru": (
        *(
            "Да.",
            "Нет.",
            "Да, это так.",
            "Так и есть.",
            "Думаю, да.",
            "Зелёный.",
            "Он красный.",
            "Две.",
            "Сейчас.",
        ),
        *("Здесь.", "Левая.", "Чашка.", "Прямо.", "Выключена.", "С правой стороны."),
    ),
}


def of(name: str, language: str) -> list[str]:
    return [text for known, text in answers(name) if known == language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nearly_all_of_a_harmless_description_is_spoken(language: str) -> None:
    written, withheld, silent = 0, [], []
    for line in of("described", language):
        seen, read, answer = (part.strip() for part in line.split("|"))
        splitter = Sentences()
        sentences = splitter.feed(answer) + splitter.end()
        said = spoken(answer, judging(language, seen=seen_in(seen), read=page(read)))
        written += len(sentences)
        withheld += sentences[: len(sentences) - len(said)]
        if not said:
            silent.append(answer)
    assert len(withheld) <= 0.03 * written
    assert len(silent) <= 1, silent


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_contradicts_the_detectors_is_never_certain(language: str) -> None:
    certain = [
        text
        for text in of("contradicted", language)
        if any(not sentence.doubtful for sentence in spoken(text, judging(language)))
    ]
    assert certain == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_not_read_is_not_spoken(language: str) -> None:
    assert [text for text in of("unread", language) if spoken(text, judging(language))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_traits_of_people_are_not_heard(language: str) -> None:
    heard = [
        text
        for text in of("traits", language)
        if any(
            sentence.text == text or TRAIT.search(sentence.text)
            for sentence in spoken(text, judging(language))
        )
    ]
    assert heard == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_health_hangs_on_it_nothing_is_decided_or_chosen(language: str) -> None:
    decided = [
        (question, answer)
        for question in of("stakes", language)
        for answer in CHOICES[language]
        if spoken(answer, judging(language, Task.QUESTION, source=question))
    ]
    assert decided == []


@pytest.mark.parametrize(
    ("language", "answer"),
    [("en", "Green."), ("en", "It is red."), ("ru", "Зелёный."), ("ru", "Это красный.")],
)
def test_the_colour_of_a_traffic_light_is_not_told_whatever_was_asked(language: str, answer: str) -> None:
    question = {"en": "What colour is this?", "ru": "Какого это цвета?"}[language]
    for seen, told in ((seen_in("traffic_light@50"), False), (seen_in("cup@50"), True)):
        assert bool(spoken(answer, judging(language, Task.QUESTION, seen, source=question))) is told
