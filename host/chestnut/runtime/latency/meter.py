"""A tap of the device's loop that measures, and the book the numbers go into."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from chestnut.core.effects import Order
from chestnut.core.events import Event
from chestnut.core.skill import Skill
from chestnut.runtime.latency.book import Book
from chestnut.runtime.latency.stopwatch import Stopwatch


class Meter:
    """path: of the book, None keeps nothing over a restart. chimed: as in Stopwatch."""

    def __init__(
        self, path: Path | None, chimed: Callable[[float], float | None] = lambda after: None
    ) -> None:
        self._stopwatch, self._book = Stopwatch(chimed), Book(path)

    def hear(
        self, event: Event, orders: tuple[Order, ...], skill: Skill | None, name: str, now: float
    ) -> None:
        """On the device's loop; as Stopwatch.hear."""
        for sample in self._stopwatch.hear(event, orders, skill, name, now):
            self._book.put(sample)

    def report(self) -> list[dict[str, Any]]:
        """As Book.report, from any thread."""
        return self._book.report()

    def close(self) -> None:
        self._book.close()
