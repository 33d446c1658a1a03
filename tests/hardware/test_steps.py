"""The reader of steps.toml: what is wrong is refused, and the message says where and what was probably meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.guide import steps

GOOD = """
[[step]]
id = "chest-1"
title_en = "One"
title_ru = "Один"
unit = "chest"
parts = { screw = 4 }
view = [1.0, 1.5, 0.9]
"""


def test_a_step_is_read_whole() -> None:
    (step,) = steps.read(GOOD)
    assert (step.id, step.page, step.title("ru"), dict(step.parts)) == (
        "chest-1",
        "chest",
        "Один",
        {"screw": 4},
    )
    assert step.view == (1.0, 1.5, 0.9) and step.shows is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD.replace("view =", "veiw ="), "did you mean 'view'"),
        (GOOD.replace('title_ru = "Один"\n', ""), "lacks 'title_ru'"),
        (GOOD.replace('unit = "chest"', 'unit = "head"'), "not 'head'"),
        (GOOD.replace("4", "0"), "whole number from 1"),
        (GOOD.replace("4", "true"), "whole number from 1"),
        (GOOD.replace("[1.0, 1.5, 0.9]", "[0, 0, 0]"), "three numbers"),
        (GOOD + GOOD, "'chest-1' twice"),
        (GOOD + "[[step", "no TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, told: str) -> None:
    with pytest.raises(steps.BadSteps, match=".*" + told):
        steps.read(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = steps.read(text)
    except steps.BadSteps as error:
        assert "steps.toml" in str(error)
    else:
        assert isinstance(found, tuple)


def test_every_piece_in_a_step_has_a_name_in_both_languages() -> None:
    for key, words in steps.names().items():
        assert words["en"].strip() and words["ru"].strip(), key
