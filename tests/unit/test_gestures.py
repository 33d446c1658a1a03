from __future__ import annotations

from chestnut.core.events import ButtonChanged, Edge
from chestnut.core.gestures import DOUBLE_S, Gesture, Gestures, Kind
from hypothesis import given
from hypothesis import strategies as st


def feed(*edges: tuple[float, str, Edge], source: str = "pod") -> list[Gesture | None]:
    gestures = Gestures()
    return [
        gestures.feed(ButtonChanged(at=at, button=name, edge=edge, source=source)) for at, name, edge in edges
    ]


def test_a_press_counts_when_the_key_is_let_go() -> None:
    assert feed((0, "read", Edge.DOWN), (0.1, "read", Edge.UP)) == [None, Gesture("read", Kind.PRESS)]


def test_a_hold_counts_while_the_key_is_down_and_its_release_is_silent() -> None:
    edges = (0, "read", Edge.DOWN), (0.7, "read", Edge.HELD), (1.0, "read", Edge.UP)
    assert feed(*edges) == [None, Gesture("read", Kind.HOLD), None]


def test_a_second_press_soon_after_is_double_at_once() -> None:
    edges = [(0.0, "read", Edge.DOWN), (0.1, "read", Edge.UP)]
    edges += [(0.1 + DOUBLE_S, "read", Edge.DOWN), (0.6, "read", Edge.UP)]
    assert feed(*edges)[2:] == [Gesture("read", Kind.DOUBLE), None]


def test_a_second_press_later_is_a_press() -> None:
    edges = [(0.0, "read", Edge.DOWN), (0.1, "read", Edge.UP)]
    edges += [(0.2 + DOUBLE_S, "read", Edge.DOWN), (0.7, "read", Edge.UP)]
    assert feed(*edges)[2:] == [None, Gesture("read", Kind.PRESS)]


def test_two_keys_do_not_make_a_double() -> None:
    edges = (0, "read", Edge.DOWN), (0.1, "read", Edge.UP), (0.2, "ask", Edge.DOWN), (0.3, "ask", Edge.UP)
    assert feed(*edges)[2:] == [None, Gesture("ask", Kind.PRESS)]


def test_three_quick_presses_are_a_double_and_a_press() -> None:
    times = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25)
    edges = [(at, "ask", (Edge.DOWN, Edge.UP)[index % 2]) for index, at in enumerate(times)]
    kinds = [gesture.kind for gesture in feed(*edges) if gesture]
    assert kinds == [Kind.PRESS, Kind.DOUBLE, Kind.PRESS]


def test_keys_of_two_sources_do_not_mix() -> None:
    gestures = Gestures()
    edges = [("pod", 0.0, Edge.DOWN), ("pod", 0.1, Edge.UP), ("pad", 0.2, Edge.DOWN), ("pad", 0.3, Edge.UP)]
    found = [
        gestures.feed(ButtonChanged(at=at, button="read", edge=edge, source=source))
        for source, at, edge in edges
    ]
    assert [gesture.kind for gesture in found if gesture] == [Kind.PRESS, Kind.PRESS]


edge_lists = st.lists(
    st.tuples(st.floats(0, 10), st.sampled_from(["read", "stop"]), st.sampled_from(list(Edge))), max_size=40
)


@given(edge_lists)
def test_any_stream_of_edges_gives_at_most_one_gesture_an_edge(edges: list[tuple[float, str, Edge]]) -> None:
    found = [gesture for gesture in feed(*sorted(edges, key=lambda item: item[0])) if gesture]
    downs = sum(edge is Edge.DOWN for _, _, edge in edges)
    assert len(found) <= downs
