"""Which things a question means: forms, synonyms, owners, qualities, both languages, misheard words."""

from __future__ import annotations

import pytest
from chestnut.core.memory import Owned
from chestnut.locale import Phrases
from chestnut.locale.lexicon import lexicon
from chestnut.locale.names import same_owner
from chestnut.locale.question import Question, named
from hypothesis import given
from hypothesis import strategies as st

MY_KEYS, MUMS_KEYS = Owned("keys", "my"), Owned("keys", "mum's")
KEPT = (
    *(
        MY_KEYS,
        MUMS_KEYS,
        Owned("glasses", "my"),
        Owned("glasses", "Anna's"),
        Owned("cup"),
        Owned("cell phone"),
    ),
    *(
        Owned("handbag"),
        Owned("backpack"),
        Owned("red scarf", "my"),
        Owned("шуруповёрт", "my"),
        Owned("laptop"),
    ),
    *(Owned("phone stand"), Owned("notebook", "dad's"), Owned("pills", "my"), Owned("charger", "my")),
)


def meant(text: str) -> set[Owned]:
    return {owned for each in Question(text).meant(KEPT) for owned in (*each.exact, *each.alike)}


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("any idea where I might have left my keys?", {MY_KEYS}),
        ("не могу найти свои ключи", {MY_KEYS}),
        ("where are my ключи", {MY_KEYS}),
        ("ключей", {MY_KEYS, MUMS_KEYS}),
        ("where are my mother's keys", {MUMS_KEYS}),
        ("где ключи моей мамы", {MUMS_KEYS}),
        ("WHERE ARE MY KEYZ", {MY_KEYS}),
        ("где мои кючи", {MY_KEYS}),
        ("where is the phone's charger", {Owned("charger", "my")}),
        ("зарядка от телефона где", {Owned("charger", "my")}),
        ("where is my phone", {Owned("cell phone")}),
        ("where is the phone stand", {Owned("phone stand")}),
        ("is my phone next to the laptop", {Owned("cell phone")}),
        ("лежат ли на столе мои ключи", {MY_KEYS}),
        ("where is my bag", {Owned("handbag"), Owned("backpack")}),
        ("где красный шарф", {Owned("red scarf", "my")}),
        ("where is the blue scarf", set()),
        ("куда я дел шуруповёрта", {Owned("шуруповёрт", "my")}),
        ("где очки Анны", {Owned("glasses", "Anna's")}),
        ("Анины очки", {Owned("glasses", "Anna's")}),
        ("where are Peter's glasses", set()),
        ("где папин блокнот", {Owned("notebook", "dad's")}),
        ("where are my keys and my notebook", {MY_KEYS}),
        ("где мои очки, ключи и зарядка", {Owned("glasses", "my"), MY_KEYS, Owned("charger", "my")}),
        ("where is my umbrella", set()),
        ("where is mum", set()),
        ("what time is it", set()),
        ("", set()),
    ],
)
def test_a_question_means_its_things(text: str, things: set[Owned]) -> None:
    assert meant(text) == things


def test_what_is_not_surely_meant_is_told_apart() -> None:
    (phone,) = Question("my phone").meant(KEPT)
    assert (phone.exact, phone.alike, phone.whose, phone.which) == ((), (Owned("cell phone"),), True, False)
    (cup,) = Question("the red cup").meant(KEPT)
    assert (cup.exact, cup.alike, cup.whose, cup.which) == ((), (Owned("cup"),), False, True)
    (key,) = Question("the car key").meant(KEPT)
    assert set(key.exact) == {MY_KEYS, MUMS_KEYS}


def test_a_word_is_misheard_only_for_what_is_remembered() -> None:
    (heard,) = Question("where is my lapptop").meant(KEPT)
    assert (heard.label, heard.guessed) == ("laptop", True)
    (unheard,) = Question("where is my lapptop").meant((MY_KEYS,))
    assert not unheard.known


def test_people_and_today_are_noticed() -> None:
    assert Question("где мама").people
    assert Question("did you see my keys today").today


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("my keys", MY_KEYS),
        ("мои ключи", MY_KEYS),
        ("the keys", Owned("keys")),
        ("мамины очки", Owned("glasses", "mum's")),
        ("Anna's glasses", Owned("glasses", "Anna's")),
        ("ключи Анны", Owned("keys", "Анны")),
        ("my Kindle", Owned("Kindle", "my")),
        ("mum's red scarf", Owned("red scarf", "mum's")),
        ("phone stand", Owned("phone stand")),
        ("лекарство", Owned("medicine")),
        ("the", None),
        ("it", None),
        ("all", None),
        ("not", None),
        ("my thing", None),
        ("моя вещь", None),
        ("where are my keys", None),
        ("all keys", Owned("all keys")),
    ],
)
def test_a_thing_is_kept_under_its_name(text: str, thing: Owned | None) -> None:
    assert named(text) == thing


@pytest.mark.parametrize("language", ["en", "ru"])
def test_everything_that_can_be_said_is_understood(language: str) -> None:
    """The name of every kind, as it is spoken, means that kind."""
    nouns = Phrases.of(language).tables["nouns"]
    for label in lexicon().labels & nouns.keys():
        kept = (Owned(label),)
        form = nouns[label]["one"]
        assert {owned for one in Question(form).meant(kept) for owned in one.exact} == set(kept), form


def test_every_own_kind_has_its_spoken_name() -> None:
    for language in ("en", "ru"):
        assert lexicon().labels <= Phrases.of(language).tables["nouns"].keys() | {"person"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Anna's", "Анны", True),
        ("Anna's", "Анины", True),
        ("Mascha's", "Anna's", False),
        ("my", "my", True),
        ("my", "", False),
        ("", "", True),
        ("Peter's", "Петера", True),
    ],
)
def test_a_name_is_known_in_the_other_script(one: str, other: str, same: bool) -> None:
    assert same_owner(one, other) is same_owner(other, one) is same


@given(
    st.text(max_size=60),
    st.sets(st.builds(Owned, st.text(min_size=1, max_size=20), st.text(max_size=9)), max_size=4),
)
def test_any_words_mean_something_that_is_kept_or_nothing(text: str, kept: set[Owned]) -> None:
    for each in Question(text).meant(kept):
        assert {*each.exact, *each.alike} <= kept
        assert not set(each.exact) & set(each.alike)
    thing = named(text)
    assert thing is None or thing.label
