"""What the llama.cpp backend answers, on tiny random models: nonsense, unless a grammar says what."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from chestnut.core.thought import Stage
from chestnut.engine.backend import Refused
from chestnut_tests.llama_desk import CUP, ENDLESS, SYSTEM_RU, Desk, desk, photo


@pytest.fixture(params=["gemma3n", "gemma4"])
def family(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def blind(family: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with desk(request.getfixturevalue(family)) as opened:
        yield opened


@pytest.fixture
def seeing(family: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    with desk(
        request.getfixturevalue(family),
        request.getfixturevalue(f"{family}v" if family == "gemma4" else "gemma3nv"),
    ) as opened:
        yield opened


def test_it_says_what_the_grammar_wants_in_both_languages(blind: Desk) -> None:
    english = blind.ask("Where is it?", grammar='root ::= "The cup is on the left."', max_tokens=60)
    assert (english.text, english.whole) == ("The cup is on the left.", True)
    russian = blind.ask("Где чашка?", grammar=CUP, system=SYSTEM_RU, max_tokens=60)
    assert (russian.text, russian.whole) == ("Чашка слева.", True)


def test_a_letter_that_is_spread_over_tokens_comes_whole(blind: Desk) -> None:
    answer = blind.ask(grammar='root ::= "é№漢🦔"', max_tokens=60)
    assert answer.pieces == ("é", "№", "漢", "🦔")
    assert answer.effort.written_tokens > len(answer.pieces)


def test_the_same_question_has_the_same_answer(family: str, request: pytest.FixtureRequest) -> None:
    answers = []
    for _ in range(2):
        with desk(request.getfixturevalue(family)) as opened:
            answers.append(opened.ask(max_tokens=30).pieces)
    assert answers[0] == answers[1]
    assert len(answers[0]) > 1


def test_it_tells_whether_it_ended_by_itself(blind: Desk) -> None:
    cut = blind.ask(grammar=ENDLESS, max_tokens=7)
    assert (cut.whole, len(cut.text), cut.effort.written_tokens) == (False, 7, 7)
    assert blind.ask(grammar='root ::= "ab"', max_tokens=7).whole


def test_it_looks_reads_and_writes(seeing: Desk) -> None:
    answer = seeing.ask(rgb=photo(1), key="a", grammar=CUP, max_tokens=60)
    assert answer.text == "Чашка слева."
    assert answer.stages == (Stage.LOOKING, Stage.READING, Stage.WRITING)
    effort = answer.effort
    assert effort.pictures_encoded == 1
    assert min(effort.encode_ms, effort.prompt_ms, effort.write_ms) > 0
    assert effort.first_ms >= effort.encode_ms + effort.prompt_ms


def test_what_is_on_the_picture_counts(seeing: Desk) -> None:
    first, other = (seeing.scores(rgb=photo(seed), key=str(seed)) for seed in (1, 2))
    assert abs(first - other).max() > 0.3


def test_pictures_of_any_size_are_taken(seeing: Desk) -> None:
    for index, (height, width) in enumerate([(1, 1), (481, 641), (200, 500), (901, 333)]):
        assert seeing.ask(rgb=photo(1, height, width), key=str(index), max_tokens=2).effort.prompt_tokens > 0


def test_a_picture_for_a_model_without_eyes_is_refused(blind: Desk) -> None:
    assert not blind.backend.sees
    with pytest.raises(Refused) as refused:
        blind.ask(rgb=photo(1))
    assert refused.value.reason == "model_blind"
    assert blind.ask(grammar=CUP, max_tokens=60).whole


@pytest.mark.parametrize("grammar", ["no grammar at all", 'start ::= "a"', "root ::= root"])
def test_a_bad_grammar_is_refused_and_the_next_one_obeyed(blind: Desk, grammar: str) -> None:
    with pytest.raises(Refused) as refused:
        blind.ask(grammar=grammar)
    assert refused.value.reason == "fault"
    assert blind.ask(grammar=CUP, max_tokens=60).whole


def test_the_oldest_exchanges_are_left_out_of_a_prompt_that_is_too_long(blind: Desk) -> None:
    old = ("a" * 950, "b" * 950)
    short = blind.ask("What is this?", "A cup.", "And that?", grammar=CUP, max_tokens=60)
    long = blind.ask(*old, "What is this?", "A cup.", "And that?", grammar=CUP, max_tokens=60)
    assert long.text == "Чашка слева."
    assert long.effort.prompt_tokens == short.effort.prompt_tokens


def test_a_question_that_is_too_long_by_itself_is_refused(blind: Desk) -> None:
    with pytest.raises(Refused) as refused:
        blind.ask("short", "short", "a" * 2100)
    assert refused.value.reason == "prompt_too_long"
    with pytest.raises(Refused):
        blind.ask(max_tokens=2048)
    assert blind.ask(grammar=CUP, max_tokens=60).whole


def test_an_answer_may_fill_the_context_to_the_last_token(blind: Desk) -> None:
    asked = blind.ask(max_tokens=1).effort.prompt_tokens
    room = blind.backend.facts["context_tokens"]
    answer = blind.ask(grammar=ENDLESS, max_tokens=room - asked)
    assert answer.effort.written_tokens == room - asked


def test_the_facts_are_plain_data(seeing: Desk, family: str) -> None:
    facts = json.loads(json.dumps(seeing.backend.facts))
    assert (facts["architecture"], facts["sees"], facts["context_tokens"]) == (family, True, 2048)
    assert facts["file_bytes"] > 0 < facts["parameters"]


def test_nothing_of_what_is_said_is_logged(
    seeing: Desk, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    seeing.ask(
        "Is Zanzibar here?", "Quagga.", "Where?", rgb=photo(1), grammar='root ::= "Xylophone"', max_tokens=60
    )
    with pytest.raises(Refused):
        seeing.ask("Zanzibar " * 400)
    said: Any = caplog.text + "".join(capfd.readouterr())
    assert caplog.records
    assert not [word for word in ("Zanzibar", "Quagga", "Xylophone") if word in said]
