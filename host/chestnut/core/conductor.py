"""The one state machine. Feed it events in order; it returns the orders to carry out. No clock, no threads, no IO.

Invariants, tested over all states (tests/unit/test_invariants.py):
- stop, at any moment, ends silent and idle;
- never two voices: a Say is started only when no other Say is open;
- every request ends in speech or a buzz;
- a late answer carries an old job number and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chestnut.core.care import Care, Heat
from chestnut.core.effects import (
    Brief,
    Buzz,
    Cancel,
    Change,
    Chime,
    Effect,
    Glance,
    Haptic,
    Look,
    Next,
    Offer,
    Order,
    Read,
    Recite,
    Say,
    Sound,
    Start,
    Think,
    Wait,
)
from chestnut.core.events import (
    Answer,
    BatteryMeasured,
    ButtonChanged,
    DeadlinePassed,
    Edge,
    EffectFailed,
    Event,
    Part,
    PartFound,
    PartLost,
    PodRestarted,
    SceneSeen,
    SentenceWritten,
    SkinMeasured,
    StatusChecked,
    TextRead,
    ThoughtProgressed,
    Woke,
)
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.core.patience import Beat, Patience
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Priority, Skill, Steps
from chestnut.core.stream import Stream

COOLING_S = 0.7  # warm at the body, the detectors rest so long before each look or page
STALE_S = 3.0  # a key that was pressed so long ago, while the cable was out, no longer means what it meant
TALK_S = 120.0  # so long after the last answer a question may still be about the same picture
EARLIER = 4  # exchanges about one picture that are remembered

Keymap = Mapping[tuple[str, Kind], str]


@dataclass(slots=True)
class _Running:
    """The skill that has the floor. job: the effect it waits for. answered: it has spoken or buzzed. stream: what it
    thinks, if it does."""

    skill: Skill
    steps: Steps
    effect: Effect | None = None
    job: int = 0
    answered: bool = False
    stream: Stream | None = None


class Conductor:
    """skills: by name; must hold "greet", "stop" is built in. on_fault is told of a skill's own error."""

    def __init__(
        self,
        skills: Mapping[str, Skill],
        keymap: Keymap,
        session: Session | None = None,
        on_fault: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        unknown = sorted({name for name in keymap.values() if name != "stop" and name not in skills})
        if unknown:
            raise ValueError(f"keys name skills that do not exist: {', '.join(unknown)}")
        self.session = session or Session()
        self._skills = skills
        self._keymap = keymap
        self._on_fault = on_fault
        self._gestures = Gestures()
        self._running: _Running | None = None
        self._waiting: list[Skill] = []
        self._stop_found_quiet = False
        self._latest = float("-inf")  # the newest stamp of any event: all the time the conductor knows
        self._jobs = 0
        # While the running skill waits for something slow: how long, the timer, the state word being spoken.
        self._patience = Patience()
        self._timer = 0
        self._state_word = 0
        self._before: Session | None = None  # as it was when the latest press began
        self._orders: list[Order] = []

    @property
    def busy(self) -> bool:
        """Something is being done or spoken, or waits to be."""
        return self._running is not None or bool(self._waiting)

    def handle(self, event: Event) -> tuple[Order, ...]:
        """The orders that follow from one event, to be carried out in this order."""
        self._orders = []
        self._latest = max(self._latest, event.at)
        match event:
            case ButtonChanged(at=at):
                if at > self._latest - STALE_S:
                    self._key(event)
            case Answer():
                self._answer(event)
            case SentenceWritten(job=job) | ThoughtProgressed(job=job):
                self._think(event, job)
            case Woke():
                self._begin(self._skills["first_start" if event.first else "greet"])
            case PartLost(part=part, reason=reason):
                if part is Part.POD:
                    self._gestures = Gestures()  # who knows what the keys do meanwhile
                    self.session = replace(self.session, care=self.session.care.blind())
                if (part, reason) not in self.session.faults:
                    self.session = self.session.lost(part, reason)
                    self._tell(Say(reason), felt=True)
            case PartFound(part=part):
                if any(fault[0] == part for fault in self.session.faults):
                    self.session = self.session.found(part)
                    back = f"{part}_back"
                    self._tell(Say(back))
            case PodRestarted():
                self._tell(Say("pod_restarted"))
            case BatteryMeasured(percent=percent):
                self._care(*self.session.care.charged(percent))
            case SkinMeasured(celsius=celsius):
                self._care(*self.session.care.warmed(celsius))
        return tuple(self._orders)

    # --- keys -------------------------------------------------------------------------------------------

    def _key(self, event: ButtonChanged) -> None:
        gesture = self._gestures.feed(event)
        offering = self._running is not None and isinstance(self._running.effect, Offer)
        if event.edge is Edge.DOWN:
            self._touched(event.button, offering)
        if gesture is not None:
            self._meant(gesture, offering)
        if event.edge is Edge.UP:
            self._go_on()

    def _touched(self, button: str, offering: bool) -> None:
        """A finger is on a key: whatever is spoken falls silent, and seeing may begin."""
        if button == "stop":
            self._stop()
            return
        self._order(Chime(Sound.PRESSED))
        if offering:
            return
        self._drop()
        skill = self._skills.get(self._keymap.get((button, Kind.PRESS), ""))
        if skill and skill.sees and self.session.care.heat is Heat.FINE:
            self._order(Glance())

    def _meant(self, gesture: Gesture, offering: bool) -> None:
        name = self._keymap.get((gesture.button, gesture.kind))
        if gesture.kind is Kind.DOUBLE:
            self._go_back()
        self._before = self.session if gesture.kind is Kind.PRESS else None
        if offering and gesture.button != "stop":
            self._resume(replace(gesture, means=name or ""))
            return
        if name == "stop":
            name = "repeat" if self._stop_found_quiet else None
        if name:
            self.request(name)

    def _go_back(self) -> None:
        """A double press is about the talk that its own first half seemed to end."""
        before = self._before
        if before is not None and before.exchanges:
            self.session = replace(
                self.session,
                last_scene=before.last_scene,
                last_page=before.last_page,
                last_request=before.last_request,
                exchanges=before.exchanges,
            )

    def request(self, name: str) -> None:
        """Begin a skill as if its key had been pressed."""
        skill = self._skills[name]
        talk = self.session.exchanges
        if talk and self._latest - talk[-1].at > TALK_S:
            self.session = replace(self.session, exchanges=())
        if skill.answers:
            self.session = replace(self.session, last_request=name)
        self._begin(skill)

    def _stop(self) -> None:
        self._stop_found_quiet = not self.busy
        self._waiting.clear()  # what is broken is told by the next request and by the status
        self._drop()
        if not self._stop_found_quiet:
            self._order(Buzz(Haptic.STOPPED))

    # --- skills -----------------------------------------------------------------------------------------

    def _tell(self, news: Say, *, felt: bool = False, priority: Priority = Priority.ALERT) -> None:
        """Announce a phrase. felt: by the motor too, for the part that is lost may be the speaker."""

        def say(session: Session) -> Steps:
            if felt:
                yield Buzz(Haptic.FAILED)
            yield news

        self._begin(Skill(say, priority))

    def _care(self, care: Care, news: Say | None) -> None:
        """Only what ends or is about to end the device's work interrupts it; the rest waits for silence."""
        self.session = replace(self.session, care=care)
        if news is not None:
            urgent = news.key in ("skin_hot", "battery_last")
            self._tell(news, felt=urgent, priority=Priority.ALERT if urgent else Priority.REMINDER)

    def _begin(self, skill: Skill) -> None:
        running = self._running
        if running is not None:
            both_requests = skill.priority == running.skill.priority == Priority.REQUEST
            if skill.priority <= running.skill.priority and not both_requests:
                if skill.priority > Priority.AMBIENT:
                    self._waiting.append(skill)
                return
            self._drop()
        self._run(skill)

    def _run(self, skill: Skill) -> None:
        self._running = _Running(skill, skill.run(self.session))
        self._resume(None)

    def _drop(self) -> None:
        """End the running skill, silently and at once."""
        self._end_wait()
        if self._running is None:
            return
        running, self._running = self._running, None
        if running.job:
            self._orders.append(Cancel(running.job))
        self._end_thought(running)
        running.steps.close()

    def _resume(self, value: Any, error: EffectError | None = None) -> None:
        """Send the skill what it waited for and order what it wants next."""
        running = self._running
        assert running is not None
        self._end_wait()
        if isinstance(running.effect, Offer) and running.job:
            self._orders.append(Cancel(running.job))
        running.effect, running.job = None, 0
        try:
            effect = running.steps.throw(error) if error else running.steps.send(value)
            while isinstance(effect, Brief):
                running.answered |= isinstance(effect, Buzz)
                if isinstance(effect, Change):
                    self.session = self.session.changed(effect.name, effect.value)
                elif isinstance(effect, Think) and self.session.care.heat is Heat.HOT:
                    raise EffectError("too_hot")
                job = self._order(effect)
                if isinstance(effect, Think):
                    self._end_thought(running)
                    running.stream = Stream(effect, job)
                effect = running.steps.send(self.session)
        except StopIteration:
            self._finish(running)
        except EffectError as failure:
            self._complain(failure.reason)
        except Exception as fault:  # noqa: BLE001 - a skill's own error must not silence the device
            self._on_fault(fault)
            self._complain("fault")
        else:
            self._await(running, effect)

    def _await(self, running: _Running, effect: Effect) -> None:
        running.effect = effect
        match effect:
            case Say() | Recite():
                if not running.answered and any(part is Part.SPEAKER for part, _ in self.session.faults):
                    self._order(Buzz(Haptic.FAILED))  # nobody hears it
                running.answered = True
                self.session = replace(self.session, last_said=effect)
                running.job = self._order(effect)
            case Offer(say=say):
                running.answered = True
                running.job = self._order(say)
            case Wait():
                running.job = self._order(effect)
            case Next():
                self._next(running)
            case Look() | Read() if self.session.care.heat is Heat.HOT:
                self._resume(None, EffectError("too_hot"))
            case Look() | Read() if self.session.care.heat is Heat.SLOW:
                running.job = self._order(Wait(COOLING_S))
            case _:
                self._patiently(running, effect)

    def _patiently(self, running: _Running, effect: Effect) -> None:
        """Order what may take long: a state word will fill the silence, and it is given up in the end."""
        # What is to be seen now replaces what was seen before, even if it never comes.
        if isinstance(effect, Look):
            self.session = replace(self.session, last_scene=None, exchanges=())
        elif isinstance(effect, Read):
            self.session = replace(self.session, last_page=None)
        running.job = self._order(effect)
        self._wait()

    def _wait(self) -> None:
        self._patience = Patience()
        self._timer = self._order(Wait(self._patience.next_s()))

    def _finish(self, running: _Running) -> None:
        self._running = None
        self._end_thought(running)
        if not running.answered:
            self._order(Buzz(Haptic.DONE))
        self._go_on()

    def _go_on(self) -> None:
        """Begin what waits, the weightiest first, when nothing else is going on."""
        if self._running is None and self._waiting:
            first = max(self._waiting, key=lambda skill: skill.priority)
            self._waiting.remove(first)
            self._run(first)

    def _complain(self, reason: str) -> None:
        def say(session: Session) -> Steps:
            yield Buzz(Haptic.FAILED)
            yield Say(reason)

        if self._running is not None:
            self._end_thought(self._running)
        self._running = None
        self._run(Skill(say))

    # --- thoughts ---------------------------------------------------------------------------------------

    def _think(self, event: Event, job: int) -> None:
        """Something of a thought came, or its end."""
        running = self._running
        if running is None or running.stream is None or running.stream.job != job:
            return
        running.stream.feed(event)
        if isinstance(running.effect, Next) and running.stream.written:
            self._next(running)

    def _next(self, running: _Running) -> None:
        """Hand the skill the next sentence, or wait for it."""
        stream = running.stream
        if stream is None:
            raise TypeError("Next without a Think")
        if not stream.written:
            self._wait()
            return
        match stream.take():
            case EffectError() as error:
                self._resume(None, error)
            case sentence_or_end:
                self._resume(sentence_or_end)

    def _end_thought(self, running: _Running) -> None:
        """What was said of the picture is remembered; what is still being thought is not wanted any more."""
        stream, running.stream = running.stream, None
        if stream is None:
            return
        if stream.job:
            self._orders.append(Cancel(stream.job))
        exchange = stream.exchange(self._latest)
        if exchange is not None:
            self.session = replace(self.session, exchanges=(*self.session.exchanges, exchange)[-EARLIER:])

    # --- answers ----------------------------------------------------------------------------------------

    def _answer(self, event: Answer) -> None:
        running = self._running
        if running is None or not event.job:
            return
        if event.job == self._timer:
            self._timer = 0
            self._lose_patience()
        elif event.job == self._state_word:
            self._state_word = 0
        elif running.stream is not None and event.job == running.stream.job:
            self._think(event, event.job)
        elif event.job == running.job:
            running.job = 0
            match event:
                case EffectFailed() if isinstance(running.effect, (Say, Recite, Offer)):
                    self._lose_voice(running)
                case EffectFailed(reason=reason):
                    self._resume(None, EffectError(reason))
                case SceneSeen(scene=scene):
                    self.session = replace(self.session, last_scene=scene)
                    self._resume(scene)
                case TextRead(page=page):
                    self.session = replace(self.session, last_page=page)
                    self._resume(page)
                case StatusChecked():
                    self._resume(event)
                case DeadlinePassed() if isinstance(running.effect, (Look, Read)):
                    self._patiently(running, running.effect)  # cooled for a moment
                case _ if isinstance(running.effect, Offer) and running.effect.seconds > 0:
                    # Spoken; now the wearer has the word for a while.
                    running.job = self._order(Wait(running.effect.seconds))
                    running.effect = replace(running.effect, seconds=0)
                case _:
                    self._resume(None)

    def _lose_voice(self, running: _Running) -> None:
        """What cannot be spoken is felt: telling of it would need the voice that failed."""
        running.steps.close()
        self._order(Buzz(Haptic.FAILED))
        self._finish(running)

    def _lose_patience(self) -> None:
        """The running skill has waited long: say so, tick, or give up."""
        running = self._running
        assert running is not None
        match self._patience.beat():
            case Beat.END:
                self._give_up(running)
                return
            case Beat.WORD if not self._state_word:
                self._order(Buzz(Haptic.WORKING))
                self._state_word = self._order(Say(_state_word(running)))
                running.answered = True
            case Beat.TICK if not self._state_word:
                self._order(Chime(Sound.WORKING))
        self._timer = self._order(Wait(self._patience.next_s()))

    def _give_up(self, running: _Running) -> None:
        if running.job:
            self._orders.append(Cancel(running.job))
            running.job = 0
        reason = "too_slow"
        if isinstance(running.effect, Next):
            reason = "model_slow"
            self._end_thought(running)
        self._resume(None, EffectError(reason))

    def _end_wait(self) -> None:
        for job in (self._timer, self._state_word):
            if job:
                self._orders.append(Cancel(job))
        self._timer = self._state_word = 0

    def _order(self, effect: Effect) -> int:
        self._jobs += 1
        self._orders.append(Start(self._jobs, effect))
        return self._jobs


def _state_word(running: _Running) -> str:
    """The phrase that tells what the wearer is waiting for."""
    match running.effect, running.stream:
        case Next(), Stream(stage=stage):
            return f"thinking_{stage}" if stage else "thinking"
        case Read(), _:
            return "working_on_text"
        case _:
            return "working_on_it"
