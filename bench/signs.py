"""Signs: from a picture to its letter beside the bare detector, and from the end of a taught sign to its first sound.

Run: PYTHONPATH=tests python -m bench.signs [FRAMES] [SIGNS]. The pictures are of the drawn hand, a little moved each
time. The bare detector sees the same picture in the same thread just before the whole path does, so a busy machine is
unfair to both. The taught sign is drawn, too: the device sees landmarks there and no pictures.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from chestnut.core.events import Event, SignSeen, SpeechStarted
from chestnut.core.scene import Box, Frame, Hand
from chestnut.core.session import SIGNS, Session
from chestnut.runtime.assemble.device import first_session
from chestnut.runtime.assemble.signs import open_hands, open_letter
from chestnut.runtime.assemble.simulation import Simulation
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keymap import keymap
from chestnut.runtime.loop import Runtime
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings
from chestnut.runtime.signing import Reads, Signing
from chestnut.signs.conversation import Conversation
from chestnut.signs.take import take_from
from chestnut.signs.taught import Recogniser
from chestnut.sim import drawn_hand
from chestnut.sim.loudspeaker import Loudspeaker
from chestnut_tests.recorded_signs import ASPECT, SIDES, hand_of
from chestnut_tests.signed import Sign

WARM_UP = 10
RATE_HZ = 15.0
PATIENCE_S = 60.0
EACH_S = 0.8  # so long each letter is shown
MIDDLE = np.array([0.6, 0.2])


@dataclass(slots=True)
class FrameTimes:
    """Milliseconds, one of each frame. bare: MediaPipe's call alone. whole: from the frame to the end of it, which is
    hands, letter and the rest (spelling and what is posted)."""

    bare: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    hands: list[float] = field(default_factory=list)
    letter: list[float] = field(default_factory=list)
    read: int = 0

    @property
    def ratio(self) -> float:
        return statistics.median(self.whole) / statistics.median(self.bare)


class Bare:
    """MediaPipe's task as its guide has it, with the options of ours."""

    def __init__(self) -> None:
        from chestnut_models.library import path
        from mediapipe.tasks.python import BaseOptions
        from mediapipe.tasks.python.vision import HandLandmarker, HandLandmarkerOptions, RunningMode

        file = str(path("hand_landmarker.task"))
        self._task = HandLandmarker.create_from_options(
            HandLandmarkerOptions(
                base_options=BaseOptions(model_asset_path=file), running_mode=RunningMode.VIDEO, num_hands=1
            )
        )

    def see(self, frame: Frame) -> None:
        import mediapipe

        image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.rgb)
        self._task.detect_for_video(image, round(frame.at * 1000))

    def close(self) -> None:
        self._task.close()


class _Camera:
    """Gives the bare detector each picture first."""

    def __init__(self, bare: Bare, times: FrameTimes, count: int) -> None:
        self._bare, self._times, self._left = bare, times, count + WARM_UP
        pictures = [np.asarray(drawn_hand.letter(name)) for name in "FLY"]
        self._pictures = [
            np.roll(one, 2 * (n % 5), axis=1) for one in pictures for n in range(round(EACH_S * 30))
        ]
        self.number = 0
        self.over = threading.Event()

    def newest(self) -> Frame | None:
        return None

    def next(self, after: int, timeout_s: float) -> Frame | None:
        if self.number >= self._left:
            self.over.set()
            return None
        rgb = np.ascontiguousarray(self._pictures[self.number % len(self._pictures)])
        self.number += 1
        frame = Frame(self.number, time.monotonic(), rgb)
        begun = time.perf_counter()
        self._bare.see(frame)
        self._times.bare.append((time.perf_counter() - begun) * 1e3)
        return replace(frame, at=time.monotonic())

    def close(self) -> None: ...


class _Timed(Signing):
    times: FrameTimes

    def read(self, frame: Frame, hands: object, face: Box | None = None) -> None:
        begun = time.perf_counter()
        super().read(frame, hands, face)  # type: ignore[arg-type]
        self.times.whole.append((time.perf_counter() - begun) * 1e3)


class _TimedHands:
    def __init__(self, times: FrameTimes) -> None:
        self._hands, self._times = open_hands(1), times
        self.close = self._hands.close

    def see(self, frame: Frame) -> tuple[Hand, ...]:
        begun = time.perf_counter()
        seen = self._hands.see(frame)
        self._times.hands.append((time.perf_counter() - begun) * 1e3)
        return seen


def measure_frames(count: int) -> FrameTimes:
    times, bare = FrameTimes(), Bare()
    camera = _Camera(bare, times, count)
    told, lack = open_letter("asl")
    assert told is not None, lack

    def letter(hand: Hand, aspect: float) -> tuple[str | None, float]:
        begun = time.perf_counter()
        answer = told(hand, aspect)
        times.letter.append((time.perf_counter() - begun) * 1e3)
        times.read += answer[0] is not None
        return answer

    signing = _Timed(camera, lambda: Reads(_TimedHands(times), letter), lambda event: None, HostClock())
    signing.times = times
    try:
        signing.follow(Session(mode=SIGNS), False)
        assert camera.over.wait(PATIENCE_S + count), "the frames were not read"
    finally:
        signing.close()
        bare.close()
    for values in (times.bare, times.whole, times.hands, times.letter):
        del values[:WARM_UP]
    return times


@dataclass(slots=True)
class SignTimes:
    """Milliseconds, one of each sign. pause: from the last frame in which the hands moved to the one with which that
    was known. told: from that frame to the order to speak. voice: to the first sample. sound: to the sound in the
    air. whole: from the last frame of the movement to the sound."""

    pause: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    voice: list[float] = field(default_factory=list)
    sound: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


class _Signer:
    """Makes a sign before the camera when it is told to, then takes the hands away."""

    def __init__(self) -> None:
        self._frames: list[tuple[Hand, ...]] = []
        self._began = self.last_at = 0.0
        self.number = -1

    def sign(self, frames: list[tuple[Hand, ...]]) -> None:
        self._frames, self._began = frames, time.monotonic() + 0.1

    def see(self, frame: Frame) -> tuple[Hand, ...]:
        number = int((frame.at - self._began) * RATE_HZ) if frame.at >= self._began else -1
        if not 0 <= number < len(self._frames):
            return ()
        self.last_at = frame.at
        return self._frames[number]

    def close(self) -> None: ...


class _Wall:
    def open(self) -> None: ...

    def read(self) -> np.ndarray:
        return np.full((480, 640, 3), 90, np.uint8)

    def close(self) -> None: ...


async def measure_signs(count: int) -> SignTimes:
    random = np.random.default_rng(4)
    sign, times, signer = Sign.drawn(np.random.default_rng(3)), SignTimes(), _Signer()
    takes = [take for _ in range(3) if (take := take_from(sign.made(random))) is not None]
    reads = Reads(signer, None, Recogniser({"tea": takes}))
    with Loudspeaker() as loudspeaker:
        os.environ.update(loudspeaker.environment)
        settings = Settings()
        simulation = Simulation(settings, camera=_Wall(), open_reads=lambda: reads)
        session = replace(first_session(settings), mode=SIGNS)
        happened: list[tuple[float, Event]] = []
        changed = asyncio.Event()

        def tap(event: Event, orders: object) -> None:
            happened.append((time.monotonic(), event))
            changed.set()

        async def until(holds: Callable[[], object]) -> None:
            async with asyncio.timeout(PATIENCE_S):
                while not holds():
                    changed.clear()
                    await changed.wait()

        def first(kind: type[Event]) -> tuple[float, Event] | None:
            return next((one for one in happened if isinstance(one[1], kind)), None)

        device = Runtime(simulation.assemble, keymap(load_pins(), {}), session, (tap,))
        ear = loudspeaker.listen()
        try:
            async with device:
                await until(lambda: happened and not device.conductor.busy)
                for _ in range(count):
                    await asyncio.to_thread(ear.wait_silence)
                    happened.clear()
                    signer.sign(_hands(sign, random))
                    try:
                        await until(lambda: first(SignSeen) and first(SpeechStarted))
                    except TimeoutError:
                        continue  # a take that was not sure enough
                    (told_at, seen), (_, voice) = first(SignSeen), first(SpeechStarted)  # type: ignore[misc]
                    sound_at = await asyncio.to_thread(ear.wait_sound, seen.at)
                    last_at = signer.last_at
                    times.pause.append((seen.at - last_at) * 1e3)
                    times.told.append((told_at - seen.at) * 1e3)
                    times.voice.append((voice.at - seen.at) * 1e3)
                    if sound_at is not None:
                        times.sound.append((sound_at - seen.at) * 1e3)
                        times.whole.append((sound_at - last_at) * 1e3)
                    await until(lambda: not device.conductor.busy)
        finally:
            ear.close()
    return times


def _hands(sign: Sign, random: np.random.Generator) -> list[tuple[Hand, ...]]:
    return [
        tuple(
            hand_of(points + MIDDLE, side)
            for points, side in zip(one.hands, SIDES, strict=True)
            if points is not None
        )
        for one in sign.made(random, RATE_HZ)
    ]


def measure_reading(count: int) -> list[float]:
    """Milliseconds a frame takes beside the detector where a hundred signs are taught: tracks, movements, and at the
    end of each movement the comparison with all of them."""
    random = np.random.default_rng(5)
    drawn = [Sign.drawn(random) for _ in range(100)]
    taught = {
        f"{number}": [take for _ in range(3) if (take := take_from(sign.made(random))) is not None]
        for number, sign in enumerate(drawn)
    }
    conversation, times, at = Conversation(None, Recogniser(taught)), [], 0.0
    for number in range(count):
        for hands in [*_hands(drawn[number % len(drawn)], random), *[()] * 10]:
            at += 1 / RATE_HZ
            begun = time.perf_counter()
            conversation.feed(at, hands, ASPECT)
            times.append((time.perf_counter() - begun) * 1e3)
    return times


def main() -> None:
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 150
    signs = int(sys.argv[2]) if len(sys.argv) > 2 else 8
    made = asyncio.run(measure_signs(signs))  # before MediaPipe, which opens PortAudio
    looked = measure_frames(frames)
    for what, values in (
        ("MediaPipe alone, a hand followed", looked.bare),
        ("the same inside", looked.hands),
        ("a letter of its landmarks", looked.letter),
        ("frame -> letter", looked.whole),
        ("a frame beside the detector, 100 signs taught", measure_reading(20)),
        ("sign: last motion -> known to be over", made.pause),
        ("sign: known frame -> order to speak", made.told),
        ("sign: known frame -> first sample", made.voice),
        ("sign: known frame -> sound in the air", made.sound),
        ("sign: last motion -> sound in the air", made.whole),
    ):
        ordered = sorted(values)
        p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        print(f"{what:48}{statistics.median(ordered):9.2f}{p95:9.2f}  ms p50, p95 of {len(ordered)}")
    print(
        f"{'frame -> letter / MediaPipe alone':48}{looked.ratio:9.2f}  of medians; letters read: {looked.read}"
    )


if __name__ == "__main__":
    main()
