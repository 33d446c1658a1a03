"""What a sentence says of things, people, sides and light must not contradict the detectors."""

from __future__ import annotations

import pytest
from chestnut.core.scene import Judgement, Scene
from chestnut.engine.truth import Rule
from chestnut_tests.judging import SEEN, judge, scene

CONFIRMED = [
    "A cup is on the right.",
    "On the right there is a cup.",
    "The mug stands on the right side of the picture.",
    "Two people are here.",
    "A man and a woman are at a table.",
    "To the right of the bottle is a cup.",
    "From left to right: a bottle, a cup.",
    "One person is on the left.",
    "There is a person on the left and a cup on the right.",
    "A bottle is left of the cup.",
    "The cup is to the right of the bottle.",
    "In the middle there is a table with a cup on it.",
    "The room is bright.",
    "Чашка справа.",
    "Справа стоит кружка.",
    "В правой части картинки чашка.",
    "Здесь два человека.",
    "Здесь двое.",
    "Здесь мужчина и женщина.",
    "Слева от чашки бутылка.",
    "Слева человек, а справа чашка.",
    "Бутылка слева от чашки.",
    "В комнате светло.",
]
DOUBTFUL = [
    "On the right there is a white cup.",
    "A man and a woman are sitting at a table.",
    "The person holds a cup.",
    "A cup stands under the table.",
    "Cups are on the table.",
    "Справа стоит белая кружка.",
    "Два человека сидят за столом.",
    "Человек держит чашку.",
    "A dog lies on the floor.",
    "There is a door on the left.",
    "The wall is white.",
    "A cup stands next to a lamp.",
    "There is no dog.",
    "There are no other people.",
    "Других людей нет.",
    "It looks nice.",
    "Two spoons lie there.",
    "На полу лежит собака.",
    "Слева дверь.",
    "Собаки не видно.",
    "Рядом с чашкой лампа.",
]
BROKEN = {
    "Three people are sitting.": Rule.COUNT,
    "People: three.": Rule.COUNT,
    "A third person is standing behind them.": Rule.COUNT,
    "The person is sitting there alone.": Rule.COUNT,
    "A woman, a man and a child sit there.": Rule.COUNT,
    "Человек сидит за столом один.": Rule.COUNT,
    "За ними стоит третий человек.": Rule.COUNT,
    "The bottle isn't there.": Rule.DENIAL,
    "The table is empty.": Rule.DENIAL,
    "There are no shards on the chair.": Rule.PROMISE,
    "There is no marzipan.": Rule.DENIAL,
    "Стол пустой.": Rule.DENIAL,
    "Марципана нет.": Rule.DENIAL,
    "To your right there is a bottle.": Rule.SIDE,
    "To the left of the bottle is a cup.": Rule.SIDE,
    "The bottle and the cup are both on the right.": Rule.SIDE,
    "From left to right: a cup, a bottle.": Rule.SIDE,
    "On the left, next to the person, is a cup.": Rule.SIDE,
    "Слева от бутылки чашка.": Rule.SIDE,
    "У левого края чашка.": Rule.SIDE,
    "Бутылка и чашка справа.": Rule.SIDE,
    "Слева направо: чашка, бутылка.": Rule.SIDE,
    "There are two cups on the table.": Rule.COUNT,
    "Only one person is here.": Rule.COUNT,
    "The only person sits at the table.": Rule.COUNT,
    "Единственный человек сидит.": Rule.COUNT,
    "A crowd of people stands there.": Rule.COUNT,
    "Five people and a table.": Rule.COUNT,
    "Трое сидят за столом.": Rule.COUNT,
    "Здесь пять человек.": Rule.COUNT,
    "На столе две чашки.": Rule.COUNT,
    "Три девушки сидят.": Rule.COUNT,
    "There is no cup.": Rule.DENIAL,
    "I don't see any bottle.": Rule.DENIAL,
    "Nobody is in the room.": Rule.DENIAL,
    "The room is empty.": Rule.DENIAL,
    "There are zero cups.": Rule.DENIAL,
    "There are no people.": Rule.DENIAL,
    "Чашки нет.": Rule.DENIAL,
    "Бутылки не видно.": Rule.DENIAL,
    "Нет ни чашки, ни бутылки.": Rule.DENIAL,
    "Комната пуста.": Rule.DENIAL,
    "A cup is on the left.": Rule.SIDE,
    "On the left is a white cup.": Rule.SIDE,
    "The cup is straight ahead.": Rule.SIDE,
    "The cup is left of the bottle.": Rule.SIDE,
    "The bottle is on the right side.": Rule.SIDE,
    "A person is on the right.": Rule.SIDE,
    "Left: a cup.": Rule.SIDE,
    "There is a cup on the left and a bottle on the right.": Rule.SIDE,
    "Чашка стоит слева.": Rule.SIDE,
    "Слева стоит чашка.": Rule.SIDE,
    "Чашка слева от бутылки.": Rule.SIDE,
    "Человек справа.": Rule.SIDE,
    "Бутылка в правой части.": Rule.SIDE,
    "The room is dark.": Rule.LIGHT,
    "It is a dimly lit room.": Rule.LIGHT,
    "В комнате темно.": Rule.LIGHT,
    "Комната плохо освещена.": Rule.LIGHT,
}


@pytest.mark.parametrize("text", CONFIRMED)
def test_what_the_detectors_bear_out_is_certain(text: str) -> None:
    verdict = judge(text)
    assert verdict.sentence is not None, verdict.rule
    assert not verdict.sentence.doubtful


@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_only_the_model_says_is_doubtful(text: str) -> None:
    verdict = judge(text)
    assert verdict.sentence is not None, verdict.rule
    assert verdict.sentence.doubtful


@pytest.mark.parametrize(("text", "rule"), BROKEN.items())
def test_what_contradicts_them_is_withheld(text: str, rule: Rule) -> None:
    assert judge(text).rule is rule


@pytest.mark.parametrize(
    "text", ["I am not sure.", "I cannot tell what it is.", "Я не уверен.", "Трудно сказать."]
)
def test_to_be_unsure_is_certain(text: str) -> None:
    verdict = judge(text)
    assert verdict.sentence is not None and not verdict.sentence.doubtful


@pytest.mark.parametrize("text", ["A cup is on the right.", "Чашка справа."])
def test_without_a_picture_all_is_doubtful(text: str) -> None:
    verdict = judge(text, seen=None, read=None)
    assert verdict.sentence is not None and verdict.sentence.doubtful


@pytest.mark.parametrize(
    "text", ["A cup is on the left.", "A cup is ahead.", "Чашка слева.", "Чашка впереди."]
)
def test_near_the_border_of_two_sides_either_may_be_said(text: str) -> None:
    assert judge(text, seen=scene(cup=0.37)).sentence is not None


@pytest.mark.parametrize("text", ["A table is on the left.", "Стол справа."])
def test_what_is_as_wide_as_the_picture_is_everywhere(text: str) -> None:
    assert judge(text).sentence is not None


def test_one_of_several_may_be_at_a_side() -> None:
    cups = Scene(1, SEEN.judged, (), scene(cup=0.1).things + scene(cup=0.9).things)
    assert judge("A cup is on the left.", seen=cups).sentence is not None
    assert judge("One cup is on the right.", seen=cups).sentence is not None
    assert judge("Two cups are on the left.", seen=cups).sentence is not None  # two there are
    assert judge("Three cups are on the left.", seen=cups).rule is Rule.COUNT


def test_people_at_one_side_may_be_counted() -> None:
    people = scene(0.1, 0.2, 0.9)
    assert judge("Two people are on the left.", seen=people).sentence is not None
    assert judge("Two people are standing.", seen=people).rule is Rule.COUNT
    assert judge("Слева два человека.", seen=people).sentence is not None


def test_a_crowd_is_not_counted() -> None:
    crowd = scene(*(at / 10 for at in range(1, 8)))
    verdict = judge("Six people are standing.", seen=crowd)
    assert verdict.sentence is not None and verdict.sentence.doubtful
    assert judge("Two people are standing.", seen=crowd).rule is Rule.COUNT


@pytest.mark.parametrize(
    ("text", "brightness", "rule"),
    [
        ("The room is bright.", 0.1, Rule.LIGHT),
        ("The room is dark.", 0.1, None),
        ("The room is not dark.", 0.1, Rule.LIGHT),
        ("The room is dark.", 0.6, Rule.LIGHT),
        ("В комнате светло.", 0.1, Rule.LIGHT),
        ("В комнате темно.", 0.1, None),
        ("The cup is dark blue.", 0.9, None),
        ("The kitchen is white with dark cabinets.", 0.9, None),
        ("На кухне белые шкафы и тёмная столешница.", 0.9, None),
        ("Куртка тёмно-синяя.", 0.9, None),
        ("Чашка ярко-красная.", 0.1, None),
        ("A person in a dark jacket.", 0.9, None),
    ],
)
def test_light_is_what_the_camera_measured(text: str, brightness: float, rule: Rule | None) -> None:
    seen = scene(0.5, cup=0.5, judged=Judgement(brightness, 1.0))
    assert judge(text, seen=seen).rule is rule
