"""Letters, words and taught signs of one stream of hands."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from chestnut.core.events import LetterSeen, SignSeen, WordSpelled
from chestnut.core.scene import Hand
from chestnut.core.signed import Signed, Word
from chestnut.signs.background import idle_frames, smooth
from chestnut.signs.conversation import MOST_WORDS, QUIET_S, Conversation, Told
from chestnut.signs.letters import Letters
from chestnut.signs.take import take_from
from chestnut.signs.taught import Recogniser
from chestnut.signs.tracing import traced
from chestnut.signs.track import Seen
from chestnut_tests.recorded_signs import ASPECT, SIDES, hand_of
from chestnut_tests.signed import Sign
from chestnut_tests.signing_hands import PLACE, RATE_HZ, SIZE, Shown, away, hand, held, read_shown, spell
from hypothesis import given
from hypothesis import strategies as st

MIDDLE = np.array([0.6, 0.2])


class Stream:
    """A conversation that is fed at RATE_HZ."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        self.at = 0.0
        self.told: list[Told] = []

    def show(self, frames: Sequence[Shown]) -> None:
        for shown in frames:
            self.at += 1 / RATE_HZ
            self.told += self.conversation.feed(self.at, shown, ASPECT)

    @property
    def words(self) -> list[str]:
        return [word.text for word in self.conversation.signed.words]


@pytest.fixture
def stream() -> Stream:
    return Stream(Conversation(read_shown))


@pytest.fixture(scope="module")
def sign() -> Sign:
    return Sign.drawn(np.random.default_rng(3))


@pytest.fixture(scope="module")
def recogniser(sign: Sign) -> Recogniser:
    random = np.random.default_rng(4)
    takes = [take_from(sign.made(random)) for _ in range(3)]
    return Recogniser({"tea": [take for take in takes if take is not None]})


def shown(frames: list[Seen]) -> list[Shown]:
    return [
        tuple(
            hand_of(points + MIDDLE, side)
            for points, side in zip(one.hands, SIDES, strict=True)
            if points is not None
        )
        for one in frames
    ]


def made(sign: Sign, seed: int) -> list[Shown]:
    return shown(sign.made(np.random.default_rng(seed)))


def always_a(seen: Hand, aspect: float) -> tuple[str, float]:
    return "A", 0.9


def test_words_of_letters(stream: Stream) -> None:
    stream.show(spell("TEA") + spell("NO"))
    kinds = [type(one) for one in stream.told]
    assert kinds == [*[LetterSeen] * 3, WordSpelled, *[LetterSeen] * 2, WordSpelled]
    assert stream.words == ["TEA", "NO"]


def test_a_word_is_as_sure_as_all_of_its_letters(stream: Stream) -> None:
    stream.show(spell("TEA", confidence=0.7))
    assert stream.conversation.signed.words == (Word("TEA", pytest.approx(0.343)),)
    assert not stream.conversation.signed.words[0].sure


def test_a_taught_sign_takes_the_place_of_the_letters_read_in_it(sign: Sign, recogniser: Recogniser) -> None:
    stream = Stream(Conversation(always_a, recogniser))
    stream.show(away() + made(sign, 7) + away())
    assert isinstance(stream.told[-1], SignSeen) and stream.told[-1].name == "tea"
    assert stream.conversation.signed == Signed((Word("tea"),), ())


def test_a_hand_that_rests_after_a_sign_spells_nothing(sign: Sign, recogniser: Recogniser) -> None:
    stream = Stream(Conversation(always_a, recogniser))
    frames = made(sign, 8)
    stream.show(away() + frames + frames[-1:] * 40)
    assert stream.conversation.signed == Signed((Word("tea"),), ())
    stream.show(away() + held("B", 1.0))
    assert stream.conversation.signed.letters == ("A",), "it reads again"


def test_words_and_signs_in_turn(sign: Sign, recogniser: Recogniser) -> None:
    stream = Stream(Conversation(read_shown, recogniser))
    stream.show(spell("MY") + made(sign, 9) + away() + spell("HOT"))
    assert stream.words == ["MY", "tea", "HOT"]


def test_without_letters_signs_are_read_all_the_same(sign: Sign, recogniser: Recogniser) -> None:
    stream = Stream(Conversation(None, recogniser))
    stream.show(spell("MY") + made(sign, 9) + away())
    assert stream.words == ["tea"]


def test_idle_hands_are_no_signs(recogniser: Recogniser) -> None:
    random = np.random.default_rng(70)
    stream = Stream(Conversation(None, recogniser))
    for _ in range(60):
        stream.show(shown(idle_frames(random, (0.0, 0.0, 0.13))) + away())
    assert len(stream.words) <= 3


def test_idle_hands_spell_nothing() -> None:
    """With the letters as they were trained, drawn letters too."""
    random = np.random.default_rng(71)
    stream = Stream(Conversation(Letters.load().read, None, traced))
    spoken = 0
    for _ in range(100):
        before = len(stream.told)
        stream.show([one[:1] for one in shown(idle_frames(random, (0.0, 0.0, 0.13)))] + away())
        spoken += len(stream.told) > before
    assert spoken <= 5


def test_letters_and_words_are_taken_back(stream: Stream) -> None:
    stream.show(spell("AB") + held("C"))
    taken = [stream.conversation.take_back(word=False) for _ in range(4)]
    assert taken == ["C", "B", "A", ""]
    stream.show(away() + spell("AB") + held("C"))
    taken = [stream.conversation.take_back(word=True) for _ in range(3)]
    assert taken == ["C", "AB", ""]


def test_a_sign_is_taken_back_whole(sign: Sign, recogniser: Recogniser) -> None:
    stream = Stream(Conversation(read_shown, recogniser))
    stream.show(spell("MY") + made(sign, 9) + away())
    assert stream.conversation.take_back(word=False) == "tea"
    assert stream.conversation.take_back(word=False) == "Y"
    assert stream.conversation.signed == Signed((), ("M",))


def test_after_a_long_pause_something_new_begins(stream: Stream) -> None:
    stream.show(spell("AB"))
    stream.show(away(QUIET_S) + held("C"))
    assert stream.conversation.signed == Signed((), ("C",))
    assert stream.conversation.take_back(word=False) == "C"
    assert stream.conversation.take_back(word=False) == ""


def test_the_newest_words_are_kept(stream: Stream) -> None:
    stream.show(spell("A") * (MOST_WORDS + 2))
    assert stream.words == ["A"] * MOST_WORDS


def test_of_two_hands_the_one_that_spelled_goes_on(stream: Stream) -> None:
    other = hand("B", place=(0.9, 0.6), confidence=0.95)
    stream.show(held("A", 0.3))
    stream.show([(other, hand("A"))] * 20)
    assert stream.conversation.signed.letters == ("A",)


def drawn(letter: str, *corners: tuple[float, float], seconds: float = 0.9) -> list[Shown]:
    """Through the corners, in palm lengths from where it stood."""
    way = np.array(corners) * SIZE + np.array(PLACE)
    places = smooth(way, np.linspace(0, 1, round(seconds * RATE_HZ)))
    return [(hand(letter, place=(float(x), float(y))),) for x, y in places]


def stood(frames: list[Shown], seconds: float = 0.5) -> list[Shown]:
    return frames[-1:] * round(seconds * RATE_HZ)


@pytest.mark.parametrize(
    ("first", "corners", "letter"),
    [
        ("I", [(0, 0), (0, 1.8), (-1.1, 1.9), (-1.1, 1.3)], "J"),
        ("D", [(0, 0), (1.8, 0.1), (0.1, 1.3), (1.9, 1.4)], "Z"),
        ("I", [(0, 0), (0, 2.5)], "I"),
        ("D", [(0, 0), (2.5, 0.1)], "D"),
    ],
)
def test_a_drawn_letter_takes_the_place_of_the_one_it_begins_with(
    first: str, corners: list[tuple[float, float]], letter: str
) -> None:
    stream = Stream(Conversation(read_shown, trace=traced))
    path = drawn(first, *corners)
    stream.show(held("A") + held("", 0.3) + held(first) + path + stood(path) + away())
    assert stream.words[0].rstrip(letter) == "A" and stream.words[0][-1] == letter
    assert stream.conversation._spelling.words == tuple(stream.words)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("show"), st.sampled_from(["A", "B", "", None]), st.integers(1, 20)),
        st.tuples(st.sampled_from(["letter", "word"]), st.none(), st.just(1)),
    ),
    max_size=25,
)


@given(steps)
def test_what_is_told_and_what_is_taken_back_agree(lived: list[tuple[str, str | None, int]]) -> None:
    """The conversation and the spelling under it tell the same words, whatever is shown and taken back."""
    stream = Stream(Conversation(read_shown))
    for what, letter, count in lived:
        if what == "show":
            stream.show([() if letter is None else (hand(letter),)] * count)
        else:
            before = stream.conversation.signed
            removed = stream.conversation.take_back(word=what == "word")
            after = stream.conversation.signed
            left = sum(len(word.text) for word in after.words) + len(after.letters)
            assert left == sum(len(word.text) for word in before.words) + len(before.letters) - len(removed)
        spelling = stream.conversation._spelling
        assert stream.words == list(spelling.words)[-MOST_WORDS:]
        assert "".join(stream.conversation.signed.letters) == spelling.word
        if stream.told:
            last = stream.told[-1]
            assert isinstance(last, (LetterSeen, WordSpelled))
