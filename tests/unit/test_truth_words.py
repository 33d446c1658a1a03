"""The word tables: what they must know, and that a mistake in them is named."""

from __future__ import annotations

import pytest
from chestnut.core.wordforms import plural
from chestnut.engine.truth.mentions import mentions
from chestnut.engine.truth.patterns import Patterns
from chestnut.engine.truth.spelling import disguises, spelled, tokens
from chestnut.engine.truth.spelling import words as words_of
from chestnut.locale import Phrases
from chestnut.locale.truth import tables
from chestnut.perception.labels import LABELS
from chestnut_tests.judging import LANGUAGES, words

SEEN = {*LABELS, "person", "hand"}
ALSO_A_COLOUR = {("en", "orange", "one")}


def test_both_languages_have_the_same_tables() -> None:
    english, russian = tables()["en"], tables()["ru"]
    assert english.keys() == russian.keys()
    for name in english.keys() - {"irregular", "groups", "sets"}:
        assert english[name].keys() == russian[name].keys(), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_form_the_wearer_hears_of_a_thing_names_it_to_the_filter(language: str) -> None:
    """Declared twice for two purposes, so that one is checked against the other."""
    known = words().languages[language]
    for noun, forms in Phrases.of(language).tables["nouns"].items():
        if noun not in SEEN:
            continue
        for name in forms.keys() & {"one", "few", "many", "other"}:
            if (language, noun, name) in ALSO_A_COLOUR:
                continue
            labels = {label for each in mentions(words_of(forms[name]), known) for label in each.noun.labels}
            assert noun in labels, (language, noun, forms[name])


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("two large white cups", [2]),
        ("a cup and three plates", [None, 3]),
        ("3 cups", [3]),
        ("both people", [2]),
        ("a pair of scissors", [None]),
        ("две большие чашки", [2]),
        ("пять человек", [5]),
        ("двое сидят за столом", [2, None]),
        ("двое людей", [2]),
        ("три на столе, чашка", [None, None]),
    ],
)
def test_counts_belong_to_what_they_count(text: str, counts: list[int | None]) -> None:
    known = words().languages["ru" if text > "а" else "en"]
    assert [mention.count for mention in mentions(words_of(text), known)] == counts


@pytest.mark.parametrize(
    ("patterns", "text", "found"),
    [
        (["safe*"], "It is SAFEly done.", True),
        (["safe*"], "unsafe", False),
        (["can <2> go"], "you can, now go", True),
        (["can <2> go"], "can a b c go", False),
        (["^ go"], "then, go", True),
        (["^ go"], "they go", False),
        (["clear !glass"], "clear glass", False),
        (["clear !glass"], "clear", True),
        (["go_ahead|stop"], "go ahead", True),
        (["{no} <1> car"], "not any car", True),
        (["# mg"], "500 mg", True),
        (["# mg"], "five mg", False),
        ([], "anything", False),
    ],
)
def test_patterns(patterns: list[str], text: str, found: bool) -> None:
    assert Patterns(patterns, {"no": "no not"}).found(text) is found


def test_a_match_must_end_beyond_what_was_looked_at() -> None:
    patterns = Patterns(["can <3> go"], {})
    assert patterns.match("can go / ", beyond=9) is None
    assert patterns.match("can / now go ", beyond=6) is not None


@pytest.mark.parametrize("pattern", ["{nothing} here", "a||b", "*", "sm*le"])
def test_a_wrong_pattern_is_named(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        Patterns([pattern], {})


@pytest.mark.parametrize(
    ("one", "many"), [("cup", "cups"), ("bus", "buses"), ("city", "cities"), ("key", "keys")]
)
def test_plurals(one: str, many: str) -> None:
    assert plural(one) == many


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Ёж", "еж"),
        ("й", "й"),
        ("безопа́сно", "безопасно"),
        ("sa\u200bfe", "safe"),
        ("ＳＡＦＥ", "safe"),
        ("é", "e"),
    ],
)
def test_one_spelling(text: str, same: str) -> None:
    assert spelled(text) == same


@pytest.mark.parametrize("text", ["sаfе", "s a f e", "s-a-f-e", "5afe", "s@fe", "$afe", "ꜱᴀꜰᴇ"])
def test_disguised_latin(text: str) -> None:
    assert "safe" in tokens(disguises(text)[0])


@pytest.mark.parametrize("text", ["мoжнo", "МOЖHО", "м о ж н о", "м0жн0"])
def test_disguised_cyrillic(text: str) -> None:
    assert "можно" in tokens(disguises(text)[1])
