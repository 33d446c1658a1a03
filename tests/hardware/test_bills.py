"""The bill adds up, says what nobody checked, and is not older than what it is made from."""

from __future__ import annotations

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.power import load_model
from hardware import parts
from hardware.bills import bill, build, page, printed, slicing
from hardware.bills.printed import BadPrinted
from hardware.bills.words import HEADS, POWER, WORDS
from hardware.pins import ROOT

PARTS = parts.load()


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_bill_is_not_older_than_its_sources():
    assert build.stale() == []


def test_the_sheet_for_distributors_has_every_part_once_with_its_number():
    rows = lines(page.sheet())
    assert [(row["Description"], int(row["Qty"]), row["MPN"]) for row in rows] == [
        (part.name_en, part.qty, part.mpn) for part in PARTS.build()
    ]


def test_the_sheet_of_options_has_what_no_standard_build_needs():
    rows = lines((ROOT / "hardware/bills/bom_options.csv").read_text(encoding="utf-8"))
    assert {row["Option"] for row in rows} == {option.id for option in PARTS.options}
    assert len(rows) == sum(bool(part.option) for part in PARTS.parts)


def test_the_sum_of_prices_is_that_of_the_sheet():
    rows = lines(page.sheet())
    assert bill.totals().usd == pytest.approx(
        sum(int(row["Qty"]) * float(row["USD each, not checked"]) for row in rows)
    )


def test_weights_on_all_places_make_the_whole():
    total = bill.totals()
    bought = sum(part.qty * part.grams for part in PARTS.build() if part.hangs_on)
    assert total.worn_grams == pytest.approx(bought + total.printed_grams)


def test_screws_of_both_units_weigh_where_they_are_mounted():
    insert = PARTS.part("insert_m25")
    mounted = bill.used_in()["insert_m25"]
    assert bill.carried(insert) == {
        "chest": sum(count for step, count in mounted.items() if step != "inserts-2"),
        "pod": mounted["inserts-2"],
    }


def test_options_change_price_and_weight_by_what_they_add_and_leave_out():
    option = next(option for option in PARTS.options if option.id == "plain_camera")
    assert bill.difference(option) == pytest.approx((25 - 35, 0))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_line_that_nobody_checked_says_so(language):
    text = page.page(language)
    column = HEADS[language]["parts"].index({"en": "checked", "ru": "проверено"}[language])
    for part in PARTS.build():
        row = next(row for row in text.splitlines() if row.startswith("| ") and part.name(language) in row)
        told = [cell.strip() for cell in row.strip("|").split(" | ")][column].strip()
        assert told == WORDS[language]["yes" if part.checked else "partly" if part.source else "no"]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_watts_and_hours_are_those_of_the_power_model(language):
    model = load_model()
    text = page.page(language)
    assert set(POWER[language]) == {*model.doings, "mixed"}
    draw, hours = model.mixed(), model.hours(model.mixed())
    row = next(row for row in text.splitlines() if POWER[language]["mixed"] in row)
    told = [float(cell.replace(",", ".")) for cell in row.strip("| ").split(" | ")[1:]]
    assert told == pytest.approx([draw.likely, hours.likely, hours.low, hours.high], abs=0.05)


def test_the_bank_of_the_bill_is_that_of_the_power_model():
    assert f"({load_model().watt_hours:g} Wh)" in PARTS.part("power_bank").name_en


@pytest.mark.parametrize("language", ["en", "ru"])
def test_links_of_the_bill_lead_somewhere(language):
    for target in re.findall(r"\]\(([^)#]+)", page.page(language)):
        assert (ROOT / "hardware/bills" / target).exists(), target


def test_every_print_is_on_the_bill_in_words_of_both_languages():
    prints = printed.load()
    assert prints
    for language in ("en", "ru"):
        text = page.page(language)
        for part in prints:
            row = next(row for row in text.splitlines() if f"`{part.name}.stl`" in row)
            assert f"| {part.name} |" not in row, f"{part.name} has no name in guide/names.toml"


def test_what_the_slicer_told_is_believable_beside_the_volume():
    for part in printed.load():
        solid = printed.volume_cm3(printed.MESHES / f"{part.name}.stl") * 1.27
        assert part.grams <= solid * 1.15 + 0.3  # a slicer's lines overlap a little
        assert part.grams >= solid * 0.3


def test_a_mesh_that_was_not_sliced_counts_as_solid_and_says_so(tmp_path, monkeypatch):
    cube = _cube(10.0)
    (tmp_path / "cube.stl").write_bytes(cube)
    monkeypatch.setattr(printed, "MESHES", tmp_path)
    monkeypatch.setattr(printed, "SLICED", tmp_path / "none.toml")
    (part,) = printed.load.__wrapped__()
    assert (part.sliced, part.minutes, part.grams) == (False, 0.0, pytest.approx(1.27, abs=0.05))


def _cube(side: float) -> bytes:
    from itertools import product

    corners = np.array(list(product((0, side), repeat=3)), np.float64)
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = [(q[0], q[i], q[i + 1]) for q in quads for i in (1, 2)]
    record = np.zeros(len(faces), np.dtype([("n", "<f4", 3), ("p", "<f4", (3, 3)), ("s", "<u2")]))
    record["p"] = corners[np.array(faces)]
    return bytes(80) + len(faces).to_bytes(4, "little") + record.tobytes()


def test_the_slicers_comments_are_understood():
    gcode = (
        "; generated by PrusaSlicer 2.5.0+dfsg on 2026-11-24\nG1 X1\n; filament used [g] = 37.56\n"
        "; total filament used [g] = 37.56\n; estimated printing time (normal mode) = 1d 2h 46m 42s\n"
    )
    assert slicing.told(gcode) == ("PrusaSlicer 2.5.0", 37.56, pytest.approx(1440 + 120 + 46.7))


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_other_file_is_refused_in_words(text):
    with pytest.raises(slicing.NoSlice, match="PrusaSlicer"):
        slicing.told(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_printed_toml_is_read_or_refused_in_words(text):
    for given_text in (text, f'slicer = "x"\n{text}'):
        try:
            printed.read(given_text)
        except BadPrinted as error:
            assert "printed.toml" in str(error)
