"""The conversation of the runtime with the engine's process: what is done, said and told when. No clock, no process,
no thread of its own; engine/process.py lends it hands."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Protocol

from chestnut.core.events import (
    EffectFailed,
    Part,
    PartFound,
    PartLost,
    SentenceWritten,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.ports import Clock
from chestnut.core.thought import Sentence, Stage
from chestnut.engine.death import Death
from chestnut.engine.messages import (
    BadMessage,
    Cancel,
    Cancelled,
    Done,
    Failed,
    Message,
    Reached,
    Ready,
    Unusable,
    Wrote,
)
from chestnut.engine.order import Request, order
from chestnut.engine.restarts import Restarts
from chestnut.engine.wish import Wish

log = logging.getLogger(__name__)

# A process that has not stopped thinking within this, as while it encodes a picture, is ended. Nobody hears anything
# meanwhile, and to load the model anew takes longer, so one that is slow because the machine is busy gets its time.
GRACE_S = 1.0
LOST = "engine_lost"
UNUSABLE = ("model_damaged", "model_memory", "engine_missing", "gemma_missing")
FAILURES = ("model_blind", "prompt_too_long", "model_memory", "fault")


@dataclass(frozen=True, slots=True)
class Lives:
    """Of the process. started; killed: because it did not stop thinking; died: by itself or by a foreign hand."""

    started: int = 0
    killed: int = 0
    died: int = 0


class Phase(Enum):
    AWAY = "away"  # there is no process
    LOADING = "loading"
    IDLE = "idle"
    THINKING = "thinking"
    STOPPING = "stopping"  # it was told to stop thinking


class Hands(Protocol):
    def start(self) -> None:
        """OSError when the process cannot be started."""

    def end(self) -> Death:
        """The process is ended, if it was not."""

    def send(self, message: Message, pixels: memoryview | None = None) -> None:
        """ValueError when it is too long."""


class Dialogue:
    """The times given are monotonic seconds. grace_s: how long it may take to stop thinking. due_s: when act() is to
    be called again even if nothing happened."""

    def __init__(
        self, hands: Hands, wish: Wish, clock: Clock, restarts: Restarts, grace_s: float = GRACE_S
    ) -> None:
        self.phase = Phase.AWAY
        self.due_s = 0.0
        self.lives = Lives()
        self.loaded: Ready | None = None
        self._hands, self._wish, self._clock = hands, wish, clock
        self._restarts = restarts
        self._grace_s = grace_s
        self._thinking: Request | None = None
        self._told: str | None = None  # the loss that was told last

    # --- what is to be done ---------------------------------------------------------------------------------

    def act(self, at_s: float) -> None:
        """Do what phase, time and the present request call for."""
        wanted = self._wish.wanted
        if self.phase in (Phase.AWAY, Phase.LOADING) and wanted is not None and not wanted.waiting:
            self._make_wait(wanted)
        due = at_s >= self.due_s
        if self.phase is Phase.AWAY and due:
            self._start()
        elif self.phase is Phase.IDLE and wanted is not None:
            self._begin(wanted)
        elif self.phase is Phase.THINKING and wanted is not self._thinking:
            assert self._thinking is not None
            self._hands.send(Cancel(self._thinking.number))
            self.phase, self.due_s = Phase.STOPPING, at_s + self._grace_s
        elif self.phase is Phase.STOPPING and due:
            log.info("the engine did not stop within %.2f s and is started anew", self._grace_s)
            self._hands.end()
            self.lives = replace(self.lives, killed=self.lives.killed + 1)
            self._away(at_s)

    def _make_wait(self, wanted: Request) -> None:
        """Whoever asks now is told why it takes long; and it is reason to start at once."""
        wanted.waiting = True
        loading = ThoughtProgressed(at=self._clock.now(), job=wanted.job, stage=Stage.LOADING)
        self._wish.answer(wanted, loading)
        if self.phase is Phase.AWAY:
            self._restarts.asked()
            self.due_s = 0.0

    def _start(self) -> None:
        self.lives = replace(self.lives, started=self.lives.started + 1)
        self.phase, self.due_s = Phase.LOADING, math.inf
        try:
            self._hands.start()
        except OSError as error:
            log.error("the engine's process cannot be started: %s", error)
            missing = isinstance(error, (FileNotFoundError, PermissionError))
            self._give_up("engine_missing" if missing else "model_memory")

    def _begin(self, wanted: Request) -> None:
        try:
            message, pixels = order(wanted)
        except ValueError as error:
            log.error("a prompt was refused: %s", error)
            self._fail(wanted, "fault")
            return
        try:
            self._hands.send(message, pixels)
        except ValueError as error:
            log.warning("a prompt was refused: %s", error)
            self._fail(wanted, "prompt_too_long")
            return
        self.phase, self._thinking = Phase.THINKING, wanted

    # --- what the process says --------------------------------------------------------------------------------

    def heard(self, message: Message) -> None:
        """BadMessage when it makes no sense now."""
        thinking = self._thinking
        match message:
            case Ready() if self.phase is Phase.LOADING:
                self._ready(message)
            case Unusable(reason=reason, detail=detail) if self.phase is Phase.LOADING:
                log.error("the language model cannot be used: %s", detail)
                self._hands.end()
                self._give_up(reason if reason in UNUSABLE else "model_damaged")
            case Cancelled(job=number) if self.phase is Phase.STOPPING and self._is(number):
                self._rest()
            case Reached(job=number) | Wrote(job=number) | Done(job=number) | Failed(job=number) if (
                thinking is not None and self._is(number)
            ):
                if self.phase is Phase.THINKING:
                    self._thought(thinking, message)
            case _:
                raise BadMessage(f"{type(message).__name__} while {self.phase.value}")

    def _is(self, number: int) -> bool:
        return self._thinking is not None and self._thinking.number == number

    def _ready(self, message: Ready) -> None:
        log.info("the language model is ready: %.0f ms, warm after %.0f ms", message.load_ms, message.warm_ms)
        self.loaded = message
        self._restarts.loaded()
        self._rest()
        if self._told is not None:
            self._told = None
            self._wish.post(PartFound(at=self._clock.now(), part=Part.ENGINE))

    def _thought(self, thinking: Request, message: Message) -> None:
        match message:
            case Reached(stage=stage):
                self._wish.answer(
                    thinking, ThoughtProgressed(at=self._clock.now(), job=thinking.job, stage=stage)
                )
            case Wrote(text=text):
                self._write(thinking, thinking.sentences.feed(text))
            case Done(whole=whole, effort=effort):
                self._write(thinking, thinking.sentences.end())
                self._restarts.thought()
                self._rest()
                ended = ThoughtEnded(at=self._clock.now(), job=thinking.job, effort=effort, whole=whole)
                self._wish.answer(thinking, ended, last=True)
            case Failed(reason=reason, detail=detail):
                log.warning("a thought failed: %s", detail)
                self._rest()
                self._fail(thinking, reason if reason in FAILURES else "fault")

    def _write(self, thinking: Request, sentences: list[str]) -> None:
        for text in sentences:
            written = SentenceWritten(at=self._clock.now(), job=thinking.job, sentence=Sentence(text))
            self._wish.answer(thinking, written)

    def _rest(self) -> None:
        self.phase, self._thinking, self.due_s = Phase.IDLE, None, math.inf

    # --- when it ends -------------------------------------------------------------------------------------------

    def gone(self, at_s: float) -> None:
        """The process ended by itself, or makes no sense."""
        pause_s = self._restarts.died(loading=self.phase is Phase.LOADING)
        death = self._hands.end()
        log.warning("the engine's process died while %s, status %d", self.phase.value, death.status)
        for line in death.words:
            log.debug("its last words: %s", line)
        self.lives = replace(self.lives, died=self.lives.died + 1)
        if pause_s is None:
            self._give_up(death.reason)
        else:
            self._away(at_s + pause_s)
            self._lose("model_memory" if death.memory else LOST)

    def _give_up(self, reason: str) -> None:
        """Nothing is started any more, until somebody asks."""
        self._restarts.given_up()
        self._away(math.inf)
        self._lose(reason)

    def _away(self, until_s: float) -> None:
        self.phase, self._thinking, self.due_s = Phase.AWAY, None, until_s

    def _lose(self, reason: str) -> None:
        """It is told once; whoever waits is not left waiting for the next start, which may fail too."""
        waiting = self._wish.wanted
        if self._told != reason:
            self._told = reason
            self._wish.post(PartLost(at=self._clock.now(), part=Part.ENGINE, reason=reason))
        if waiting is not None:
            self._fail(waiting, reason)

    def _fail(self, request: Request, reason: str) -> None:
        self._wish.answer(
            request, EffectFailed(at=self._clock.now(), job=request.job, reason=reason), last=True
        )
