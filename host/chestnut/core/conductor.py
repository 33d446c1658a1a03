"""The one state machine. Feed it events in order; it returns the orders to carry out. No clock, no threads, no IO.

Invariants, tested over all states (tests/unit/test_invariants.py):
- stop, at any moment, ends silent and idle;
- never two voices: a Say is started only when no other Say is open;
- every request ends in speech or a buzz;
- a late answer carries an old job number and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from chestnut.core.care import Heat
from chestnut.core.effects import Buzz, Chime, Glance, Haptic, Order, Say, Sound
from chestnut.core.events import (
    AlarmRang,
    Answer,
    BatteryMeasured,
    BatteryWarned,
    ButtonChanged,
    CarersActed,
    Edge,
    EffectFailed,
    Event,
    LetterSeen,
    Part,
    PartFound,
    PartLost,
    ReminderDue,
    SentenceWritten,
    SignSeen,
    SkillAsked,
    TakenBack,
    TextTyped,
    ThoughtProgressed,
    VoiceNoticed,
    Woke,
    WordSpelled,
)
from chestnut.core.floor import Floor
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.core.news import news_of
from chestnut.core.orders import Orders
from chestnut.core.pad import IN_LISTS, STEPS
from chestnut.core.session import SIGNS, Session
from chestnut.core.signed import Unsaid
from chestnut.core.signs import to_say, without
from chestnut.core.skill import Priority, Skill, Steps
from chestnut.core.together import Together

MOST_TYPED = 12  # lines that pile up while something else is spoken; the page shows older ones
APART = ("service",)  # keys that mean the same whatever is offered
STALE_S = 3.0  # a key that was pressed so long ago, while the cable was out, no longer means what it meant

# "stop": with the finger, and in silence the last sentence anew. "hush": by a key that means something else too.
BUILT_IN = ("stop", "hush")

# By key and gesture; with a mode, in that mode alone.
Keymap = Mapping[tuple[str, Kind] | tuple[str, Kind, str], str]


class Conductor:
    """skills: by name; must hold "greet", "hold_on", "remind", "shut_down", "tell_carers" and "tell_signed";
    BUILT_IN ones need none. on_fault is told of a skill's own error. jobs: the last job number that was given
    already, where a recording began later."""

    def __init__(
        self,
        skills: Mapping[str, Skill],
        keymap: Keymap,
        session: Session | None = None,
        on_fault: Callable[[Exception], None] = lambda error: None,
        jobs: int = 0,
    ) -> None:
        unknown = sorted({name for name in keymap.values() if name not in BUILT_IN and name not in skills})
        if unknown:
            raise ValueError(f"keys name skills that do not exist: {', '.join(unknown)}")
        self._skills = skills
        self._keymap = keymap
        self._gestures = Gestures()
        self._orders = Orders(jobs)
        self._together = Together(self._orders)
        self._floor = Floor(self._orders, session or Session(), self._go_on, self.request, on_fault)
        self._waiting: list[Skill] = []
        self._unsaid: tuple[Unsaid, ...] = ()
        self._typed: tuple[str, ...] = ()
        self._stop_found_quiet = False
        self._held: tuple[str, str] | None = None  # source and name of the key that is held, or was last
        self._before: Session | None = None  # as it was when the latest press began

    @property
    def session(self) -> Session:
        return self._floor.session

    @property
    def jobs(self) -> int:
        """The last job number that was given."""
        return self._orders.jobs

    @property
    def skill(self) -> Skill | None:
        """The one that runs."""
        return self._floor.skill

    @property
    def busy(self) -> bool:
        """Something is being done or spoken, or waits to be."""
        return self._floor.skill is not None or bool(self._waiting)

    @property
    def thinks(self) -> bool:
        """The deep lane is at work."""
        return self._floor.thinks

    @property
    def takes_hands(self) -> bool:
        """The running skill is shown hands itself."""
        return self._floor.skill is not None and self._floor.skill.takes_hands

    def handle(self, event: Event) -> tuple[Order, ...]:
        """The orders that follow from one event, to be carried out in this order."""
        self._floor.now = max(self._floor.now, event.at)  # all the time the conductor knows
        match event:
            case ButtonChanged(at=at):
                if at > self._floor.now - STALE_S:
                    self._key(event)
                elif event.edge is Edge.UP:
                    self._together.feed(event, self._floor.now)  # a finger that is gone holds nothing
                    self._let_go(event.source, event.button)
            case Answer():
                if isinstance(event, EffectFailed) and (Part.ENGINE, event.reason) in self.session.faults:
                    self._forget_news(Part.ENGINE)  # who waits for the answer hears of it now
                if isinstance(event, TakenBack):
                    self._unsay(event)
                self._floor.answer(event)
            case SentenceWritten() | ThoughtProgressed():
                self._floor.feed(event)
            case Woke():
                self._begin(self._skills["first_start" if event.first else "greet"])
            case ReminderDue():
                self._remind(event)
            case CarersActed():
                self._tell_carers(event)
            case LetterSeen() | WordSpelled() | SignSeen():
                self._hear_signed(event)
            case AlarmRang(job=job):
                if self._together.rings(job):
                    self._end("off")
            case SkillAsked(skill=name):
                if name in self._skills:
                    self.request(name)
            case TextTyped(text=text):
                self._hear_typed(text)
            case VoiceNoticed():
                self._floor.notice_voice()
            case _:
                self._hear(event)
        return self._orders.taken()

    def request(self, name: str) -> None:
        """Begin a skill as if its key had been pressed."""
        skill = self._skills[name]
        session = self.session.at(self._floor.now)
        self._floor.session = replace(session, last_request=name) if skill.answers else session
        self._begin(skill)

    def _hear(self, event: Event) -> None:
        if isinstance(event, PartLost) and event.part is Part.POD:
            self._gestures = Gestures()  # who knows what the keys do meanwhile
            self._together.forget()
            self._let_go("pod")
        if isinstance(event, PartLost) and event.part is Part.PAD:
            self._gestures.forget("pad")
            self._let_go("pad")
        if isinstance(event, BatteryMeasured) and event.charging:
            self._stay_on()
        told = False
        untold = {skill.about for skill in self._waiting}
        match event:
            case PartLost(part=Part.ENGINE, reason=reason):
                told = self._floor.lose_thought(reason)  # by the skill that waits for it
            case PartLost(part=Part.MICROPHONE, reason=reason):
                told = self._floor.lose_microphone(reason)
            case PartFound(part=Part.ENGINE):
                told = self._floor.thinks and Part.ENGINE not in untold  # by the answer that comes now
            case PartFound(part=Part.PAD):
                told = (
                    self._floor.skill is not None and self._floor.skill.about == Part.PAD
                )  # it pairs the pad
        self._floor.session, news = news_of(event, self.session, untold)
        if news is not None:
            self._forget_news(news.about)
            if not told:
                self._begin(news.skill())
        if self.session.care.ends and isinstance(event, (BatteryMeasured, BatteryWarned)):
            self._end("empty")

    def _end(self, about: str) -> None:
        """The battery is "empty", or both keys wished it "off": only what interrupts all else comes before it."""
        self._forget_news(about)
        self._begin(replace(self._skills["shut_down"], priority=Priority.ALERT, about=about))

    def _stay_on(self) -> None:
        """A charger is there: what an empty battery has begun is over."""
        self._forget_news("empty")
        if self._floor.skill is not None and self._floor.skill.about == "empty":
            self._floor.drop()
            self._go_on()

    def _forget_news(self, about: str) -> None:
        """What still waits to be told of it."""
        self._waiting = [skill for skill in self._waiting if not about or skill.about != about]

    def _remind(self, due: ReminderDue) -> None:
        """It waits for silence, and never twice."""
        remind = self._skills["remind"]
        about = f"reminder {due.reminder}"
        self._forget_news(about)
        self._begin(
            replace(remind, run=lambda session: remind.run(replace(session, reminder=due)), about=about)
        )

    def _tell_carers(self, acted: CarersActed) -> None:
        """It waits for silence; what is newer tells all of it."""
        tell = self._skills["tell_carers"]
        self._forget_news("carers")
        self._begin(
            replace(tell, run=lambda session: tell.run(replace(session, acts=acted.acts)), about="carers")
        )

    def _hear_signed(self, event: LetterSeen | WordSpelled | SignSeen) -> None:
        """It is spoken after what is being spoken; what piled up meanwhile, all at once."""
        if self.session.mode != SIGNS:
            return
        self._floor.session = replace(self.session, signed=event.signed)
        if isinstance(event, LetterSeen) and not self.session.speaks_letters:
            self._orders.start(Buzz(Haptic.PRESSED))
            return
        self._unsaid = to_say(self._unsaid, event)
        self._forget_news("signed")
        self._begin(replace(self._skills["tell_signed"], run=self._say_signed, about="signed"))

    def _say_signed(self, session: Session) -> Steps:
        unsaid, self._unsaid = self._unsaid, ()
        return self._skills["tell_signed"].run(replace(session, unsaid=unsaid))

    def _unsay(self, taken: TakenBack) -> None:
        """It was taken back even if nobody waits for the answer any more."""
        if self.session.mode == SIGNS:
            self._floor.session = replace(self.session, signed=taken.signed)
        self._unsaid = without(self._unsaid, taken.removed)
        if not self._unsaid:
            self._forget_news("signed")

    def _hear_typed(self, text: str) -> None:
        """As what is signed, and told as typed: whoever listens must not take it for the device's own word."""
        self._typed = (*self._typed, text)[-MOST_TYPED:]
        self._forget_news("typed")
        self._begin(Skill(self._say_typed, Priority.SIGNED, about="typed"))

    def _say_typed(self, session: Session) -> Steps:
        typed, self._typed = self._typed, ()
        for text in typed:
            yield Say("typed", {"text": text})

    # --- keys -------------------------------------------------------------------------------------------

    def _key(self, event: ButtonChanged) -> None:
        both = self._together.feed(event, self._floor.now)
        if both:
            self._gestures.forget(event.source)
        gesture = None if both else self._gestures.feed(event)
        offering = self._floor.offering
        if event.edge is Edge.DOWN:
            self._touched(event.button, offering)
        if gesture is not None and gesture.kind is Kind.HOLD:
            self._held, self._floor.held = (event.source, event.button), True
        if gesture is not None:
            self._meant(gesture, offering)
        elif both and event.edge is Edge.HELD and self._together.held(event.source):
            self._begin(self._skills["hold_on"])
        if event.edge is Edge.UP:
            self._let_go(event.source, event.button)
            self._go_on()

    def _let_go(self, source: str, button: str = "") -> None:
        """That key is up, or nobody knows any more."""
        if self._held is not None and self._held[0] == source and button in ("", self._held[1]):
            self._held = None
            self._floor.release()

    def _touched(self, button: str, offering: bool) -> None:
        """A finger is on a key: whatever is spoken falls silent, and seeing may begin."""
        if self._stops(button):
            self._stop()
            return
        self._orders.start(Chime(Sound.PRESSED))
        if offering:
            return
        self._floor.drop()
        skill = self._skills.get(self._skill_of(button, Kind.PRESS))
        if skill and skill.sees and self.session.care.heat is Heat.FINE:
            self._orders.start(Glance())

    def _meant(self, gesture: Gesture, offering: bool) -> None:
        name = self._skill_of(gesture.button, gesture.kind)
        if gesture.kind is Kind.DOUBLE:
            self._go_back(self._skills.get(name))
        self._before = self.session.at(self._floor.now) if gesture.kind is Kind.PRESS else None
        if offering and gesture.button not in APART and not self._stops(gesture.button):
            self._offered(replace(gesture, means=name))
            return
        if name == "hush":
            self._stop()
            return
        if name == "stop":
            name = "repeat" if self._stop_found_quiet else ""
        if name:
            self.request(name)

    def _stops(self, button: str) -> bool:
        """A finger on this key is a stop."""
        return self._skill_of(button, Kind.PRESS) == "stop"

    def _offered(self, gesture: Gesture) -> None:
        """The running skill wanted a key. The pad's stand for the pod's, unless the skill tells what keys do."""
        explains = self._floor.skill is not None and self._floor.skill.explains
        key = gesture.button
        stands_for = key if explains else IN_LISTS.get(key, key)
        if stands_for == "stop" or (gesture.means == "hush" and not explains):
            self._stop()
            return
        if stands_for != key:
            gesture = replace(gesture, button=stands_for, key=key, steps=STEPS.get(key, 0))
        self._floor.choose(gesture)

    def _skill_of(self, button: str, kind: Kind) -> str:
        """ "" for none."""
        everywhere = self._keymap.get((button, kind), "")
        return self._keymap.get((button, kind, self.session.mode), everywhere)

    def _go_back(self, doubled: Skill | None) -> None:
        """A double press is about the talk that its own first half seemed to end."""
        before = self._before
        if before is not None and (before.exchanges or (doubled is not None and doubled.apart)):
            self._floor.session = self.session.back_to(before)

    def _stop(self) -> None:
        self._stop_found_quiet = not self.busy
        self._unsaid, self._typed = (), ()
        self._waiting.clear()  # what is broken is told by the next request and by the status
        self._floor.drop()
        if not self._stop_found_quiet:
            self._orders.start(Buzz(Haptic.STOPPED))

    # --- who has the floor ------------------------------------------------------------------------------

    def _begin(self, skill: Skill) -> None:
        running = self._floor.skill
        if running is not None:
            both_requests = skill.priority == running.priority == Priority.REQUEST
            polite = skill.priority <= running.priority or skill.priority is Priority.SIGNED
            if polite and not both_requests:
                if skill.priority > Priority.AMBIENT:
                    self._waiting.append(skill)
                return
            self._floor.drop()
        self._floor.run(skill)

    def _go_on(self) -> None:
        """Begin what waits, the weightiest first, when nothing else is going on."""
        if self._floor.skill is None and self._waiting:
            first = max(self._waiting, key=lambda skill: skill.priority)
            self._waiting.remove(first)
            self._floor.run(first)
