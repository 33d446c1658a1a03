from __future__ import annotations

import ast
import json
import string
from pathlib import Path
from typing import Any

import pytest
from chestnut.core.events import Part
from chestnut.core.scene import Box, Hand, Judgement, Person, Refusal, Scene, Thing
from chestnut.core.session import LANGUAGES, MODES
from chestnut.core.thought import Stage
from chestnut.locale import Phrases
from chestnut.skills.choose import MENU
from chestnut.skills.sentence import WORDS, long_answer, short_answer
from hypothesis import given
from hypothesis import strategies as st

SKILLS = Path(__file__).resolve().parents[2] / "host" / "chestnut"
COUNTED = ("fault", "reminder", "percent", "degree", "entry", "minute")
COCO = [
    noun
    for noun in Phrases.of("en").tables["nouns"]
    if noun not in (*COUNTED, "hand", "person", "stranger", "unseen")
]


def fields(text: str) -> set[tuple[str | None, str | None]]:
    return {(name, spec) for _, name, spec, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_keys() -> None:
    english, russian = (Phrases.of(language).tables for language in ("en", "ru"))
    assert english.keys() == russian.keys()
    for table in english:
        if table != "numbers":
            assert english[table].keys() == russian[table].keys(), table


def test_both_languages_take_the_same_arguments() -> None:
    english, russian = (Phrases.of(language).tables["phrases"] for language in ("en", "ru"))
    for key, text in english.items():
        assert fields(text) == fields(russian[key]), key


def test_every_russian_noun_has_its_forms_and_gender() -> None:
    for noun, forms in Phrases.of("ru").tables["nouns"].items():
        assert {"gender", "one", "few", "many"} <= forms.keys(), noun
        assert forms["gender"] in ("m", "f", "n"), noun


def spoken_keys() -> set[str]:
    """Every phrase key that stands in the code as Say("key", …)."""
    found = set()
    for path in SKILLS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "Say"
                and node.args
            ):
                for leaf in ast.walk(node.args[0]):
                    if (
                        isinstance(leaf, ast.Constant)
                        and isinstance(leaf.value, str)
                        and leaf.value.isidentifier()
                    ):
                        found.add(leaf.value)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_the_code_speaks_has_a_sentence(language: str) -> None:
    phrases = Phrases.of(language).tables["phrases"]
    keys = spoken_keys() - {"choose_", "absent_"} | {refusal.value for refusal in Refusal}
    keys |= {f"{part}_{change}" for part in Part for change in ("lost", "back")}
    keys |= {f"thinking_{stage}" for stage in Stage} | {say.key for say in MENU.values()}
    assert not {key for key in keys if key not in phrases}
    assert all(mode in Phrases.of(language).tables["mode"] for mode in MODES)


def test_no_sentence_stands_unused() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SKILLS.rglob("*.py"))
    parts = {f"{part}_back" for part in Part}
    made = {
        key
        for key in Phrases.of("en").tables["phrases"]
        if key.startswith(("choose_", "absent_", "thinking_"))
    }
    assert not {
        key for key in Phrases.of("en").tables["phrases"].keys() - parts - made if f'"{key}"' not in source
    }


def test_an_unknown_language_names_the_known() -> None:
    with pytest.raises(ValueError, match="en, ru"):
        Phrases("de")


@pytest.mark.parametrize(
    ("count", "noun", "russian", "english"),
    [
        (1, "cup", "чашка", "a cup"),
        (2, "cup", "две чашки", "two cups"),
        (5, "cup", "пять чашек", "five cups"),
        (1, "person", "один человек", "one person"),
        (3, "person", "три человека", "three people"),
        (5, "person", "пять человек", "five people"),
        (2, "apple", "два яблока", "two apples"),
        (2, "scissors", "две пары ножниц", "two pairs of scissors"),
        (10, "dining table", "десять столов", "ten tables"),
        (12, "book", "много книг", "many books"),
        (5, "clock", "пять циферблатов", "five clocks"),
        (1, "percent", "1 процент", "1 percent"),
        (21, "percent", "21 процент", "21 percent"),
        (22, "percent", "22 процента", "22 percent"),
        (100, "percent", "100 процентов", "100 percent"),
        (0, "fault", "Неполадок нет", "No faults"),
        (1, "fault", "одна неполадка", "one fault"),
    ],
)
def test_counting(count: int, noun: str, russian: str, english: str) -> None:
    assert Phrases.of("ru").counted(count, noun) == russian
    assert Phrases.of("en").counted(count, noun) == english


def clause(side: str, reach: str, **items: int) -> dict[str, Any]:
    return {
        "places": [{"side": side, "reach": reach}],
        "items": [{"noun": noun.replace("_", " "), "count": n} for noun, n in items.items()],
    }


def test_sentences() -> None:
    clauses = [clause("ahead", "near", person=2), clause("left", "", cup=2, potted_plant=1)]
    args = {"clauses": clauses, "dim": False, "words": WORDS}
    english = "Two people ahead, near. Two cups and a potted plant on the left."
    assert Phrases.of("en").render("scene", args) == english
    russian = "Впереди, близко, два человека. Слева две чашки и растение в горшке."
    assert Phrases.of("ru").render("scene", args) == russian


def test_what_does_not_fit_is_left_out_from_the_end() -> None:
    clauses = [clause("left", "near", person=2, cup=3, bottle=2, chair=1), clause("right", "far", dog=1)]
    text = Phrases.of("en").render("scene", {"clauses": clauses, "dim": True, "words": 12})
    assert text == "Two people and three cups on the left, near. Dim light."


sides = st.floats(0, 0.9)
boxes = st.builds(
    lambda left, top, width, height: Box(left, top, min(1, left + width), min(1, top + height)),
    sides,
    sides,
    st.floats(0.01, 1),
    st.floats(0.01, 1),
)
scenes = st.builds(
    Scene,
    frame=st.just(1),
    judged=st.builds(Judgement, brightness=st.floats(0.05, 0.95), sharpness=st.just(1.0)),
    people=st.lists(st.builds(Person, score=st.just(0.9), box=boxes, face=st.none() | boxes), max_size=9).map(
        tuple
    ),
    things=st.lists(
        st.builds(Thing, label=st.sampled_from(COCO), score=st.just(0.9), box=boxes), max_size=12
    ).map(tuple),
    hands=st.lists(
        st.builds(Hand, score=st.just(0.9), handedness=st.just("left"), box=boxes, landmarks=st.just(())),
        max_size=2,
    ).map(tuple),
)


@given(scenes, st.sampled_from(LANGUAGES))
def test_every_short_answer_is_at_most_15_words_and_never_empty(seen: Scene, language: str) -> None:
    say = short_answer(seen)
    text = Phrases.of(language).render(say.key, say.args)
    assert 0 < len(text.split()) <= WORDS, text
    assert text[0].isupper() and text.endswith(".")
    assert "{" not in text


@given(scenes, st.sampled_from(LANGUAGES))
def test_the_long_answer_leaves_nothing_out(seen: Scene, language: str) -> None:
    text = " ".join(Phrases.of(language).render(say.key, say.args) for say in long_answer(seen))
    nouns = Phrases.of(language).tables["nouns"]
    for thing in seen.things:
        forms = [form for form in nouns[thing.label].values() if isinstance(form, str)]
        assert any(form in text.lower() or form in text for form in forms), (thing.label, text)


def test_people_are_spoken_first() -> None:
    big_table = Thing("dining table", 0.9, Box(0, 0, 1, 1))
    seen = Scene(1, Judgement(0.5, 1), (Person(0.9, Box(0.1, 0.4, 0.2, 0.5)),), (big_table,))
    say = short_answer(seen)
    assert Phrases.of("en").render(say.key, say.args).startswith("One person on the left")


def test_people_at_several_places_are_counted_first_and_none_is_left_out() -> None:
    people = (
        Person(0.9, Box(0.0, 0.0, 0.3, 1.0)),
        Person(0.9, Box(0.4, 0.5, 0.6, 0.95)),
        Person(0.9, Box(0.8, 0.5, 0.9, 0.6)),
    )
    cups = tuple(Thing("cup", 0.9, Box(at, 0.4, at + 0.2, 0.9)) for at in (0.0, 0.4, 0.8))
    say = short_answer(Scene(1, Judgement(0.5, 1), people, cups))
    english, russian = (Phrases.of(language).render(say.key, say.args) for language in ("en", "ru"))
    assert english.startswith("Three people: near left, ahead and far right. ")
    assert russian.startswith("Три человека: близко слева, впереди и далеко справа. ")


def test_a_crowd_is_several() -> None:
    people = tuple(Person(0.9, Box(at / 10, 0.2, at / 10 + 0.1, 0.9)) for at in range(7))
    say = short_answer(Scene(1, Judgement(0.5, 1), people))
    assert Phrases.of("ru").render(say.key, say.args) == "Впереди несколько человек."


def test_say_args_are_plain_data() -> None:
    say = short_answer(Scene(1, Judgement(0.5, 1), (Person(0.9, Box(0.1, 0.4, 0.2, 0.5)),)))
    assert json.loads(json.dumps(say.args)) == say.args
