"""Fingers on the page's keys become the edges of a pod."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import count

from chestnut.core.events import ButtonChanged, Edge, Event
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.window import fingers
from chestnut.window.fingers import ACTS, Fingers
from hypothesis import given
from hypothesis import strategies as st

NAMES = ("describe", "stop")


class Hand:
    def __init__(self, hold_s: float = 60.0) -> None:
        self.events: list[ButtonChanged] = []
        self.came = asyncio.Event()
        times = count(100)
        self.fingers = Fingers(NAMES, hold_s, self._post, lambda: float(next(times)))

    def _post(self, event: Event) -> None:
        assert isinstance(event, ButtonChanged)
        self.events.append(event)
        self.came.set()

    @property
    def edges(self) -> list[Edge]:
        return [event.edge for event in self.events]

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                self.came.clear()
                await self.came.wait()


def gestures(events: list[ButtonChanged]) -> list[Gesture]:
    told = Gestures()
    return [gesture for event in events if (gesture := told.feed(event))]


def test_whole_gestures_are_what_they_are_called() -> None:
    for kind in Kind:
        hand = Hand()
        hand.fingers.act("describe", kind)
        assert gestures(hand.events)[-1] == Gesture("describe", kind)
        assert {event.source for event in hand.events} == {"page"}


def test_a_finger_that_stays_is_a_hold_and_is_let_go_by_itself(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    async def scenario() -> None:
        hand = Hand(hold_s=0.0)
        hand.fingers.act("describe", "down")
        await hand.until(lambda: len(hand.events) == 3)
        assert hand.edges == [Edge.DOWN, Edge.HELD, Edge.UP]
        hand.fingers.act("describe", "up")
        assert len(hand.events) == 3

    monkeypatch.setattr(fingers, "LONGEST_S", 0.01)
    asyncio.run(scenario())


@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(ACTS)), max_size=20))
def test_whatever_is_sent_every_key_comes_up_again(acts: list[tuple[str, str]]) -> None:
    async def scenario() -> None:
        hand = Hand()
        for key, act in acts:
            hand.fingers.act(key, act)
        hand.fingers.release()
        for name in NAMES:
            edges = [
                event.edge for event in hand.events if event.button == name and event.edge is not Edge.HELD
            ]
            assert edges == [Edge.DOWN, Edge.UP] * (len(edges) // 2)

    asyncio.run(scenario())
