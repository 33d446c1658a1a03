"""What the page shows, out of what happens on the device: its state, what it speaks, what is signed to it.

In memory alone, the newest lines. What belongs to a conversation goes with it: what was signed, what was spoken in
the mode Signs and what was typed, when the mode is left; what was signed, also when it begins anew after a pause.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from chestnut.core.conductor import Keymap
from chestnut.core.effects import Buzz, Cancel, Order, Recite, Say, Start
from chestnut.core.events import (
    ButtonChanged,
    EffectFailed,
    Event,
    PeopleRecognised,
    SceneSeen,
    SignSeen,
    SpeechEnded,
    SpeechStarted,
    TakenBack,
    TextRead,
    WordSpelled,
)
from chestnut.core.gestures import Kind
from chestnut.core.session import LANGUAGES, SIGNS, Session
from chestnut.core.signed import Signed
from chestnut.core.signs import hindrance
from chestnut.core.skill import Skill
from chestnut.locale import Phrases
from chestnut.runtime.performer import spoken
from chestnut.skills.table import SKILLS
from chestnut.window.bench import read, seen
from chestnut.window.mailbox import MOST_LINES, Sent

NAMES = {id(skill): name for name, skill in SKILLS.items()}
ABOUT = {"carers": "tell_carers", "signed": "tell_signed", "typed": "typed"}
SIGNED = frozenset({"tell_signed", "say_signed"})
MODEL = frozenset({"model", "model_doubtful"})
READ = frozenset({"read", "read_again"})


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, what it led to and how the device is then. at: UTC seconds. All of it is never changed, so that it
    may go to another thread."""

    at: float
    event: Event
    orders: tuple[Order, ...]
    session: Session
    skill: Skill | None
    busy: bool


@dataclass(slots=True)
class Line:
    """who: "device", "read" (word for word from a picture), "model", "signed", "typed", "aloud" (what was typed, as
    it is spoken). state: "waits", "speaks", "said", "cut" (begun and not ended), "unsaid" (never heard), or "shown"
    for what is not spoken. passing: it goes with the conversation."""

    id: str
    at: float
    who: str
    text: str
    sure: bool = True
    state: str = "waits"
    passing: bool = False


class Shown:
    """keymap: what the keys mean. buttons: of the pod, in their order. names: of the skills, by id().
    sees: what is seen is told too."""

    def __init__(
        self,
        keymap: Keymap,
        buttons: tuple[str, ...],
        session: Session,
        names: Mapping[int, str] = NAMES,
        *,
        sees: bool = False,
    ) -> None:
        self._keymap, self._buttons, self._names = keymap, buttons, names
        self._sees, self._seen = sees, Sent("seen", {})
        self._lines: dict[str, Line] = {}
        self._typed = 0
        self._mode = session.mode
        self._signed = Signed()
        self._signs: list[bool] = []  # of each word of _signed: it is a taught sign
        self._device = self._state(session, None, False)

    def all(self) -> Iterator[Sent]:
        """For a page that is opened now."""
        yield Sent("device", self._device)
        yield self._signed_sent()
        yield self._kept()
        if self._seen.data:
            yield self._seen
        for line in self._lines.values():
            yield Sent("line", asdict(line))

    def take(self, happened: Happened) -> list[Sent]:
        """What is new on the page."""
        session = happened.session
        sent: list[Sent] = []
        if session.mode != self._mode:
            self._mode = session.mode
            sent += self._drop(lambda line: line.passing)
        sent += self._take_signed(happened.event, session.signed)
        sent += self._moment(happened.event)
        for order in happened.orders:
            sent += self._order(order, happened)
        device = self._state(session, happened.skill, happened.busy)
        if device != self._device:
            self._device = device
            sent.append(Sent("device", device))
        return sent

    def type(self, text: str, at: float) -> Sent:
        self._typed += 1
        return self._line(Line(f"t{self._typed}", at, "typed", text, state="shown", passing=True))

    def clear(self) -> list[Sent]:
        """Every line; the state stays."""
        return self._drop(lambda line: True)

    # --- lines --------------------------------------------------------------------------------------------------

    def _order(self, order: Order, happened: Happened) -> Iterator[Sent]:
        match order:
            case Start(job=job, effect=Say() | Recite() as said):
                who, sure = _told_by(said, self._name(happened.skill))
                text = spoken(said, happened.session)
                passing = happened.session.mode == SIGNS or who in ("signed", "aloud")
                yield self._line(Line(str(job), happened.at, who, text, sure, passing=passing))
            case Start(effect=Buzz(pattern=pattern)):
                yield Sent("felt", {"pattern": str(pattern)})
            case Cancel(job=job):
                yield from self._become(job, "cut")

    def _moment(self, event: Event) -> Iterator[Sent]:
        match event:
            case SceneSeen(scene=scene) | PeopleRecognised(scene=scene) if self._sees:
                self._seen = Sent("seen", seen(scene))
                yield self._seen
            case TextRead(page=page) if self._sees:
                self._seen = Sent("seen", read(page))
                yield self._seen
            case ButtonChanged(button=button, edge=edge):
                yield Sent("key", {"key": button, "edge": str(edge)})
            case SpeechStarted(job=job):
                yield from self._become(job, "speaks")
            case SpeechEnded(job=job):
                yield from self._become(job, "said")
            case EffectFailed(job=job):
                yield from self._become(job, "cut")

    def _become(self, job: int, state: str) -> Iterator[Sent]:
        line = self._lines.get(str(job))
        if line is None or line.state not in ("waits", "speaks"):
            return
        line.state = "unsaid" if state == "cut" and line.state == "waits" else state
        yield Sent("line", asdict(line))

    def _line(self, line: Line) -> Sent:
        self._lines[line.id] = line
        while len(self._lines) > MOST_LINES:
            del self._lines[next(iter(self._lines))]
        return Sent("line", asdict(line))

    def _drop(self, goes: Callable[[Line], bool]) -> list[Sent]:
        before = len(self._lines)
        self._lines = {each: line for each, line in self._lines.items() if not goes(line)}
        return [self._kept()] if len(self._lines) < before else []

    def _kept(self) -> Sent:
        return Sent("kept", {"ids": list(self._lines)})

    # --- signs --------------------------------------------------------------------------------------------------

    def _take_signed(self, event: Event, signed: Signed) -> Iterator[Sent]:
        if signed == self._signed:
            return
        taken = isinstance(event, TakenBack)
        finished = isinstance(event, (WordSpelled, SignSeen))
        # What was signed before is gone, as after a long pause; not the oldest of many words.
        fewer = len(signed.words) < len(self._signed.words) + finished
        anew = fewer and not signed.words[:-1] and not taken
        if finished:
            self._signs.append(isinstance(event, SignSeen))
        while len(self._signs) > len(signed.words):
            self._signs.pop(-1 if taken else 0)
        self._signed = signed
        if anew:
            yield from self._drop(lambda line: line.who == "signed")
        yield self._signed_sent()

    def _signed_sent(self) -> Sent:
        signs = [*[False] * (len(self._signed.words) - len(self._signs)), *self._signs]
        words = [
            {"text": word.written, "sure": word.sure, "sign": sign}
            for word, sign in zip(self._signed.words, signs, strict=True)
        ]
        return Sent("signed", {"words": words, "letters": list(self._signed.letters)})

    # --- state --------------------------------------------------------------------------------------------------

    def _state(self, session: Session, skill: Skill | None, busy: bool) -> Mapping[str, Any]:
        lack = hindrance(session) if session.mode == SIGNS else ""
        return {
            "mode": session.mode,
            "language": session.language,
            "paused": session.paused,
            "battery": session.care.battery,
            "faults": [_said(reason) for _, reason in session.faults],
            "signs_lack": _said(lack) if lack else None,
            "skill": self._name(skill),
            "busy": busy,
            "keys": {button: self._meanings(button, session.mode) for button in self._buttons},
        }

    def _meanings(self, button: str, mode: str) -> dict[str, str]:
        return {
            str(kind): self._keymap.get((button, kind, mode), self._keymap.get((button, kind), ""))
            for kind in Kind
        }

    def _name(self, skill: Skill | None) -> str:
        """ "" for none; "news" for what the device tells by itself."""
        if skill is None:
            return ""
        if skill.about.startswith("reminder "):
            return "remind"
        return self._names.get(id(skill)) or ABOUT.get(skill.about, "news")


def _told_by(said: Say | Recite, skill: str) -> tuple[str, bool]:
    """Who said it, and whether it is sure."""
    if isinstance(said, Recite):
        return ("signed" if skill in SIGNED else "read" if skill in READ else "device"), True
    if said.key == "signed_unsure":
        return "signed", False
    if said.key in MODEL:
        return "model", said.key != "model_doubtful"
    return ("aloud" if said.key == "typed" else "device"), True


def _said(reason: str) -> dict[str, str]:
    """In every language; a phrase that needs more than its key stays the key."""
    told = {}
    for language in LANGUAGES:
        try:
            told[language] = Phrases.of(language).render(reason)
        except KeyError:
            told[language] = reason
    return told
