from __future__ import annotations

import io

import pytest
from chestnut_models.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def fetch_for(out: io.StringIO, seconds: int) -> str:
    clock = Clock()
    with Progress(out, clock).of("net.bin", 100_000_000) as grown:
        for second in range(seconds):
            clock.now = float(second)
            grown(second * 1_000_000)
    return out.getvalue()


def test_without_a_terminal_a_long_fetch_is_a_few_lines() -> None:
    lines = fetch_for(io.StringIO(), 60).splitlines()
    assert lines[0] == "net.bin: fetching 100.0 MB"
    assert lines[1] == "net.bin: 15 % of 100.0 MB"
    assert lines[-1] == "net.bin: fetched in 59.0 s"
    assert len(lines) == 5


def test_on_a_terminal_one_line_is_redrawn() -> None:
    written = fetch_for(Terminal(), 60)
    assert written.count("\r") > 50
    assert written.count("\n") == 1


def test_more_than_the_whole_is_never_shown() -> None:
    clock, out = Clock(), io.StringIO()
    with Progress(out, clock).of("net.bin", 10) as grown:
        clock.now = 100
        grown(1_000)
    assert "99 % of" in out.getvalue()


def test_a_failed_fetch_is_not_called_fetched() -> None:
    out = io.StringIO()
    with pytest.raises(OSError), Progress(out).of("net.bin", 10):
        raise OSError
    assert "fetched" not in out.getvalue()
