"""EngineProcess with real processes whose model follows a script: stopped, killed and broken at every stage."""

from __future__ import annotations

import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest
from chestnut.core.events import (
    EffectFailed,
    PartFound,
    PartLost,
    SentenceWritten,
    ThoughtEnded,
    ThoughtProgressed,
)
from chestnut.core.ports import Prompt
from chestnut.core.scene import Frame
from chestnut.core.thought import Stage
from chestnut.engine.dialogue import Phase
from chestnut.engine.launch import environment
from chestnut.engine.messages import Load
from chestnut.engine.process import EngineProcess
from chestnut_tests.engine_desk import CLOCK, LIMIT_S, Ears, ask, nothing_left
from chestnut_tests.scripted_engine import COMMAND, SECRET, script

AT_ONCE = (0.0,)
SHORT_S = 0.05  # too short a grace for whoever does not hear
Begin = Callable[..., EngineProcess]


@pytest.fixture
def ears() -> Ears:
    return Ears()


@pytest.fixture
def begin(ears: Ears) -> Iterator[Begin]:
    """Engines that are closed at the end, after which nothing may be left."""
    engines: list[EngineProcess] = []

    def engine(model: str = "fine", memory_mb: int = 0, grace_s: float = LIMIT_S) -> EngineProcess:
        load = Load("llama", model, memory_mb=memory_mb)
        engines.append(
            EngineProcess(load, ears.post, CLOCK, command=COMMAND, backoff_s=AT_ONCE, grace_s=grace_s)
        )
        return engines[-1]

    with nothing_left():
        yield engine
        for one in engines:
            one.close()
            one.close()


def ready(engine: EngineProcess) -> None:
    assert engine.ready.wait(LIMIT_S)


def reached(ears: Ears, job: int, stage: Stage) -> None:
    ears.until(lambda: stage in [event.stage for event in ears.find(ThoughtProgressed, job)])


def answers(engine: EngineProcess, ears: Ears, job: int = 99) -> None:
    """It is there and thinks."""
    engine.think(job, ask("say I am here."))
    assert isinstance(ears.over(job), ThoughtEnded), ears.of(job)
    assert ears.text(job) == ["I am here."]


# --- thinking -------------------------------------------------------------------------------------------


def test_a_thought_is_told_stage_by_stage_and_sentence_by_sentence(begin: Begin, ears: Ears) -> None:
    engine = begin()
    steps = (
        "reach looking",
        "reach reading",
        "reach writing",
        "say A cup. A ta",
        "say ble. And",
        "say  more",
    )
    engine.think(5, ask(script(*steps)))
    ended = ears.over(5)
    assert [event.stage for event in ears.find(ThoughtProgressed, 5)] == list(Stage)
    assert ears.text(5) == ["A cup.", "A table.", "And more"]
    assert isinstance(ended, ThoughtEnded) and ended.effort.written_tokens == 3
    engine.think(6, ask("say Again."))
    ears.over(6)
    assert [type(event) for event in ears.of(6)] == [SentenceWritten, ThoughtEnded]  # loading is over


def test_a_picture_arrives_as_it_was_and_is_known_again(begin: Begin, ears: Ears) -> None:
    engine = begin()
    wide = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)
    for job, rgb in ((1, wide), (2, wide[:, ::2]), (3, wide)):  # the second one does not lie in a row
        engine.think(job, ask("look", Frame(7, 1.25, rgb)))
        ears.over(job)
        assert ears.text(job) == [f"{rgb.shape} uint8 {int(rgb.sum())} 7 at 1.25."]


@pytest.mark.parametrize(
    "rgb", [None, "text", np.zeros((4, 4)), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4, 3), np.uint8)]
)
def test_what_is_no_picture_fails_alone(begin: Begin, ears: Ears, rgb: object) -> None:
    engine = begin()
    engine.think(1, ask("look", Frame(1, 1.0, rgb)))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "fault"
    answers(engine, ears)


def test_a_prompt_beyond_all_bounds_is_refused(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.think(1, ask("x" * 300_000))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "prompt_too_long"
    answers(engine, ears)


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        ("refuse model_blind", "model_blind"),
        ("raise", "fault"),
        ("stop", "fault"),
        ("refuse nonsense", "fault"),
    ],
)
def test_one_failed_thought_is_no_loss_of_the_engine(
    begin: Begin, ears: Ears, step: str, reason: str
) -> None:
    engine = begin()
    engine.think(1, ask(script("reach reading", "say A sentence. An", step)))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == reason
    answers(engine, ears)
    assert ears.parts() == [] and engine.lives.started == 1


def test_noise_on_its_streams_neither_blocks_it_nor_is_seen(
    begin: Begin, ears: Ears, capfd: pytest.CaptureFixture[str]
) -> None:
    engine = begin()
    engine.think(1, ask(script("chatter", "say Done.")))
    assert isinstance(ears.over(1), ThoughtEnded)
    assert capfd.readouterr() == ("", "")


# --- stopping -------------------------------------------------------------------------------------------


def test_stopped_while_loading_it_loads_on_and_thinks_nothing(
    begin: Begin, ears: Ears, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    engine = begin(f"gate {gate}")
    engine.think(1, ask("say Never."))
    reached(ears, 1, Stage.LOADING)
    engine.cancel(1)
    engine.think(2, ask("say At last."))
    gate.write_bytes(b"open")
    ears.over(2)
    assert [type(event) for event in ears.of(1)] == [ThoughtProgressed]
    assert engine.lives.started == 1


@pytest.mark.parametrize("stage", [Stage.LOOKING, Stage.READING, Stage.WRITING])
@pytest.mark.parametrize(("step", "killed"), [("wait", 0), ("deaf", 1)])
def test_stopped_at_any_stage_nothing_more_is_told_and_it_is_ready_again(
    begin: Begin, ears: Ears, stage: Stage, step: str, killed: int
) -> None:
    """Who hears is stopped; who does not is ended with its process. Neither is a fault."""
    engine = begin(grace_s=SHORT_S if killed else LIMIT_S)
    engine.think(1, ask(script(f"reach {stage}", step, "say Never.")))
    reached(ears, 1, stage)
    engine.cancel(1)
    told = list(ears.events)
    ready(engine)
    assert ears.events == told
    assert engine.lives.killed == killed and engine.lives.started == 1 + killed and engine.lives.died == 0
    answers(engine, ears)


def test_a_new_thought_replaces_the_old(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.think(1, ask(script("reach writing", "say One. ", "say Two", "wait", "say Three.")))
    ears.wait(SentenceWritten, 1)
    for job in (2, 3, 4):
        engine.think(job, ask(script("say Four.", "reach writing", "wait")))
    engine.think(5, ask("say Five."))
    ears.over(5)
    assert ears.text(1) == ["One."] and ears.text(5) == ["Five."]
    assert not any(ears.find(ThoughtEnded, job) or ears.find(EffectFailed, job) for job in (1, 2, 3, 4))
    assert engine.lives.started == 1


def test_a_thought_that_was_cancelled_before_it_began_is_never_begun(begin: Begin, ears: Ears) -> None:
    engine = begin()
    ready(engine)
    for job in range(1, 200):
        engine.think(job, ask(script("reach reading", "wait", "abort")))
        engine.cancel(job)
        told = len(ears.of(job))
        engine.cancel(job)
        assert len(ears.of(job)) == told
    ready(engine)
    assert engine.lives.started == 1 and ears.parts() == []
    assert not ears.find(SentenceWritten) and not ears.find(ThoughtEnded)


def test_a_cancel_of_another_job_changes_nothing(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.cancel(7)
    engine.think(1, ask(script("reach reading", "say Still here.")))
    engine.cancel(2)
    assert isinstance(ears.over(1), ThoughtEnded)
    engine.cancel(1)
    answers(engine, ears)


def test_who_listens_may_call_back(begin: Begin, ears: Ears) -> None:
    """A new thought is asked for and the old one cancelled from within a post."""
    engine = begin()
    post = ears.post

    def call_back(event: object) -> None:
        if isinstance(event, SentenceWritten) and event.job == 1:
            engine.cancel(1)
            engine.think(2, ask("say Two."))
        post(event)  # type: ignore[arg-type]

    engine._wish._post = call_back
    engine.think(1, ask(script("say One. ", "say And. ", "say More.")))
    ears.over(2)
    assert ears.text(1) == ["One."] and ears.text(2) == ["Two."]


def test_a_stuck_process_blocks_nobody(begin: Begin, ears: Ears) -> None:
    """Stopped by a signal it takes nothing of a picture that is larger than any buffer."""
    engine = begin(grace_s=SHORT_S)
    ready(engine)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGSTOP)
    engine.think(1, ask("look", Frame(1, 1.0, np.zeros((1944, 2592, 3), np.uint8))))
    ears.until(lambda: engine._dialogue.phase is Phase.THINKING)
    engine.cancel(1)
    engine.think(2, ask("say On."))
    assert isinstance(ears.over(2), ThoughtEnded)
    assert ears.of(1) == [] and engine.lives.killed == 1 and ears.parts() == []


# --- dying ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["abort", "die", "babble"])
def test_a_death_while_thinking_is_told_once_and_it_comes_back(begin: Begin, ears: Ears, end: str) -> None:
    engine = begin()
    engine.think(1, ask(script("reach writing", "say Half a sent", end, "wait")))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "engine_lost"
    ears.wait(PartFound)
    assert ears.parts() == ["engine_lost", "found"]
    assert ears.events.index(ears.wait(PartLost)) < ears.events.index(failed)
    answers(engine, ears)


def test_killed_while_idle_it_comes_back(begin: Begin, ears: Ears) -> None:
    engine = begin()
    ready(engine)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    ears.wait(PartFound)
    answers(engine, ears)
    assert ears.parts() == ["engine_lost", "found"]


def test_killed_while_loading_it_loads_again(begin: Begin, ears: Ears, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    engine = begin(f"gate {gate}")
    ears.until(lambda: engine.pid is not None)
    assert engine.pid is not None
    os.kill(engine.pid, signal.SIGKILL)
    ears.wait(PartLost)
    gate.write_bytes(b"open")
    ears.wait(PartFound)
    answers(engine, ears)


def test_a_file_that_kills_the_process_is_given_up_until_it_is_mended(
    begin: Begin, ears: Ears, tmp_path: Path
) -> None:
    mended = tmp_path / "mended"
    engine = begin(f"abort_unless {mended}")
    ears.until(lambda: "model_damaged" in ears.parts())
    assert ears.parts() == ["engine_lost", "model_damaged"] and engine.lives.started == 3
    engine.think(1, ask("say Never."))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_damaged"
    assert engine.lives.started == 4
    mended.touch()
    answers(engine, ears)
    assert ears.parts() == ["engine_lost", "model_damaged", "found"]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("damaged", "model_damaged"),
        ("raise", "model_damaged"),
        ("missing", "engine_missing"),
    ],
)
def test_an_unusable_model_is_told_at_once_and_tried_once_a_request(
    begin: Begin, ears: Ears, model: str, reason: str
) -> None:
    engine = begin(model)
    ears.wait(PartLost)
    for job in (1, 2):
        engine.think(job, ask("say Never."))
        failed = ears.over(job)
        assert isinstance(failed, EffectFailed) and failed.reason == reason
    assert ears.parts() == [reason] and engine.lives.started == 3 and engine.lives.died == 0


def test_a_processor_the_library_was_not_built_for_is_a_missing_engine(begin: Begin, ears: Ears) -> None:
    begin("illegal")
    ears.until(lambda: "engine_missing" in ears.parts())


def test_a_program_that_does_not_exist_is_a_missing_engine(ears: Ears) -> None:
    with nothing_left():
        engine = EngineProcess(Load("llama", ""), ears.post, CLOCK, command=("/no/such/python",))
        assert ears.wait(PartLost).reason == "engine_missing"
        engine.close()


# --- memory ---------------------------------------------------------------------------------------------

MEMORY_MB = 200


def test_a_model_beyond_its_memory_is_told_as_that(begin: Begin, ears: Ears) -> None:
    engine = begin("memory", MEMORY_MB)
    assert ears.wait(PartLost).reason == "model_memory"
    assert engine.lives.died == 0


def test_a_thought_beyond_its_memory_fails_alone(begin: Begin, ears: Ears) -> None:
    engine = begin(memory_mb=MEMORY_MB)
    engine.think(1, ask("memory"))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_memory"
    answers(engine, ears)


def test_a_native_abort_for_lack_of_memory_is_told_as_that(begin: Begin, ears: Ears) -> None:
    engine = begin("allocator")
    engine.think(1, ask("say Never."))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_memory"
    ears.until(lambda: engine.lives.died == 3)
    engine.think(2, ask("say Never."))
    failed = ears.over(2)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_memory"
    assert ears.parts() == ["model_memory"]


def test_a_picture_that_does_not_fit_the_memory_is_told_as_that(begin: Begin, ears: Ears) -> None:
    engine = begin(memory_mb=MEMORY_MB // 2)
    engine.think(1, ask("look", Frame(1, 1.0, np.zeros((4000, 5000, 3), np.uint8))))
    failed = ears.over(1)
    assert isinstance(failed, EffectFailed) and failed.reason == "model_memory"


# --- leaving nothing behind -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["fine", "gate", "damaged", "abort"])
@pytest.mark.parametrize("what", ["nothing", "wait", "deaf"])
def test_it_may_be_closed_at_any_moment(
    begin: Begin, ears: Ears, tmp_path: Path, model: str, what: str
) -> None:
    if model == "gate":
        os.mkfifo(tmp_path / "gate")
    engine = begin(f"{model} {tmp_path / 'gate'}")
    if what != "nothing":
        engine.think(1, ask(script("reach looking", what)))
        ears.until(lambda: ears.of(1))
        if what == "deaf":
            engine.cancel(1)
    engine.close()
    told = list(ears.events)
    engine.think(2, ask("say Never."))
    engine.cancel(2)
    engine.close()
    assert ears.events == told and engine.pid is None and not engine.ready.is_set()


def test_a_runtime_that_is_killed_leaves_no_process_behind() -> None:
    code = (
        "import sys, time; sys.path.insert(0, sys.argv[1])\n"
        "from chestnut_tests.engine_desk import CLOCK; from chestnut_tests.scripted_engine import COMMAND\n"
        "from chestnut.engine.messages import Load; from chestnut.engine.process import EngineProcess\n"
        "from chestnut_tests.engine_desk import Ears, ask\n"
        "ears = Ears(); engine = EngineProcess(Load('llama', 'fine'), ears.post, CLOCK, command=COMMAND)\n"
        "engine.think(1, ask('reach looking\\ndeaf')); ears.until(lambda: len(ears.of(1)) == 2)\n"
        "print(engine.pid, flush=True); time.sleep(600)\n"
    )
    tests = Path(__file__).parents[1]
    runtime = subprocess.Popen([sys.executable, "-c", code, str(tests)], stdout=subprocess.PIPE, text=True)
    assert runtime.stdout is not None
    process = os.pidfd_open(int(runtime.stdout.readline()))
    try:
        runtime.kill()
        runtime.wait(LIMIT_S)
        assert select.select([process], [], [], LIMIT_S)[0], "the engine's process lives on"
    finally:
        runtime.stdout.close()
        os.close(process)


# --- how it lives ---------------------------------------------------------------------------------------


def test_it_lives_low_confined_and_in_our_session(begin: Begin, ears: Ears) -> None:
    engine = begin(memory_mb=MEMORY_MB)
    ready(engine)
    assert engine.pid is not None and engine.loaded is not None
    process = psutil.Process(engine.pid)
    lowest = 19  # that there is
    assert process.nice() == min(os.nice(0) + 10, lowest) == engine.loaded.facts["nice"]
    assert os.getsid(engine.pid) == os.getsid(0)  # its own would be a scheduling group of its own
    assert process.rlimit(psutil.RLIMIT_CORE) == (0, 0)
    assert process.rlimit(psutil.RLIMIT_DATA) == (MEMORY_MB << 20, MEMORY_MB << 20)
    status = Path(f"/proc/{engine.pid}/status").read_text()
    ignored = int(status.split("SigIgn:")[1].split()[0], 16)
    assert all(ignored & 1 << number - 1 for number in (signal.SIGINT, signal.SIGTERM))
    assert int(Path(f"/proc/{engine.pid}/oom_score_adj").read_text()) == 1000


def test_it_has_no_network(begin: Begin, ears: Ears) -> None:
    engine = begin()
    engine.think(1, ask("call"))
    ears.over(1)
    assert ears.text(1) == ["Address family not supported by protocol."]


def test_a_ctrl_c_for_the_whole_terminal_is_no_fault_of_the_engine(begin: Begin, ears: Ears) -> None:
    engine = begin()
    ready(engine)
    assert engine.pid is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        os.kill(engine.pid, number)
    answers(engine, ears)
    assert engine.lives.died == 0


def test_openmp_is_tamed_before_anything_is_imported() -> None:
    found = environment(3, {"PATH": "/bin", "SECRET_TOKEN": "x", "GOMP_SPINCOUNT": "1000"})
    assert found == {
        "PATH": "/bin",
        "OMP_WAIT_POLICY": "passive",
        "GOMP_SPINCOUNT": "1000",  # chosen by whoever gave the model cores of its own
        "OMP_NUM_THREADS": "3",
        "OPENBLAS_NUM_THREADS": "1",
    }
    assert environment(1, {})["GOMP_SPINCOUNT"] == "0"


def test_what_was_said_is_never_logged(
    begin: Begin, ears: Ears, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = begin()
    for job, step in enumerate(("raise", "abort", "refuse fault", "babble"), 1):
        engine.think(job, Prompt(SECRET, (script(f"say {SECRET}. ", step),)))
        ears.over(job)
    begin("raise")
    ears.until(lambda: "model_damaged" in ears.parts())
    engine.think(9, Prompt(SECRET, (SECRET * 100_000,)))
    ears.over(9)
    assert len(caplog.records) > 5
    assert SECRET not in caplog.text and "secret" not in "".join(capfd.readouterr())
