"""One key's contact, in pod time."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

from chestnut_wire.messages import DOWN, HELD, TICK_MODULUS, UP
from hypothesis import given
from hypothesis import strategies as st

BOUNCE_US = 25_000
HOLD_US = 700_000


def firmware(name: str) -> ModuleType:
    """A module of mcu/ that needs no chip."""
    path = Path(__file__).resolve().parents[2] / "mcu" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"pod_{name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


Key = firmware("debounce").Key


def told(edges: list[tuple[int, bool]], looks: list[int], begin_us: int = 0) -> list[tuple[int, int]]:
    """What a key tells for raw edges (microsecond, down) when it is also looked at in these microseconds."""
    events: list[tuple[int, int]] = []
    key = Key(lambda kind, t_us: events.append((kind, (t_us - begin_us) % TICK_MODULUS)), BOUNCE_US, HOLD_US)
    level = False
    moments = sorted([(t_us, 0, down) for t_us, down in edges] + [(t_us, 1, False) for t_us in looks])
    for t_us, is_look, down in moments:
        ticks = (begin_us + t_us) % TICK_MODULUS
        if is_look:
            key.look(level, ticks)
        else:
            level = down
            key.edge(down, ticks)
    return events


def test_the_first_edge_counts_and_bounces_do_not() -> None:
    edges = [
        (0, True),
        (900, False),
        (2_000, True),
        (5_000, False),
        (6_000, True),
        (90_000, False),
        (91_000, True),
    ]
    edges += [(92_000, False)]
    assert told(edges, [30_000, 200_000]) == [(DOWN, 0), (UP, 90_000)]


def test_a_tap_shorter_than_the_bouncing_is_corrected_with_its_own_time() -> None:
    assert told([(0, True), (10_000, False)], [25_000]) == [(DOWN, 0), (UP, 10_000)]


def test_a_hold_is_true_after_hold_us_whenever_it_is_noticed() -> None:
    for look_us in (700_000, 701_000, 3_000_000):
        assert told([(0, True)], [look_us]) == [(DOWN, 0), (HELD, HOLD_US)]
    assert told([(0, True), (699_999, False)], [3_000_000]) == [(DOWN, 0), (UP, 699_999)]


def test_an_edge_the_interrupt_had_no_room_for_is_found_by_looking() -> None:
    events: list[tuple[int, int]] = []
    key = Key(lambda kind, t_us: events.append((kind, t_us)), BOUNCE_US, HOLD_US)
    key.look(True, 5_000)
    key.look(False, 12_000)
    key.look(False, 40_000)
    assert events == [(DOWN, 5_000), (UP, 12_000)]


gaps = st.lists(st.one_of(st.integers(1, 40_000), st.integers(1, 2_000_000)), max_size=30)


@given(gaps, st.integers(0, TICK_MODULUS - 1))
def test_a_busy_pod_tells_the_same_as_a_quick_one(steps: list[int], begin_us: int) -> None:
    edges = []
    t_us = 0
    for number, step in enumerate(steps):
        t_us += step
        edges.append((t_us, number % 2 == 0))
    end_us = t_us + 2 * HOLD_US
    quick = told(edges, [*range(500, end_us, 5_000), end_us], begin_us)
    busy = told(edges, [end_us], begin_us)
    assert quick == busy
    kinds = [kind for kind, _ in quick if kind != HELD]
    assert kinds == [DOWN, UP] * (len(kinds) // 2) + [DOWN] * (len(kinds) % 2)
    assert [t for _, t in quick] == sorted(t for _, t in quick)
    assert (len(kinds) % 2 == 1) == (len(steps) % 2 == 1)  # at rest it tells the contact's true level
