"""The only place that chooses parts: real ones for a device, stand-ins for the simulation."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from chestnut_models.cache import cache_folder
from chestnut_models.errors import ModelMissing
from chestnut_models.library import path as model_path

from chestnut.core.events import Part, PartLost
from chestnut.core.memory import Moment, Named, Taught
from chestnut.core.people import Acquaintance
from chestnut.core.ports import Camera, Clock, Detector, Post, ReminderBook
from chestnut.core.scene import Face, Frame, Hand, Page, Person, Scene, Thing
from chestnut.core.session import Session
from chestnut.devices.camera import Source, ThreadedCamera, open_source
from chestnut.devices.camera_folder import FolderSource
from chestnut.devices.link import SerialPod
from chestnut.devices.machine_clock import MachineClock, local_zone
from chestnut.devices.pictures import load_picture
from chestnut.devices.told import default_path as told_path
from chestnut.devices.wall_clock import WallClock
from chestnut.engine.process import EngineProcess
from chestnut.memory.faults import MemoryFault
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.memory.unkept import UnkeptReminders
from chestnut.perception.acquaintances import Acquaintances
from chestnut.perception.belongings import Belongings
from chestnut.perception.descriptor import Describer
from chestnut.perception.faces import Faces
from chestnut.perception.hands import Hands
from chestnut.perception.known_faces import KnownFaces
from chestnut.perception.lessons import Lessons
from chestnut.perception.light import judge
from chestnut.perception.objects import Objects
from chestnut.perception.own import Own
from chestnut.perception.people import people
from chestnut.perception.recognition import Background
from chestnut.perception.seeing import read, see
from chestnut.perception.settle import Settle
from chestnut.perception.tesseract import TextError
from chestnut.perception.text import Text
from chestnut.perception.trust import nameable
from chestnut.perception.watcher import Watcher
from chestnut.runtime import reminder_file
from chestnut.runtime.answering import CannotDo
from chestnut.runtime.attending import Attending
from chestnut.runtime.choice import Choice, choose
from chestnut.runtime.clock import HostClock
from chestnut.runtime.condition import ConditionFile
from chestnut.runtime.condition import default_path as condition_path
from chestnut.runtime.enrolling import Enrolling
from chestnut.runtime.inbox import Eyes as InboxEyes
from chestnut.runtime.inbox import Inbox
from chestnut.runtime.inbox_files import BadInbox
from chestnut.runtime.inbox_report import Came
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.keepsake import default_path as kept_path
from chestnut.runtime.letter_lesson import LetterLesson
from chestnut.runtime.memory import NoMemory, open_memory
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.remembering import Remembering
from chestnut.runtime.reminding import Reminding
from chestnut.runtime.settings import Settings
from chestnut.runtime.signing import Reads, Signing, SignsMissing
from chestnut.runtime.teaching import Teaching
from chestnut.runtime.thinking import NoEngine, Thinker
from chestnut.runtime.watching import Watching
from chestnut.signs.book import Book, BookFault
from chestnut.signs.book import default_path as signs_path
from chestnut.signs.conversation import ReadLetter
from chestnut.signs.letter_book import ALPHABETS, LetterBook, LetterBookFault
from chestnut.signs.letter_book import default_path as letters_path
from chestnut.signs.letters import Letters
from chestnut.signs.taught import Recogniser
from chestnut.signs.tracing import traced
from chestnut.sim.folder import temporary_folder
from chestnut.sim.pictures import demonstration
from chestnut.sim.pod import SimulatedPod
from chestnut.speech.espeak import EspeakError
from chestnut.speech.sinks import Sink, SinkError
from chestnut.speech.sinks.null import NullSink
from chestnut.speech.sinks.portaudio import PortAudioSink
from chestnut.speech.sinks.wav import WavSink
from chestnut.speech.voice import SpokenVoice

log = logging.getLogger(__name__)
Opened = TypeVar("Opened")

CORES = os.cpu_count() or 1
FACE_EMBEDDING = "faceres.onnx"
LIKENESS = "efficientnet-lite0.onnx"
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

    def knowing(self, things: Sequence[Taught], places: Sequence[Named]) -> Eyes:
        """These, and the detector of what was taught where there is something; close that one alone. EyesMissing when
        its model file is not there."""
        return Eyes({**self.detectors, **_own_detector(things, places)})

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


def open_eyes(things: Sequence[Taught] = (), places: Sequence[Named] = ()) -> Eyes:
    """things, places: what was taught, that every look tells too. EyesMissing when a model file is not there."""
    try:
        paths = {name: model_path(file) for name, file in EYES.items()}
        detectors: dict[str, Detector] = {
            "objects": Objects(paths["objects"], threads=min(2, CORES)),
            "faces": Faces(paths["faces"]),
            "hands": Hands(paths["hands"]),
        }
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error
    return Eyes(detectors | _own_detector(things, places))


def open_watching_eyes() -> Eyes:
    """The detectors of watching, without a device. EyesMissing when a model file is not there."""
    try:
        paths = {name: model_path(EYES[name]) for name in ("objects", "hands")}
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error
    detectors: dict[str, Detector] = {
        "objects": Objects(paths["objects"], threads=min(2, CORES)),
        "hands": Hands(paths["hands"]),
    }
    return Eyes(detectors)


def _own_detector(things: Sequence[Taught], places: Sequence[Named]) -> dict[str, Detector]:
    """Where there is something for it to know."""
    if not things and not places:
        return {}
    own = open_own()
    own.know(things, places)
    return {"own": own}


def open_reader() -> Reader:
    """EyesMissing when Tesseract or one of its languages is not installed."""
    try:
        return Reader(Text())
    except TextError as error:
        raise EyesMissing("reader_missing", str(error)) from error


def open_acquaintances(known: Sequence[Acquaintance] = ()) -> Acquaintances:
    """EyesMissing when a model file is not there. known: who is enrolled. The models are read at the first look."""
    try:
        model_path(EYES["faces"]), model_path(FACE_EMBEDDING)
    except ModelMissing as error:
        raise EyesMissing("people_missing", str(error)) from error
    return Acquaintances(open_faces, known)


def open_faces() -> KnownFaces:
    """ModelMissing names the remedy."""
    return KnownFaces(model_path(EYES["faces"]), model_path(FACE_EMBEDDING))


def open_own() -> Own:
    """For taught things and named places. EyesMissing when the model's file is not there. It is read at the first
    look after something was taught."""
    try:
        path = model_path(LIKENESS)
    except ModelMissing as error:
        raise EyesMissing("own_missing", str(error)) from error
    return Own(lambda: Belongings(Describer(path), Background.load()))


def open_hands(most: int, stream: bool = True) -> Hands:
    """To follow up to `most` hands from frame to frame, or to find them in pictures that have nothing to do with each
    other. EyesMissing when the model file is not there."""
    try:
        return Hands(model_path(EYES["hands"]), most=most, stream=stream)
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error


def open_face_finder() -> Faces:
    """EyesMissing when the model file is not there."""
    try:
        return Faces(model_path(EYES["faces"]))
    except ModelMissing as error:
        raise EyesMissing("model_missing", str(error)) from error


def open_signs(alphabet: str, book: Book | None = None) -> Reads:
    """What signs are read with. Two hands are looked for, which takes twice as long, only where a taught sign has
    two; a face only where one has a place beside it. book: the taught signs, the wearer's own by default.
    SignsMissing when nothing can be read."""
    doubt = ""
    try:
        known = (book or Book(signs_path())).signs()
    except BookFault as error:
        log.error("%s", error)
        known, doubt = (), "signs_file_bad"
    takes = [take for sign in known for take in sign.takes]
    letter, lack = open_letter(alphabet)
    if letter is None and not known:
        raise SignsMissing(lack, "neither letters nor taught signs can be read")
    with contextlib.ExitStack() as opened:
        try:
            hands = open_hands(2 if any(all(take.hands) for take in takes) else 1)
            opened.callback(hands.close)
            faces = open_face_finder() if any(take.place is not None for take in takes) else None
        except EyesMissing as error:
            raise SignsMissing(error.reason, str(error)) from error
        recogniser = Recogniser({sign.name: sign.takes for sign in known}) if known else None
        opened.pop_all()
    trace = traced if alphabet == "asl" else None
    return Reads(hands, letter, recogniser, faces, lack or doubt, trace)


def open_lesson(alphabet: str, camera: Camera, post: Post, clock: Clock) -> LetterLesson:
    """alphabet: of the mode Signs. Where that needs no showing, the first that does is shown all the same."""
    shown = alphabet if alphabet in ALPHABETS else next(iter(ALPHABETS))
    book = LetterBook(letters_path(shown), shown)
    return LetterLesson(camera, _open_shown_hand, book, shown == alphabet, post, clock)


def _open_shown_hand() -> Hands:
    try:
        return open_hands(1)
    except EyesMissing as error:
        log.error("%s", error)
        raise CannotDo(error.reason) from error


def open_letter(alphabet: str) -> tuple[ReadLetter | None, str]:
    """What tells letters; without it, the phrase that tells why."""
    try:
        if alphabet == "asl":
            return Letters.load().read, ""
        shown = LetterBook(letters_path(alphabet), alphabet).recogniser()
    except (OSError, ValueError, KeyError) as error:
        log.error("the file of finger letters cannot be used: %s", error)
        return None, "signs_letters_damaged"
    except LetterBookFault as error:
        log.error("%s", error)
        return None, "signs_samples_bad"
    return (shown.read, "") if shown is not None else (None, "signs_uncalibrated")


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
    except (ImportError, OSError):
        return False
    try:
        return any(device["max_output_channels"] > 0 for device in sounddevice.query_devices())
    except sounddevice.PortAudioError:
        return False


# --- language model ---------------------------------------------------------------------------------------


def open_thinker(post: Post, clock: Clock, choice: Choice | NoEngine, grammar: str = "") -> Thinker:
    """The model begins to load in a process of its own, if there is one; nobody waits for it."""
    if isinstance(choice, NoEngine):
        wanted = choice.reason not in ("gemma_missing", "engine_off")  # it is there, and cannot be used
        log.log(logging.WARNING if wanted else logging.INFO, "no language model: %s", choice.why)
        return Thinker(post, clock, choice)
    return Thinker(post, clock, lambda post: EngineProcess(choice.load, post, clock), grammar)


# --- reminders --------------------------------------------------------------------------------------------


def open_reminders(
    memory: Store | NoMemory, wall: Callable[[], Moment]
) -> tuple[ReminderBook, tuple[str, ...]]:
    """With what stands in their file; and what is to be told of it. Without a memory the file's are said all the
    same. Blocks for some milliseconds."""
    book: ReminderBook = memory.reminders if isinstance(memory, Store) else UnkeptReminders()
    try:
        book.take_from_file(reminder_file.read(reminder_file.default_path(), wall(), local_zone())).result()
    except reminder_file.BadFile as error:
        log.error("%s", error)
        return book, ("reminders_file_bad",)
    except MemoryFault as fault:
        log.warning("what stands in the file of reminders is not kept: %s", fault)
    return book, ()


# --- carers -----------------------------------------------------------------------------------------------


def inbox_eyes(own: Own | None) -> InboxEyes:
    """own: the detector of what was taught; None where its model is missing."""
    return InboxEyes(load_picture, judge, None if own is None else Lessons(own))


def take_in(
    folder: str,
    memory: Store | NoMemory,
    wall: Callable[[], Moment],
    own: Own | None,
    changed: Callable[[], None],
) -> Generator[None, None, None]:
    """What a carer left in the folder, a step at a time: a second a picture at most. own: the detector of taught
    things. changed: called when something came in."""
    if not isinstance(memory, Store):
        log.warning("nothing is taken from %s: there is no memory", folder)
        return
    inbox = Inbox(memory.carers, wall, local_zone(), inbox_eyes(own), memory.things)
    try:
        report = yield from inbox.steps(Path(folder).expanduser())
    except BadInbox as error:
        log.info("nothing was taken in: %s", error)
        return
    if report.count(Came.TAKEN):
        changed()


# --- the device -------------------------------------------------------------------------------------------


async def assemble(settings: Settings, post: Post, keepsake: Keepsake) -> Parts:
    """The real device: pod, camera and loudspeaker may be missing and are sought until they are there.
    BadSource, BadPicture or VoiceMissing name what to change; nothing is left open then."""
    source = _camera_source(settings.camera.source)
    port = None if settings.pod.port == "auto" else settings.pod.port
    voice = open_voice(post, settings.voice.speaker)
    wall = WallClock(MachineClock(), kept_path().with_name("clock.json"))
    return await _join(
        voice,
        port,
        source,
        post,
        keepsake,
        settings,
        (wall.close,),
        told=told_path(),
        wall=wall.moment,
        reminds=wall,
    )


async def _join(
    voice: SpokenVoice,
    port: str | None,
    source: Source,
    post: Post,
    keepsake: Keepsake,
    settings: Settings,
    others: tuple[Callable[[], None], ...] = (),
    told: Path | None = None,
    *,
    wall: Callable[[], Moment],
    memory_key: KeyFile | None = None,
    reminds: WallClock | None = None,
    open_reads: Callable[[], Reads] | None = None,
) -> Parts:
    """All parts together. When that fails or is cancelled on the way, what is open is closed. memory_key: as in
    open_memory. reminds: the clock reminders go by; None reminds of nothing. open_reads: other eyes for signs."""
    clock = HostClock()
    pod = SerialPod(
        port,
        post,
        clock,
        load_pins().names,
        strength=round(settings.pod.strength * 255 / 100),
        battery_cells=settings.pod.battery_cells,
        told=told,
    )
    parts = Parts(pod, ThreadedCamera(source, post), None, voice, clock, keepsake, others=others)
    try:
        await pod.start()
        loop = asyncio.get_running_loop()
        # Beside the detectors, so that it takes no time from "ready".
        choosing = loop.run_in_executor(None, choose, settings.engine, settings.voice.language)
        detectors = await _opened(lambda: _open_detectors(post, clock), _close_detectors)
        if detectors:
            parts.sight = Watcher(parts.camera, detectors, judge, merge, post, attention=Settle)
            parts.reads = "text" in detectors
        alphabet = settings.signs.alphabet
        parts.signing = Signing(parts.camera, open_reads or (lambda: open_signs(alphabet)), post, clock)
        parts.letters = open_lesson(alphabet, parts.camera, post, clock)
        parts.thinker = open_thinker(post, clock, await choosing)
        memory = await _opened(lambda: open_memory(settings.memory, wall, memory_key), _close_memory)
        if isinstance(memory, Store):
            parts.others += (memory.close,)
        own = detectors.get("own")
        know = own.know if isinstance(own, Own) else None
        parts.remembering = Remembering(memory, post, clock, wall, settings.memory.keep_s, know)
        parts.teaching = Teaching(
            memory,
            Lessons(own) if isinstance(own, Own) else None,
            lambda number: parts.sight.picture(number) if parts.sight else None,
            post,
            clock,
            settings.things.names,
            settings.places.names,
            parts.remembering.forget,
        )
        if parts.sight is not None:
            note = parts.remembering.note
            parts.watching = Watching(parts.sight, note, clock, wall, settings.watch)
            parts.remembering.forgotten = parts.watching.forget
        if reminds is not None:
            reminders, doubts = await loop.run_in_executor(None, open_reminders, memory, wall)
            if isinstance(memory, Store) and memory.doubt is not None:
                doubts = (memory.doubt.reason, *doubts)
            insistence = settings.reminders.insistence
            parts.reminding = Reminding(reminders, reminds, local_zone, post, clock, insistence, doubts)
            parts.reminding.start()
        rights = memory.carers if isinstance(memory, Store) else memory.reason
        condition = None if reminds is None else ConditionFile(condition_path())  # of the real device alone
        folder, changed = settings.carers.inbox, parts.remembering.refresh
        known = own if isinstance(own, Own) else None
        begin = (lambda: take_in(folder, memory, wall, known, changed)) if folder else None
        parts.attending = Attending(rights, post, clock, wall, local_zone, condition, begin)
        faces = detectors.get("people")
        if isinstance(faces, Acquaintances):
            book = memory.people if isinstance(memory, Store) else memory.reason
            parts.people = Enrolling(book, faces, post, clock, settings.people.names)
    except BaseException:
        await parts.close()
        raise
    return parts


async def _opened(opening: Callable[[], Opened], close: Callable[[Opened], None]) -> Opened:
    """What is opened in a thread. A thread cannot be ended: whoever is cancelled meanwhile waits for it, and what it
    opened is closed."""
    working = asyncio.get_running_loop().run_in_executor(None, opening)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):  # being cancelled is what counts
            close(await working)
        raise


def _close_memory(memory: Store | NoMemory) -> None:
    if isinstance(memory, Store):
        memory.close()


def _close_detectors(detectors: Mapping[str, Detector]) -> None:
    for detector in detectors.values():
        detector.close()


def _camera_source(spec: str) -> Source:
    """BadSource or BadPicture for words that name none."""
    if spec != "auto":
        return open_source(spec)
    import importlib.util

    return open_source("picamera2" if importlib.util.find_spec("picamera2") else "webcam:0")


def _open_detectors(post: Post, clock: HostClock) -> dict[str, Detector]:
    """Off the loop, for models take their time to load. What is missing is told and left out."""

    def lost(reason: str, error: EyesMissing) -> None:
        log.error("%s", error)
        post(PartLost(at=clock.now(), part=Part.EYES, reason=reason))

    try:
        eyes = open_eyes()
    except EyesMissing as error:
        lost("eyes_lost", error)
        return {}
    _warm_up(eyes)
    detectors = dict(eyes.detectors)
    try:
        detectors["people"] = open_acquaintances()
    except EyesMissing as error:
        log.error("%s", error)  # told to whoever asks who is there
    try:
        detectors["own"] = open_own()
    except EyesMissing as error:
        log.error("%s", error)  # told to whoever teaches something
    try:
        detectors["text"] = open_reader().text
    except EyesMissing as error:
        lost(error.reason, error)
    return detectors


def _warm_up(eyes: Eyes) -> None:
    """Libraries prepare themselves at their first picture: better now than under the first press."""
    noise = np.random.default_rng(0).integers(0, 256, (480, 640, 3), np.uint8)
    for detector in eyes.detectors.values():
        detector.see(Frame(0, 0.0, noise))


# The simulated pod has a cell at 3.9 V behind its divider, so that there is a battery to speak of.
WITH_BATTERY: dict[str, Any] = {"board": {"BATTERY_SENSOR": "adc"}, "adc": {"26": 38_725}}


class NoPlaceForPictures(OSError):
    """The simulated camera's pictures cannot be written; the message names the remedy."""


class Simulation:
    """A device without hardware: the real firmware under MicroPython, real pictures, detectors and voice.

    camera: where pictures come from; the demonstration's by default. speaker: "auto" plays where there is a
    loudspeaker and is silent, in real time, where there is none. open_reads: what signs are read with instead of the
    detectors. remembered: fills the file of its memory, whose key lies beside it, before it starts.
    NoPlaceForPictures: the cache cannot be written.
    """

    def __init__(
        self,
        settings: Settings,
        camera: Source | None = None,
        speaker: str | None = None,
        open_reads: Callable[[], Reads] | None = None,
        remembered: Callable[[Path], object] = lambda path: None,
    ) -> None:
        self._open_reads, self._remembered = open_reads, remembered
        self._speaker = speaker or settings.voice.speaker
        self._settings = settings
        self.shown: dict[str, Path] = {}
        self.camera: Source = camera or self._demonstration()
        self.pod: SimulatedPod | None = None

    def _demonstration(self) -> FolderSource:
        folder = cache_folder() / "pictures"
        try:
            self.shown = demonstration(folder)
        except OSError as error:
            raise NoPlaceForPictures(
                f"cannot write pictures to {folder}: {error.strerror}; set CHESTNUT_CACHE to a folder of yours"
            ) from error
        return FolderSource(folder)

    async def assemble(self, post: Post) -> Parts:
        """What it remembers is forgotten with it."""
        with contextlib.ExitStack() as opened:
            path = Path(opened.enter_context(temporary_folder("memory"))) / "memory.db"
            self._remembered(path)
            self.pod = pod = opened.enter_context(
                SimulatedPod({button.name: button.gpio for button in load_pins().buttons}, **WITH_BATTERY)
            )
            silent = self._speaker == "auto" and not has_loudspeaker()
            voice = open_voice(post, "none" if silent else self._speaker)
            close = opened.pop_all().close
        memory = replace(self._settings.memory, path=str(path))
        settings = replace(self._settings, memory=memory)
        key = KeyFile(path.with_name(path.name + ".key"))
        return await _join(
            voice,
            pod.port,
            self.camera,
            post,
            Keepsake(None),
            settings,
            (close,),
            wall=HostClock().wall,
            memory_key=key,
            open_reads=self._open_reads,
        )

    def press(self, button: str, hold_s: float = 0.08) -> None:
        assert self.pod is not None, "assemble first"
        self.pod.press(button, hold_s)

    def show(self, picture: str) -> None:
        """Hold one of the demonstration's pictures before the camera."""
        assert isinstance(self.camera, FolderSource), "only the demonstration's pictures have names"
        while self.camera.showing != self.shown[picture]:
            self.camera.advance()


def first_session(settings: Settings, language: str | None = None) -> Session:
    """What a device begins with before anything was changed by key."""
    voice = settings.voice
    unwatched = "" if settings.watch.enabled else "watch_off"
    return Session(
        language=language or voice.language,
        rate_wpm=voice.rate_wpm,
        volume=voice.volume,
        unwatched=unwatched if settings.memory.enabled else "memory_off",
        speaks_letters=settings.signs.speak_letters,
    )
