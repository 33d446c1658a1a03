"""The language model in a process of its own: core.ports.Engine.

One thread ("engine") starts the process, talks with it, ends it and posts; callers only note what they want and ring
a bell, so that neither a stuck process nor a large picture ever holds them up. Logged are times, causes and sizes,
never words.
"""

from __future__ import annotations

import math
import select
import threading
import time

from chestnut.core.ports import Clock, Post, Prompt
from chestnut.engine.death import Death
from chestnut.engine.dialogue import GRACE_S, Dialogue, Lives, Phase
from chestnut.engine.launch import COMMAND, Child, Gone
from chestnut.engine.messages import BadMessage, Load, Message, Ready
from chestnut.engine.restarts import BACKOFF_S, Restarts
from chestnut.engine.wish import Wish


class EngineProcess:
    """Begins to load at once. Beside the port's promises: a process that dies is started again by itself, after a
    pause of backoff_s, until three loads in a row failed or the model proved unusable; then each request makes one
    more try. Whoever waits for a thought when it dies gets EffectFailed; the part's loss is told before, and once.
    close() waits until process and thread are gone.

    command: what to start; the number of the inherited socket is added to it. grace_s: a process that has not stopped
    thinking so long after it was told to is ended and started anew, in silence.
    """

    def __init__(
        self,
        load: Load,
        post: Post,
        clock: Clock,
        *,
        command: tuple[str, ...] = COMMAND,
        backoff_s: tuple[float, ...] = BACKOFF_S,
        grace_s: float = GRACE_S,
    ) -> None:
        self._wish = Wish(post)
        self._hands = _Hands(load, command)
        self._dialogue = Dialogue(self._hands, self._wish, clock, Restarts(backoff_s), grace_s)
        # It lives as long as any process: the kernel ends a process with the thread that started it.
        self._thread = threading.Thread(target=self._live, name="engine", daemon=True)
        self._thread.start()

    def think(self, job: int, prompt: Prompt) -> None:
        self._wish.think(job, prompt)

    def cancel(self, job: int) -> None:
        self._wish.cancel(job)

    def close(self) -> None:
        self._wish.close()
        self._thread.join()
        self._wish.release()

    @property
    def ready(self) -> threading.Event:
        """Set while the model is loaded and nothing is thought or being stopped; think() clears it."""
        return self._wish.ready

    @property
    def pid(self) -> int | None:
        """Of the process; None while there is none."""
        child = self._hands.child
        return None if child is None else child.pid

    @property
    def phase(self) -> Phase:
        """As far as the process was heard."""
        return self._dialogue.phase

    @property
    def lives(self) -> Lives:
        return self._dialogue.lives

    @property
    def loaded(self) -> Ready | None:
        """What the process told of the model when it was last ready."""
        return self._dialogue.loaded

    # --- the thread ---------------------------------------------------------------------------------------

    def _live(self) -> None:
        try:
            while not self._wish.closed:
                self._dialogue.act(time.monotonic())
                if self._dialogue.phase is Phase.IDLE:
                    self._wish.rest()
                self._wait()
                self._hear()
        finally:
            if self._hands.child is not None:
                self._hands.end()

    def _wait(self) -> None:
        """Until the bell rings, the process says something or the dialogue has something to do."""
        poll = select.poll()
        poll.register(self._wish.bell, select.POLLIN)
        if self._hands.child is not None:
            self._hands.child.watch(poll)
        due_s = self._dialogue.due_s
        pause_ms = None if due_s == math.inf else max(0, math.ceil(1000 * (due_s - time.monotonic())))
        if any(fd == self._wish.bell for fd, _ in poll.poll(pause_ms)):
            self._wish.hear_bell()

    def _hear(self) -> None:
        child = self._hands.child
        if child is None:
            return
        try:
            for message in child.transfer():
                self._dialogue.heard(message)
                if self._hands.child is not child:
                    return  # that was its last word
        except (Gone, BadMessage):
            self._dialogue.gone(time.monotonic())


class _Hands:
    """Of the dialogue: the process that is there, if any."""

    def __init__(self, load: Load, command: tuple[str, ...]) -> None:
        self._load, self._command = load, command
        self.child: Child | None = None

    def start(self) -> None:
        self.child = Child(self._load, self._command)

    def send(self, message: Message, pixels: memoryview | None = None) -> None:
        assert self.child is not None
        self.child.send(message, pixels)

    def end(self) -> Death:
        child, self.child = self.child, None
        assert child is not None
        return child.end()
