"""No promise is spoken, however it is written; most of what is harmless is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from chestnut.core.ports import Prompt
from chestnut.core.thought import Task
from chestnut.engine.sentences import Sentences
from chestnut.engine.truth import Rule
from chestnut_tests.judging import LANGUAGES, SEEN, answers, judge, judging
from hypothesis import given
from hypothesis import strategies as st

PROMISES, HARMLESS = answers("promises"), answers("harmless")
OTHER_RULES = {Rule.PROMISE, Rule.TRAIT, Rule.QUOTE, Rule.NUMBER, Rule.DENIAL, Rule.LANGUAGE}


@pytest.mark.parametrize(("language", "text"), PROMISES)
@pytest.mark.parametrize("task", [Task.DESCRIBE, Task.QUESTION])
def test_no_promise_is_spoken(language: str, text: str, task: Task) -> None:
    verdict = judge(text, language, task)
    assert verdict.sentence is None
    assert verdict.rule in OTHER_RULES


def test_nearly_all_of_them_are_known_as_promises() -> None:
    """Even where no other rule would help: without a picture and without a page."""
    passed = [text for language, text in PROMISES if judge(text, language, seen=None, read=None).sentence]
    assert len(passed) <= 0.02 * len(PROMISES), passed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_harmless_is_spoken(language: str) -> None:
    texts = [text for of, text in HARMLESS if of == language]
    withheld = [text for text in texts if judge(text, language, seen=None, read=None).sentence is None]
    assert len(withheld) <= 0.05 * len(texts), withheld


@pytest.mark.parametrize(
    "parts",
    [
        ("You can.", "Cross now."),
        ("Obstacles?", "None."),
        ("Is it safe?", "Yes."),
        ("Danger?", "There is none."),
        ("Можно.", "Переходите."),
        ("Машины?", "Нет."),
        ("Это безопасно?", "Да."),
        ("Препятствия.", "Отсутствуют."),
    ],
)
def test_a_promise_in_two_sentences_is_none(parts: tuple[str, str]) -> None:
    judging_one = judging("ru" if parts[0][0] > "z" else "en")
    spoken = [verdict.sentence.text for part in parts if (verdict := judging_one.judge(part)).sentence]
    assert len(spoken) < 2
    assert not set(spoken) & {"Yes.", "Да.", "None.", "Нет."}


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it safe to cross?", "Yes."),
        ("Is it safe to cross?", "Yes, a cup is on the right."),
        ("Can I eat this?", "Probably."),
        ("Are there any cars?", "No."),
        ("Is there a step in front of me?", "Not that I know."),
        ("Is the milk fresh?", "It seems so."),
        ("Можно перейти дорогу?", "Да."),
        ("Едут ли машины?", "Нет."),
        ("Есть впереди ступеньки?", "Вроде бы нет."),
        ("Это можно есть?", "Конечно, да."),
    ],
)
def test_where_health_hangs_on_it_no_yes_and_no_no_is_spoken(question: str, answer: str) -> None:
    assert judge(answer, task=Task.QUESTION, source=question).rule is Rule.PROMISE


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Are there any cars?", "A cup is on the right."),
        ("Can I cross?", "I am not sure."),
        ("Можно идти?", "Я не уверен."),
        ("Is there a door?", "Yes."),
        ("Есть ли здесь дверь?", "Да, слева."),
        ("What colour is this?", "Red."),
        ("Какого это цвета?", "Красная."),
    ],
)
def test_other_answers_are_spoken(question: str, answer: str) -> None:
    assert judge(answer, task=Task.QUESTION, source=question).sentence is not None


def test_and_now_is_the_question_before() -> None:
    given_prompt = Prompt("system", ("Can I cross?", "I am not sure.", "And now?"))
    assert judge("Yes.", task=Task.QUESTION, source="And now?", prompt=given_prompt).rule is Rule.PROMISE


# --- by an independent eye -----------------------------------------------------------------------------

LATIN = dict(zip("аеорсухіѕ", "aeopcyxis", strict=True))
CYRILLIC = dict(zip("aeopcyx", "аеорсух", strict=True))
FORBIDDEN = re.compile(
    r"\bsafe\b|\bsafely\b|\bunsafe\b|\bedible\b|go ahead|no obstacles|no danger\b|not dangerous|no traffic"
    r"|you (?:can|may) (?:now )?(?:cross|go|walk|eat|drink|take|proceed)|(?:path|way|road) is (?:clear|free|empty)"
    r"|nothing (?:is )?in (?:your|the) way|\bcross now\b"
)
FORBIDDEN_RUSSIAN = re.compile(
    r"безопасн|съедобн|можно (?:переходить|идти|есть|пить|принимать)|(?:дорога|путь) свобод\w+|не опасно"
    r"|опасности нет|препятствий нет|нет препятствий|можете (?:идти|перейти)"
)


def told(text: str, alphabet: dict[str, str]) -> str:
    """Letters and single spaces, as an ear takes them."""
    text = unicodedata.normalize("NFKC", text).lower().replace("ё", "е")
    text = "".join(
        alphabet.get(mark, mark) for mark in text if unicodedata.category(mark) not in ("Cf", "Mn")
    )
    return " ".join("".join(mark if mark.isalpha() else " " for mark in text).split())


FRAGMENTS = [
    *(
        "it is safe",
        "safe",
        "you can cross",
        "you may eat it",
        "go ahead",
        "the path is clear",
        "no obstacles",
    ),
    *(
        "there is no danger",
        "not dangerous",
        "nothing is in your way",
        "this is edible",
        "cross now",
        "no",
        "you can",
    ),
    *(
        "это безопасно",
        "можно переходить",
        "можно есть",
        "дорога свободна",
        "путь свободен",
        "не опасно",
        "можно",
    ),
    *("препятствий нет", "нет препятствий", "это съедобно", "опасности нет", "вы можете идти", "не", "нет"),
]
HARMLESS_PARTS = [
    "a cup",
    "on the table",
    "the person",
    "чашка",
    "на столе",
    "человек",
    "and",
    "и",
    "I see",
    "вижу",
]
NOISE = ["\u200b", "\u00ad", "\u0301", "*", "**", "_", "`", "<b>", "</b>", "😀", "\ufeff", "&shy;", "\u2060"]
SWAPS = [
    {},
    {},
    {"a": "а", "e": "е", "o": "о", "c": "с"},
    {"а": "a", "о": "o", "с": "c", "е": "e"},
    {"е": "ё"},
]


@st.composite
def disguised(draw: st.DrawFn) -> str:
    text = draw(st.sampled_from(FRAGMENTS))
    text = "".join(draw(st.sampled_from(SWAPS)).get(mark, mark) for mark in text)
    for _ in range(draw(st.integers(0, 3))):
        cut = draw(st.integers(0, len(text)))
        text = text[:cut] + draw(st.sampled_from(NOISE)) + text[cut:]
    return draw(st.sampled_from([str.lower, str.upper, str.title, str.capitalize]))(text)


pieces = st.lists(
    st.one_of(
        disguised(),
        st.sampled_from(HARMLESS_PARTS),
        st.sampled_from([". ", ", ", "! ", "\n", " ", "? ", "; ", " - "]),
        st.text(max_size=8),
    ),
    max_size=12,
)


@given(pieces, st.sampled_from(LANGUAGES), st.sampled_from(list(Task)), st.sampled_from([None, SEEN]))
def test_whatever_is_written_nothing_forbidden_is_spoken(
    written: list[str], language: str, task: Task, seen: object
) -> None:
    splitter, truth = Sentences(), judging(language, task, seen, source="чашка cup стол table")
    sentences = splitter.feed(" ".join(written)) + splitter.end()
    spoken = " ".join(verdict.sentence.text for each in sentences if (verdict := truth.judge(each)).sentence)
    assert FORBIDDEN.search(told(spoken, LATIN)) is None, spoken
    assert FORBIDDEN_RUSSIAN.search(told(spoken, CYRILLIC)) is None, spoken


@given(st.text(max_size=300), st.sampled_from(LANGUAGES), st.sampled_from(list(Task)), st.booleans())
def test_any_text_gets_a_verdict(text: str, language: str, task: Task, complete: bool) -> None:
    verdict = judging(language, task, source=text[:40]).judge(text, complete)
    assert (verdict.sentence is None) == (verdict.rule is not None)
    assert verdict.sentence is None or verdict.sentence.text.strip()
