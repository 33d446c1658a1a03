"""A person is a person: no age, sex, origin, belief, feeling, looks or health."""

from __future__ import annotations

import re

import pytest
from chestnut.engine.truth import Rule
from chestnut_tests.judging import judge, judging, scene

SAID = {
    "An old man sits on a chair.": "A person sits on a chair.",
    "A young, smiling girl plays.": "A person plays.",
    "The elderly woman walks by.": "The person walks by.",
    "A tall, thin man stands there.": "A tall person stands there.",
    "A middle-aged individual stands there.": "An individual stands there.",
    "Молодой человек стоит слева.": "Человек стоит слева.",
    "За столом сидит пожилая женщина.": "За столом сидит человек.",
    "Одна молодая женщина сидит.": "Один человек сидит.",
    "Девочка-подросток держит мяч.": "Человек держит мяч.",
    "A man is standing on the left.": "A person is standing on the left.",
    "The woman's bag is red.": "The person's bag is red.",
    "An infant sits in a chair.": "A person sits in a chair.",
    "Two boys are playing.": "Two people are playing.",
    "The children play with a ball.": "The people play with a ball.",
    "A lady holds her phone.": "A person holds their phone.",
    "He is standing.": "The person is standing.",
    "She looks at him.": "The person looks at them.",
    "The dog looks at her.": "The dog looks at them.",
    "She is drying her hands herself.": "The person is drying their hands themselves.",
    "A man and a woman sit at a table.": "Two people sit at a table.",
    "A policeman stands there.": "A police officer stands there.",
    "Мужчина стоит слева.": "Человек стоит слева.",
    "Женщина сидит за столом.": "Человек сидит за столом.",
    "Слева видно мужчину.": "Слева видно человека.",
    "На женщине белая рубашка.": "На человеке белая рубашка.",
    "Собака подошла к мужчине.": "Собака подошла к человеку.",
    "Рядом с девушкой стул.": "Рядом с человеком стул.",
    "У женщины сумка.": "У человека сумка.",
    "Две женщины сидят.": "Два человека сидят.",
    "Одна женщина сидит.": "Один человек сидит.",
    "Женщины сидят за столом.": "Люди сидят за столом.",
    "Дети играют с мячом.": "Люди играют с мячом.",
    "Мальчик держит мяч.": "Человек держит мяч.",
    "Мужчина и женщина сидят.": "Два человека сидят.",
}
WITHHELD = [
    "The man is old.",
    "The person is grumpy.",
    "A teenager of about fifteen years.",
    "The person is 30 years old.",
    "The person looks happy.",
    "The person is smiling.",
    "The man seems angry.",
    "She is crying.",
    "The person looks Asian.",
    "A black man stands there.",
    "The person has dark skin.",
    "A Muslim woman in a hijab.",
    "The woman is pretty.",
    "A fat man sits there.",
    "A disabled person waits.",
    "A person in a wheelchair waits.",
    "A blind man with a cane.",
    "A mother holds her son.",
    "A bald man with a beard.",
    "A pregnant woman stands there.",
    "The person is female.",
    "A person who looks about forty.",
    "The person seems content.",
    "The person looks like a tourist.",
    "A schoolboy walks by.",
    "Она держит чашку.",
    "На ней красная куртка.",
    "Старик сидит на скамейке.",
    "Человек доволен.",
    "Людям весело.",
    "Человек смеётся.",
    "Человеку лет тридцать.",
    "Человеку около 40 лет.",
    "Человек улыбается.",
    "Человек выглядит грустным.",
    "Женщина плачет.",
    "Человек темнокожий.",
    "Мужчина азиатской внешности.",
    "Женщина в хиджабе.",
    "Толстый мужчина стоит.",
    "Человек в инвалидной коляске.",
    "Слепой человек с тростью.",
    "Мать держит сына.",
    "Мужчина с бородой.",
    "Женщина одета в красное.",
    "Женщина стояла у окна.",
    "Бабушка сидит на диване.",
]
SEX = re.compile(
    r"\b(?:man|men|woman|women|boys?|girls?|lad(?:y|ies)|he|she|him|his|hers?|children|child|infant)\b"
    r"|мужчин|женщин|девуш|девоч|мальчик|\bдет(?:и|ей)\b",
    re.IGNORECASE,
)
MANY = scene(0.2, 0.5, sports_ball=0.5, dog=0.4, chair=0.5, dining_table=0.5)


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_people_are_named_as_people(text: str, said: str) -> None:
    verdict = judge(text, seen=MANY)
    assert verdict.sentence is not None, verdict.rule
    assert verdict.sentence.text == said
    assert SEX.search(verdict.sentence.text) is None


@pytest.mark.parametrize("text", WITHHELD)
def test_traits_are_withheld(text: str) -> None:
    assert judge(text, seen=None, read=None).rule is Rule.TRAIT


@pytest.mark.parametrize(
    "text",
    [
        "A person in a dark jacket and white shoes.",
        "An old wooden table.",
        "A black cat lies on a white chair.",
        "A beautiful flower stands on the table.",
        "A couple of cups.",
        "The person looks at a phone.",
        "The person appears to be sitting.",
        "Справа стоит чашка, она белая.",
        "Человек в чёрной куртке и белой рубашке.",
        "Старый деревянный стол.",
        "Чёрная кошка лежит на белом стуле.",
        "Красивый цветок на столе.",
    ],
)
def test_things_may_be_old_black_and_beautiful(text: str) -> None:
    assert judge(text, seen=None, read=None).sentence is not None


def test_she_of_the_sentence_before_is_a_person_too() -> None:
    truth = judging("ru", seen=None, read=None)
    assert truth.judge("За столом сидит женщина.").sentence is not None
    spoken = truth.judge("Она читает книгу.").sentence
    assert spoken is not None and spoken.text == "Человек читает книгу."
