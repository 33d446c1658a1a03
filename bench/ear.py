"""The ear: how long words take after the key is let go, how late a press is meanwhile, and how many phrases of the
tests' tables are understood when they are spoken.

Run: python -m bench.ear [COUNT], or python -m bench.ear --phrases tests/chestnut_tests [STEP].
Speakers are synthetic: eSpeak NG and Festival (packages festival, festvox-kallpc16k, festvox-ru) as far as installed.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import wave
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import numpy as np
import psutil
from chestnut.core.effects import Order, Start, Understand
from chestnut.core.events import ButtonChanged, Edge, Event, VoiceNoticed
from chestnut.core.ports import HEARD_HZ, Segment
from chestnut.locale.understanding import understood
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings, VoiceSettings
from chestnut.speech.ear import EarProcess, measured
from chestnut.speech.microphone_wav import WavMicrophone
from chestnut.speech.prerender import render
from chestnut.speech.recording import read
from numpy.typing import NDArray

SENTENCES = ("Where are my keys?", "Remind me to take my pills at eight in the evening.")
PATIENCE_S = 60.0
VOICES = {"en": ("voice_kal_diphone",), "ru": ("voice_msu_ru_nsh_clunits",)}
NOW = datetime(2026, 11, 24, 10, 0)

Samples = NDArray[np.int16]


@dataclass(slots=True)
class EarTimes:
    """first_s: the first words, the weights loaded for them. per_second: seconds of waiting after the end of speech,
    by seconds of speech. acts_ms: from a contact that closes to the runtime's orders, by what the ear does meanwhile.
    memory_mb: of the ear's process."""

    first_s: float = 0.0
    per_second: list[float] = field(default_factory=list)
    waits_ms: list[float] = field(default_factory=list)
    acts_ms: dict[str, list[float]] = field(default_factory=dict)
    memory_mb: float = 0.0

    def ratio(self, what: str) -> float:
        """Of the medians, beside those while nobody talks."""
        return statistics.median(self.acts_ms[what]) / statistics.median(self.acts_ms["idle"])


def spoken(text: str, language: str = "en") -> Samples:
    samples, rate_hz = render(Segment(text, language), 150)
    places = np.arange(round(len(samples) * HEARD_HZ / rate_hz)) * rate_hz / HEARD_HZ
    return np.interp(places, np.arange(len(samples)), samples).astype(np.int16)


def measure_ear(count: int) -> EarTimes:
    times = EarTimes()
    ear = EarProcess()
    try:
        began = time.monotonic()
        measured(ear, "en", spoken(SENTENCES[0]))
        times.first_s = time.monotonic() - began
        for number in range(count):
            samples = spoken(SENTENCES[number % len(SENTENCES)])
            _, took_s = measured(ear, "en", samples)
            times.waits_ms.append(took_s * 1e3)
            times.per_second.append(took_s / (len(samples) / HEARD_HZ))
        assert ear.pid is not None
        times.memory_mb = psutil.Process(ear.pid).memory_info().rss / 1e6
    finally:
        ear.close()
    asyncio.run(_measure_acts(count, times))
    return times


async def _measure_acts(count: int, times: EarTimes) -> None:
    """A stop while nobody talks, while the key for talking is held, and while words are looked for."""
    settings = Settings(voice=VoiceSettings(rate_wpm=450, speaker="none"))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "said.wav")
        _write(file, np.concatenate([spoken(SENTENCES[1]) for _ in range(4)]))
        simulation = Simulation(settings, microphone=lambda post: WavMicrophone(file, post))
        device = Runtime(simulation.assemble, keymap(load_pins(), {}), first_session(settings), ())
        watch = _Watch(device)
        async with device:
            assert simulation.pod is not None
            await watch.until(lambda: watch.woke and not device.conductor.busy)
            for _ in range(count):
                await watch.stop(simulation, times, "idle")
                simulation.press("ask", 4.0)
                await watch.until(lambda: watch.voices)
                await watch.stop(simulation, times, "listening")
                await watch.up("ask")
                simulation.press("ask", 2.5)
                await watch.until(lambda: watch.asked)
                await watch.stop(simulation, times, "understanding")


class _Watch:
    def __init__(self, device: Runtime) -> None:
        self._device = device
        self._changed = asyncio.Event()
        self._ups: set[str] = set()
        self.woke = False
        self.voices = self.asked = 0
        self.stopped: list[float] = []
        device.taps.append(self._tap)

    def _tap(self, event: Event, orders: tuple[Order, ...]) -> None:
        now = time.monotonic()
        self.woke = True
        if isinstance(event, ButtonChanged) and event.edge is Edge.UP:
            self._ups.add(event.button)
        if isinstance(event, ButtonChanged) and (event.button, event.edge) == ("stop", Edge.DOWN):
            self.stopped.append(now)
        self.voices += isinstance(event, VoiceNoticed)
        self.asked += sum(isinstance(order, Start) and order.effect == Understand() for order in orders)
        self._changed.set()

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def up(self, button: str) -> None:
        await self.until(lambda: button in self._ups)

    async def stop(self, simulation: Simulation, times: EarTimes, what: str) -> None:
        assert simulation.pod is not None
        self.stopped.clear()
        self._ups.clear()
        before = len(simulation.pod.edge_history())
        simulation.press("stop")
        await self.until(lambda: self.stopped)
        acted = self.stopped[0]
        await self.up("stop")
        while len(simulation.pod.edge_history()) <= before:  # the chip's record may come after its event
            await asyncio.sleep(0.01)
        closed = simulation.pod.edge_history()[before].at
        times.acts_ms.setdefault(what, []).append((acted - closed) * 1e3)
        await self.until(lambda: not self._device.conductor.busy)
        self.voices = self.asked = 0


# --- phrases ----------------------------------------------------------------------------------------------


def festival(text: str, voice: str) -> Samples | None:
    """None where it is not installed."""
    if shutil.which("text2wave") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        words, sound = Path(folder, "words.txt"), Path(folder, "said.wav")
        words.write_text(text, encoding="utf-8")
        command = ["text2wave", "-eval", f"({voice})", str(words), "-o", str(sound)]
        done = subprocess.run(command, check=False, capture_output=True)
        return read(sound) if done.returncode == 0 and sound.exists() else None


def phrases(folder: Path, step: int) -> None:
    """Of every STEPth phrase: is the same understood of its sound as of its words?"""
    ear = EarProcess()
    try:
        for language, voices in VOICES.items():
            said = tomllib.loads((folder / f"phrases_{language}.toml").read_text("utf-8"))["said"]
            texts = [line.split(" | ")[0] for line in said.splitlines() if line][step // 2 :: step]
            speakers: dict[str, Callable[[str], Samples | None]] = {
                name: lambda text, name=name: festival(text, name)  # type: ignore[misc]
                for name in voices
            }
            if language == "en":
                speakers["espeak"] = spoken
            for name, speak in speakers.items():
                _rate(ear, language, name, speak, texts)
    finally:
        ear.close()


def _rate(
    ear: EarProcess, language: str, name: str, speak: Callable[[str], Samples | None], texts: list[str]
) -> None:
    kinds = commands = whole = count = wrong = 0
    for text in texts:
        samples = speak(text)
        if samples is None:
            print(f"{name}: not installed")
            return
        heard, _ = measured(ear, language, samples)
        meant, got = (replace(understood(words, language, NOW), text="") for words in (text, heard.text))
        count += 1
        whole += meant == got
        kinds += meant.kind == got.kind
        commands += got.kind not in ("", "question", meant.kind)
        wrong += got.kind in ("", "question") and meant.kind != got.kind
        if meant.kind != got.kind:
            print(f"  {text!r} → {heard.text!r}: {got.kind or 'nothing'}")
    print(
        f"{language}, {name}: {count} phrases, the command {kinds / count:.1%}, with all its parts "
        f"{whole / count:.1%}; taken for another command {commands}, for a question or nothing {wrong}",
        flush=True,
    )


def _write(file: Path, samples: Samples) -> None:
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, HEARD_HZ, 0, "NONE", ""))
        out.writeframes(samples.astype("<i2").tobytes())


def main() -> None:
    if sys.argv[1:2] == ["--phrases"]:
        phrases(Path(sys.argv[2]), int(sys.argv[3]) if sys.argv[3:] else 1)
        return
    times = measure_ear(int(sys.argv[1]) if sys.argv[1:] else 10)
    print(f"first words, weights loaded: {times.first_s:.2f} s; its process: {times.memory_mb:.0f} MB")
    print(f"let go → words: {statistics.median(times.waits_ms):.0f} ms")
    print(f"seconds per second of speech: {statistics.median(times.per_second):.2f}")
    for what, values in times.acts_ms.items():
        print(f"press → acted, {what}: {statistics.median(values):.2f} / {max(values):.2f} ms")


if __name__ == "__main__":
    main()
