"""One home for every bought part: the reader is strict; steps, drawings and model use what it lists, all of it."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware import parts
from hardware.bills import bill
from hardware.guide import steps
from hardware.parts import BadParts

PARTS = parts.load()
BOTH_ENDS = {"usb_cable_pod", "sensor_cable"}  # one cable, drawn where it enters each unit
TEXT = parts.FILE.read_text(encoding="utf-8")


def test_every_part_of_the_standard_build_is_mounted_in_some_step():
    mounted = bill.used_in()
    assert [part.id for part in PARTS.build() if part.id not in mounted] == []


def test_every_step_takes_parts_that_there_are():
    standard = {part.id for part in PARTS.build()}
    assert {part for step in steps.load() for part in step.parts} <= standard


def test_the_steps_mount_as_many_as_the_bill_buys():
    mounted = {part: sum(counts.values()) for part, counts in bill.used_in().items()}
    bought = {part.id: part.qty for part in PARTS.build()}
    assert {id: (mounted[id], bought[id]) for id in mounted if mounted[id] != bought[id]} == {}


def test_the_drawings_hold_no_more_of_a_part_than_the_bill():
    count = {part.id: part.qty for part in PARTS.parts}
    for part, refs in bill.references().items():
        assert len(refs) <= count[part], part


def test_every_switch_resistor_and_light_of_the_drawings_is_bought():
    refs = bill.references()
    for part in PARTS.build():
        if part.id.startswith(("resistor", "tact", "led", "motor", "service")):
            assert len(refs[part.id]) == part.qty, part.id


def test_the_model_holds_as_many_of_each_part_as_the_bill_and_in_the_steps_that_mount_them():
    from hardware.cad import assembly

    pieces = [piece for piece in (*assembly.chest_unit(), *assembly.pod_unit()) if piece.part]
    order = [step.id for step in steps.load()]
    for id in {piece.part for piece in pieces} - BOTH_ENDS:
        shown = [piece.step for piece in pieces if piece.part == id]
        assert len(shown) == PARTS.part(id).qty, id
        # What is soldered in one step may lie in its place only in a later one.
        first = min(map(order.index, bill.used_in()[id]))
        assert all(order.index(step) >= first for step in shown), id


def test_an_option_leaves_out_what_it_replaces():
    for option in PARTS.options:
        build = {part.id for part in PARTS.build(option.id)}
        assert not build & set(option.replaces)
        assert any(part.option == option.id for part in PARTS.build(option.id))


def test_an_unknown_option_is_told_with_the_nearest():
    with pytest.raises(BadParts, match="did you mean 'spring_motor'"):
        PARTS.build("spring_moter")


def test_what_is_checked_names_its_source():
    for part in PARTS.parts:
        assert part.source or not part.checked


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("qty = 5", "qty = 0"), "qty must be int"),
        (("mpn = ", "mnp = "), "has no 'mnp'; did you mean 'mpn'"),
        (("grams = 46\n", ""), "'raspberry_pi_5' lacks 'grams'"),
        (("[[tool]]", "[[tul]]"), "has no 'tul'; did you mean 'tool'"),
        (('id = "active_cooler"', 'id = "raspberry_pi_5"'), "is there twice"),
        (('option = "gamepad"', 'option = "gamepat"'), "no option 'gamepat'; did you mean 'gamepad'"),
        (('replaces = ["camera_3_wide"]', 'replaces = ["camera_3_wid"]'), "did you mean 'camera_3_wide'"),
        (('hangs_on = "belt"', 'hangs_on = "bell"'), "hangs on 'bell'; did you mean 'belt'"),
        (("checked = false", "checked = true"), "is checked and names no source"),
        (("alternatives_ru = [", 'alternatives_ru = ["ещё", '), "must be as many"),
        (("grams = 46\n", "grams = nan\n"), "grams must be float"),
        (("[[part]]", "[[part"), "is no TOML"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(change, told):
    assert change[0] in TEXT
    with pytest.raises(BadParts) as refused:
        parts.read(TEXT.replace(*change, 1))
    assert told in str(refused.value)


VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)
PART = tomllib.loads(TEXT)["part"][0]


def _written(value: object) -> str:
    """TOML for what Python values a TOML file can hold."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return (
            '"'
            + "".join(f"\\U{ord(letter):08x}" for letter in value if not 0xD800 <= ord(letter) < 0xE000)
            + '"'
        )
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_written(key)} = {_written(item)}" for key, item in value.items()) + "}"
    raise TypeError(value)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PART)), VALUES)
def test_any_value_is_taken_whole_or_refused_in_words(key, value):
    entry = {**PART, key: value}
    text = 'price_date = "2025"\n[[part]]\n' + "".join(
        f"{name} = {_written(held)}\n" for name, held in entry.items()
    )
    try:
        (read,) = parts.read(text).parts
    except BadParts as error:
        assert "parts.toml" in str(error)
    else:
        held = getattr(read, key)
        assert (list(held) if isinstance(held, tuple) else held) == value


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        parts.read(text)
    except BadParts as error:
        assert "parts.toml" in str(error)


def test_parts_are_frozen():
    with pytest.raises(AttributeError):
        PARTS.parts[0].qty = 2
    assert replace(PARTS.parts[0], qty=2) != PARTS.parts[0]
