"""What the firmware costs and how long it lasts, counted under MicroPython."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from pathlib import Path

from chestnut.core.effects import Haptic
from chestnut.core.events import ButtonChanged, Event
from chestnut.devices.link import SerialPod
from chestnut.sim.line import Faults, LyingLine
from chestnut.sim.pod import SimulatedPod, find_micropython
from chestnut_tests.babble import babble
from chestnut_tests.pod_desk import GPIOS, PINS, PlainHost, nothing_left, wait_until

from bench.soak import CompressedLoop

_SPEED = 400


class _LoopClock:
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def time_of_day(self) -> str:
        return "12:00"


def micropython(script: str, project_dir: Path) -> dict[str, int]:
    """The numbers a script prints: "name number" a line."""
    path = ":".join(str(project_dir / folder) for folder in ("mcu/sim", "mcu", "shared"))
    done = subprocess.run(
        [find_micropython(), "-X", "heapsize=192k", "-c", script],
        env={**os.environ, "MICROPYPATH": f"{path}:.frozen"},
        timeout=20,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {name: int(number) for name, number in (line.split() for line in done.stdout.splitlines())}


INTERRUPTS = """
import gc, micropython
import machine, board
from buttons import Buttons
buttons = Buttons(board.BUTTONS, 25000, 700000, lambda *_: None, lambda *_: None)
contacts = buttons._contacts
gc.collect(); gc.disable()
def storm():
    before = gc.mem_alloc()
    micropython.heap_lock()
    for _ in range(40):
        for contact in contacts:
            contact.interrupt(contact.pin)
    micropython.heap_unlock()
    return gc.mem_alloc() - before
storm()
print("allocated", storm())
print("overfull", buttons.state[2])
"""


def test_the_interrupt_allocates_nothing_even_when_its_ring_is_full(project_dir) -> None:
    """The heap is locked meanwhile: an allocation would raise MemoryError."""
    assert micropython(INTERRUPTS, project_dir) == {"allocated": 0, "overfull": 1}


COSTS = """
import gc
from chestnut_wire import messages as m
from chestnut_wire.framing import frame
from chestnut_wire.messages import encode
from chestnut_wire.pod_end import PodEnd
sent = []
hello = m.Hello(m.MAJOR, m.MINOR, 0, 1, 0, 7, 1, bytes(8), 1, m.TICK_MODULUS, 5, 0, 0)
end = PodEnd(hello, sent.append, lambda *_: None)
def host(message, now_us=0):
    data = frame(encode(message, 0, 0))
    gc.collect(); before = gc.mem_alloc()
    end.received(data, now_us)
    used = gc.mem_alloc() - before
    return len(data), used
gc.disable()
print("hello_ack_bytes", host(m.HelloAck(m.MAJOR, 0, 5, 7))[0])
sent.clear(); gc.collect(); before = gc.mem_alloc()
end.edge(1, m.DOWN, 5, 5)
used = gc.mem_alloc() - before
print("edge_allocated", used)
print("edge_bytes", len(sent[0]))
print("edge_frames", len(sent))
size, used = host(m.EdgeAck(7, 0)); print("edge_ack_bytes", size); print("edge_ack_allocated", used)
sent.clear(); size, used = host(m.Ping(5, 1)); print("ping_bytes", size); print("ping_allocated", used)
print("pong_bytes", len(sent[0])); print("pong_frames", len(sent))
sent.clear(); size, used = host(m.Buzz(5, 1, 3, 255)); print("buzz_bytes", size); print("buzz_allocated", used)
gc.collect(); before = gc.mem_alloc()
for _ in range(100): end.tick(10)
print("ticks_allocated", gc.mem_alloc() - before)
"""


def test_the_work_of_an_edge_and_of_a_frame_stays_small(project_dir) -> None:
    """The figures of docs/pod.md. Bytes of heap are those of a 64-bit machine, about twice a Pico's."""
    costs = micropython(COSTS, project_dir)
    assert costs["edge_frames"] == costs["pong_frames"] == 1
    assert costs["edge_bytes"] <= 24
    assert costs["edge_allocated"] <= 2500
    assert costs["edge_ack_allocated"] <= 2500
    assert costs["ping_allocated"] <= 5000
    assert costs["ticks_allocated"] <= 100 * 64


def test_babble_takes_no_memory_and_the_next_press_arrives() -> None:
    async def free(pod: SimulatedPod) -> int:
        return await pod.free_memory()

    with SimulatedPod(GPIOS) as pod:
        host = PlainHost(pod)
        host.link()
        before = asyncio.run(free(pod))
        for piece in babble(20261123, 250_000):
            host.port.write(piece)
            host.port.read(4096 if host.port.in_waiting else 0)
        host.port.write(b"\0")
        host.end.connected(time.monotonic())
        host.link()
        host.edges.clear()
        pod.press("ask", 0.03)
        host.talk_until(lambda: len(host.edges) >= 2)
        assert host.edges[-2:] == [(PINS.names.index("ask"), 1), (PINS.names.index("ask"), 0)]
        wait_until(lambda: pod.running)
        assert asyncio.run(free(pod)) > before - 2000
        assert pod.resets == 0
        assert pod.stderr() == ""
        host.port.close()
    nothing_left()


def test_memory_stays_level_over_an_hour_of_use() -> None:
    """An hour of the pod's: a press every five seconds, buzzes, a ping each second, a line that lies a little."""
    heard: list[Event] = []
    free: list[int] = []

    async def hour() -> None:
        limits = {"HOST_SILENT_US": 300_000_000, "ROLL_CALLS": 300}  # a machine's pause is minutes here
        with SimulatedPod(GPIOS, speed=_SPEED, quiet=True, limits=limits) as pod:
            line = LyingLine(pod.port, 1, Faults())
            link = SerialPod(line.port, heard.append, _LoopClock(), PINS.names, silent_s=300.0)
            await link.start()
            loop = asyncio.get_running_loop()
            ends_s = loop.time() + 3600
            presses = 0
            while loop.time() < ends_s:
                if presses % 90 == 0:
                    free.append(await pod.free_memory())
                name = PINS.names[presses % 5]
                pod.play(presses, [(30, name, 0), (900 if presses % 10 == 0 else 100, name, 1)])
                link.buzz(tuple(Haptic)[presses % 6])
                presses += 1
                await asyncio.sleep(5)
            free.append(await pod.free_memory())
            assert pod.resets == 0
            assert pod.stderr() == ""
            await link.close()
            line.close()

    with asyncio.Runner(loop_factory=lambda: CompressedLoop(_SPEED)) as runner:
        runner.run(hour())
    nothing_left()
    downs = [event for event in heard if isinstance(event, ButtonChanged) and event.edge == "down"]
    assert len(downs) > 300
    assert len(free) >= 4
    # What a busy host lets wait takes memory for a while; what leaked would be missing for good.
    assert max(free[-3:]) > free[1] - 3000
    assert min(free) > 50_000
