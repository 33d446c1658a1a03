"""What the second engine's conversation remembers, and what goes on from there."""

from __future__ import annotations

from dataclasses import replace

from chestnut.engine.litert_held import Held, held, was_told
from chestnut.engine.messages import Think
from hypothesis import assume, given
from hypothesis import strategies as st

WORDS = st.lists(st.text("abcdeёжз", min_size=1, max_size=5), max_size=12)
TEXTS = st.text(max_size=30)
EXCHANGES = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=4)
ORDERS = st.builds(
    lambda system, turns, key: Think(1, system, tuple(turns), None if key is None else (2, 2), key or ""),
    TEXTS,
    st.lists(TEXTS, min_size=1, max_size=1),
    st.none() | TEXTS,
)


def after(order: Think, exchanges: list[tuple[str, str]]) -> Held:
    """order was answered, and what followed too."""
    remembered = held(order)
    for asked, written in exchanges:
        remembered = remembered.with_turn(asked, written)
    return remembered


def next_order(order: Think, exchanges: list[tuple[str, str]], question: str) -> Think:
    return replace(order, turns=(*(turn for exchange in exchanges for turn in exchange), question))


@given(ORDERS, EXCHANGES, TEXTS)
def test_what_was_said_goes_on(order: Think, exchanges: list[tuple[str, str]], question: str) -> None:
    assert after(order, exchanges).goes_on(next_order(order, exchanges, question))


@given(ORDERS, EXCHANGES, TEXTS, st.data())
def test_all_but_the_latest_may_be_left_out(
    order: Think, exchanges: list[tuple[str, str]], question: str, data: st.DataObject
) -> None:
    kept = [exchange for exchange in exchanges[:-1] if data.draw(st.booleans())]
    assert after(order, exchanges).goes_on(next_order(order, [*kept, exchanges[-1]], question))


@given(ORDERS, EXCHANGES, TEXTS)
def test_without_the_latest_it_is_another_conversation(
    order: Think, exchanges: list[tuple[str, str]], question: str
) -> None:
    remembered = after(order, [*exchanges, ("the latest", "")])
    assume(exchanges[-1][0] != "the latest")
    assert not remembered.goes_on(next_order(order, exchanges, question))


@given(ORDERS, TEXTS, TEXTS)
def test_the_order_of_exchanges_counts(order: Think, first: str, second: str) -> None:
    assume(first != second)
    remembered = after(order, [(first, ""), (second, ""), ("latest", "")])
    assert not remembered.goes_on(next_order(order, [(second, ""), (first, ""), ("latest", "")], "?"))


@given(ORDERS, EXCHANGES, TEXTS)
def test_a_question_without_what_was_said_before_is_asked_anew(
    order: Think, exchanges: list[tuple[str, str]], question: str
) -> None:
    assert not after(order, exchanges).goes_on(next_order(order, [], question))


@given(ORDERS, EXCHANGES, TEXTS, TEXTS)
def test_another_system_or_picture_is_another_conversation(
    order: Think, exchanges: list[tuple[str, str]], question: str, other: str
) -> None:
    remembered, going_on = after(order, exchanges), next_order(order, exchanges, question)
    assume(other not in (order.system, order.key))
    assert not remembered.goes_on(replace(going_on, system=other))
    assert not remembered.goes_on(replace(going_on, picture=(2, 2), key=other))
    assert remembered.goes_on(replace(going_on, picture=None)) == (order.picture is None)


@given(ORDERS, EXCHANGES, TEXTS, TEXTS)
def test_another_question_is_another_conversation(
    order: Think, exchanges: list[tuple[str, str]], question: str, other: str
) -> None:
    assume(other != exchanges[-1][0])
    changed = [*exchanges[:-1], (other, exchanges[-1][1])]
    assert not after(order, exchanges).goes_on(next_order(order, changed, question))


@given(WORDS, st.data())
def test_marks_and_sentences_may_be_missing(words: list[str], data: st.DataObject) -> None:
    spoken = [word for word in words if data.draw(st.booleans())]
    assert was_told(" ".join(spoken), "**" + ", ".join(words).upper() + "!**")


@given(WORDS)
def test_what_was_not_written_was_not_told(words: list[str]) -> None:
    assert not was_told(" ".join([*words, "никогда"]), " ".join(words))
    assert not words or was_told(" ".join([*words, words[-1]]), " ".join(words)) is False
