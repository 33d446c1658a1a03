"""What is said is understood: a table of phrases in each language, misheard ones, and whatever else may come."""

from __future__ import annotations

from pathlib import Path

import pytest
from chestnut.core.command import KEEP, QUESTION, REMIND, WHERE, WORDED, Command
from chestnut.core.memory import Moment
from chestnut.locale.commands import spelled_out
from chestnut.locale.understanding import kinds, understood
from chestnut.runtime.reminder_desk import reminder_of
from chestnut.skills.table import SKILLS
from chestnut_tests.phrases import NOW, phrases, told
from hypothesis import given
from hypothesis import strategies as st

LEAST = 0.97


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_table_of_phrases_is_understood(language: str) -> None:
    table = phrases(language)
    assert len(table) >= 200 and len({phrase.text for phrase in table}) == len(table)
    wrong = {
        phrase.text: (phrase.meant, got)
        for phrase in table
        if (got := told(understood(phrase.text, language, NOW))) != phrase.meant
    }
    assert len(wrong) <= (1 - LEAST) * len(table), wrong
    assert not {text for text, (meant, got) in wrong.items() if not got.startswith(QUESTION)}, (
        "nobody's words are taken for a command they are not: " + str(wrong)
    )


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_reminder_of_the_table_can_be_set(language: str) -> None:
    now = Moment(NOW.timestamp())
    for phrase in phrases(language):
        command = understood(phrase.text, language, NOW)
        if command.kind == REMIND and command.at:
            assert reminder_of(command.text, command.at, command.repeat, now, "UTC").words == command.text


@pytest.mark.parametrize(
    ("language", "heard", "kind"),
    [  # as Whisper heard it
        ("en", "This tribe what is in front of me.", "describe"),
        ("en", "Discribe.", "describe"),
        ("en", "What time is it know?", "time"),
        ("en", "Lauder.", "louder"),
        ("en", "Where our my keys?", "where"),
        ("ru", "А пиши, что находится передо мной.", "describe"),
        ("ru", "прочитай текость на вывеске", "read"),
        ("ru", "Который чес?", "time"),
        ("ru", "По громче.", "louder"),
        ("ru", "Где май ключи?", "where"),
    ],
)
def test_a_misheard_phrase_is_understood(language: str, heard: str, kind: str) -> None:
    assert understood(heard, language, NOW).kind == kind


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Is the cup on the table?"),
        ("en", "The keys are on the table"),
        ("en", "Did I put my keys on the table"),
        ("ru", "Ключи лежат на столе"),
        ("ru", "На столе есть чашка"),
    ],
)
def test_what_may_be_a_question_is_never_kept_as_a_fact(language: str, text: str) -> None:
    assert understood(text, language, NOW).kind != KEEP


def test_every_command_is_a_skill_or_told_to_one() -> None:
    for language in ("en", "ru"):
        for kind in kinds(language):
            assert kind in SKILLS or kind in WORDED, kind
    assert kinds("en") == kinds("ru")


def test_nothing_that_can_be_said_forgets_or_switches_off() -> None:
    for language in ("en", "ru"):
        assert not {kind for kind in kinds(language) if kind.startswith("forget") or kind == "shut_down"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_other_talk_is_no_command(language: str) -> None:
    """What a language model said of pictures, every third sentence: at most one in a hundred is taken for one."""
    files = sorted((Path(__file__).parents[1] / "chestnut_tests" / "answers").glob(f"*_{language}.txt"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    talk = [line for line in lines if line.strip() and not line.startswith("#")][::3]
    taken = [line for line in talk if understood(line, language, NOW).kind not in (QUESTION, WHERE, KEEP, "")]
    assert len(talk) > 400 and len(taken) <= len(talk) / 100, taken


def test_templates_are_spelled_out() -> None:
    assert spelled_out("(read|say) it [again]") == ("read it", "read it again", "say it", "say it again")


@given(st.sampled_from(["en", "ru"]), st.text(max_size=200))
def test_whatever_comes_is_something(language: str, text: str) -> None:
    command = understood(text, language, NOW)
    assert isinstance(command, Command)
    assert command.kind in SKILLS or command.kind in WORDED or command.kind == ""


WORDS = (
    *(
        "remind",
        "me",
        "at",
        "eight",
        "half",
        "past",
        "to",
        "on",
        "in",
        "the",
        "every",
        "day",
        "a",
        "quarter",
        "pm",
    ),
    *("напомни", "в", "восемь", "каждый", "день", "половине", "через", "без", "8:30", "девятого"),
)


@given(st.sampled_from(["en", "ru"]), st.lists(st.sampled_from(WORDS), max_size=20))
def test_no_heap_of_words_breaks_a_reminder(language: str, words: list[str]) -> None:
    understood(" ".join(words), language, NOW)
