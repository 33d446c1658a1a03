"""What tests of an engine share: ears, prompts, and the proof that nothing is left behind."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psutil
from chestnut.core.events import EffectFailed, Event, PartFound, PartLost, SentenceWritten, ThoughtEnded
from chestnut.core.ports import Prompt
from chestnut.core.scene import Frame
from chestnut.runtime.clock import HostClock

LIMIT_S = 30.0
SYSTEM = "You describe pictures."
CLOCK = HostClock()
E = TypeVar("E", bound=Event)


class Ears:
    """The posted events, and waiting for them."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def post(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def until(self, true: Callable[[], object]) -> None:
        """Of what is posted, or of the engine itself, which nobody is told of."""
        end_s = time.monotonic() + LIMIT_S
        with self._changed:
            while not true():
                assert time.monotonic() < end_s, self.events
                self._changed.wait(0.01)

    def find(self, kind: type[E], job: int | None = None) -> list[E]:
        found = [event for event in self.events if isinstance(event, kind)]
        return [event for event in found if job is None or getattr(event, "job", None) == job]

    def wait(self, kind: type[E], job: int | None = None, count: int = 1) -> E:
        """The last of so many."""
        self.until(lambda: len(self.find(kind, job)) >= count)
        return self.find(kind, job)[count - 1]

    def of(self, job: int) -> list[Event]:
        return [event for event in self.events if getattr(event, "job", None) == job]

    def text(self, job: int) -> list[str]:
        return [event.sentence.text for event in self.find(SentenceWritten, job)]

    def over(self, job: int) -> ThoughtEnded | EffectFailed:
        """How a thought ended, once it has."""
        kinds = (ThoughtEnded, EffectFailed)
        self.until(lambda: any(isinstance(event, kinds) for event in self.of(job)))
        ends = [event for event in self.of(job) if isinstance(event, kinds)]
        assert len(ends) == 1 and self.of(job)[-1] is ends[0], self.of(job)
        return ends[0]

    def parts(self) -> list[str]:
        """What was told of the engine itself, in order."""
        return [
            event.reason if isinstance(event, PartLost) else "found"
            for event in self.events
            if isinstance(event, (PartLost, PartFound))
        ]


def ask(text: str, picture: Frame | None = None, grammar: str = "", max_tokens: int = 64) -> Prompt:
    return Prompt(SYSTEM, (text,), picture, max_tokens, grammar)


@contextmanager
def nothing_left() -> Iterator[None]:
    """No thread, process or file more than before."""
    before = set(threading.enumerate()), set(psutil.Process().children(recursive=True)), _files()
    yield
    threads, processes, files = before
    assert set(threading.enumerate()) <= threads, "a thread is left"
    left = set(psutil.Process().children(recursive=True)) - processes
    assert not left, f"processes are left: {left}"
    assert _files() == files, "files are left open"


def _files() -> list[str]:
    files = []
    for number in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the folder's own, closed since
            files.append(str(number.readlink()))
    return sorted(files)
