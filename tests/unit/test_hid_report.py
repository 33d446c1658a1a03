"""Report maps: what a gamepad's says, what is none, and bytes that are anything."""

from __future__ import annotations

import pytest
from chestnut.devices.hid_report import BadReportMap, ReportMap
from guest.uhid_pad import BITS, REPORT_ID, REPORT_MAP, report
from hypothesis import given
from hypothesis import strategies as st

PAD = ReportMap(REPORT_MAP)
KEYBOARD = bytes.fromhex("05010906a101050719e029e71500250175019508810295067508150025650507190029658100c0")
MOUSE = bytes.fromhex(
    "05010902a1010901a1000509190129031500250195037501810295017505810105010930093115817f750895028106c0c0"
)


def pressed(report_map: ReportMap, number: int, data: bytes) -> set[str]:
    return {moved.code for moved in report_map.read(number, data) if moved.is_key and moved.place}


def places(report_map: ReportMap, number: int, data: bytes) -> dict[str, float]:
    return {moved.code: moved.place for moved in report_map.read(number, data) if not moved.is_key}


def test_every_button_has_the_name_the_kernel_gives_it() -> None:
    codes = {
        "a": "BTN_SOUTH",
        "b": "BTN_EAST",
        "x": "BTN_NORTH",
        "y": "BTN_WEST",
        "l1": "BTN_TL",
        "r1": "BTN_TR",
        "l2": "BTN_TL2",
        "r2": "BTN_TR2",
        "select": "BTN_SELECT",
        "start": "BTN_START",
        "home": "BTN_MODE",
    }
    assert PAD.numbered
    for name, bit in BITS.items():
        assert pressed(PAD, REPORT_ID, report(buttons=1 << bit)) == {codes[name]}


def test_a_hat_goes_round_and_rests_in_the_middle() -> None:
    ways = [
        (found["ABS_HAT0X"], found["ABS_HAT0Y"])
        for hat in range(9)
        for found in (places(PAD, REPORT_ID, report(hat=hat)),)
    ]
    assert ways == [(0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, 0)]


def test_a_stick_goes_from_one_end_to_the_other() -> None:
    assert places(PAD, REPORT_ID, report(axes=(0, 255, 0, 0)))["ABS_X"] == -1
    assert places(PAD, REPORT_ID, report(axes=(0, 255, 0, 0)))["ABS_Y"] == 1
    assert abs(places(PAD, REPORT_ID, report())["ABS_X"]) < 0.01


def test_a_report_of_another_number_says_nothing_and_a_short_one_what_it_holds() -> None:
    assert list(PAD.read(REPORT_ID + 1, report(buttons=1))) == []
    assert {moved.code for moved in PAD.read(REPORT_ID, report(hat=2)[:1])} == {"ABS_HAT0X", "ABS_HAT0Y"}
    assert list(PAD.read(REPORT_ID, b"")) == []


def test_signed_axes_triggers_four_way_hats_and_a_consumers_home_are_understood() -> None:
    data = bytes.fromhex(
        "0501 0905 a101"
        "0930 0931 1581 257f 7508 9502 8102"  # X and Y from -127 to 127
        "0502 09c4 09c5 1500 26ff00 7508 9502 8102"  # accelerator and brake
        "0501 0939 1501 2504 7504 9501 8142 7504 9501 8101"  # a hat from 1 to 4, then nothing of 4 bits
        "0509 1901 2904 1500 2501 7501 9504 8102"  # four buttons
        "050c 0a2302 9501 8102 7503 9501 8101 c0"  # home, then nothing of 3 bits
    )
    whole = ReportMap(data)
    assert not whole.numbered
    found = places(whole, 0, bytes([0x81, 0x7F, 255, 0, 3, 0]))
    assert (found["ABS_X"], found["ABS_Y"]) == (-1, 1)
    assert (found["ABS_GAS"], found["ABS_BRAKE"]) == (1, 0)
    assert (found["ABS_HAT0X"], found["ABS_HAT0Y"]) == (0, 1)  # the third of four is down
    assert pressed(whole, 0, bytes([0, 0, 0, 0, 0, 0b10001])) == {"BTN_SOUTH", "BTN_MODE"}


def test_an_array_of_buttons_names_those_that_are_down() -> None:
    array = ReportMap(bytes.fromhex("05010905a10105091901290a1501250a750895028100c0"))
    assert pressed(array, 0, bytes([1, 5])) == {"BTN_SOUTH", "BTN_WEST"}
    assert pressed(array, 0, bytes([0, 0])) == set()
    assert {moved.place for moved in array.read(0, bytes([0, 0]))} == {0.0}


@pytest.mark.parametrize(
    "data", [KEYBOARD, MOUSE, b"", b"\xc0", b"\x05"], ids=["keyboard", "mouse", "", "end", "cut"]
)
def test_what_is_no_gamepads_map_is_told(data: bytes) -> None:
    with pytest.raises(BadReportMap):
        ReportMap(data)


@pytest.mark.parametrize(
    "data",
    [
        bytes.fromhex("05010905a101" + "a4" * 40),  # pushes
        bytes.fromhex("05010905a101b4"),  # a pop of nothing
        bytes.fromhex("a101" * 40),
        bytes.fromhex("05010905a1010509190129ff7521"),  # 33 bits
        bytes.fromhex("05010905a10105097501960080" + "8102" * 4),
        bytes.fromhex("05010905a1017520961000" + "8102" * 64),
        b"\x09\x01" * 2000,
        bytes(5000),
        b"\xfe\x20",
    ],
)
def test_what_is_beyond_all_measure_is_refused(data: bytes) -> None:
    with pytest.raises(BadReportMap):
        ReportMap(data)


@given(st.binary(max_size=200), st.integers(0, 255), st.binary(max_size=70))
def test_any_bytes_are_a_map_or_told(data: bytes, number: int, sent: bytes) -> None:
    try:
        found = ReportMap(data)
    except BadReportMap as error:
        assert str(error)
        return
    for moved in found.read(number, sent):
        assert -1 <= moved.place <= 1


@given(st.data(), st.integers(0, 255), st.binary(max_size=70))
def test_a_damaged_map_is_a_map_or_told(data: st.DataObject, number: int, sent: bytes) -> None:
    """Near a real one more paths are reached than by chance alone."""
    damaged = bytearray(REPORT_MAP)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(damaged)))
    try:
        found = ReportMap(bytes(damaged[:cut]) if data.draw(st.booleans()) else bytes(damaged))
    except BadReportMap:
        return
    for moved in found.read(number, sent):
        assert -1 <= moved.place <= 1


@given(st.integers(0, 0xFFFF), st.integers(0, 15), st.tuples(*[st.integers(0, 255)] * 4))
def test_what_a_pad_sends_is_what_is_read(buttons: int, hat: int, axes: tuple[int, int, int, int]) -> None:
    data = report(buttons=buttons, hat=hat, axes=axes)
    down = pressed(PAD, REPORT_ID, data)
    assert len(down) == (buttons & 0x7FFF).bit_count()
    assert (places(PAD, REPORT_ID, data)["ABS_X"] > 0) == (axes[0] > 127)
