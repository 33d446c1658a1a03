"""A skill at the desk with a language model that takes its time."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable

import pytest
from chestnut.cli import desk
from chestnut.cli.answer import Answer
from chestnut.cli.desk import Desk
from chestnut.core.ports import Clock, Post
from chestnut.engine.sentences import Sentences
from chestnut.runtime.thinking import Thinker
from chestnut.sim.engine import ScriptedEngine
from chestnut.skills.reword import reword

LONG_S, SHORT_S = 600.0, 0.05


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The desk's model is a scripted one that was made so; hanging: it is asked, and nothing comes of it."""

    def use(*, hanging: bool = False, load_s: float = 0.0) -> None:
        def open_thinker(post: Post, clock: Clock, *_: object) -> Thinker:
            def engine(post: Post) -> ScriptedEngine:
                made = ScriptedEngine(post, clock, lambda _: "I go home.", Sentences, load_s=load_s)
                if hanging:
                    made.hang()
                return made

            return Thinker(post, clock, engine)

        monkeypatch.setattr(desk, "open_thinker", open_thinker)

    return use


def reworded(*, live: bool = False) -> Answer:
    answer = Answer(live=live)
    with Desk(answer, None) as opened:
        opened.run(reword(("I", "HOME", "GO")))
    return answer


def test_a_model_that_falls_silent_is_given_up(
    model: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    model(hanging=True)
    monkeypatch.setattr(desk, "TIMEOUT_S", SHORT_S)
    answer = reworded()
    assert answer.refused == "model_slow"
    assert answer.said == [
        "I HOME GO",
        "The language model took too long. Try again, or choose a smaller model.",
    ]


def test_so_is_one_that_never_ends_to_load(
    model: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    model(load_s=LONG_S)
    monkeypatch.setattr(desk, "LOADING_S", SHORT_S)
    assert reworded().refused in ("model_loading", "model_slow")  # whether it told in time what it is doing


@pytest.mark.parametrize("live", [True, False])
def test_who_waits_at_a_terminal_is_told_how_far_it_is(
    model: Callable[..., None], monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    model()
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    answer = reworded(live=live)
    assert terminal.getvalue().splitlines() == (["Thinking it over.", "Finding words."] if live else [])
    assert len(answer.said) == 1, "it is no part of the answer"
