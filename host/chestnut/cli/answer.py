"""What every command answers with, as words or as one JSON object."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ANSWERED, FAULT, WRONG_USE = 0, 1, 2
INTERRUPTED = 130  # as shells have it


class WrongUse(Exception):
    """Wrong use or bad input. The message is one line that names the remedy."""


@dataclass(slots=True)
class Answer:
    """said: the sentences in the order they would be spoken. refused: None or a stable key such as "too_dark".
    facts: what the answer rests on. timings_ms: by stage. live: a sentence is printed as soon as it is said."""

    lang: str = "en"
    said: list[str] = field(default_factory=list)
    refused: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    status: int = ANSWERED
    shown: list[str] = field(default_factory=list)  # for a reader at a terminal, beside what is said
    live: bool = False
    _printed: int = 0  # sentences

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.took(stage, time.perf_counter() - started)

    def took(self, stage: str, seconds: float) -> None:
        self.timings_ms[stage] = round(seconds * 1e3, 1)

    def say(self, sentence: str) -> None:
        self.said.append(sentence)
        if self.live:
            self._printed = len(self.said)
            _write(lambda: print(sentence, flush=True))

    def remark(self, text: str) -> None:
        """How far it is, for who waits at a terminal; no part of the answer."""
        if self.live and sys.stderr.isatty():
            print(text, file=sys.stderr, flush=True)

    def print(self, as_json: bool) -> None:
        """WrongUse when it cannot be written; BrokenPipeError when nobody listens any more."""
        if as_json:
            data = {name: getattr(self, name) for name in ("said", "lang", "refused", "facts", "timings_ms")}
            _write(lambda: print(json.dumps(data, ensure_ascii=False)))
            return
        for line in (*self.shown, *self.said[self._printed :]):
            _write(lambda line=line: print(line))  # type: ignore[misc]


def drop_output() -> None:
    """From now on standard output goes nowhere: what it would not take must not be tried again at the end."""
    file = os.open(os.devnull, os.O_WRONLY)
    os.dup2(file, sys.stdout.fileno())
    os.close(file)


def _write(write: Callable[[], None]) -> None:
    try:
        write()
    except BrokenPipeError:
        raise
    except OSError as error:
        drop_output()
        raise WrongUse(f"cannot write the answer: {error.strerror}; write it elsewhere") from error
