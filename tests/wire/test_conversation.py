"""Both ends of the cable in virtual time: whatever the line does, every edge arrives once and in order."""

from __future__ import annotations

import random
import re

import pytest
from chestnut_tests.lossy_line import LossyLine
from chestnut_wire import messages as m
from chestnut_wire.framing import frame
from chestnut_wire.host_end import HostEnd
from chestnut_wire.messages import encode
from chestnut_wire.pod_end import PodEnd
from chestnut_wire.reports import LONGEST
from hypothesis import given, settings
from hypothesis import strategies as st

STEP_S = 0.005
FAULTS = {"drop": 0.1, "double": 0.1, "flip": 0.1, "split": 0.2, "reorder": 0.2, "noise": 0.05}


class Desk:
    """A pod and a host joined by two lying lines."""

    def __init__(self, seed: int, **rates: float) -> None:
        self.now_s = 100.0
        self.ahead_us = m.TICK_MODULUS - 2_000_000  # the ticks wrap two seconds after the start
        self.edges: list[tuple[int, int, float]] = []
        self.played: list[int] = []
        self.measured: list[tuple[int, int]] = []
        self.crashed: list[bytes] = []
        self.told = self.maintained = 0
        self.abilities: list[int] = []
        self.found = self.refused = 0
        self._rates = rates
        self._seed = seed
        self.boots = 0
        self.host = self.new_host(1)
        self.up = LossyLine(lambda data, _: self.pod.received(data, self.ticks()), seed, **rates)
        self.down = LossyLine(self.host.received, seed + 1, **rates)
        self.boot()
        self.host.connected(self.now_s)

    def boot(self) -> None:
        self.boots += 1
        hello = m.Hello(
            m.MAJOR,
            m.MINOR,
            0,
            1,
            0,
            (self._seed * 100 + self.boots) & 0xFFFFFFFF,
            1,
            bytes(8),
            1,
            m.TICK_MODULUS,
            5,
            0,
            0,
        )
        self.pod = PodEnd(
            hello,
            lambda data: self.down.send(data, self.now_s),
            lambda pattern, _: self.played.append(pattern),
            told=self._on_told,
            maintain=self._on_maintain,
        )

    def new_host(self, session: int) -> HostEnd:
        return HostEnd(
            session,
            5,
            lambda data: self.up.send(data, self.now_s),
            self._moved,
            self._on_found,
            self._on_refused,
            measured=lambda quantity, value: self.measured.append((quantity, value)),
            crashed=self.crashed.append,
            able=lambda: self.abilities.append(self.host.hello.capabilities if self.host.hello else -1),
        )

    def ticks(self) -> int:
        return (round(self.now_s * 1e6) + self.ahead_us) % m.TICK_MODULUS

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / STEP_S)):
            self.now_s += STEP_S
            self.pod.tick(self.ticks())
            self.host.tick(self.now_s)
            self.up.move(self.now_s)
            self.down.move(self.now_s)

    def press(self, button: int) -> None:
        for kind in (m.DOWN, m.UP):
            self.pod.edge(button, kind, self.ticks(), self.ticks())
            self.run(0.02)

    def until_linked(self) -> None:
        for _ in range(200):
            if self.host.linked and self.pod.linked:
                return
            self.run(0.05)
        raise AssertionError("never linked")

    def _moved(self, button: int, kind: int, at_s: float) -> None:
        self.edges.append((button, kind, at_s))

    def _on_found(self) -> None:
        self.found += 1

    def _on_refused(self) -> None:
        self.refused += 1

    def _on_told(self) -> None:
        self.told += 1

    def _on_maintain(self) -> None:
        self.maintained += 1


def pressed(edges: list[tuple[int, int, float]]) -> list[int]:
    return [button for button, kind, _ in edges if kind == m.DOWN]


@settings(max_examples=30)
@given(st.integers(0, 1 << 30))
def test_a_lying_line_loses_doubles_and_turns_round_nothing(seed: int) -> None:
    desk = Desk(seed, **FAULTS)
    desk.until_linked()
    chosen = random.Random(seed)
    buttons = [chosen.randrange(5) for _ in range(40)]
    for button in buttons:
        desk.press(button)
        desk.run(chosen.random() * 0.2)
    desk.run(20)
    assert pressed(desk.edges) == buttons
    assert len(desk.edges) == 2 * len(buttons)
    times = [at_s for _, _, at_s in desk.edges]
    assert times == sorted(times)
    assert len(desk.pod.ring) == 0
    assert desk.pod.ring.overflows == desk.host.inbox.lost == 0


def test_presses_made_while_the_cable_is_out_come_after_it_with_their_own_times() -> None:
    desk = Desk(3)
    desk.until_linked()
    desk.up.cut = desk.down.cut = True
    desk.host.disconnected()
    pressed_s = desk.now_s
    desk.press(1)
    desk.run(60)
    desk.up.cut = desk.down.cut = False
    desk.host.connected(desk.now_s)
    desk.until_linked()
    desk.run(1)
    assert [(button, kind) for button, kind, _ in desk.edges] == [(1, m.DOWN), (1, m.UP)]
    assert desk.edges[0][2] == pytest.approx(pressed_s, abs=0.01)


def test_what_the_full_ring_gave_up_is_counted_and_the_newest_come() -> None:
    desk = Desk(4)
    desk.until_linked()
    desk.up.cut = desk.down.cut = True
    for number in range(20):
        desk.press(number % 5)
    desk.up.cut = desk.down.cut = False
    desk.run(10)
    assert desk.pod.ring.overflows == desk.host.inbox.lost == 8
    assert pressed(desk.edges) == [number % 5 for number in range(4, 20)]


def test_a_pod_that_starts_anew_is_greeted_and_its_edges_are_new() -> None:
    desk = Desk(5)
    desk.until_linked()
    desk.press(2)
    desk.boot()
    desk.run(1)
    desk.until_linked()
    desk.press(3)
    desk.run(1)
    assert pressed(desk.edges) == [2, 3]
    assert desk.found == 2


def test_a_host_that_starts_anew_gets_only_what_no_host_had() -> None:
    desk = Desk(6)
    desk.until_linked()
    desk.press(2)
    desk.run(1)
    first, desk.edges = desk.edges, []
    desk.host = desk.new_host(77)
    desk.down._deliver = desk.host.received
    desk.host.connected(desk.now_s)
    desk.press(4)
    desk.until_linked()
    desk.run(1)
    assert (pressed(first), pressed(desk.edges)) == ([2], [4])


def test_a_command_plays_once_over_a_lying_line() -> None:
    desk = Desk(7, **FAULTS)
    desk.until_linked()
    for pattern in (m.WORKING, m.DONE, m.FAILED):
        desk.host.buzz(pattern, 200, desk.now_s)
        desk.run(1.5)
    assert desk.played == [m.WORKING, m.DONE, m.FAILED]


def test_the_pod_feels_a_silent_host_once_and_its_return_once() -> None:
    desk = Desk(8)
    desk.until_linked()
    desk.up.cut = True
    desk.run(4)
    assert desk.played == []
    desk.run(20)
    assert desk.played == [m.HOST_LOST]
    desk.up.cut = False
    desk.run(3)
    assert desk.played == [m.HOST_LOST, m.DONE]
    assert desk.pod.linked


def test_a_host_that_says_goodbye_is_not_missed() -> None:
    desk = Desk(9)
    desk.until_linked()
    desk.host.farewell()
    desk.host.disconnected()
    desk.up.move(desk.now_s + 1)
    desk.up.cut = True
    desk.run(20)
    assert desk.played == []


@settings(max_examples=20)
@given(st.integers(0, 1 << 30), st.text(max_size=900))
def test_a_report_of_a_fault_arrives_whole_and_once_over_a_lying_line(seed: int, fault: str) -> None:
    text = fault.replace("\0", "").encode()
    desk = Desk(seed, **FAULTS)
    desk.pod.reports.file(text)
    desk.until_linked()
    desk.run(20)
    assert desk.crashed == ([text[-LONGEST:]] if text else [])
    assert desk.told == len(desk.crashed)


def test_a_host_that_starts_anew_in_the_midst_of_a_report_hears_all_of_it() -> None:
    desk = Desk(12)
    desk.pod.reports.file(bytes(range(65, 90)) * 30)
    desk.until_linked()
    desk.run(0.05)
    assert desk.crashed == []
    desk.host = desk.new_host(77)
    desk.down._deliver = desk.host.received
    desk.host.connected(desk.now_s)
    desk.until_linked()
    desk.run(5)
    assert desk.crashed == [bytes(range(65, 90)) * 30]


def test_a_measure_is_told_when_it_changes_when_a_host_comes_and_twice_a_minute() -> None:
    desk = Desk(13)
    desk.pod.measured(m.BATTERY_MV, 3900)
    desk.until_linked()
    desk.run(1)
    assert desk.measured == [(m.BATTERY_MV, 3900)]
    desk.pod.measured(m.SKIN_CENTIKELVIN, 30715)
    desk.run(1)
    assert desk.measured[1:] == [(m.SKIN_CENTIKELVIN, 30715)]
    desk.run(50)
    assert sorted(desk.measured[2:]) == [(m.BATTERY_MV, 3900), (m.SKIN_CENTIKELVIN, 30715)]


def test_a_host_of_the_minor_version_before_is_told_nothing_it_does_not_know() -> None:
    desk = Desk(14)
    desk.pod.reports.file(b"fault")
    desk.pod.measured(m.BATTERY_MV, 3900)
    desk.host.side.say = lambda message, say=desk.host.side.say: say(  # type: ignore[method-assign]
        message._replace(minor=0) if isinstance(message, m.HelloAck) else message
    )
    desk.until_linked()
    desk.run(40)
    assert (desk.crashed, desk.measured, desk.host.side.unknown) == ([], [], 0)
    desk.press(3)
    desk.run(1)
    assert pressed(desk.edges) == [3]


def test_what_the_pod_can_no_longer_do_is_known_also_over_a_lying_line() -> None:
    for seed in range(5):
        desk = Desk(seed, **FAULTS)
        desk.until_linked()
        desk.pod.able(m.MOTOR_FAILED, desk.ticks())
        desk.run(5)
        assert desk.abilities == [m.MOTOR_FAILED]
        greeted = desk.pod.side.sent
        desk.run(0.9)
        assert desk.pod.side.sent - greeted < 4  # it says so until it is heard, not for ever


def test_the_prompt_is_left_to_the_maker_once() -> None:
    desk = Desk(15, **FAULTS)
    desk.host.maintain(desk.now_s)  # nobody is there yet
    desk.until_linked()
    desk.run(1)
    assert desk.maintained == 0
    desk.host.maintain(desk.now_s)
    desk.run(2)
    assert desk.maintained == 1
    assert desk.host.commands.idle


def test_another_protocol_or_other_keys_are_refused_once() -> None:
    desk = Desk(10)
    desk.host._buttons = 4
    desk.run(5)
    assert (desk.found, desk.refused) == (0, 1)
    assert not desk.pod.linked


def _values(layout: str) -> st.SearchStrategy[tuple[object, ...]]:
    return st.tuples(*(_field(*parts) for parts in re.findall(r"(\d*)([BHIs])", layout)))


def _field(count: str, letter: str) -> st.SearchStrategy[object]:
    if letter == "s":
        return st.binary(min_size=int(count), max_size=int(count))
    return st.one_of(st.integers(0, 3), st.integers(0, (1 << {"B": 8, "H": 16, "I": 32}[letter]) - 1))


hostile = st.one_of(*(_values(layout).map(lambda v, kind=kind: kind(*v)) for _, kind, layout in m._DECLARED))


@given(st.lists(st.tuples(hostile, st.floats(0, 2)), max_size=60))
def test_well_formed_nonsense_never_raises_and_grows_nothing(
    said: list[tuple[tuple[object, ...], float]],
) -> None:
    desk = Desk(11)
    desk.until_linked()
    for message, wait_s in said:
        desk.now_s += wait_s
        data = frame(encode(message, 0, 0))
        desk.pod.received(data, desk.ticks())
        desk.host.received(data, desk.now_s)
        desk.pod.edge(1, m.DOWN, desk.ticks(), desk.ticks())
        desk.run(STEP_S)
    assert len(desk.pod.ring) <= 32
    assert len(desk.host.inbox._early) <= 32
    assert len(desk.host._pings) <= 8
    assert len(desk.host.reports._parts) <= 20
