"""The guest's pad: what it writes to the kernel, with a file in the kernel's place."""

from __future__ import annotations

import io
import os
import struct
import sys
import threading
from pathlib import Path

import pytest
from chestnut.devices.hid_report import ReportMap
from guest import uhid_pad
from guest.uhid_pad import REPORT_ID, REPORT_MAP, UHID_CREATE2, UHID_DESTROY, UHID_INPUT2

CREATE = struct.Struct("<I128s64s64sHHIIII")


def written(device: Path) -> list[tuple[int, bytes]]:
    """Each order to the kernel, by its kind, with what it holds."""
    data = device.read_bytes()
    found = []
    while data:
        (kind,) = struct.unpack_from("<I", data)
        if kind == UHID_CREATE2:
            size = CREATE.size + len(REPORT_MAP)
        elif kind == UHID_INPUT2:
            size = 6 + struct.unpack_from("<H", data, 4)[0]
        else:
            size = 4
        found.append((kind, data[:size]))
        data = data[size:]
    return found


def told(device: Path) -> list[set[str]]:
    """The keys each report says are down."""
    report_map = ReportMap(REPORT_MAP)
    reports = [data[6:] for kind, data in written(device) if kind == UHID_INPUT2]
    assert {data[0] for data in reports} <= {REPORT_ID}
    return [
        {
            moved.code if moved.is_key else f"{moved.code} {moved.place:.0f}"
            for moved in report_map.read(REPORT_ID, data[1:])
            if abs(moved.place) > 0.5
        }
        for data in reports
    ]


@pytest.fixture
def device(tmp_path: Path) -> Path:
    path = tmp_path / "uhid"
    path.touch()
    return path


def play(device: Path, monkeypatch: pytest.MonkeyPatch, lines: str, *arguments: str) -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    # A file has one place for reading and writing; the kernel's has none.
    real = os.open
    monkeypatch.setattr(uhid_pad.os, "open", lambda path, flags: real(path, flags | os.O_APPEND))
    return uhid_pad.main(["--device", str(device), *arguments])


def test_a_press_goes_down_and_up_and_at_the_end_the_pad_goes(
    device: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        play(device, monkeypatch, "press b 0.001\npress left 0.001\n\ndown l1 r1\nup l1\nend\npress a\n") == 0
    )
    assert told(device) == [{"BTN_EAST"}, set(), {"ABS_HAT0X -1"}, set(), {"BTN_TL", "BTN_TR"}, {"BTN_TR"}]
    kinds = [kind for kind, _ in written(device)]
    assert (kinds[0], kinds[-1]) == (UHID_CREATE2, UHID_DESTROY)
    assert capsys.readouterr().out.splitlines()[:2] == ["ready", "press b 0.001"]


def test_its_name_and_numbers_are_the_kernels(device: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert play(device, monkeypatch, "", "--name", "8BitDo Zero 2 gamepad", "--id", "2dc8:3230") == 0
    fields = CREATE.unpack_from(written(device)[0][1])
    assert fields[1].rstrip(b"\0") == b"8BitDo Zero 2 gamepad"
    assert fields[4:8] == (len(REPORT_MAP), 5, 0x2DC8, 0x3230)


def test_out_of_reach_nothing_is_sent_and_it_comes_back(
    device: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(device, monkeypatch, "stick 0 255\nlose\npress a\ncome\ncentre\nwait 0.001\n") == 0
    assert told(device) == [{"ABS_X -1", "ABS_Y 1"}, set()]
    assert [kind for kind, _ in written(device)].count(UHID_CREATE2) == 2
    assert "? the pad is out of reach: come first" in capsys.readouterr().out


@pytest.mark.parametrize("line", ["dance", "press", "press q", "stick 1", "press a b", "wait long"])
def test_a_wrong_order_is_told_and_the_next_one_obeyed(
    line: str, device: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(device, monkeypatch, f"{line}\npress x 0.001\n") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("? ")
    assert {"BTN_NORTH"} in told(device)


def test_without_the_kernels_door_the_remedy_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert play(tmp_path / "none", monkeypatch, "") == 2
    assert "modprobe uhid" in capsys.readouterr().err


def test_a_fifo_takes_orders_from_one_writer_after_the_other(
    device: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fifo = tmp_path / "orders"
    os.mkfifo(fifo)

    def write() -> None:
        for order in ("press a 0.001\n", "end\n"):
            fifo.write_text(order, encoding="utf-8")

    writer = threading.Thread(target=write)
    writer.start()
    assert play(device, monkeypatch, "", str(fifo)) == 0
    writer.join(20)
    assert not writer.is_alive()
    assert told(device) == [{"BTN_SOUTH"}, set()]
