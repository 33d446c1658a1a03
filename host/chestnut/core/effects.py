"""What is to be done. Imperative, frozen. Adapters perform them; the slow ones answer with an event."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from chestnut.core.carers import Sight
from chestnut.core.memory import Owned
from chestnut.core.recollection import Noticed
from chestnut.core.scene import Page, Scene
from chestnut.core.thought import Exchange, Task


class Haptic(StrEnum):
    """The rhythms of the pod's motor. PRESSED and HOST_LOST are played by the pod itself; PRESSED, the shortest, is
    also the pulse that guides. WATCHING, PAUSED: that it watches by itself, and that it does not."""

    PRESSED = "pressed"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    HOST_LOST = "host_lost"
    WATCHING = "watching"
    PAUSED = "paused"


class Sound(StrEnum):
    """Earcons."""

    PRESSED = "pressed"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    STOPPED = "stopped"
    REMINDER = "reminder"
    LISTENING = "listening"
    LISTENED = "listened"


@dataclass(frozen=True, slots=True)
class Effect:
    """An order a skill yields. Unless it is a Brief, the skill sleeps until the answer."""


@dataclass(frozen=True, slots=True)
class Brief(Effect):
    """Done at once, answers nothing: the skill goes straight on."""


# --- brief ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Buzz(Brief):
    pattern: Haptic


@dataclass(frozen=True, slots=True)
class Chime(Brief):
    sound: Sound


@dataclass(frozen=True, slots=True)
class Glance(Brief):
    """Begin to see the newest frame now; the Look that follows within a second uses that work."""


@dataclass(frozen=True, slots=True)
class Change(Brief):
    """Set one field of the session ("language", "rate_wpm", "volume", "mode", "paused"); kept over a restart."""

    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class ReadAhead(Brief):
    """Begin to read now, beside what is spoken; the Read that the same skill yields later takes what came of it."""


@dataclass(frozen=True, slots=True)
class Think(Brief):
    """Begin to think; Next fetches what comes of it, sentence by sentence. The thought ends with the skill: one a
    skill at a time, a new one replaces it.

    text: the question, or the key of a ready one in [questions] of locale/*.toml; the text to translate; the signs;
    "" for DESCRIBE and MORE. scene: what the fast lane saw; its frame is the picture the model looks at, None for
    none. page: the text read in it. earlier: what was said of the same picture, oldest first.
    """

    task: Task
    text: str = ""
    scene: Scene | None = None
    page: Page | None = None
    earlier: tuple[Exchange, ...] = ()


@dataclass(frozen=True, slots=True)
class Now(Brief):
    """What time is it? Answered at once, not with the session but with the monotonic seconds of the newest event."""


@dataclass(frozen=True, slots=True)
class Held(Brief):
    """Is the key still down that was held to begin the skill? Answered at once, not with the session but with a
    bool."""


@dataclass(frozen=True, slots=True)
class Deafen(Brief):
    """Hear no more, and forget what was heard. Ordered by itself when a skill ends that listened."""


@dataclass(frozen=True, slots=True)
class Seek(Brief):
    """This is looked for from now on; "answer again" looks for it once more. As in skills.find."""

    labels: tuple[str, ...] = ()
    own: Owned | None = None


@dataclass(frozen=True, slots=True)
class Remark(Brief):
    """Speak while the skill goes on. It ends with the skill, and gives way to whatever else is to be spoken."""

    say: Say


@dataclass(frozen=True, slots=True)
class Guide(Brief):
    """Lead the hand: tones that rise and pulses that quicken with `closeness`, 0 to 1; None: out of sight, a slow
    tick.

    It goes on until the next Guide or the end of the skill, or falls silent by itself when neither comes for a while:
    what nobody looks at any more must not be pointed at.
    """

    closeness: float | None = None


@dataclass(frozen=True, slots=True)
class MarkHeard(Brief):
    """The wearer has heard these acts of carers, by row."""

    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alarm(Brief):
    """Post AlarmRang in so many seconds; no skill waits for it."""

    seconds: float


@dataclass(frozen=True, slots=True)
class SwitchOff(Brief):
    """Close everything and, where it can be, switch the machine off: after so many seconds, unless the skill that
    yields it is over by then without having yielded SwitchOff() at once."""

    within_s: float = 0.0


# --- awaited ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Say(Effect):
    """Speak a phrase of locale/*.toml. args are plain JSON data. Answer: SpeechEnded."""

    key: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recite(Effect):
    """Speak text word for word: read from a picture, never a phrase of ours. Answer: SpeechEnded.

    slowly: at two thirds of the rate. spelled: digits one by one.
    """

    text: str
    slowly: bool = False
    spelled: bool = False


@dataclass(frozen=True, slots=True)
class Look(Effect):
    """See who and what is in view. fresh: not the frame glanced at, a newer one. own: taught things and named places
    too, which takes longer. Answer: SceneSeen."""

    fresh: bool = False
    own: bool = False


@dataclass(frozen=True, slots=True)
class Read(Effect):
    """Read the text in view. Answer: TextRead."""


@dataclass(frozen=True, slots=True)
class Next(Effect):
    """Wait for the next Sentence of the thought. Answer: the Sentence, or the ThoughtEnded when there is no
    more."""


@dataclass(frozen=True, slots=True)
class CheckStatus(Effect):
    """Answer: StatusChecked."""


@dataclass(frozen=True, slots=True)
class CheckOff(Effect):
    """Can the machine be switched off too? Answer: OffChecked."""


@dataclass(frozen=True, slots=True)
class CheckParts(Effect):
    """What is missing, besides the parts that are lost? Answer: PartsChecked."""


@dataclass(frozen=True, slots=True)
class MarkDone(Effect):
    """The reminder that was due then (UTC seconds) is done. Answer: MarkedDone, when it is kept."""

    reminder: int
    due: float


@dataclass(frozen=True, slots=True)
class CheckReminders(Effect):
    """Answer: RemindersChecked."""


@dataclass(frozen=True, slots=True)
class Recall(Effect):
    """Where is what the question names? In any language, whatever the session's. Answer: Recalled."""

    question: str


@dataclass(frozen=True, slots=True)
class LookBack(Effect):
    """What is remembered? Answer: LookedBack."""


@dataclass(frozen=True, slots=True)
class Remember(Effect):
    """Keep what is in view, all of it or nothing. place: the name of the place it is at, as the scene tells it.
    Answer: MemoryKept."""

    looks: tuple[Noticed, ...]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Tell(Effect):
    """Keep where a thing is, as the wearer says. place: in the wearer's words. Answer: MemoryKept."""

    thing: Owned
    place: str


@dataclass(frozen=True, slots=True)
class SetReminder(Effect):
    """words: what is said then. at, repeat: as people say them; repeat "" is once. Answer: ReminderSet."""

    words: str
    at: str
    repeat: str = ""


@dataclass(frozen=True, slots=True)
class Pin(Effect):
    """Keep a row of the memory for ever, or no longer. Answer: MemoryChanged."""

    row: int
    pinned: bool


@dataclass(frozen=True, slots=True)
class Forget(Effect):
    """A row of the memory; without one, what began in the last `seconds`. Answer: MemoryChanged."""

    row: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Recognise(Effect):
    """See who is in view, on a frame not looked at before, and whether it is somebody enrolled. keep: what the faces
    look like is kept for a short while, so that one can be enrolled; else all of it is dropped. Answer:
    PeopleRecognised."""

    keep: bool = False


@dataclass(frozen=True, slots=True)
class ListPeople(Effect):
    """Answer: PeopleListed."""


@dataclass(frozen=True, slots=True)
class Enrol(Effect):
    """Keep a face. agreed: the phrase that was asked aloud and agreed to; its words are kept as the consent. takes:
    those of Recognised, each of another picture of one person. name: "" gives the next number as a name. Answer:
    PersonEnrolled."""

    agreed: str
    takes: tuple[int, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class ForgetPerson(Effect):
    """Name, consent and face. Answer: MemoryChanged."""

    name: str


@dataclass(frozen=True, slots=True)
class CheckCarers(Effect):
    """What may carers see, and what did they look at? Answer: CarersChecked."""


@dataclass(frozen=True, slots=True)
class LetSee(Effect):
    """The wearer's choice, by key. Answer: MemoryChanged."""

    carer: str
    sight: Sight
    allowed: bool


@dataclass(frozen=True, slots=True)
class CloseToCarers(Effect):
    """Nobody may look; closed False: carers may ask again. Answer: MemoryChanged."""

    closed: bool


@dataclass(frozen=True, slots=True)
class ListTaught(Effect):
    """What was taught, and what may be? Answer: TaughtListed."""


@dataclass(frozen=True, slots=True)
class Take(Effect):
    """Keep for a short while how the thing in the middle of that frame looks, or with `place` all of the frame.
    frame: of the last look. earlier: the takes of the same lesson, with which it is compared; none begins a lesson
    and drops those of the one before. Answer: TakeKept."""

    frame: int
    earlier: tuple[int, ...] = ()
    place: bool = False


@dataclass(frozen=True, slots=True)
class Teach(Effect):
    """Know this thing again, by these takes; those of a thing that is known already are added to. Answer:
    ThingTaught."""

    thing: Owned
    takes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NamePlace(Effect):
    """Know this place again, as Teach does. Answer: PlaceNamed."""

    name: str
    takes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ForgetThing(Effect):
    """How it looks, and where it was seen. Answer: MemoryChanged."""

    thing: Owned


@dataclass(frozen=True, slots=True)
class ForgetPlace(Effect):
    """How it looks, and what was seen there. Answer: MemoryChanged."""

    name: str


@dataclass(frozen=True, slots=True)
class TakeBack(Effect):
    """The last letter that was signed; word: the last word or sign instead. Answer: TakenBack."""

    word: bool = False


@dataclass(frozen=True, slots=True)
class ListLetters(Effect):
    """Which letters of the alphabet that is shown were shown how often? Answer: LettersListed."""


@dataclass(frozen=True, slots=True)
class AwaitSample(Effect):
    """Until a hand shows the letter and is still for a moment; it is kept. Answer: LetterSampled; or, instead of it,
    the Gesture of the wearer's next key."""

    letter: str


@dataclass(frozen=True, slots=True)
class DropSample(Effect):
    """The newest of the letter's samples is gone. Answer: LetterSampled; or the Gesture, as AwaitSample, and it is
    done all the same."""

    letter: str


@dataclass(frozen=True, slots=True)
class ForgetLetters(Effect):
    """Every sample of every letter of the alphabet that is shown is gone. Answer: LettersListed, of what is left."""


@dataclass(frozen=True, slots=True)
class ListSigns(Effect):
    """Which signs were taught, and which names may be given? Answer: SignsListed."""


@dataclass(frozen=True, slots=True)
class AwaitTake(Effect):
    """Until hands that rested have moved and rest again; it is kept as long as the skill runs. name: of the sign that
    is shown. earlier: the takes of it that stand, with which it is compared; none begins a lesson and drops those of
    the one before. Answer: SignShown; or, instead of it, the Gesture of the wearer's next key."""

    name: str
    earlier: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TeachSign(Effect):
    """Know this sign again, by these takes; those of a sign that is known already are added to. Answer:
    SignTaught."""

    name: str
    takes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ForgetSign(Effect):
    """And all its takes. Answer: MemoryChanged."""

    name: str


@dataclass(frozen=True, slots=True)
class ListVocabulary(Effect):
    """Which letters and which taught signs does the mode Signs read? Answer: VocabularyListed."""


@dataclass(frozen=True, slots=True)
class SeekPads(Effect):
    """Which pads want to be paired? It takes so many seconds, and a little more. Answer: PadsListed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class PairPad(Effect):
    """Pair with this pad and no other, trust it and connect it. Answer: PadPaired."""

    address: str


@dataclass(frozen=True, slots=True)
class ListPads(Effect):
    """Which pads are paired? Answer: PadsListed."""


@dataclass(frozen=True, slots=True)
class ForgetPad(Effect):
    """Answer: PadForgotten."""

    address: str


@dataclass(frozen=True, slots=True)
class Wait(Effect):
    """Answer: DeadlinePassed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Listen(Effect):
    """Hear what is said from now on, until Understand or the end of the skill. Answer: ListeningBegan, with the first
    that is heard."""


@dataclass(frozen=True, slots=True)
class AwaitRelease(Effect):
    """Until the key that was held to begin the skill is let go, so many seconds at most; at once when it is up
    already."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Understand(Effect):
    """Hear no more. Which words were said? Answer: WordsHeard."""


@dataclass(frozen=True, slots=True)
class ReadNotes(Effect):
    """What did the skill pack of this name keep? Answer: NotesRead."""

    pack: str


@dataclass(frozen=True, slots=True)
class KeepNotes(Effect):
    """Keep these plain JSON data of a skill pack over a restart, instead of what it kept before. Answer: NotesRead,
    when they are on the card."""

    pack: str
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Become(Effect):
    """Go over to another skill, by its name, as if its key had been pressed. The skill that yields it ends there."""

    skill: str


@dataclass(frozen=True, slots=True)
class Offer(Effect):
    """Speak a phrase and wait for the wearer's next key. The conductor answers with the Gesture, or None after
    `seconds` of silence. Stop never reaches the skill: it ends it. lasting: it is what a later Stop repeats."""

    say: Say
    seconds: float = 8.0
    lasting: bool = False


# --- what the conductor hands to the adapters ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """Perform the effect; answer, if it is not Brief, with this job number."""

    job: int
    effect: Effect


@dataclass(frozen=True, slots=True)
class Cancel:
    """End the job; an answer that is already on its way is dropped by its number. A cancelled Say is silent at
    once."""

    job: int


Order = Start | Cancel
