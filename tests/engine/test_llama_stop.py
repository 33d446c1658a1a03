"""A stop ends what llama.cpp is at, and leaves it as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from chestnut.core.thought import Stage
from chestnut.engine.backend import Stopped
from chestnut.engine.llama.brake import Brake
from chestnut.engine.llama.library import library
from chestnut.engine.messages import Think
from chestnut_tests.llama_desk import CUP, ENDLESS, SYSTEM_EN, Desk, alike, desk, photo


@pytest.fixture(params=["gemma3n", "gemma4"])
def seeing(request: pytest.FixtureRequest) -> Iterator[Desk]:
    projector = {"gemma3n": "gemma3nv", "gemma4": "gemma4v"}[request.param]
    with desk(request.getfixturevalue(request.param), request.getfixturevalue(projector)) as opened:
        yield opened


def stop_at(opened: Desk, stage: Stage) -> Callable[[Stage], None]:
    """From another thread, and done before the stage goes on."""

    def reached(now: Stage) -> None:
        if now is stage:
            hand = threading.Thread(target=opened.backend.stop)
            hand.start()
            hand.join()

    return reached


@pytest.mark.parametrize("stage", list(Stage)[1:])
def test_a_stop_ends_every_stage_and_the_next_answer_is_right(seeing: Desk, stage: Stage) -> None:
    order: dict[str, Any] = {"rgb": photo(1), "key": "a"}
    right = seeing.scores("What is there?", **order)
    with pytest.raises(Stopped):
        seeing.ask("What is there?", rgb=photo(2), key="b", max_tokens=30, reached=stop_at(seeing, stage))
    alike(seeing.scores("What is there?", **order), right)


def test_a_stop_while_looking_gives_no_half_seen_picture(seeing: Desk) -> None:
    right = seeing.scores(rgb=photo(1), key="a")
    with pytest.raises(Stopped):
        seeing.ask(rgb=photo(1), key="again", reached=stop_at(seeing, Stage.LOOKING))
    assert seeing.backend.effort.pictures_encoded == 0
    alike(seeing.scores(rgb=photo(1), key="again"), right)
    assert seeing.backend.effort.pictures_encoded == 1


def test_a_stop_while_reading_keeps_what_was_seen(seeing: Desk) -> None:
    with pytest.raises(Stopped):
        seeing.ask(rgb=photo(1), key="a", reached=stop_at(seeing, Stage.READING))
    assert seeing.backend.effort.pictures_encoded == 1
    assert seeing.ask(rgb=photo(1), key="a").effort.pictures_encoded == 0


def test_a_stop_between_two_pieces_ends_the_answer(seeing: Desk) -> None:
    pieces = seeing.backend.think(Think(1, SYSTEM_EN, ("a",), grammar=ENDLESS), None, lambda stage: None)
    next(pieces)
    seeing.backend.stop()
    with pytest.raises(Stopped):
        next(pieces)
    assert seeing.backend.effort.written_tokens == 1
    assert seeing.ask("a", grammar=CUP, max_tokens=60).whole


def test_a_stop_in_the_midst_of_a_long_prompt_or_answer(seeing: Desk) -> None:
    """Wherever it falls: the prompt has 15 batches, the answer hundreds of tokens."""
    reading = threading.Event()

    def press() -> None:
        reading.wait(30)
        seeing.backend.stop()

    hand = threading.Thread(target=press)
    hand.start()
    with pytest.raises(Stopped):
        seeing.ask("a" * 1200, grammar=ENDLESS, max_tokens=650, reached=lambda stage: reading.set())
    hand.join()
    again = seeing.ask("a" * 1200, max_tokens=1)
    assert again.effort.prompt_tokens > 1200
    assert seeing.ask("a", grammar=CUP, max_tokens=60).text == "Чашка слева."


def test_a_stop_counts_from_the_call_on(seeing: Desk) -> None:
    seeing.backend.stop()  # too early: this was for an answer that had ended by itself
    pieces = seeing.backend.think(Think(1, SYSTEM_EN, ("a",), max_tokens=5), None, lambda stage: None)
    seeing.backend.stop()
    with pytest.raises(Stopped):
        next(pieces)
    assert seeing.ask("a", grammar=CUP, max_tokens=60).whole


def test_a_listener_that_fails_or_goes_away_leaves_it_usable(seeing: Desk) -> None:
    def fail(stage: Stage) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        seeing.ask(rgb=photo(1), reached=fail)
    pieces = seeing.backend.think(Think(1, SYSTEM_EN, ("a",), grammar=ENDLESS), None, lambda stage: None)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert seeing.ask("a", grammar=CUP, max_tokens=60).whole


def test_the_brake_is_seen_without_python() -> None:
    brake = Brake(library().llama)
    seen = [brake.node_check(brake.node_data)]
    brake.press()
    seen += [brake.node_check(brake.node_data), brake.pressed]
    brake.release()
    assert [*seen, brake.node_check(brake.node_data), brake.pressed] == [False, True, True, False, False]


def test_a_stop_in_the_midst_of_a_picture(seeing: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[bool] = []

    def pressed_late(brake: Brake) -> bool:
        steps.append(True)
        if len(steps) == 20:
            seeing.backend.stop()
        return brake._byte.raw[0] != 0

    monkeypatch.setattr(Brake, "pressed", property(pressed_late))
    with pytest.raises(Stopped):
        seeing.ask(rgb=photo(1), key="a")
    assert len(steps) == 21  # the encoder's twentieth step was its last
    monkeypatch.undo()
    assert seeing.ask(rgb=photo(1), key="a", grammar=CUP, max_tokens=60).text == "Чашка слева."
