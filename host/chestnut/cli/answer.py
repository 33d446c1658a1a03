"""What every command answers with, as words or as one JSON object."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

ANSWERED, FAULT, WRONG_USE = 0, 1, 2


class WrongUse(Exception):
    """Wrong use or bad input. The message is one line that names the remedy."""


@dataclass(slots=True)
class Answer:
    """said: the sentences in the order they would be spoken. refused: None or a stable key such as "too_dark".
    facts: what the answer rests on. timings_ms: by stage."""

    lang: str = "en"
    said: list[str] = field(default_factory=list)
    refused: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    status: int = ANSWERED
    shown: list[str] = field(default_factory=list)  # for a reader at a terminal, beside what is said

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.timings_ms[stage] = round((time.perf_counter() - started) * 1e3, 1)

    def print(self, as_json: bool) -> None:
        if not as_json:
            for line in (*self.shown, *self.said):
                print(line)
            return
        data = asdict(self)
        del data["status"], data["shown"]
        order = ("said", "lang", "refused", "facts", "timings_ms")
        json.dump({name: data[name] for name in order}, sys.stdout, ensure_ascii=False)
        print()
