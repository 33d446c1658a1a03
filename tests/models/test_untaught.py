"""Another thing of the kind, never taught, walked up to with the finder: by the real model on rendered things."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

import numpy as np
import pytest
from chestnut.core.effects import Look, Now, Remark, Say
from chestnut.core.memory import Owned, Taught
from chestnut.core.scene import Frame, Judgement, Scene
from chestnut.core.session import Session
from chestnut.perception.belongings import Belongings, descriptors
from chestnut.perception.descriptor import Describer
from chestnut.perception.own import belongings_in
from chestnut.perception.recognition import Background
from chestnut.skills.find import find
from chestnut_models.library import path as model_path
from chestnut_tests.rendered.kinds import KINDS
from chestnut_tests.rendered.pictures import Picture, pasted, photograph, pose

MINE = Owned("it", "my")
LOOKS, STEP_S = 4, 0.3
GOOD = Judgement(0.5, 1.0)


@pytest.fixture(scope="module")
def belongings() -> Iterator[Belongings]:
    belongings = Belongings(Describer(model_path("efficientnet-lite0.onnx")), Background.load())
    yield belongings
    belongings.close()


def walk(kind: str, taught: bool, belongings: Belongings) -> Iterator[Picture]:
    """One of the kind is taught; then it, or another, comes nearer and to the middle."""
    chance = np.random.default_rng(17)
    mine, other = KINDS[kind](chance), KINDS[kind](chance)
    takes = []
    for ground in ("coffee", "brick", "grass", "gravel", "chelsea"):
        lies = replace(pose(chance, (0.4, 0.6)), x=0.5, y=0.5)
        takes.append(belongings.take(Frame(1, 0.0, pasted(mine, photograph(ground), lies)[0])))
    belongings.know([Taught(MINE, descriptors(takes))], ())
    far = replace(pose(chance), x=0.3, y=0.4, size=0.25)
    for share in np.linspace(0, 1, LOOKS):
        near = replace(far, x=0.3 + 0.2 * share, size=0.25 + 0.25 * share, yaw=far.yaw + 0.4 * share)
        yield pasted(mine if taught else other, photograph("astronaut"), near)[0]


def told(belongings: Belongings, pictures: Iterator[Picture]) -> list[Say]:
    """What the finder says of where it is."""
    said, now, answer = [], 0.0, None
    steps = find(own=MINE)(Session())
    effect = next(steps)
    while True:
        match effect:
            case Look(own=True):
                picture = next(pictures, None)
                if picture is None:
                    return said
                found = belongings.look(Frame(1, 0.0, picture))
                assert found is not None
                answer, now = Scene(1, GOOD, (), (), (), belongings_in(found)), now + STEP_S
            case Now():
                answer = now
            case Remark(say) | (Say() as say):
                said.append(say)
        effect = steps.send(answer)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_another_of_the_kind_is_never_led_to_as_a_fact(kind: str, belongings: Belongings) -> None:
    said = told(belongings, walk(kind, False, belongings))
    assert said[0].key == "find_begin"
    assert not [say for say in said if say.key in ("scene", "find_reached")]


def test_the_taught_one_is_led_to(belongings: Belongings) -> None:
    """Of some kinds at least, surely or perhaps: else the tests above would show nothing."""
    told_of = [told(belongings, walk(kind, True, belongings)) for kind in ("wallet", "bottle", "remote")]
    assert any(say.key in ("scene", "find_unsure") for said in told_of for say in said)
    assert all(say.args["items"] == [{"owned": asdict(MINE)}] for said in told_of for say in said[:1])
