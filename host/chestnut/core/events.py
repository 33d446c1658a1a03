"""What happened. Past tense, frozen, stamped once at the edge.

`at` is always the host's monotonic clock in seconds; the pod's own stamps are mapped to it by the link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chestnut.core.carers import Noted, Rights
from chestnut.core.command import Command
from chestnut.core.memory import Owned
from chestnut.core.pad import SeenPad
from chestnut.core.people import Recognised
from chestnut.core.recollection import Found, Recollection
from chestnut.core.reminders import Kind, Listed, When
from chestnut.core.scene import Page, Scene
from chestnut.core.signed import Signed
from chestnut.core.thought import Effort, Sentence, Stage


class Edge(StrEnum):
    """What a key did. HELD is decided by the pod after pins.toml's hold_ms, so that a slow host never
    turns a press into a hold."""

    DOWN = "down"
    UP = "up"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    at: float


# --- the wearer -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonChanged(Event):
    """at: when the finger moved, not when the host heard of it. source: "pod", "pad", "keyboard", "page"."""

    button: str
    edge: Edge
    source: str = "pod"


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillAsked(Event):
    """Somebody asks for a skill by its name, on the maker's page: as if its key had been pressed."""

    skill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTyped(Event):
    """Somebody typed this on the maker's page, to be spoken: one line."""

    text: str


# --- the parts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke(Event):
    """The runtime is assembled and can answer. first: the very first start on this device."""

    first: bool = False


class Part(StrEnum):
    POD = "pod"
    CAMERA = "camera"
    SPEAKER = "speaker"
    MICROPHONE = "microphone"
    EYES = "eyes"
    MOTOR = "motor"
    ENGINE = "engine"
    MEMORY = "memory"
    SIGNS = "signs"
    PAD = "pad"
    GAUGE = "gauge"


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFound(Event):
    """A part is there (again)."""

    part: Part


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLost(Event):
    """reason: a phrase key of locale/*.toml that tells the remedy, such as "pod_lost", "pod_version"."""

    part: Part
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PodRestarted(Event):
    """The pod had a fault and began a new life, with which this came. reason: the last line of its trace."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryMeasured(Event):
    """percent: None, with 0 millivolts, when nothing sensible was measured. charging: None where nobody knows.
    source: "pod", or "gauge" for the one beside the battery."""

    percent: int | None
    millivolts: int
    charging: bool | None = None
    source: str = "pod"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryWarned(Event):
    """The battery's own warning line. low: it says that the battery is nearly empty; told again while it does."""

    low: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChipMeasured(Event):
    """celsius: the processor's warmth; None where nothing measures it. slowed: its firmware holds it back for that.
    undervoltage: the supply is too weak, or was since the last time."""

    celsius: float | None
    slowed: bool = False
    undervoltage: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PadMeasured(Event):
    """percent: of the pad's own battery; None when it does not tell."""

    percent: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkinMeasured(Event):
    """How warm the device's back plate is, on the wearer's side; None when nothing sensible was measured."""

    celsius: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(Event):
    """It is time. words: the wearer's or carer's own. when: it was for. times: how often it was said before. late:
    the time it was for has passed. sure: the clock can be trusted."""

    reminder: int
    due: float
    kind: Kind
    words: str
    when: When
    times: int = 0
    late: bool = False
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersMissed(Event):
    """So many came while the device was off or its clock was wrong, and were never said."""

    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtArose(Event):
    """Something the device goes by cannot be trusted: the clock, the file of reminders. reason: the phrase that tells
    it with the remedy."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated(Event):
    """What became of the latest update. reason: the phrase that tells it."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarersActed(Event):
    """What carers looked at or did that the wearer has not heard yet, the oldest first, at least one."""

    acts: tuple[Noted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSeen(Event):
    """A letter was shown long enough to count. confidence: 0 to 1. signed: with it."""

    letter: str
    confidence: float
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class WordSpelled(Event):
    """A word of letters is finished. confidences: of its letters in turn. signed: with it."""

    text: str
    confidences: tuple[float, ...]
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class SignSeen(Event):
    """A taught sign was made, surely enough. signed: with it."""

    name: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRang(Event):
    """The Alarm that was started under this job number."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceNoticed(Event):
    """Somebody speaks, since Listen."""


# --- answers to jobs --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Event):
    """The end of the effect that was started under this job number."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechStarted(Event):
    """The first audible sample of a Say left for the speaker. Not an end: SpeechEnded follows."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeechEnded(Answer):
    """All of it was spoken (a hushed speech is cancelled instead and sends nothing)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneSeen(Answer):
    scene: Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRead(Answer):
    page: Page


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtProgressed(Event):
    """The thought of this job reached a stage."""

    job: int
    stage: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceWritten(Event):
    """One sentence of the thought of this job; ThoughtEnded follows after the last."""

    job: int
    sentence: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ThoughtEnded(Answer):
    """All of it was written. withheld: how many sentences the truth filter kept back. whole: the model ended by
    itself; else its limit cut it."""

    withheld: int = 0
    effort: Effort = field(default_factory=Effort)
    whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChecked(Answer):
    """time_of_day: "HH:MM" local. battery: percent, or None when nothing measures it. clock_doubt: "", or the phrase
    that tells why the clock is not trusted. missed: how many reminders are to be listed. acts: what carers did
    and the wearer has not heard yet."""

    time_of_day: str
    battery: int | None = None
    clock_doubt: str = ""
    missed: int = 0
    acts: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OffChecked(Answer):
    """machine: it will be switched off too; else only this program ends."""

    machine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsChecked(Answer):
    """lacks: the phrases that tell what is missing, each with its remedy."""

    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedDone(Answer):
    """It is kept and will not be said again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersChecked(Answer):
    """missed: newest first. coming: the next one; None when there is none."""

    missed: tuple[Listed, ...] = ()
    coming: Listed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderSet(Answer):
    """It is on the card. coming: its first time."""

    coming: Listed
    repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled(Answer):
    """What the memory knows of what was asked."""

    recollection: Recollection


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedBack(Answer):
    """The newest of what is remembered, newest first."""

    found: tuple[Found, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryKept(Answer):
    """It is on the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryChanged(Answer):
    """rows: how many were pinned, let go or forgotten."""

    rows: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleRecognised(Answer):
    """faces: of the scene's people, as far as they are seen, the largest first."""

    scene: Scene
    faces: tuple[Recognised, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleListed(Answer):
    """enrolled: in their order. waiting: names that were prepared in the settings for people not yet enrolled."""

    enrolled: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnrolled(Answer):
    """It is on the card."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CarersChecked(Answer):
    """acts: the newest first."""

    rights: Rights
    acts: tuple[Noted, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TaughtListed(Answer):
    """things, places: taught and named, in the order they were first heard of. new_things, new_places: names that may
    be given, those of the settings first."""

    things: tuple[Owned, ...] = ()
    places: tuple[str, ...] = ()
    new_things: tuple[Owned, ...] = ()
    new_places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeKept(Answer):
    """take: its number; 0 when it shows no more than an earlier one does. odd: which takes, this one or earlier ones,
    do not show what the others show."""

    take: int = 0
    odd: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingTaught(Answer):
    """It is on the card. alike: other taught things that may be taken for it."""

    alike: tuple[Owned, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceNamed(Answer):
    """It is on the card. alike: other named places that may be taken for it."""

    alike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(Answer):
    """removed: the letter or word that is gone; "" when there was none. signed: what is left."""

    removed: str
    signed: Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class LettersListed(Answer):
    """letters: of the alphabet that the mode Signs reads, in the order in which they are asked for, each with how
    many samples of it are kept. wanted: how many are enough. badly: those of them that are read without samples, but
    badly; none where no letter is read without."""

    letters: tuple[tuple[str, int], ...] = ()
    wanted: int = 3
    badly: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterSampled(Answer):
    """samples: of the letter, that are on the card now. lack: none came for a while, the phrase that tells what to
    change; "" when one was kept or dropped."""

    samples: int = 0
    lack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignsListed(Answer):
    """known: the taught signs by name, in the order in which they were taught. new: names that may be given, those of
    the settings first. least, most: how many takes of a new sign must agree, and how many are of use."""

    known: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    least: int = 3
    most: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SignShown(Answer):
    """take: its number; 0 when there was none. agreeing: which takes, of the earlier ones and this one, are one sign.
    lack: the phrase that tells what to change; "" when this take agrees. moved: hands moved, whatever came of it."""

    take: int = 0
    agreeing: tuple[int, ...] = ()
    lack: str = ""
    moved: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTaught(Answer):
    """It is on the card. doubt: the phrase that tells why it will often not be told, "" for nothing. other: the sign
    most like it, "" when it is the only one."""

    doubt: str = ""
    other: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VocabularyListed(Answer):
    """signs: the taught ones by name; unsure: those of them that will often not be told. letters: that are read where
    they stand still, of the alphabet ("asl", "rsl") that the mode reads; drawn: those that are drawn in the air.
    lack: the phrase that tells why there are no letters."""

    signs: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    alphabet: str = "asl"
    letters: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    lack: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PadsListed(Answer):
    """pads: those that want to be paired, or that are paired, the strongest signal first."""

    pads: tuple[SeenPad, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PadPaired(Answer):
    """It is trusted from now on, and connected if it will."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PadForgotten(Answer):
    """It must be paired anew before it can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListeningBegan(Answer):
    """The microphone hears."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsHeard(Answer):
    """text: the words, "" for none. voiced: somebody spoke, understood or not. sure: 0 to 1, how likely the words
    are. command: what they mean."""

    text: str = ""
    voiced: bool = False
    sure: float = 1.0
    command: Command = field(default_factory=Command)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesRead(Answer):
    """notes: what a skill pack keeps now, plain JSON data; empty for nothing."""

    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlinePassed(Answer):
    """The end of a Wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectFailed(Answer):
    """reason: a phrase key that tells the remedy ("camera_lost", "sight_failed", "too_slow", "gemma_missing")."""

    reason: str
