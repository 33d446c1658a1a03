"""Presses through a line that lies: real firmware and real link, time compressed (bench/soak.py)."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from chestnut.devices.told import Told
from chestnut.sim.line import QUIET, Faults, LyingLine
from chestnut_tests.pod_desk import nothing_left
from chestnut_wire.messages import DOWN, Edge
from chestnut_wire.reliable import EdgeInbox

from bench import soak as soaking
from bench.soak import Disturbances, reckon, soak


def test_thousands_of_presses_arrive_once_and_in_order_whatever_the_line_does() -> None:
    often = Disturbances(unplugged=0.1, host_restarted=0.1, host_killed=0.1, pod_power=0.1)
    result = soak(4000, 7, disturbances=often)
    nothing_left()
    assert result.verdict() == "presses 4000 lost 0 doubled 0 reordered 0"
    assert (result.stuck, result.overflows, result.link["lost"]) == (0, 0, 0)
    assert result.wraps >= 1
    assert max(result.stamps_ms) < 3000  # a wrap not understood would be 1,073,741
    for fault in ("drop", "flip", "double", "noise", "split", "reorder", "late"):
        assert result.line[fault] > 5
    for disturbance in Disturbances.__slots__:
        assert result.disturbed[disturbance] >= 2


def test_a_line_that_damages_a_third_of_all_pieces_still_loses_nothing() -> None:
    result = soak(300, 11, faults=Faults(0.15, 0.1, 0.1, 0.1, 0.3, 0.1, 0.1, 0.001))
    assert result.verdict() == "presses 300 lost 0 doubled 0 reordered 0"
    assert result.whole


@pytest.mark.parametrize(("copies", "verdict"), [(0, "lost 1 doubled 0"), (2, "lost 0 doubled 1")])
def test_a_fault_of_the_link_would_be_seen(
    copies: int, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = EdgeInbox.receive
    harmed: list[int] = []

    def careless(inbox: EdgeInbox, edge: Edge) -> list[Edge]:
        """Loses or doubles one press."""
        told = []
        for came in receive(inbox, edge):
            hurt = came.sequence >= 100 and came.kind == DOWN and not harmed
            if hurt:
                harmed.append(came.sequence)
            told += [came] * (copies if hurt else 1)
        return told

    monkeypatch.setattr(EdgeInbox, "receive", careless)
    monkeypatch.setattr(soaking, "PATIENCE_S", 20.0)
    result = soak(150, 3, faults=QUIET, disturbances=Disturbances(0, 0, 0, 0))
    assert not result.whole
    assert verdict in result.verdict()


@pytest.mark.parametrize(
    ("pressed", "heard", "reckoned"),
    [
        ("abca", "abca", (0, 0, 0)),
        ("abca", "aba", (1, 0, 0)),
        ("abca", "abbca", (0, 1, 0)),
        ("abca", "acba", (0, 0, 2)),
    ],
)
def test_the_reckoning(pressed: str, heard: str, reckoned: tuple[int, int, int]) -> None:
    assert reckon(list(pressed), list(heard)) == reckoned


def test_the_same_seed_deals_the_same_faults(tmp_path: Path) -> None:
    async def dealt() -> dict[str, int]:
        line = LyingLine(str(tmp_path / "nobody"), 5, Faults())
        for _ in range(2000):
            line._pass(b"0123456789", "up")
        line.close()
        return {name: count for name, count in line.counted.items() if name in Faults.__slots__}

    assert asyncio.run(dealt()) == asyncio.run(dealt())


def test_a_quiet_line_changes_nothing() -> None:
    result = soak(300, 1, faults=QUIET, disturbances=Disturbances(0, 0, 0, 0))
    assert result.whole
    assert not any(result.line[fault] for fault in Faults.__slots__)
    assert result.link["dropped"] == 0


# --- what was told survives a restart of the host ---------------------------------------------------------


def test_what_was_told_is_read_back(tmp_path: Path) -> None:
    told = Told(tmp_path / "told")
    assert told.last() is None
    told.note(0xDEADBEEF, 65535)
    told.note(0xDEADBEEF, 0)
    told.close()
    assert Told(tmp_path / "told").last() == (0xDEADBEEF, 0)


def test_a_damaged_or_missing_file_is_no_memory_and_no_error(tmp_path: Path) -> None:
    damaged = random.Random(1)
    for length in (0, 3, 10, 50):
        (tmp_path / "told").write_bytes(damaged.randbytes(length))
        assert Told(tmp_path / "told").last() is None
    nowhere = Told(tmp_path / "no folder" / "told")
    nowhere.note(1, 2)
    assert nowhere.last() is None


@pytest.mark.parametrize(("remembered", "again"), [(True, []), (False, [5, 6])])
def test_the_successor_of_a_host_hears_only_what_was_not_told(remembered: bool, again: list[int]) -> None:
    """The acknowledgement of two edges was lost with the host that had told them."""
    first, second = EdgeInbox(), EdgeInbox()
    first.greet(77, 5)
    edges = [Edge(77, 5, 0, 1, 1, 10), Edge(77, 6, 1, 1, 0, 20)]
    for edge in edges:
        assert first.receive(edge) == [edge]
    told = first.acknowledged()
    assert told == (77, 6)
    if remembered:
        second.resume(*told)
    second.greet(77, 5)
    assert [came.sequence for edge in edges for came in second.receive(edge)] == again
    assert second.receive(Edge(77, 7, 2, 2, 1, 30))[0].sequence == 7
    assert second.lost == 0
