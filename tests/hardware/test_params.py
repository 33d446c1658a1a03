"""params.toml: a slip of the pen is told with its table and the nearest key."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware import params

TEXT = params.FILE.read_text(encoding="utf-8")


def test_the_projects_file_is_sound_and_read_once() -> None:
    assert params.load() is params.load()
    assert params.read(TEXT) == params.load()
    assert isinstance(hash(params.load()), int)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("\nstandoff = 5.0", "\nstandof = 5.0", "[plate] has no 'standof'; did you mean 'standoff'?"),
        ("\nlip_wall = 1.6", "", "[plate] lacks 'lip_wall'"),
        ("\n[vents]", "\n[vent]", "no table [vent]; did you mean [vents]?"),
        ("\nbed = 220.0", '\nbed = "large"', "[printing] bed must be float"),
        ("\nbed = 220.0", "\nbed = true", "[printing] bed must be float"),
        ("\nbed = 220.0", "\nbed = ", "no TOML"),
    ],
)
def test_a_slip_is_told_with_its_remedy(old: str, new: str, words: str) -> None:
    assert old in TEXT
    with pytest.raises(params.BadParams) as told:
        params.read(TEXT.replace(old, new, 1))
    assert words.replace("[vents]?", "'vents'?") in str(told.value)


@given(st.sampled_from([field.name for field in dataclasses.fields(params.Params)]))
def test_no_table_may_be_missing(name: str) -> None:
    lines = TEXT.split("\n")
    start = next(index for index, line in enumerate(lines) if line.startswith(f"[{name}]"))
    end = next((i for i in range(start + 1, len(lines)) if lines[i].startswith("[")), len(lines))
    with pytest.raises(params.BadParams, match="lacks the table"):
        params.read("\n".join(lines[:start] + lines[end:]))


@given(st.text(max_size=200))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(params.BadParams):
        params.read(text)
