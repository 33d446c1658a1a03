"""A whole device with a microphone: the monitor of a private PulseAudio's null sink, whose source is pulled while it
runs."""

from __future__ import annotations

import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from chestnut.core.effects import Start, Understand
from chestnut.core.events import Part, PartLost, VoiceNoticed, WordsHeard
from chestnut.core.ports import HEARD_HZ, Ear, Microphone, Post
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.sim.ear import ScriptedEar
from chestnut.sim.loudspeaker import Loudspeaker
from chestnut.speech.ear import EarProcess
from chestnut.speech.microphone import PortAudioMicrophone
from chestnut.speech.microphone_wav import WavMicrophone
from chestnut.speech.portaudio import PortAudio
from chestnut_tests.life import QUICK, Life, live
from chestnut_tests.said import said

pytestmark = pytest.mark.slow

MICROPHONE = "desk"
FAST_S = 0.3  # a source that comes or goes is noticed


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loudspeaker]:
    with Loudspeaker() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def life(tap: object = None) -> Life:
    def microphone(post: Post) -> Microphone:
        return PortAudioMicrophone((MICROPHONE,), post, retry_s=FAST_S, look_s=FAST_S, library=PortAudio())

    simulation = Simulation(QUICK, microphone=microphone, ear=lambda: ScriptedEar("what time is it", "ghlxq"))
    return Life(simulation, settings=QUICK)


def voice(seconds: float = 30.0) -> np.ndarray:
    time = np.arange(round(seconds * HEARD_HZ)) / HEARD_HZ
    return np.rint(8000 * np.sin(2 * np.pi * 300 * time)).astype(np.int16)


def test_what_is_said_is_heard_while_the_key_is_held(sound: Loudspeaker) -> None:
    sound.plug(MICROPHONE)

    async def scenario(life: Life) -> None:
        noticed: list[VoiceNoticed | WordsHeard] = []
        asked: list[Understand] = []

        def tap(event: object, orders: object) -> None:
            if isinstance(event, (VoiceNoticed, WordsHeard)):
                noticed.append(event)
            for order in orders:  # type: ignore[attr-defined]
                if isinstance(order, Start) and isinstance(order.effect, Understand):
                    asked.append(order.effect)

        life.device.taps.append(tap)
        sound.play(voice(), MICROPHONE)
        life.simulation.press("ask", 3.0)
        await life.says("talk_time")
        assert [type(event) for event in noticed] == [VoiceNoticed, WordsHeard]
        assert len(asked) == 1
        await life.quiet()
        life.simulation.press_pad("pad_r1", 3.0)
        await life.says("talk_unknown")

    live(scenario, life)


def test_a_microphone_pulled_and_returned_while_it_runs_is_told_once_each(sound: Loudspeaker) -> None:
    sound.plug(MICROPHONE)

    async def scenario(life: Life) -> None:
        sound.unplug(MICROPHONE)
        await life.says("microphone_lost")
        await life.quiet()
        sound.plug(MICROPHONE)
        await life.says("microphone_back")
        await life.quiet()
        assert (life.told["microphone_lost"], life.told["microphone_back"]) == (1, 1)

    live(scenario, life)


def test_a_microphone_pulled_while_somebody_talks_is_told_once_and_nothing_ends(sound: Loudspeaker) -> None:
    sound.plug(MICROPHONE)

    async def scenario(life: Life) -> None:
        heard: list[object] = []
        life.device.taps.append(lambda event, orders: heard.append(event))
        sound.play(voice(), MICROPHONE)
        life.simulation.press("ask", 8.0)
        await life.until(lambda: any(isinstance(event, VoiceNoticed) for event in heard))
        sound.unplug(MICROPHONE)
        await life.says("microphone_lost")
        await life.until(
            lambda: any(isinstance(event, PartLost) and event.part is Part.MICROPHONE for event in heard)
        )
        await life.quiet()
        await life.answers("describe", "scene")  # the keys do what they always do
        assert life.told["microphone_lost"] == 1

    live(scenario, life)


def test_one_that_was_never_there_is_told_to_who_wants_to_talk(sound: Loudspeaker) -> None:
    async def scenario(life: Life) -> None:
        assert not life.told["microphone_lost"], "nobody asked for it"
        life.simulation.press("ask", 2.0)
        await life.says("microphone_lost")
        await life.quiet()
        assert life.told["microphone_lost"] == 1
        sound.plug(MICROPHONE)
        await life.says("microphone_back")

    live(scenario, life)


# --- what is said is done -----------------------------------------------------------------------------------


def talking(folder: Path, samples: np.ndarray, ear: Callable[[], Ear], *, reminds: bool = False) -> Life:
    file = folder / "said.wav"
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, HEARD_HZ, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())
    simulation = Simulation(
        QUICK, microphone=lambda post: WavMicrophone(file, post), ear=ear, reminds=reminds
    )
    return Life(simulation, settings=QUICK)


def test_a_place_is_told_and_asked_for_and_a_reminder_set_by_voice(tmp_path: Path) -> None:
    texts = (
        "Remember, my keys are on the kitchen table.",
        "Where are my keys?",
        "Remind me in two hours to check the oven.",
        "What are my reminders?",
        "Speak Russian.",
        "Погромче, пожалуйста.",
    )

    async def scenario(life: Life) -> None:
        for key in ("remembered_told", "recall", "reminder_set", "reminder_next", "language", "volume"):
            await life.answers("ask", key, 1.2)
        assert life.device.conductor.session.language == "ru"

    live(scenario, lambda: talking(tmp_path, voice(), lambda: ScriptedEar(*texts), reminds=True))


def test_a_voice_is_understood_by_the_real_ear(tmp_path: Path) -> None:
    async def scenario(life: Life) -> None:
        await life.answers("ask", "talk_time", 2.5)
        await life.answers("describe", "scene")

    live(scenario, lambda: talking(tmp_path, said("What time is it?"), EarProcess))


def test_a_press_while_words_are_looked_for_is_obeyed_and_they_are_dropped(tmp_path: Path) -> None:
    ear = ScriptedEar("louder")
    ear.waits.clear()

    async def scenario(life: Life) -> None:
        asked: list[object] = []
        life.device.taps.append(lambda event, orders: asked.extend(orders))
        life.simulation.press("ask", 1.2)
        await life.until(lambda: any(isinstance(o, Start) and o.effect == Understand() for o in asked))
        await life.press("describe")  # nobody waits for silence
        await life.says("scene")
        ear.waits.set()
        await life.answers("find", "recall_nothing")
        assert not life.told["volume"]

    live(scenario, lambda: talking(tmp_path, voice(), lambda: ear))
