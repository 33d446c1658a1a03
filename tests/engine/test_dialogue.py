"""The conversation with the engine's process, every order of events: who is told what, and how often."""

from __future__ import annotations

import math
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from chestnut.core.events import (
    EffectFailed,
    PartFound,
    PartLost,
    SentenceWritten,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.thought import Effort, Stage
from chestnut.engine.death import Death, LastWords, oom_kills
from chestnut.engine.dialogue import GRACE_S, Dialogue, Phase
from chestnut.engine.messages import (
    BadMessage,
    Cancel,
    Cancelled,
    Done,
    Failed,
    Load,
    Message,
    Reached,
    Ready,
    Think,
    Unusable,
    Wrote,
)
from chestnut.engine.restarts import BACKOFF_S, MOST_FAILED_LOADS, Restarts
from chestnut.engine.wish import Wish
from chestnut_tests.engine_desk import CLOCK, Ears, ask
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

READY = Ready(True, 1.0, 1.0)


class Hands:
    """A process that is only thought of. next_death: how it ended, when it is asked."""

    def __init__(self) -> None:
        self.alive = False
        self.cannot_start: OSError | None = None
        self.next_death = Death(-9)
        self.sent: list[Message] = []

    def start(self) -> None:
        assert not self.alive, "two processes"
        if self.cannot_start is not None:
            raise self.cannot_start
        self.alive, self.sent = True, []

    def end(self) -> Death:
        assert self.alive, "ended twice"
        self.alive = False
        return self.next_death

    def send(self, message: Message, pixels: memoryview | None = None) -> None:
        assert self.alive
        self.sent.append(message)


class Desk:
    """A dialogue and time in hand."""

    def __init__(self) -> None:
        self.hands, self.ears, self.now_s = Hands(), Ears(), 100.0
        self.wish = Wish(self.ears.post)
        self.dialogue = Dialogue(self.hands, self.wish, CLOCK, Restarts())

    def act(self) -> None:
        self.dialogue.act(self.now_s)

    def think(self, job: int) -> None:
        self.wish.think(job, ask("?"))
        self.act()

    def say(self, message: Message) -> None:
        self.dialogue.heard(message)
        self.act()

    def die(self, death: Death | None = None) -> None:
        self.hands.next_death = death or Death(-9)
        self.dialogue.gone(self.now_s)
        self.act()

    def later(self, seconds: float) -> None:
        self.now_s += seconds
        self.act()

    def number(self) -> int:
        """Under which the process knows what it was asked last."""
        return next(message.job for message in reversed(self.hands.sent) if isinstance(message, Think))

    def close(self) -> None:
        self.wish.close()
        self.wish.release()


@pytest.fixture
def desk() -> object:
    made = Desk()
    made.act()
    yield made
    made.close()


# --- deaths ---------------------------------------------------------------------------------------------


def test_pauses_grow_and_a_finished_thought_forgets_them(desk: Desk) -> None:
    waited = []
    for _ in range(6):
        desk.say(READY)
        desk.die()
        waited.append(
            max(0.0, desk.dialogue.due_s - desk.now_s) if desk.dialogue.phase is Phase.AWAY else 0.0
        )
        desk.later(30)
    assert waited == [*BACKOFF_S, BACKOFF_S[-1], BACKOFF_S[-1]]
    desk.say(READY)
    desk.think(1)
    desk.say(Done(desk.number(), True, Effort()))
    desk.die()
    assert desk.dialogue.phase is Phase.LOADING


def test_every_death_after_ready_is_told_once_and_so_is_the_return(desk: Desk) -> None:
    desk.say(READY)
    for _ in range(3):
        desk.die()
        desk.later(30)
        desk.say(READY)
    assert desk.ears.parts() == ["engine_lost", "found"] * 3


@pytest.mark.parametrize(
    ("death", "reason"),
    [
        (Death(-signal.SIGABRT), "model_damaged"),
        (Death(-signal.SIGABRT, memory=True), "model_memory"),
        (Death(-signal.SIGILL), "engine_missing"),
        (Death(-signal.SIGKILL), "model_memory"),
    ],
)
def test_three_failed_loads_are_the_end_until_somebody_asks(desk: Desk, death: Death, reason: str) -> None:
    first = "model_memory" if death.memory else "engine_lost"
    for _ in range(MOST_FAILED_LOADS):
        assert desk.hands.alive
        desk.die(death)
        desk.later(60)
    assert desk.ears.parts() == list(dict.fromkeys([first, reason]))
    desk.later(1e6)
    assert not desk.hands.alive and desk.dialogue.due_s == math.inf
    for job in (1, 2):
        desk.think(job)
        assert desk.hands.alive and isinstance(desk.ears.of(job)[0], ThoughtProgressed)
        desk.die(death)
        assert not desk.hands.alive
        assert desk.ears.over(job) == desk.ears.of(job)[1]
        assert desk.ears.find(EffectFailed, job)[0].reason == reason
    assert desk.ears.parts() == list(dict.fromkeys([first, reason]))  # told once
    desk.think(3)
    desk.say(READY)
    assert desk.ears.parts()[-1] == "found"
    desk.say(Done(desk.number(), True, Effort()))
    assert isinstance(desk.ears.over(3), ThoughtEnded)


def test_an_unusable_model_is_told_with_its_reason_and_not_tried_again(desk: Desk) -> None:
    desk.think(1)
    desk.say(Unusable("model_damaged", "model.gguf is damaged"))
    assert desk.ears.parts() == ["model_damaged"]
    lost, failed = desk.ears.events[-2:]
    assert isinstance(lost, PartLost) and isinstance(
        failed, EffectFailed
    )  # heard once: the alert ends the skill
    assert failed.reason == "model_damaged"
    desk.later(1e6)
    assert not desk.hands.alive
    desk.think(2)
    desk.say(Unusable("engine_missing", "now something else"))
    assert desk.ears.parts() == ["model_damaged", "engine_missing"]
    assert desk.ears.find(EffectFailed, 2)[0].reason == "engine_missing"


def test_a_reason_nobody_knows_is_not_passed_on(desk: Desk) -> None:
    desk.say(READY)
    desk.think(1)
    desk.say(Failed(desk.number(), "a phrase that does not exist", ""))
    assert desk.ears.find(EffectFailed, 1)[0].reason == "fault"
    desk.die()
    desk.say(Unusable("a phrase that does not exist", ""))
    assert desk.ears.parts() == ["engine_lost", "model_damaged"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (FileNotFoundError(2, "no such file"), "engine_missing"),
        (BlockingIOError(11, "again"), "model_memory"),
    ],
)
def test_a_process_that_cannot_be_started_is_told(error: OSError, reason: str) -> None:
    desk = Desk()
    desk.hands.cannot_start = error
    desk.think(1)
    assert desk.ears.parts() == [reason]
    assert desk.ears.find(EffectFailed, 1)[0].reason == reason
    desk.close()


def test_whoever_asks_does_not_wait_for_the_pause(desk: Desk) -> None:
    desk.die()
    desk.die()
    assert not desk.hands.alive
    desk.think(1)
    assert desk.hands.alive
    desk.say(READY)
    desk.say(Done(desk.number(), True, Effort()))
    assert [type(event) for event in desk.ears.of(1)] == [ThoughtProgressed, ThoughtEnded]


def test_a_death_while_thinking_fails_the_thought_after_the_loss_was_told(desk: Desk) -> None:
    desk.say(READY)
    desk.think(1)
    desk.say(Wrote(desk.number(), "Half a sen"))
    desk.die(Death(-9, memory=True))
    assert [type(event) for event in desk.ears.events] == [PartLost, EffectFailed]
    assert desk.ears.parts() == ["model_memory"]
    assert desk.ears.find(EffectFailed, 1)[0].reason == "model_memory"


def test_nobody_waits_through_a_death_after_the_one_that_was_told(desk: Desk) -> None:
    """The next start may fail as well, and nothing at all would be said meanwhile."""
    desk.say(READY)
    desk.die()
    desk.think(1)
    desk.die()
    assert desk.ears.parts() == ["engine_lost"], "the part's loss is told once"
    failed = desk.ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "engine_lost"
    desk.later(1)
    desk.say(READY)
    desk.think(2)
    desk.say(Done(desk.number(), True, Effort()))
    assert isinstance(desk.ears.over(2), ThoughtEnded)


# --- stopping -------------------------------------------------------------------------------------------


def test_a_cancel_during_load_leaves_the_load_alone(desk: Desk) -> None:
    desk.think(1)
    desk.wish.cancel(1)
    desk.later(60)
    desk.say(READY)
    assert desk.dialogue.phase is Phase.IDLE and desk.dialogue.lives.started == 1
    assert not any(isinstance(message, (Think, Cancel)) for message in desk.hands.sent)


def test_who_does_not_stop_in_time_is_ended_in_silence_and_the_next_is_answered(desk: Desk) -> None:
    desk.say(READY)
    desk.think(1)
    desk.think(2)
    desk.later(GRACE_S / 2)
    assert desk.hands.alive and desk.dialogue.lives.killed == 0
    desk.later(GRACE_S)
    desk.act()
    assert desk.dialogue.lives.killed == 1 and desk.dialogue.phase is Phase.LOADING
    desk.say(READY)
    desk.say(Wrote(desk.number(), "Two."))
    desk.say(Done(desk.number(), True, Effort()))
    assert desk.ears.parts() == [] and desk.ears.of(1) == []
    assert [type(event) for event in desk.ears.of(2)] == [ThoughtProgressed, SentenceWritten, ThoughtEnded]


@pytest.mark.parametrize("late", ["Reached", "Wrote", "Done", "Failed"])
def test_what_was_on_its_way_when_it_was_stopped_is_dropped(desk: Desk, late: str) -> None:
    desk.say(READY)
    desk.think(1)
    number = desk.number()
    desk.wish.cancel(1)
    desk.act()
    messages: dict[str, Message] = {
        "Reached": Reached(number, Stage.WRITING),
        "Wrote": Wrote(number, "One."),
        "Done": Done(number, True, Effort()),
        "Failed": Failed(number, "fault", ""),
    }
    desk.say(messages[late])
    desk.say(Cancelled(number))
    assert desk.ears.events == [] and desk.dialogue.phase is Phase.IDLE


def test_what_makes_no_sense_is_refused(desk: Desk) -> None:
    for message in (Cancelled(1), Done(1, True, Effort()), Load("llama", "")):
        with pytest.raises(BadMessage):
            desk.dialogue.heard(message)
    desk.say(READY)
    desk.think(1)
    for message in (READY, Unusable("model_damaged", ""), Done(99, True, Effort()), Cancelled(desk.number())):
        with pytest.raises(BadMessage):
            desk.dialogue.heard(message)


# --- all orders of events -------------------------------------------------------------------------------


class AnyOrder(RuleBasedStateMachine):
    """Callers, process, time and death take turns as they like."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.jobs = 0
        self.unwanted_at: dict[int, int] = {}  # how much was posted of a job when it was no longer wanted

    def _unwanted(self) -> None:
        for job in range(1, self.jobs + 1):
            self.unwanted_at.setdefault(job, len(self.desk.ears.of(job)))

    @rule()
    def think(self) -> None:
        self._unwanted()
        self.jobs += 1
        self.desk.wish.think(self.jobs, ask("?"))

    @precondition(lambda self: self.jobs)
    @rule(back=st.integers(0, 2))
    def cancel(self, back: int) -> None:
        job = max(1, self.jobs - back)
        self.desk.wish.cancel(job)
        self.unwanted_at.setdefault(job, len(self.desk.ears.of(job)))

    @rule(seconds=st.sampled_from([0.0, 0.1, 0.3, 1.0, 40.0]))
    def act(self, seconds: float) -> None:
        self.desk.later(seconds)

    @precondition(lambda self: self.desk.dialogue.phase is Phase.LOADING)
    @rule(message=st.sampled_from([READY, READY, Unusable("model_memory", ""), None]))
    def load(self, message: Message | None) -> None:
        if message is None:
            self.desk.dialogue.gone(self.desk.now_s)
        else:
            self.desk.dialogue.heard(message)

    @precondition(lambda self: self.desk.dialogue.phase is Phase.THINKING)
    @rule(what=st.sampled_from(["reach", "write", "done", "fail"]))
    def write(self, what: str) -> None:
        number = self.desk.number()
        said: dict[str, Message] = {
            "reach": Reached(number, Stage.READING),
            "write": Wrote(number, "A sentence. "),
            "done": Done(number, True, Effort()),
            "fail": Failed(number, "model_blind", ""),
        }
        self.desk.dialogue.heard(said[what])

    @precondition(lambda self: self.desk.dialogue.phase is Phase.STOPPING)
    @rule()
    def stopped(self) -> None:
        self.desk.dialogue.heard(Cancelled(self.desk.number()))

    @precondition(lambda self: self.desk.dialogue.phase is not Phase.AWAY)
    @rule(memory=st.booleans())
    def die(self, memory: bool) -> None:
        self.desk.hands.next_death = Death(-9, memory)
        self.desk.dialogue.gone(self.desk.now_s)
        assert self.desk.wish.wanted is None, "nobody is left waiting"

    @invariant()
    def nothing_of_a_cancelled_job(self) -> None:
        for job, count in self.unwanted_at.items():
            assert len(self.desk.ears.of(job)) == count

    @invariant()
    def every_job_ends_at_most_once_and_then_is_silent(self) -> None:
        for job in range(1, self.jobs + 1):
            kinds = [type(event) for event in self.desk.ears.of(job)]
            ends = [kind for kind in kinds if kind in (ThoughtEnded, EffectFailed)]
            assert len(ends) <= 1 and (not ends or kinds[-1] is ends[0])
            loading = [
                event for event in self.desk.ears.find(ThoughtProgressed, job) if event.stage is Stage.LOADING
            ]
            assert len(loading) <= 1

    @invariant()
    def losses_and_returns_make_sense(self) -> None:
        told = self.desk.ears.parts()
        assert all(one != other for one, other in pairwise(told))
        assert not told or told[0] != "found"
        lives = self.desk.dialogue.lives
        assert len(self.desk.ears.find(PartLost)) <= lives.died + lives.started
        assert len(self.desk.ears.find(PartFound)) <= len(self.desk.ears.find(PartLost))

    @invariant()
    def a_process_is_there_unless_it_is_away(self) -> None:
        assert self.desk.hands.alive is (self.desk.dialogue.phase is not Phase.AWAY)

    def teardown(self) -> None:
        """Whatever happened, a model that loads answers the next request."""
        self.think()
        for _ in range(4):
            self.desk.later(40.0)
            if self.desk.dialogue.phase is Phase.LOADING:
                self.desk.dialogue.heard(READY)
        self.desk.dialogue.heard(Done(self.desk.number(), True, Effort()))
        assert isinstance(self.desk.ears.over(self.jobs), ThoughtEnded)
        self.desk.close()


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


# --- why it died ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        b"ggml_backend_cpu_buffer_type_alloc_buffer: failed to allocate buffer of size 835000000",
        b"terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc",
        b"MemoryError",
        b"llama: Out of memory",
        b"mmap: Cannot allocate memory",
    ],
)
def test_a_lack_of_memory_is_read_from_the_last_words(words: bytes) -> None:
    heard = LastWords()
    heard.feed(b"noise\n" * 10_000)
    heard.feed(words[:7])
    heard.feed(words[7:] + b"\n")
    assert heard.death(-signal.SIGABRT, killed_for_memory=False).reason == "model_memory"


def test_the_kernel_s_kill_is_told_from_another_s() -> None:
    silent = LastWords()
    assert silent.death(-signal.SIGKILL, killed_for_memory=True).memory
    assert not silent.death(-signal.SIGKILL, killed_for_memory=False).memory
    assert not silent.death(-signal.SIGABRT, killed_for_memory=True).memory


def test_the_kernel_counts_its_kills(tmp_path: Path) -> None:
    (tmp_path / "vmstat").write_text("nr_free_pages 7\noom_kill 3\nswap_ra 0\n")
    assert oom_kills(tmp_path / "vmstat") == 3
    assert oom_kills(tmp_path / "no such file") == 0  # an older kernel
    assert oom_kills() >= 0


def test_only_what_cannot_quote_the_wearer_is_logged() -> None:
    heard = LastWords()
    heard.feed(
        b"error parsing grammar: secret\nprompt: secret\n/src/ggml.c:12: GGML_ASSERT(n > 0) failed\n"
        b'Fatal Python error: Aborted\n  File "/lib/backend.py", line 7 in think\nValueError: secret\n'
    )
    assert heard.death(-signal.SIGABRT, killed_for_memory=False).words == (
        "/src/ggml.c:12: GGML_ASSERT(n > 0) failed",
        "Fatal Python error: Aborted",
        'File "/lib/backend.py", line 7 in think',
    )
