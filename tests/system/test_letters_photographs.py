"""chestnut letters on photographs with a drawn hand in them: left or right, mirrored or not."""

from __future__ import annotations

import contextlib
import io
import json

import pytest
from chestnut.cli.main import main
from chestnut_tests.spelled_photographs import photographs, save

NOT_SEEN, UNSURE = "-", "?"
TAKEN = tuple(photographs(grounds=("coffee", "brick"), scales=(1.0,), turns_deg=(0, 15)))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What was read in each: a letter, NOT_SEEN or UNSURE."""
    folder = tmp_path_factory.mktemp("photographs")
    files = [str(save(photograph, folder)) for photograph in TAKEN]
    arguments = ["letters", *files, "--letters", str(folder / "nobodys.json"), "--json"]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert main(arguments) == 0
    pictures = json.loads(out.getvalue())["facts"]["pictures"]
    assert [picture["file"] for picture in pictures] == files
    return [_first([hand["letter"] for hand in picture["hands"]]) for picture in pictures]


def _first(letters: list[str | None]) -> str:
    if not letters:
        return NOT_SEEN
    return next((letter for letter in letters if letter), UNSURE)


def test_the_letter_is_read_or_left_open_and_hardly_ever_another(told: list[str]) -> None:
    right = [one == photograph.letter for one, photograph in zip(told, TAKEN, strict=True)]
    open_ = [one in (NOT_SEEN, UNSURE) for one in told]
    assert sum(right) >= 0.85 * len(told), told
    assert len(told) - sum(right) - sum(open_) <= 0.03 * len(told), told


def test_a_left_hand_is_read_as_a_right_one(told: list[str]) -> None:
    """The mirror picture of one is the other."""
    assert told[::2] == told[1::2]
