"""The second engine on a tiny model, through the real LiteRT-LM: tests/chestnut_tests/tiny_models/litert_words.py
tells what it answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from chestnut.core.thought import Effort, Stage
from chestnut.engine.backend import Refused, Stopped, open_backend
from chestnut.engine.litert import LitertBackend
from chestnut.engine.messages import Load, Think
from chestnut_tests.tiny_models.litert import PICTURE_TOKENS, write_litert

GREEN, RED = (0, 250, 0), (250, 0, 0)
LIMIT_S = 60.0  # generous: a thread that should come by itself


def tasks() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def picture(colour: tuple[int, int, int], height: int = 48, width: int = 64) -> Any:
    return np.full((height, width, 3), colour, np.uint8)


def order(*turns: str, key: str | None = None, **other: Any) -> Think:
    """key: of a picture, None for none."""
    shown = {} if key is None else {"picture": (48, 64), "key": key}
    return Think(1, other.pop("system", "You see."), turns, **shown, **other)


class Asked:
    """One answer: its pieces and the stages that were reached."""

    def __init__(self, backend: LitertBackend, think: Think, rgb: Any = None) -> None:
        self.stages: list[Stage] = []
        self.pieces = list(backend.think(think, rgb, self.stages.append))
        self.text = "".join(self.pieces)
        self.effort, self.whole = backend.effort, backend.whole


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_litert(tmp_path_factory.mktemp("litert") / "tiny.litertlm")


@pytest.fixture
def backend(model: Path) -> Iterator[LitertBackend]:
    """Leaves no thread behind."""
    before = tasks()
    opened = LitertBackend(Load("litert", str(model), context_tokens=512))
    yield opened
    opened.close()
    assert tasks() <= before  # a thread of an earlier test may have ended meanwhile


# --- pictures -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("colour", "name"), [(RED, "red"), (GREEN, "green"), ((0, 0, 250), "blue"), ((200, 90, 250), "blue")]
)
def test_it_sees_the_picture(backend: LitertBackend, colour: tuple[int, int, int], name: str) -> None:
    asked = Asked(backend, order("What is it?", key="1"), picture(colour))
    assert asked.text == f"The picture is {name}."
    assert asked.stages == [Stage.LOOKING, Stage.WRITING]
    assert asked.effort.pictures_encoded == 1


def test_a_picture_of_any_shape_and_memory_is_seen(backend: LitertBackend) -> None:
    wide = picture(RED, 30, 201)[:, ::2]  # its rows do not lie one after another
    assert Asked(backend, order("What?", key="1"), wide).text == "The picture is red."


def test_without_a_picture_there_is_nothing_to_see(backend: LitertBackend) -> None:
    asked = Asked(backend, order("What is it?"))
    assert asked.text == "The picture is nothing."
    assert asked.stages == [Stage.READING, Stage.WRITING]
    assert asked.effort.pictures_encoded == 0


def test_a_picture_has_no_more_tokens_than_wanted(model: Path) -> None:
    tokens = []
    for limit in (0, 4):
        backend = LitertBackend(Load("litert", str(model), image_tokens=limit))
        tokens.append(Asked(backend, order("What?", key="1"), picture(RED)).effort.prompt_tokens)
        backend.close()
    assert tokens[0] - tokens[1] >= PICTURE_TOKENS // 2 - 1


def test_a_model_without_eyes_refuses_pictures_and_goes_on(tmp_path: Path) -> None:
    backend = LitertBackend(Load("litert", str(write_litert(tmp_path / "blind.litertlm", sees=False))))
    assert not backend.sees
    with pytest.raises(Refused) as refusal:
        Asked(backend, order("What?", key="1"), picture(RED))
    assert refusal.value.reason == "model_blind"
    assert Asked(backend, order("What?")).text == "The picture is nothing."
    backend.close()


# --- what is remembered -------------------------------------------------------------------------------------


def test_a_follow_up_costs_its_own_words_alone(backend: LitertBackend) -> None:
    first = Asked(backend, order("What?", key="1"), picture(GREEN))
    second = Asked(backend, order("What?", first.text, "And?", key="1"), picture(GREEN))
    assert second.text == "The picture is still green."
    assert second.stages == [Stage.READING, Stage.WRITING]
    assert second.effort.pictures_encoded == 0 and second.effort.encode_ms == 0
    assert second.effort.reused_tokens == first.effort.prompt_tokens + first.effort.written_tokens
    third = Asked(
        backend, order("What?", first.text, "And?", second.text, "And now?", key="1"), picture(GREEN)
    )
    assert third.effort.pictures_encoded == 0


def test_a_follow_up_goes_on_where_sentences_were_withheld(backend: LitertBackend) -> None:
    Asked(backend, order("What?", key="1", max_tokens=12), picture(GREEN))
    asked = Asked(backend, order("What?", "The picture!", "And?", key="1"), picture(GREEN))
    assert asked.text == "The picture is still green." and asked.effort.pictures_encoded == 0


def test_another_picture_is_not_mixed_with_the_one_before(backend: LitertBackend) -> None:
    Asked(backend, order("What?", key="1"), picture(GREEN))
    asked = Asked(backend, order("What?", key="2"), picture(RED))
    assert asked.text == "The picture is red."
    assert asked.effort.pictures_encoded == 1 and asked.effort.reused_tokens == 0


def test_nothing_is_remembered_of_a_picture_that_is_not_asked_about(backend: LitertBackend) -> None:
    first = Asked(backend, order("What?", key="1"), picture(GREEN))
    asked = Asked(backend, order("What?", first.text, "And?"))
    assert asked.text == "The picture is still nothing." and asked.effort.reused_tokens == 0


@pytest.mark.parametrize(
    "other",
    [
        order("What?", "The picture is green.", "And?", key="1", system="Ты видишь."),
        order("Who?", "The picture is green.", "And?", key="1"),
        order("What?", "The picture is no cat.", "And?", key="1"),
        order("What?", key="1"),
    ],
    ids=["system", "question", "answer", "anew"],
)
def test_anything_else_begins_anew_with_what_it_was_given(backend: LitertBackend, other: Think) -> None:
    Asked(backend, order("What?", key="1"), picture(GREEN))
    asked = Asked(backend, other, picture(GREEN))
    assert asked.text == ("The picture is still green." if len(other.turns) > 1 else "The picture is green.")
    assert asked.effort.pictures_encoded == 1 and asked.effort.reused_tokens == 0


def test_where_no_room_is_left_it_begins_anew(model: Path) -> None:
    backend = LitertBackend(Load("litert", str(model), context_tokens=128))
    first = Asked(backend, order("What?", key="1", max_tokens=8), picture(GREEN))
    asked = Asked(backend, order("What?", first.text, "a" * 20, key="1", max_tokens=48), picture(GREEN))
    assert asked.text == "The picture is still green." and asked.effort.pictures_encoded == 1
    backend.close()


# --- writing ------------------------------------------------------------------------------------------------


def test_it_writes_piece_by_piece_and_in_whole_characters(backend: LitertBackend) -> None:
    asked = Asked(backend, order("Go on endlessly", max_tokens=60))
    assert len(asked.pieces) > 20
    assert asked.text.startswith("The picture is nothing.…The picture is still nothing.…")


def test_it_is_not_whole_when_it_was_cut(backend: LitertBackend) -> None:
    assert Asked(backend, order("What?")).whole
    cut = Asked(backend, order("What? endlessly", max_tokens=7))
    assert not cut.whole and cut.effort.written_tokens == 7


@pytest.mark.parametrize("spent", range(3))
def test_a_character_cut_off_by_the_end_of_memory_is_not_told(model: Path, spent: int) -> None:
    backend = LitertBackend(Load("litert", str(model), context_tokens=96))
    asked = Asked(backend, order("a" * spent + " endlessly", max_tokens=500))
    assert not asked.whole and "\ufffd" not in asked.text
    backend.close()


def test_its_effort_is_told(backend: LitertBackend) -> None:
    effort = Asked(backend, order("What?", key="1"), picture(GREEN)).effort
    assert 0 < effort.prompt_ms + effort.encode_ms <= effort.first_ms
    assert effort.written_tokens == 4 and effort.write_ms > 0  # three pieces and the end
    assert effort.prompt_tokens > PICTURE_TOKENS // 2


def test_a_prompt_that_does_not_fit_is_refused_without_being_quoted(backend: LitertBackend) -> None:
    with pytest.raises(Refused) as refusal:
        Asked(backend, order("secret " * 200))
    assert refusal.value.reason == "prompt_too_long" and "secret" not in str(refusal.value)
    assert Asked(backend, order("What?")).text == "The picture is nothing."


def test_a_grammar_is_refused(backend: LitertBackend) -> None:
    with pytest.raises(Refused) as refusal:
        Asked(backend, order("What?", grammar='root ::= "yes"'))
    assert refusal.value.reason == "fault"


# --- stopping -----------------------------------------------------------------------------------------------


def test_it_is_stopped_while_it_writes_and_can_be_used_again(backend: LitertBackend) -> None:
    thought = backend.think(
        order("What? endlessly", key="1", max_tokens=400), picture(RED), lambda stage: None
    )
    assert next(thought) == "The picture is"
    threading.Thread(target=backend.stop).start()
    with pytest.raises(Stopped):
        for _ in thought:
            pass
    assert Asked(backend, order("What?", key="1"), picture(GREEN)).text == "The picture is green."


@pytest.mark.parametrize("stage", list(Stage)[1:])
def test_it_is_stopped_where_it_has_just_begun(backend: LitertBackend, stage: Stage) -> None:
    pieces: list[str] = []

    def reached(now: Stage) -> None:
        if now is stage:
            thread = threading.Thread(target=backend.stop)
            thread.start()
            thread.join(LIMIT_S)

    rgb = picture(RED) if stage is Stage.LOOKING else None
    asked = order("What? endlessly", key=None if rgb is None else "1", max_tokens=400)
    with pytest.raises(Stopped):
        for piece in backend.think(asked, rgb, reached):
            pieces.append(piece)
    assert len(pieces) <= 1
    assert Asked(backend, order("What?")).text == "The picture is nothing."


def test_a_stop_before_it_thinks_is_not_remembered(backend: LitertBackend) -> None:
    backend.stop()
    assert Asked(backend, order("What?")).text == "The picture is nothing."
    backend.stop()
    assert Asked(backend, order("What?")).text == "The picture is nothing."


@pytest.mark.parametrize("stage", [Stage.READING, Stage.WRITING])
def test_whoever_listens_may_end_it(backend: LitertBackend, stage: Stage) -> None:
    def reached(now: Stage) -> None:
        if now is stage:
            raise Stopped

    with pytest.raises(Stopped):
        list(backend.think(order("What? endlessly", max_tokens=400), None, reached))
    assert Asked(backend, order("What?")).text == "The picture is nothing."


def test_an_answer_nobody_listens_to_comes_to_rest(backend: LitertBackend) -> None:
    thought = backend.think(order("What? endlessly", max_tokens=400), None, lambda stage: None)
    next(thought)
    del thought
    assert Asked(backend, order("What?")).text == "The picture is nothing."


# --- loading ------------------------------------------------------------------------------------------------


def test_it_is_opened_by_its_name_and_warmed(model: Path) -> None:
    backend = open_backend(
        Load("litert", str(model), systems=("You see.", "Ты видишь."), context_tokens=2048)
    )
    assert isinstance(backend, LitertBackend)
    backend.warm()
    assert backend.effort == Effort()
    assert backend.sees and backend.facts["context_tokens"] == 512  # the model's own
    assert json.loads(json.dumps(backend.facts)) == backend.facts
    assert Asked(backend, order("What?")).text == "The picture is nothing."
    backend.close()
    backend.close()


def test_prepared_weights_are_kept_where_they_may_be(model: Path, tmp_path: Path) -> None:
    for _ in range(2):
        backend = LitertBackend(Load("litert", str(model), cache=str(tmp_path / "deep" / "cache")))
        assert Asked(backend, order("What?")).text == "The picture is nothing."
        backend.close()
    kept = {file.name for file in (tmp_path / "deep" / "cache").iterdir()}
    assert kept and all(name.endswith(".xnnpack_cache") for name in kept)
    assert [file.name for file in model.parent.iterdir()] == [model.name]


def test_without_a_place_for_prepared_weights_it_works_all_the_same(model: Path) -> None:
    backend = LitertBackend(Load("litert", str(model), cache="/dev/full/cache"))
    assert Asked(backend, order("What?")).text == "The picture is nothing."
    backend.close()
