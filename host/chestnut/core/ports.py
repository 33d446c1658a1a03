"""The seams. Every port has a real part and a behaving stand-in that pass the same contract test (tests/contract).

Parts report by calling `post(event)`, which is safe from any thread and never blocks. Every part has `close()`,
which may be called twice and leaves no thread, task, process or file behind.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from chestnut.core.effects import Haptic, Sound
from chestnut.core.events import Event
from chestnut.core.memory import Descriptor, Named, Owned, Remembered, Sighting, Taught
from chestnut.core.pad import SeenPad
from chestnut.core.people import Acquaintance
from chestnut.core.reminders import Occurrence, Reminder
from chestnut.core.scene import Frame, Scene

Post = Callable[[Event], None]
Saw = Callable[[Frame, Scene], None]


class Clock(Protocol):
    def now(self) -> float:
        """Monotonic seconds."""

    def time_of_day(self) -> str:
        """Local "HH:MM"."""


class Pod(Protocol):
    """Posts ButtonChanged, PartFound(POD), PartLost(POD). Retries for ever until closed."""

    def buzz(self, pattern: Haptic) -> None:
        """Never blocks; without a pod it does nothing."""

    async def close(self) -> None: ...


class Pad(Protocol):
    """Posts ButtonChanged with source "pad" and the buttons of core.pad; a hold is told by it as Edge.HELD, and `at`
    is when the finger moved. Posts PartFound(PAD) and PartLost(PAD) once each, and PadMeasured. A pad that was never
    there is no loss. Looks for one until closed."""

    async def start(self) -> None:
        """Begin to look for a pad; returns at once."""

    async def close(self) -> None: ...


class PadPairing(Protocol):
    """Bluetooth, as far as pads need it. Fails with what carries a `reason`, a phrase key that tells the remedy. Each
    ends by itself in bounded time, and leaves nothing open when it is cancelled."""

    async def seek(self, seconds: float) -> tuple[SeenPad, ...]:
        """Those near by that want to be paired, the strongest signal first."""

    async def pair(self, address: str) -> None:
        """This one and no other; trusted and, if it will, connected."""

    async def paired(self) -> tuple[SeenPad, ...]: ...

    async def forget(self, address: str) -> None: ...

    async def close(self) -> None: ...


class Camera(Protocol):
    """Newest wins. Posts PartLost(CAMERA) and PartFound(CAMERA); retries until closed."""

    def newest(self) -> Frame | None:
        """The newest frame, or None when there is none yet or the camera is lost."""

    def next(self, after: int, timeout_s: float) -> Frame | None:
        """Block the calling thread until a frame with a number above `after` is there; None on timeout or loss."""

    def close(self) -> None: ...


class PodLine(StrEnum):
    """Of the pod's board, wired to the machine. RUN: low resets it. BOOTSEL: low during a reset makes it a drive that
    takes new firmware."""

    RUN = "run"
    BOOTSEL = "bootsel"


class Board(Protocol):
    """The machine's own pins. Posts ButtonChanged of the button "service" and source "board". A line that is not
    wired does nothing. Of any thread; never blocks; nothing happens after close(), which lets everything go: lights
    off, amplifier on, the pod free."""

    def glow(self, level: float) -> None:
        """The status light, 0 to 1."""

    def camera_light(self, on: bool) -> None: ...

    def amplify(self, on: bool) -> None:
        """Off is silent; on from the start."""

    def pull(self, line: PodLine, low: bool) -> None:
        """Low, or let go."""

    def battery_low(self) -> bool | None:
        """The battery's own warning line; None where there is none."""

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Charge:
    """Of the battery. charging: None where the gauge cannot tell."""

    percent: int
    millivolts: int
    charging: bool | None = None


class Gauge(Protocol):
    """Measures the battery. Used by one thread."""

    def read(self) -> Charge:
        """Blocks for some milliseconds. OSError when it does not answer, or answers nonsense; the message names the
        remedy."""

    def close(self) -> None: ...


class Power(Protocol):
    """Watches battery, processor and supply in a thread of its own. Posts BatteryMeasured of source "gauge",
    PartLost(GAUGE) and PartFound(GAUGE), BatteryWarned and ChipMeasured, each when it changes and now and then."""

    def close(self) -> None: ...


class MachineSwitch(Protocol):
    """Switches the machine off, if that is allowed."""

    def possible(self) -> bool: ...

    def promise(self, within_s: float) -> None:
        """Ask for it then, whatever becomes of this program until then."""

    def ask(self) -> None:
        """Now, and wait for a moment until it is heard."""


class Detector(Protocol):
    """One detector of one file in perception/. Used by one thread at a time."""

    def see(self, frame: Frame) -> Any: ...

    def close(self) -> None: ...


class Sight(Protocol):
    """The fast lane: runs detectors over the camera's frames in its own threads. Posts SceneSeen, TextRead,
    PeopleRecognised and EffectFailed under the job's number."""

    def glance(self) -> None: ...

    def look(self, job: int, *, fresh: bool, own: bool = False) -> None:
        """own: taught things and named places too."""

    def read(self, job: int) -> None: ...

    def recognise(self, job: int) -> None:
        """Always on a new frame: who is enrolled may have changed."""

    def watch(self, rate_hz: float, saw: Saw | None = None) -> None:
        """From now on look by itself too, at most so often, when the scene has settled and is worth it, and never
        while somebody asks. saw is told what was seen, without people, in a thread of the sight's. 0: no more; what
        is being looked at is left, though a `saw` that was called may still be running."""

    def picture(self, number: int) -> Frame | None:
        """The frame of one of the newest looks, for the deep lane; None when it is no longer kept."""

    def cancel(self, job: int) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a language model is given.

    system: the constant part, the same for every request of a language, kept warm. turns: what was asked and
    answered in turn, an odd number, the last is to be answered. picture: shown before the first turn's words;
    the model knows it again by number and `at`. grammar: GBNF the answer must obey, "" for none; an engine without
    grammars refuses one with EffectFailed("fault").
    """

    system: str
    turns: tuple[str, ...]
    picture: Frame | None = None
    max_tokens: int = 160
    grammar: str = ""


class Engine(Protocol):
    """The language model, in a process of its own. Posts ThoughtProgressed, SentenceWritten (raw, not yet
    filtered) and ThoughtEnded or EffectFailed("model_damaged", "model_memory", "model_blind", "prompt_too_long",
    "fault") under the job's number. When the process dies by itself: PartLost(ENGINE, "engine_lost", or the lasting
    reason), each once until PartFound(ENGINE) tells that it is ready again; and EffectFailed with that reason for
    the thought it was asked for. Never blocks."""

    def think(self, job: int, prompt: Prompt) -> None:
        """Replaces whatever is being thought; while the model is being loaded, it waits."""

    def cancel(self, job: int) -> None:
        """Nothing more is posted under this number."""

    def close(self) -> None: ...


class Memory(Protocol):
    """What was seen, where and when. What writes returns a future at once, done when it is on the card; what reads
    takes milliseconds: ask from a thread. Both fail with what carries a `reason`, a phrase key that tells the remedy
    ("memory_full", "memory_damaged"). memory/store.py says more of each; the store itself, in a folder of its own, is
    also what tests and the simulator use."""

    def remember(self, looks: Sequence[Sighting]) -> Future[tuple[int, ...]]:
        """All or none. A thing that stays is one row; the number of the row each look became or was added to."""

    def recall(
        self,
        labels: Collection[str] | None = None,
        *,
        owner: str | None = None,
        likely: bool = True,
        since: float | None = None,
        limit: int | None = None,
    ) -> tuple[Remembered, ...]:
        """The newest row of each thing at each place, newest first."""

    def known(self) -> tuple[Owned, ...]:
        """Every thing there is a row of or that was taught."""

    def pin(self, row: int, pinned: bool) -> Future[bool]: ...

    def forget(self, row: int) -> Future[int]: ...

    def forget_last(self, seconds: float) -> Future[int]: ...

    def forget_things(self, labels: Collection[str], owner: str | None = None) -> Future[int]: ...

    def forget_place(self, name: str) -> Future[int]: ...

    def forget_all(self) -> Future[int]: ...

    def sweep(self, keep_s: float) -> Future[int]:
        """Retention: one batch of what is older and not pinned; call again while it is not 0."""

    def teach(self, thing: Owned, takes: Sequence[Descriptor]) -> Future[None]: ...

    def things(self) -> tuple[Taught, ...]: ...

    def name_place(self, name: str, views: Sequence[Descriptor]) -> Future[None]: ...

    def places(self) -> tuple[Named, ...]: ...

    def wipe(self) -> bool:
        """Closes it and destroys the key and every file. False: the key is kept elsewhere and must be destroyed
        there."""

    def close(self) -> None: ...


class Faces(Protocol):
    """What was seen of faces, for a short while and in memory only, until its owner agrees that it is kept."""

    def keep(self, wanted: bool) -> None:
        """From the next frame on; False drops what there is."""

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]:
        """Of those Recognised.take numbers that are still there, each picture once."""

    def of_one_person(self, takes: Sequence[Descriptor]) -> bool: ...

    def enrolled(self, people: Sequence[Acquaintance]) -> None:
        """From now on these are known."""


class Lessons(Protocol):
    """How that looks which is being taught, for a short while and in memory only. Blocks for some tens of
    milliseconds a picture. What is given by numbers means those that are still there."""

    def take(
        self, frame: Frame, earlier: Sequence[int] = (), *, place: bool = False
    ) -> tuple[int, tuple[int, ...]]:
        """As effects.Take: the number, 0 when it shows no more than an earlier one; and which are odd."""

    def pictures(self, numbers: Sequence[int]) -> int:
        """How many of them are still there."""

    def takes(self, numbers: Sequence[int]) -> tuple[Descriptor, ...]: ...

    def show(self, numbers: Sequence[int], known: Taught) -> bool:
        """They may be of this thing."""

    def things_like(
        self, thing: Owned, numbers: Sequence[int], others: Sequence[Taught]
    ) -> tuple[Owned, ...]:
        """Which of the others this thing will be mixed up with."""

    def places_like(self, name: str, numbers: Sequence[int], others: Sequence[Named]) -> tuple[str, ...]: ...

    def know(self, things: Sequence[Taught], places: Sequence[Named]) -> None:
        """From now on these are known."""

    def drop(self) -> None: ...


class PeopleBook(Protocol):
    """Who agreed to be remembered. Reads and writes as Memory does. Names are unique, whatever their capitals."""

    def all(self) -> tuple[Acquaintance, ...]:
        """In the order they were enrolled."""

    def enrol(self, name: str, consent: str, takes: Sequence[Descriptor]) -> Future[None]:
        """Name, consent and takes together or not at all. ValueError at once without a name, without consent or with
        fewer than LEAST_TAKES takes; the future fails with reason "name_taken" when somebody has that name."""

    def rename(self, name: str, new: str) -> Future[bool]:
        """False: there is no such person."""

    def forget(self, name: str) -> Future[int]:
        """The person, the consent and the face; nothing of them is left in any file. 0: there is no such person."""


class ReminderBook(Protocol):
    """Reminders and what became of their times. Reads and writes as Memory does. Another process may write too: what
    somebody acknowledged is never taken back."""

    def all(self) -> tuple[Reminder, ...]:
        """In the order they were added."""

    def occurrences(self) -> tuple[Occurrence, ...]:
        """Of the last week at least."""

    def add(self, reminder: Reminder) -> Future[int]:
        """Its row."""

    def remove(self, row: int) -> Future[int]:
        """With what became of it; 0 when there is none."""

    def take_from_file(self, reminders: Collection[Reminder]) -> Future[None]:
        """These are all that stand in the file now, each with its source: what is known stays as it is, the rest of
        earlier readings goes."""

    def keep(
        self,
        occurrences: Sequence[Occurrence],
        void: Sequence[Occurrence] = (),
        made: Mapping[int, float] | None = None,
    ) -> Future[None]:
        """What came of one turn, all or nothing. void: forgotten first. made: UTC seconds by row, corrected."""

    def acknowledge(self, row: int, due: float, at: float) -> Future[bool]:
        """Done. False when there is no such reminder."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Text for one voice. language: "en" or "ru"."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Speech:
    """rate_wpm: 120 to 450. volume: 0 to 1."""

    segments: tuple[Segment, ...]
    rate_wpm: int = 200
    volume: float = 0.8


class Voice(Protocol):
    """One voice, one open stream. Posts SpeechStarted(job) with the first sample and SpeechEnded(job) when the last
    one was played; PartLost(SPEAKER) and PartFound(SPEAKER)."""

    def say(self, job: int, speech: Speech) -> None:
        """Replaces whatever is spoken. Never blocks."""

    def hush(self, job: int | None = None) -> None:
        """Silence at once; with a job number only if that job is the one being spoken. Earcons go on."""

    def chime(self, sound: Sound, volume: float = 0.8) -> None:
        """Mixed into the same stream; never blocks, never delays speech."""

    def tone(self, height: float, volume: float = 0.8) -> None:
        """One short note, the higher the height, 0 to 1; mixed in like a chime, but speech under it stays as loud."""

    def close(self) -> None: ...


HEARD_HZ = 16_000


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """What was heard for some hundredths of a second. samples: numpy int16, one channel, HEARD_HZ. number: from 1 at
    each start, one more with each block; a gap is a block that nobody took in time. at: monotonic seconds when the
    last sample came."""

    number: int
    at: float
    samples: Any


@dataclass(frozen=True, slots=True)
class Spoken:
    """text: the words, "" for none. voiced: somebody spoke. sure: 0 to 1, how likely the words are."""

    text: str = ""
    voiced: bool = False
    sure: float = 0.0


class Ear(Protocol):
    """Speech to words. Used by one thread, but for drop() and close(). `lack`: the phrase that tells why nothing can
    be understood now, with its remedy; "" for nothing."""

    @property
    def lack(self) -> str: ...

    def begin(self, language: str) -> None:
        """Something will be said, in this language, which is never guessed. Forgets what was fed before; never
        blocks."""

    def feed(self, samples: Any) -> bool:
        """What was heard next: numpy int16, one channel, HEARD_HZ. True when somebody has spoken since begin()."""

    def words(self, timeout_s: float) -> Spoken:
        """Of all that was fed since begin(). Blocks; nothing when it was dropped meanwhile. Fails with what carries a
        `reason`, a phrase key that tells the remedy."""

    def drop(self) -> None:
        """What was fed is not wanted any more, and who waits for its words is let go. Of any thread."""

    def close(self) -> None: ...


class Microphone(Protocol):
    """Deaf until started. Only the newest seconds are kept, in memory, until they are taken or it is stopped; nothing
    is written anywhere. Posts PartLost(MICROPHONE) when it is lost, or when somebody wants to listen and there is
    none; PartFound(MICROPHONE) when there is one after that; retries until closed. A loss ends no listening: the
    blocks go on when it is back."""

    def start(self) -> None:
        """Listen from now on, within some hundredths of a second. Forgets what is left of before; never blocks."""

    def stop(self) -> None:
        """Deaf from now on: nothing that comes later is given to anybody. Never blocks."""

    def next(self, timeout_s: float) -> SoundBlock | None:
        """Block the calling thread until there is a block that was not taken yet, the oldest; None on timeout, and at
        once while it does not listen."""

    def close(self) -> None: ...
