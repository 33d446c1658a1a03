"""The power model adds up, and says where its figures come from."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.__main__ import power_rows
from bench.power import HOUR_S, TABLE, BadTable, Span, load_model, parse_model, show


@pytest.fixture
def table() -> dict[str, Any]:
    return copy.deepcopy(tomllib.loads(TABLE.read_text(encoding="utf-8")))


def test_the_projects_own_table_is_right_and_its_hours_are_what_simple_sums_give() -> None:
    model = load_model()
    assert sum(model.hour.values()) == HOUR_S
    resting = sum(model.watts[part].likely for part in ("board", "card_and_sound", "pod", "fan", "camera"))
    resting += 0.05 * model.watts["core"].likely
    assert model.draw("resting").likely == pytest.approx(resting)
    assert model.hours(Span(1, 1, 1)).likely == pytest.approx(37 * 0.83 * 0.95)
    hours = model.hours(model.mixed())
    assert hours.low < hours.likely < hours.high
    assert (
        model.hours(model.draw("thinking")).likely < hours.likely < model.hours(model.draw("resting")).likely
    )


@given(st.floats(0.1, 20), st.floats(0.1, 20))
def test_what_takes_more_lasts_shorter(one: float, other: float) -> None:
    model = load_model()
    less, more = sorted((one, other))
    assert model.hours(Span(more, more, more)).likely <= model.hours(Span(less, less, less)).likely


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("hour", "resting"), 1, "the hour has"),
        (("hour", "sleeping"), 0, "no [doing.sleeping]"),
        (("watts", "core", "source"), " ", "names its source"),
        (("watts", "core", "takes"), [2, 1, 3], "low, likely, high"),
        (("watts", "core", "takes"), [0, 1, 3], "above nothing"),
        (("doing", "resting", "on"), ["radio"], "no [watts.radio]"),
        (("bank", "delivered"), 0.8, "lacks or misspells"),
    ],
)
def test_a_wrong_table_is_named(
    table: dict[str, Any], place: tuple[str, ...], value: Any, words: str
) -> None:
    *way, last = place
    entry: Any = table
    for name in way:
        entry = entry[name]
    entry[last] = value
    with pytest.raises(BadTable) as error:
        parse_model(table)
    assert words in str(error.value)


def test_a_table_without_a_part_that_is_always_on_is_named(table: dict[str, Any]) -> None:
    del table["watts"]["board"]
    with pytest.raises(BadTable, match=r"no \[watts.board\]"):
        parse_model(table)


def test_it_is_shown_as_a_model_and_stands_in_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    show(load_model())
    shown = capsys.readouterr().out
    assert "a model, not a measurement" in shown
    assert "an hour of mixed use" in shown
    likely, worst = power_rows()
    assert likely.unit == worst.unit == "h"
    assert worst.p50 < likely.p50
    assert "model" in likely.what
    assert not likely.gap


def test_the_hours_of_the_docs_are_those_of_the_model(project_dir: Path) -> None:
    model = load_model()
    page = (project_dir / "docs" / "power.md").read_text(encoding="utf-8")
    rows = {
        "resting": "resting",
        "watching (Companion)": "watching",
        "describing, finding": "describing",
        "reading aloud": "reading",
        "spelling (Signs)": "spelling",
        "the language model at work": "thinking",
        "**an hour of mixed use**": "",
    }
    for words, doing in rows.items():
        draw = model.draw(doing) if doing else model.mixed()
        hours = model.hours(draw)
        told = [f"{draw.likely:.1f}", f"{hours.likely:.1f}", f"{hours.low:.1f}", f"{hours.high:.1f}"]
        (line,) = (line for line in page.splitlines() if line.startswith(f"| {words} |"))
        assert [cell.strip(" *") for cell in line.split("|")[2:6]] == told, words
    assert model.draw("describing") == model.draw("finding")
