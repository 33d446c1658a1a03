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
    Offer,
    Order,
    Read,
    Recite,
    Say,
    Sound,
    Start,
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
    SkinMeasured,
    StatusChecked,
    TextRead,
    Woke,
)
from chestnut.core.gestures import Gesture, Gestures, Kind
from chestnut.core.session import Session
from chestnut.core.skill import EffectError, Priority, Skill, Steps

PATIENCE_S = 0.75  # silence longer than this after a request is answered with a state word
REMINDER_S = 7.0  # and after that every so often
TIMEOUT_S = 45.0
COOLING_S = 0.7  # warm at the body, the detectors rest so long before each look or page
STALE_S = 3.0  # a key that was pressed so long ago, while the cable was out, no longer means what it meant

Keymap = Mapping[tuple[str, Kind], str]


@dataclass(slots=True)
class _Running:
    """The skill that has the floor. job: the effect it waits for. answered: it has spoken or buzzed."""

    skill: Skill
    steps: Steps
    effect: Effect | None = None
    job: int = 0
    answered: bool = False


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
        # While the running skill waits for something slow: the timer, the state word being spoken, seconds waited.
        self._patience = 0
        self._state_word = 0
        self._waited_s = 0.0
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
        if offering and gesture.button != "stop":
            self._resume(replace(gesture, means=name or ""))
            return
        if name == "stop":
            name = "repeat" if self._stop_found_quiet else None
        if name:
            self.request(name)

    def request(self, name: str) -> None:
        """Begin a skill as if its key had been pressed."""
        skill = self._skills[name]
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
                self._order(effect)
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
            self.session = replace(self.session, last_scene=None)
        elif isinstance(effect, Read):
            self.session = replace(self.session, last_page=None)
        running.job = self._order(effect)
        self._waited_s = PATIENCE_S
        self._patience = self._order(Wait(PATIENCE_S))

    def _finish(self, running: _Running) -> None:
        self._running = None
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

        self._running = None
        self._run(Skill(say))

    # --- answers ----------------------------------------------------------------------------------------

    def _answer(self, event: Answer) -> None:
        running = self._running
        if running is None or not event.job:
            return
        if event.job == self._patience:
            self._patience = 0
            self._lose_patience()
        elif event.job == self._state_word:
            self._state_word = 0
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
        """The running skill has waited long: say so, or give up."""
        running = self._running
        assert running is not None
        if self._waited_s >= TIMEOUT_S:
            self._orders.append(Cancel(running.job))
            running.job = 0
            self._resume(None, EffectError("too_slow"))
            return
        if not self._state_word:
            key = "working_on_text" if isinstance(running.effect, Read) else "working_on_it"
            self._order(Buzz(Haptic.WORKING))
            self._state_word = self._order(Say(key))
            running.answered = True
        self._waited_s += REMINDER_S
        self._patience = self._order(Wait(REMINDER_S))

    def _end_wait(self) -> None:
        for job in (self._patience, self._state_word):
            if job:
                self._orders.append(Cancel(job))
        self._patience = self._state_word = 0

    def _order(self, effect: Effect) -> int:
        self._jobs += 1
        self._orders.append(Start(self._jobs, effect))
        return self._jobs
