"""What the owner may change, read once from one TOML file into frozen dataclasses.

An unknown key, a wrong type or a value out of range is an error that names the remedy; nothing is ignored silently.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from chestnut.core.gestures import Kind
from chestnut.core.people import clean_name
from chestnut.core.reach import LENSES_DEG
from chestnut.core.reminders import Insistence
from chestnut.core.session import LANGUAGES, RATES_WPM, VOLUMES

ALPHABETS = ("asl", "rsl")
PAD_LINKS = ("evdev", "ble", "none")
GAUGES = ("pod", "pisugar3", "max17048", "none")
ENGINES = ("auto", "llama", "litert", "none")
ROTATIONS = (0, 90, 180, 270)
# Seconds a picture may take, and the tokens that fit: encoded and taken in by Gemma 4 E2B under llama.cpp on three
# cores of a Raspberry Pi 5. Estimated from the encoder's times on an x86 core and published prefill speeds of the Pi,
# never measured on one. A model of fixed picture size, such as Gemma 3n with its 256 tokens, does not obey.
IMAGE_TOKENS = ((6, 70), (13, 140), (31, 280))


class BadSettings(ValueError):
    """The settings file cannot be used; the message names the place and the remedy."""


@dataclass(frozen=True, slots=True)
class VoiceSettings:
    """language, rate_wpm, volume: what a new device begins with; later choices by key are kept apart from this file.

    speaker: "auto" (the system's own choice), "none", or a part of a sound device's name. speakers: several such
    parts, the best first, instead; "default" is the system's own choice. microphones: likewise, to listen by.
    limit_dba: so loud at most, in dB(A) at the ear, through a loudspeaker that full_scale_dba names: what the loudest
    sine of 1 kHz gives there, measured. Others are held at limiter.UNMEASURED. 0 limits nothing.
    """

    language: str = "en"
    rate_wpm: int = 215
    volume: float = 0.8
    speaker: str = "auto"
    speakers: tuple[str, ...] = ()
    microphones: tuple[str, ...] = ("default",)
    limit_dba: int = 85
    full_scale_dba: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _one_of("voice.language", self.language, LANGUAGES)
        _one_of("voice.rate_wpm", self.rate_wpm, RATES_WPM)
        _one_of("voice.volume", self.volume, VOLUMES)
        _sound_devices("voice.speaker", (self.speaker,))
        _sound_devices("voice.speakers", self.speakers)
        _sound_devices("voice.microphones", self.microphones)
        if self.speakers and self.speaker != "auto":
            raise BadSettings(
                "voice.speaker and voice.speakers cannot both be set; put it first in voice.speakers"
            )
        if self.limit_dba:
            _within("voice.limit_dba", self.limit_dba, 60, 100)
        for name, level in self.full_scale_dba.items():
            known("voice.full_scale_dba", name, list(self.wanted))
            if not 60 <= level <= 140:
                raise BadSettings(
                    f"voice.full_scale_dba.{name} cannot be {level}: a measured level from 60 to 140"
                )

    @property
    def wanted(self) -> tuple[str, ...]:
        """The loudspeakers by name, the best first; ("none",) for silence."""
        return self.speakers or (self.speaker,)

    @property
    def caps(self) -> dict[str, float | None]:
        """As speech.sinks.portaudio.PortAudioSink wants them."""
        from chestnut.speech.limiter import UNMEASURED, ceiling

        if not self.limit_dba:
            return {}
        measured = {name: ceiling(self.limit_dba, level) for name, level in self.full_scale_dba.items()}
        return {"": UNMEASURED, **measured}


@dataclass(frozen=True, slots=True)
class PodSettings:
    """strength: of every vibration, in percent. battery_cells: in a row, where the pod measures them."""

    port: str = "auto"  # "auto" finds the pod by its USB id; or a path such as "/dev/serial/by-id/..."
    strength: int = 100
    battery_cells: int = 1

    def __post_init__(self) -> None:
        _within("pod.strength", self.strength, 10, 100)
        _within("pod.battery_cells", self.battery_cells, 1, 4)


@dataclass(frozen=True, slots=True)
class PadSettings:
    """A gamepad beside the pod. link: "evdev" takes the pads the system reads, on a cable or by Bluetooth; "ble"
    reads a pad that speaks Bluetooth Low Energy itself; "none". wanted: a part of the pad's name or its address; ""
    takes the first one that is known. Its keys stand under [keys] as pad_x, pad_a and so on."""

    link: str = "evdev"
    wanted: str = ""

    def __post_init__(self) -> None:
        _one_of("pad.link", self.link, PAD_LINKS)


@dataclass(frozen=True, slots=True)
class CameraSettings:
    """source: "auto" (the ribbon camera, else the first webcam), "picamera2", "webcam:0", "video:FILE",
    "folder:FOLDER". Of the ribbon camera alone: rotation: degrees clockwise by which its picture is turned upright.
    exposure_ms: no picture is exposed longer; shorter blurs less and is noisier in the dark. brightness: stops
    brighter than the automatic exposure would have it; darker below 0. tilt_deg: degrees by which the cradle makes it
    look down. lens: of a Camera Module 3, "wide" or "standard"."""

    source: str = "auto"
    rotation: int = 0
    exposure_ms: int = 33
    brightness: float = 0.0
    tilt_deg: int = 15
    lens: str = "wide"

    def __post_init__(self) -> None:
        _within("camera.tilt_deg", self.tilt_deg, 0, 40)
        _one_of("camera.lens", self.lens, tuple(LENSES_DEG))
        _one_of("camera.rotation", self.rotation, ROTATIONS)
        _within("camera.exposure_ms", self.exposure_ms, 18, 200)
        if not -2 <= self.brightness <= 2:
            raise BadSettings(f"camera.brightness cannot be {self.brightness}: a number from -2 to 2")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The language model of the deep lane.

    kind: "auto" is what the model's file needs. model, projector: "auto" takes what make gemma installed; or a name
    of the catalogue, or a file. projector "none": the model sees no pictures. threads: 0 leaves one core to the rest,
    and takes three at most. memory_mb: the private memory the model may take, 0 for half of the machine's.
    image_seconds: so long a picture may take to be looked at; see IMAGE_TOKENS.
    """

    kind: str = "auto"
    model: str = "auto"
    projector: str = "auto"
    threads: int = 0
    context_tokens: int = 2048
    memory_mb: int = 0
    image_seconds: int = 8

    def __post_init__(self) -> None:
        _one_of("engine.kind", self.kind, ENGINES)
        for name, value, words in (("model", self.model, ""), ("projector", self.projector, '"none", ')):
            if not value.strip() or "\0" in value:
                raise BadSettings(
                    f'engine.{name} cannot be {value!r}: "auto", {words}a name of the catalogue or a file'
                )
        _within("engine.threads", self.threads, 0, 64)
        _within("engine.context_tokens", self.context_tokens, 1024, 32768)
        if self.memory_mb:
            _within("engine.memory_mb", self.memory_mb, 256, 1024 * 1024)
        _within("engine.image_seconds", self.image_seconds, IMAGE_TOKENS[0][0], 45)

    @property
    def image_tokens(self) -> int:
        """At most so many a picture."""
        return next(tokens for seconds, tokens in reversed(IMAGE_TOKENS) if seconds <= self.image_seconds)


@dataclass(frozen=True, slots=True)
class MemorySettings:
    """What is remembered. path: "auto" is the wearer's own data folder. keep_days: what is older and not pinned goes
    by itself. enabled: false remembers nothing and answers nothing."""

    path: str = "auto"
    keep_days: int = 7
    enabled: bool = True

    def __post_init__(self) -> None:
        if not self.path.strip() or "\0" in self.path:
            raise BadSettings(f'memory.path cannot be {self.path!r}: "auto" or a file')
        _within("memory.keep_days", self.keep_days, 1, 30)

    @property
    def keep_s(self) -> float:
        return self.keep_days * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class WatchSettings:
    """Companion's watching. looks_per_second: at most; fewer when it is warm or the battery is low. enabled: false
    never watches."""

    enabled: bool = True
    looks_per_second: float = 2.0

    def __post_init__(self) -> None:
        if not 0.1 <= self.looks_per_second <= 2:
            raise BadSettings(
                f"watch.looks_per_second cannot be {self.looks_per_second}: a number from 0.1 to 2"
            )


@dataclass(frozen=True, slots=True)
class SignSettings:
    """The mode Signs. alphabet: "asl" (American) or "rsl" (Russian, after calibration). speak_letters: each letter as
    it is told; else a short vibration, and the word when it is finished. names: of signs that may be taught, ready to
    be chosen by key."""

    alphabet: str = "asl"
    speak_letters: bool = False
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _one_of("signs.alphabet", self.alphabet, ALPHABETS)
        _names("signs.names", self.names, "leave one away")


@dataclass(frozen=True, slots=True)
class PeopleSettings:
    """names: of people the wearer will meet, ready to be chosen by key when one of them agrees to be remembered."""

    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _names("people.names", self.names, "tell the two people apart")


@dataclass(frozen=True, slots=True)
class ThingSettings:
    """names: of things that may be taught, ready to be chosen by key: "my keys", "mum's glasses"."""

    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _names("things.names", self.names, "leave one away")


@dataclass(frozen=True, slots=True)
class PlaceSettings:
    """names: of places that may be named, ready to be chosen by key: "kitchen table"."""

    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _names("places.names", self.names, "leave one away")


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """repeat_minutes: what is not acknowledged is said again so long after each time. late_hours: what could not be
    said so long after it was due is missed. The reminders themselves stand in reminders.toml beside this file."""

    repeat_minutes: tuple[int, ...] = (5, 10, 20)
    late_hours: int = 4

    def __post_init__(self) -> None:
        if len(self.repeat_minutes) > 10:
            raise BadSettings(f"reminders.repeat_minutes has {len(self.repeat_minutes)} numbers: 10 at most")
        for minutes in self.repeat_minutes:
            _within("reminders.repeat_minutes", minutes, 2, 120)
        _within("reminders.late_hours", self.late_hours, 1, 11)

    @property
    def insistence(self) -> Insistence:
        return Insistence(tuple(minutes * 60.0 for minutes in self.repeat_minutes), self.late_hours * 3600.0)


@dataclass(frozen=True, slots=True)
class PowerSettings:
    """gauge: what measures the battery: "pod" (its divider, where it has one), "pisugar3" or "max17048" (on the Pi's
    I2C bus), "none"."""

    gauge: str = "pod"

    def __post_init__(self) -> None:
        _one_of("power.gauge", self.gauge, GAUGES)


@dataclass(frozen=True, slots=True)
class CarerSettings:
    """inbox: a folder whose reminders, things and places are taken in at each start, such as a stick's; "" for none.
    It may be missing."""

    inbox: str = ""

    def __post_init__(self) -> None:
        if "\0" in self.inbox:
            raise BadSettings(f'carers.inbox cannot be {self.inbox!r}: a folder, or "" for none')


@dataclass(frozen=True, slots=True)
class PackSettings:
    """folders: of skill packs, each a pack itself or a folder of packs, beside those that are installed."""

    folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for folder in self.folders:
            if not folder.strip() or "\0" in folder:
                raise BadSettings(f"packs.folders cannot hold {folder!r}: a folder")


@dataclass(frozen=True, slots=True)
class WindowSettings:
    """The maker's page, for this machine alone. port: on the loopback address; 0 takes any that is free."""

    enabled: bool = False
    port: int = 8765

    def __post_init__(self) -> None:
        if self.port:
            _within("window.port", self.port, 1024, 65535)


@dataclass(frozen=True, slots=True)
class Settings:
    """keys: {"describe": {"press": "read"}} moves a skill to another key or gesture; {"signs.describe": …} in one
    mode alone."""

    voice: VoiceSettings = field(default_factory=VoiceSettings)
    pod: PodSettings = field(default_factory=PodSettings)
    pad: PadSettings = field(default_factory=PadSettings)
    camera: CameraSettings = field(default_factory=CameraSettings)
    engine: EngineSettings = field(default_factory=EngineSettings)
    memory: MemorySettings = field(default_factory=MemorySettings)
    watch: WatchSettings = field(default_factory=WatchSettings)
    signs: SignSettings = field(default_factory=SignSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    people: PeopleSettings = field(default_factory=PeopleSettings)
    things: ThingSettings = field(default_factory=ThingSettings)
    places: PlaceSettings = field(default_factory=PlaceSettings)
    carers: CarerSettings = field(default_factory=CarerSettings)
    power: PowerSettings = field(default_factory=PowerSettings)
    window: WindowSettings = field(default_factory=WindowSettings)
    packs: PackSettings = field(default_factory=PackSettings)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for button, moved in self.keys.items():
            if not isinstance(moved, dict) or not all(isinstance(skill, str) for skill in moved.values()):
                raise BadSettings(f'keys.{button} must be a table such as {{ press = "read" }}')
            for kind in moved:
                known(f"keys.{button}", kind, [kind.value for kind in Kind])


def default_path() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "chestnut" / "settings.toml"


def load(path: Path | None) -> Settings:
    """The settings of a file; without a path those of the default place, or the defaults when it is not there.
    BadSettings when the file is missing, is not TOML or holds anything unknown."""
    named = path is not None
    path = path or default_path()
    try:
        text = path.read_text(encoding="utf-8-sig")  # some editors put a mark before the text
    except (FileNotFoundError, NotADirectoryError) as error:
        if named:
            raise BadSettings(
                f"cannot read settings {path}: there is no such file; check the name"
            ) from error
        return Settings()
    except OSError as error:
        raise BadSettings(
            f"cannot read settings {path}: {error.strerror}; correct its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise BadSettings(f"cannot read settings {path}: it is not UTF-8; save it as UTF-8") from error
    try:
        return parse(text)
    except BadSettings as error:
        raise BadSettings(f"{path}: {error}") from error


def parse(text: str) -> Settings:
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise BadSettings(f"not TOML: {error}") from error
    settings: Settings = _build(Settings, table, "")
    return settings


def _build(kind: Any, table: dict[str, Any], place: str) -> Any:
    hints = get_type_hints(kind)
    names = [item.name for item in fields(kind)]
    values = {}
    for name, value in table.items():
        known(place or "settings", name, names)
        wanted = hints[name]
        if name == "keys" or is_dataclass(wanted):
            if not isinstance(value, dict):
                raise BadSettings(f"[{name}] must be a table")
            values[name] = _build(wanted, value, name) if is_dataclass(wanted) else _by_mode(value)
        elif wanted == dict[str, float]:
            if not isinstance(value, dict) or not all(type(item) in (int, float) for item in value.values()):
                raise BadSettings(f"{place}.{name} must be a table of numbers such as {{ USB = 101.5 }}")
            values[name] = {key: float(item) for key, item in value.items()}
        elif wanted == tuple[str, ...]:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise BadSettings(f'{place}.{name} must be a list of words such as ["Anna", "Peter"]')
            values[name] = tuple(value)
        elif get_origin(wanted) is tuple:
            if not isinstance(value, list) or not all(type(item) is get_args(wanted)[0] for item in value):
                raise BadSettings(f"{place}.{name} must be a list such as [5, 10, 20]")
            values[name] = tuple(value)
        elif isinstance(value, bool) is not (wanted is bool) or not isinstance(
            value, (int, float) if wanted is float else wanted
        ):
            raise BadSettings(f"{place}.{name} must be {wanted.__name__}, not {type(value).__name__}")
        else:
            values[name] = value
    return kind(**values)


def _by_mode(keys: dict[str, Any]) -> dict[str, Any]:
    """The tables of [keys], those of [keys.MODE] by the name "MODE.key"."""
    found: dict[str, Any] = {}
    for name, table in keys.items():
        inner = isinstance(table, dict) and any(isinstance(moved, dict) for moved in table.values())
        found |= {f"{name}.{button}": moved for button, moved in table.items()} if inner else {name: table}
    return found


def known(place: str, name: str, names: list[str]) -> None:
    """BadSettings with the nearest name when `name` is none of `names`."""
    if name not in names:
        near = difflib.get_close_matches(name, names, 1, 0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"one of {', '.join(names)}"
        raise BadSettings(f"{place}: there is no {name!r}; {hint}")


def _names(place: str, names: tuple[str, ...], twice: str) -> None:
    """Each can be spoken as it is written, and stands there once. twice: what to do about two of them."""
    for name in names:
        try:
            kept = clean_name(name)
        except ValueError as error:
            raise BadSettings(f"{place}: {error}, unlike {name!r}") from error
        if kept != name:
            raise BadSettings(f"{place}: write {kept!r} instead of {name!r}")
    if len({name.casefold() for name in names}) < len(names):
        raise BadSettings(f"{place}: one name stands there twice; {twice}")


def _sound_devices(place: str, names: tuple[str, ...]) -> None:
    for name in names:
        if not name.strip() or "\0" in name:
            raise BadSettings(f'{place} cannot hold {name!r}: a part of a sound device\'s name, or "default"')
    if "none" in names and len(names) > 1:
        raise BadSettings(f'{place} cannot hold "none" beside others; leave it away')
    if len(set(names)) < len(names):
        raise BadSettings(f"{place} holds a name twice; leave one away")


def _within(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise BadSettings(f"{name} cannot be {value}: a whole number from {low} to {high}")


def _one_of(name: str, value: Any, allowed: tuple[Any, ...]) -> None:
    if value not in allowed:
        raise BadSettings(f"{name} cannot be {value!r}: one of {', '.join(map(str, allowed))}")
