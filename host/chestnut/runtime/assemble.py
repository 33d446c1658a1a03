"""The only place that chooses parts: real ones for a device, stand-ins for the simulation."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from chestnut_models.errors import ModelMissing
from chestnut_models.library import path as model_path

from chestnut.core.events import Part, PartLost
from chestnut.core.ports import Detector, Post
from chestnut.core.scene import Face, Frame, Hand, Page, Person, Scene, Thing
from chestnut.core.session import Session
from chestnut.devices.camera import Source, ThreadedCamera, open_source
from chestnut.devices.camera_folder import FolderSource
from chestnut.devices.link import SerialPod
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.perception.light import judge
from chestnut.perception.objects import Objects
from chestnut.perception.people import people
from chestnut.perception.seeing import read, see
from chestnut.perception.tesseract import TextError
from chestnut.perception.text import Text
from chestnut.perception.trust import nameable
from chestnut.perception.watcher import Watcher
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings
from chestnut.sim.pictures import demonstration
from chestnut.sim.pod import SimulatedPod
from chestnut.speech.espeak import EspeakError
from chestnut.speech.sinks import Sink, SinkError
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.sinks.wav import WavSink
from chestnut.speech.voice import SpokenVoice

log = logging.getLogger(__name__)

CORES = os.cpu_count() or 1
EYES = {"objects": "nanodet.onnx", "faces": "face_full_range.tflite", "hands": "hand_landmarker.task"}


class EyesMissing(RuntimeError):
    """Something that sees is not installed. reason: the phrase that tells the wearer; the message tells the owner."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class VoiceMissing(RuntimeError):
    """The device cannot speak; the message names the remedy."""


# --- eyes -------------------------------------------------------------------------------------------------


def merge(
    faces: Sequence[Face], things: Sequence[Thing], hands: Sequence[Hand]
) -> tuple[tuple[Person, ...], tuple[Thing, ...]]:
    """Who is there, and what else may be named."""
    return people(faces, things, hands), nameable(things)


@dataclass(frozen=True, slots=True)
class Eyes:
    """The detectors of a scene, for one picture at a time on the desk."""

    detectors: Mapping[str, Detector]

    def see(self, frame: Frame) -> Scene:
        return see(frame, self.detectors, judge, merge)

    def close(self) -> None:
        for detector in self.detectors.values():
            detector.close()


@dataclass(frozen=True, slots=True)
class Reader:
    """The text reader, for one picture at a time on the desk."""

    text: Text

    def see(self, frame: Frame) -> Page:
        return read(frame, self.text, judge)

    def close(self) -> None:
        self.text.close()


def open_eyes() -> Eyes:
    """EyesMissing when a model file is not there."""
    try:
        paths = {name: model_path(file) for name, file in EYES.items()}
        detectors: dict[str, Detector] = {
            "objects": Objects(paths["objects"], threads=min(2, CORES)),
            "faces": Faces(paths["faces"]),
            "hands": Hands(paths["hands"]),
        }
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error
    return Eyes(detectors)


def open_reader() -> Reader:
    """EyesMissing when Tesseract or one of its languages is not installed."""
    try:
        return Reader(Text())
    except TextError as error:
        raise EyesMissing("reader_missing", str(error)) from error


# --- voice ------------------------------------------------------------------------------------------------


def open_voice(post: Post, speaker: str = "auto", wav: Path | None = None) -> SpokenVoice:
    """speaker: "auto", "none" or a part of a device's name. wav: write there instead. VoiceMissing names the
    remedy; a missing loudspeaker is no error, it is posted as PartLost and sought again."""
    sink: Sink
    try:
        if wav is not None:
            sink = WavSink(wav)
        elif speaker == "none":
            sink = NullSink()
        else:
            sink = PortAudioSink(None if speaker == "auto" else speaker)
        return SpokenVoice(post=post, sink=sink)
    except (EspeakError, SinkError) as error:
        raise VoiceMissing(str(error)) from error


def has_loudspeaker() -> bool:
    """PortAudio knows a device to play on."""
    try:
        import sounddevice

        return any(device["max_output_channels"] > 0 for device in sounddevice.query_devices())
    except (ImportError, OSError):
        return False


# --- the device -------------------------------------------------------------------------------------------


async def assemble(settings: Settings, post: Post, keepsake: Keepsake) -> Parts:
    """The real device: pod, camera and loudspeaker may be missing and are sought until they are there."""
    pins = load_pins()
    clock = HostClock()
    voice = open_voice(post, settings.voice.speaker)
    pod = SerialPod(None if settings.pod.port == "auto" else settings.pod.port, post, clock, pins.names)
    await pod.start()
    camera = ThreadedCamera(_camera_source(settings.camera.source), post)
    sight = await _open_sight(camera, post, clock)
    return Parts(pod, camera, sight, voice, clock, keepsake)


def _camera_source(spec: str) -> Source:
    """BadSource or BadPicture for words that name none."""
    if spec != "auto":
        return open_source(spec)
    import importlib.util

    return open_source("picamera2" if importlib.util.find_spec("picamera2") else "webcam:0")


async def _open_sight(camera: ThreadedCamera, post: Post, clock: HostClock) -> Watcher | None:
    """The fast lane, its models loaded off the loop; None, and PartLost(EYES), when something is missing."""
    try:
        detectors = await asyncio.get_running_loop().run_in_executor(None, _open_detectors)
    except EyesMissing as error:
        log.error("%s", error)
        post(PartLost(at=clock.now(), part=Part.EYES, reason="eyes_lost"))
        return None
    return Watcher(camera, detectors, judge, merge, post)


def _open_detectors() -> dict[str, Detector]:
    eyes = open_eyes()
    try:
        text = open_reader().text
    except EyesMissing:
        eyes.close()
        raise
    _warm_up(eyes)
    return {**eyes.detectors, "text": text}


def _warm_up(eyes: Eyes) -> None:
    """Libraries prepare themselves at their first picture: better now than under the first press."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    for detector in eyes.detectors.values():
        detector.see(Frame(0, 0.0, noise))


class Simulation:
    """A device without hardware: the real firmware under MicroPython, real pictures, detectors and voice.

    pictures: a folder or a picture for the camera; the demonstration's by default. speaker: "auto" plays where
    there is a loudspeaker and is silent, in real time, where there is none.
    """

    def __init__(self, settings: Settings, pictures: Path | None = None, speaker: str | None = None) -> None:
        self._settings = settings
        self._speaker = speaker or settings.voice.speaker
        self.shown = demonstration(_cache() / "pictures") if pictures is None else {}
        self.camera = FolderSource(_cache() / "pictures" if pictures is None else pictures)
        self.pod: SimulatedPod | None = None

    async def assemble(self, post: Post) -> Parts:
        pins = load_pins()
        clock = HostClock()
        silent = self._speaker == "auto" and not has_loudspeaker()
        voice = open_voice(post, "none" if silent else self._speaker)
        self.pod = SimulatedPod({button.name: button.gpio for button in pins.buttons})
        pod = SerialPod(self.pod.port, post, clock, pins.names)
        await pod.start()
        camera = ThreadedCamera(self.camera, post)
        sight = await _open_sight(camera, post, clock)
        return Parts(pod, camera, sight, voice, clock, Keepsake(None), (self.pod.close,))

    def press(self, button: str, hold_s: float = 0.08) -> None:
        assert self.pod is not None, "assemble first"
        self.pod.press(button, hold_s)

    def show(self, picture: str) -> None:
        """Hold one of the demonstration's pictures before the camera."""
        while self.camera.showing != self.shown[picture]:
            self.camera.advance()


def _cache() -> Path:
    return Path(os.environ.get("CHESTNUT_CACHE") or Path.home() / ".cache" / "chestnut")


def first_session(settings: Settings, language: str | None = None) -> Session:
    """What a device begins with before anything was changed by key."""
    voice = settings.voice
    return Session(language=language or voice.language, rate_wpm=voice.rate_wpm, volume=voice.volume)
