"""The floor: one skill has it at a time. What it waited for is sent to it, what it wants next is ordered, its
silences are filled, and what is thought for it is kept until it asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from chestnut.core.beside import Beside
from chestnut.core.care import Heat
from chestnut.core.effects import (
    AwaitRelease,
    AwaitSample,
    AwaitTake,
    Become,
    Brief,
    Buzz,
    Change,
    CheckCarers,
    CloseToCarers,
    Deafen,
    DropSample,
    Effect,
    Enrol,
    Forget,
    ForgetLetters,
    ForgetPad,
    ForgetPerson,
    ForgetPlace,
    ForgetSign,
    ForgetThing,
    Guide,
    Haptic,
    Held,
    LetSee,
    Listen,
    ListLetters,
    ListPads,
    ListPeople,
    ListSigns,
    ListTaught,
    ListVocabulary,
    Look,
    LookBack,
    NamePlace,
    Next,
    Now,
    Offer,
    PairPad,
    Pin,
    Read,
    ReadAhead,
    Recall,
    Recite,
    Recognise,
    Remark,
    Remember,
    Say,
    Seek,
    SeekPads,
    SetReminder,
    SwitchOff,
    Teach,
    TeachSign,
    Tell,
    Think,
    Understand,
    Wait,
)
from chestnut.core.events import (
    Answer,
    CarersChecked,
    DeadlinePassed,
    EffectFailed,
    Event,
    LetterSampled,
    LettersListed,
    ListeningBegan,
    LookedBack,
    MemoryChanged,
    MemoryKept,
    NotesRead,
    OffChecked,
    PadForgotten,
    PadPaired,
    PadsListed,
    Part,
    PartsChecked,
    PeopleListed,
    PeopleRecognised,
    PersonEnrolled,
    PlaceNamed,
    Recalled,
    RemindersChecked,
    ReminderSet,
    SceneSeen,
    SignShown,
    SignsListed,
    SignTaught,
    StatusChecked,
    TakeKept,
    TakenBack,
    TaughtListed,
    TextRead,
    ThingTaught,
    VocabularyListed,
    WordsHeard,
)
from chestnut.core.gestures import Gesture
from chestnut.core.orders import Orders
from chestnut.core.session import Session
from chestnut.core.silence import Silence
from chestnut.core.skill import EffectError, Skill, Steps
from chestnut.core.stream import Stream

HEARS_KEYS = (Offer, AwaitSample, DropSample, AwaitTake)  # the next key is an answer to them
COOLING_S = 0.7  # warm at the body, the detectors rest so long before each look or page


@dataclass(slots=True)
class _Running:
    """The skill that has the floor. job: the effect it waits for. answered: it has spoken or buzzed.
    early: the newest key that came before the offer it is for. listens: the microphone is open for it."""

    skill: Skill
    steps: Steps
    effect: Effect | None = None
    job: int = 0
    answered: bool = False
    early: Gesture | None = None
    listens: bool = False


class Floor:
    """session: as the running skill leaves it. now: the stamp of the newest event. held: the key that was held last
    is still down. ended: called when a skill has come to its own end; request: when it goes over to another, by name.
    on_fault is told of a skill's own error."""

    def __init__(
        self,
        orders: Orders,
        session: Session,
        ended: Callable[[], None],
        request: Callable[[str], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self.session = session
        self.now = float("-inf")
        self.held = False
        self._orders = orders
        self._ended = ended
        self._request = request
        self._on_fault = on_fault
        self._running: _Running | None = None
        self._beside = Beside(orders)
        self._silence = Silence(orders, self._state_word, self._give_up)

    @property
    def skill(self) -> Skill | None:
        """The one that runs."""
        return self._running.skill if self._running else None

    @property
    def offering(self) -> bool:
        """The running skill wants the next key for itself: it offers something, or is about to."""
        return self._running is not None and isinstance(
            self._running.effect, (*HEARS_KEYS, ListTaught, ListSigns)
        )

    def run(self, skill: Skill) -> None:
        """Begin it; the floor must be free."""
        self._running = _Running(skill, skill.run(self.session))
        self.resume(None)

    def drop(self) -> None:
        """End the running skill, silently and at once."""
        self._silence.end()
        if self._running is None:
            return
        running, self._running = self._running, None
        self._orders.cancel(running.job)
        self._let_go(running)
        running.steps.close()

    def choose(self, gesture: Gesture) -> None:
        """The key the running skill wanted. One that comes before the offer counts for that."""
        running = self._running
        assert running is not None
        if isinstance(running.effect, HEARS_KEYS):
            self.resume(gesture)
        else:
            running.early = gesture

    def resume(self, value: Any, error: EffectError | None = None) -> None:
        """Send the skill what it waited for and order what it wants next."""
        running = self._running
        assert running is not None
        self._silence.end()
        if isinstance(running.effect, HEARS_KEYS):
            self._orders.cancel(running.job)
        running.effect, running.job = None, 0
        try:
            effect = running.steps.throw(error) if error else running.steps.send(value)
            while isinstance(effect, Brief):
                self._do(running, effect)
                effect = running.steps.send(self._told(effect))
        except StopIteration:
            self._finish(running)
        except EffectError as failure:
            self._complain(running, failure.reason)
        except Exception as fault:  # noqa: BLE001 - a skill's own error must not silence the device
            self._on_fault(fault)
            self._complain(running, "fault")
        else:
            self._await(running, effect)

    def _told(self, effect: Brief) -> Any:
        match effect:
            case Now():
                return self.now
            case Held():
                return self.held
            case _:
                return self.session

    def _do(self, running: _Running, effect: Brief) -> None:
        running.answered |= isinstance(effect, Buzz)
        match effect:
            case Think():
                self._think(effect)
            case ReadAhead():
                if self.session.care.heat is Heat.FINE:  # warm, it rests before it reads
                    self.session = replace(self.session, last_page=None)
                    self._beside.read()
            case Now() | Held():
                pass
            case Guide():
                self._beside.guide(effect)
            case SwitchOff():
                self._beside.switch_off(effect)
            case Seek():
                self.session = replace(self.session, last_request="find", sought=effect)
            case Remark(say=say):
                self._speak(running, say)
                self._beside.remark(say)
            case Change(name=name, value=value):
                self.session = self.session.changed(name, value)
                self._orders.start(effect)
            case _:
                self._orders.start(effect)

    def _await(self, running: _Running, effect: Effect) -> None:
        running.effect = effect
        early, running.early = running.early, None
        match effect:
            case Offer() if early is not None:
                self.resume(early)
            case Say() | Recite():
                self._speak(running, effect)
                self._beside.end_remark()
                running.job = self._orders.start(effect)
            case Offer(say=say, lasting=lasting):
                running.answered = True
                if lasting:
                    self.session = replace(self.session, last_said=say)
                self._beside.end_remark()
                running.job = self._orders.start(say)
            case Wait():
                running.job = self._orders.start(effect)
            case Next():
                self._next(running)
            case Become(skill=name):
                self._request(name)
            case Look() | Read() | Recognise() | AwaitSample() | AwaitTake() if (
                self.session.care.heat is Heat.HOT
            ):
                self.resume(None, EffectError("too_hot"))
            case AwaitSample() | AwaitTake():
                running.job = self._orders.start(effect)  # it ends by itself
            case Listen():
                running.listens = True
                running.job = self._orders.start(effect)  # a microphone that does not open is told of
            case AwaitRelease(seconds=seconds) if self.held:
                running.job = self._orders.start(Wait(seconds))
            case AwaitRelease():
                self.resume(None)
            case Understand():
                running.listens = False
                self._patiently(running, effect)
            case SeekPads() | PairPad():
                running.job = self._orders.start(effect)
                self._silence.begin(heard=True)  # what is done was said just before
            case Read() if self._beside.reads:
                running.job, event = self._beside.take_page()
                if event is not None:
                    self._answered(running, event)
                else:
                    self._silence.begin()
            case Look() | Read() | Recognise() if self.session.care.heat is Heat.SLOW:
                running.job = self._orders.start(Wait(COOLING_S))
            case _:
                self._patiently(running, effect)

    def _speak(self, running: _Running, said: Say | Recite) -> None:
        """Something is about to be spoken for it."""
        if not running.answered and (Part.SPEAKER, "speaker_lost") in self.session.faults:
            self._orders.start(Buzz(Haptic.FAILED))  # nobody hears it
        running.answered = True
        self.session = replace(self.session, last_said=said)

    def _patiently(self, running: _Running, effect: Effect) -> None:
        """Order what may take long: a state word will fill the silence, and it is given up in the end."""
        # What is to be seen now replaces what was seen before, even if it never comes.
        if isinstance(effect, (Look, Recognise)):
            self.session = replace(self.session, last_scene=None, exchanges=(), talk_page=None)
        elif isinstance(effect, Read):
            self.session = replace(self.session, last_page=None)
        running.job = self._orders.start(effect)
        self._silence.begin(heard=self._beside.guides)  # who is guided knows what is being done

    def _finish(self, running: _Running) -> None:
        self._running = None
        self._let_go(running)
        if not running.answered:
            self._orders.start(Buzz(Haptic.DONE))
        self._ended()

    def _complain(self, running: _Running, reason: str) -> None:
        def say(session: Session) -> Steps:
            yield Buzz(Haptic.FAILED)
            yield Say(reason)

        self._let_go(running)
        self._running = None
        self.run(Skill(say))

    def _let_go(self, running: _Running) -> None:
        """Of what was begun beside the skill that ends."""
        if running.listens:
            self._deafen(running)
        self._beside.end_reading()
        self._beside.end_remark()
        self._beside.end_guide()
        self._beside.end_switching_off()
        self._end_thought()

    # --- listening --------------------------------------------------------------------------------------

    def _deafen(self, running: _Running) -> None:
        running.listens = False
        self._orders.start(Deafen())

    def release(self) -> None:
        """The key that was held is up."""
        self.held = False
        if self._running is not None and isinstance(self._running.effect, AwaitRelease):
            self._orders.cancel(self._running.job)
            self.resume(None)

    def notice_voice(self) -> None:
        """Somebody speaks: who talks to the device feels that it hears."""
        if self._running is not None and isinstance(self._running.effect, AwaitRelease):
            self._orders.start(Buzz(Haptic.PRESSED))

    def lose_microphone(self, reason: str) -> bool:
        """The skill that listens hears of it. False when none does."""
        running = self._running
        if running is None or not isinstance(running.effect, (Listen, AwaitRelease)):
            return False
        self._orders.cancel(running.job)
        self.resume(None, EffectError(reason))
        return True

    # --- answers ----------------------------------------------------------------------------------------

    def answer(self, event: Answer) -> None:
        """The end of a job; a late one has an old number and changes nothing."""
        running = self._running
        if running is None or not event.job or self._silence.answer(event.job):
            return
        if event.job != running.job:
            self.feed(event)
        else:
            running.job = 0
            self._answered(running, event)

    def _answered(self, running: _Running, event: Answer) -> None:
        match event:
            case EffectFailed() if isinstance(running.effect, (Say, Recite, Offer)):
                self._lose_voice(running)
            case EffectFailed(reason=reason):
                self.resume(None, EffectError(reason))
            case SceneSeen(scene=scene):
                self.session = replace(self.session, last_scene=scene)
                self.resume(scene)
            case PeopleRecognised(scene=scene):
                self.session = replace(self.session, last_scene=scene)
                self.resume(event)
            case TextRead(page=page):
                self.session = replace(self.session, last_page=page)
                self.resume(page)
            case StatusChecked() | RemindersChecked() | OffChecked() | PartsChecked():
                self.resume(event)
            case ReminderSet():
                self.resume(event)
            case Recalled() | LookedBack() | MemoryKept() | MemoryChanged():
                self.resume(event)
            case PeopleListed() | PersonEnrolled() | CarersChecked():
                self.resume(event)
            case TaughtListed() | TakeKept() | ThingTaught() | PlaceNamed():
                self.resume(event)
            case TakenBack() | LettersListed() | LetterSampled():
                self.resume(event)
            case PadsListed() | PadPaired() | PadForgotten():
                self.resume(event)
            case SignsListed() | SignShown() | SignTaught() | VocabularyListed():
                self.resume(event)
            case ListeningBegan() | WordsHeard() | NotesRead():
                self.resume(event)
            case DeadlinePassed() if isinstance(running.effect, (Look, Read, Recognise)):
                self._patiently(running, running.effect)  # cooled for a moment
            case _ if isinstance(running.effect, Offer) and running.effect.seconds > 0:
                # Spoken; now the wearer has the word for a while.
                running.job = self._orders.start(Wait(running.effect.seconds))
                running.effect = replace(running.effect, seconds=0)
            case _:
                self.resume(None)

    def _lose_voice(self, running: _Running) -> None:
        """What cannot be spoken is felt: telling of it would need the voice that failed."""
        running.steps.close()
        self._orders.start(Buzz(Haptic.FAILED))
        if self._beside.switches_off:
            self._beside.switch_off(SwitchOff())  # without a word
        self._finish(running)

    def _state_word(self) -> str:
        """The phrase that tells what the wearer is waiting for."""
        running = self._running
        assert running is not None
        running.answered = True
        self._beside.end_remark()
        match running.effect, self._beside.thought:
            case Next(), Stream(stage=stage):
                return f"thinking_{stage}" if stage else "thinking"
            case Read(), _:
                return "working_on_text"
            case Recall() | LookBack() | Remember() | Tell() | Pin() | Forget() | SetReminder(), _:
                return "thinking"
            case ListPeople() | Enrol() | ForgetPerson(), _:
                return "thinking"
            case ListTaught() | Teach() | NamePlace() | ForgetThing() | ForgetPlace(), _:
                return "thinking"
            case CheckCarers() | LetSee() | CloseToCarers(), _:
                return "thinking"
            case ListLetters() | DropSample() | ForgetLetters(), _:
                return "thinking"
            case ListPads() | ForgetPad(), _:
                return "thinking"
            case PairPad(), _:
                return "pad_pairing_on"
            case Understand(), _:
                return "talk_understanding"
            case ListSigns() | TeachSign() | ForgetSign() | ListVocabulary(), _:
                return "thinking"
            case _:
                return "working_on_it"

    def _give_up(self) -> None:
        running = self._running
        assert running is not None
        thought = self._beside.thought
        if isinstance(running.effect, Next) and thought is not None:
            self.lose_thought(thought.too_slow)
            return
        self._orders.cancel(running.job)
        running.job = 0
        self.resume(None, EffectError("too_slow"))

    # --- thoughts ---------------------------------------------------------------------------------------

    def _think(self, asked: Think) -> None:
        self._end_thought()
        if self.session.care.heat is Heat.HOT:
            self._beside.refuse(asked, "too_hot")
            return
        self._beside.think(asked)
        if asked.scene is not None:
            self.session = replace(self.session, talk_page=asked.page)

    def feed(self, event: Event) -> None:
        """Something came of what goes on beside the skill."""
        if self._beside.feed(event):
            self._wake()

    @property
    def thinks(self) -> bool:
        """Something is being thought."""
        return self._beside.thought is not None and self._beside.thought.job != 0

    def lose_thought(self, reason: str) -> bool:
        """Give up what is being thought; the skill hears the reason from its Next. False when there is nothing."""
        lost = self._beside.lose_thought(reason)
        if lost:
            self._wake()
        return lost

    def _wake(self) -> None:
        """The skill that waits for the next sentence, if there is one now."""
        running, thought = self._running, self._beside.thought
        if (
            running is not None
            and isinstance(running.effect, Next)
            and thought is not None
            and thought.written
        ):
            self._next(running)

    def _next(self, running: _Running) -> None:
        """Hand the skill the next sentence, or wait for it."""
        thought = self._beside.thought
        if thought is None:
            running.steps.close()
            self._on_fault(TypeError("Next without a Think"))
            self._complain(running, "fault")
        elif not thought.written:
            self._silence.begin(heard=running.answered)
        else:
            match thought.take():
                case EffectError() as error:
                    self.resume(None, error)
                case sentence_or_end:
                    self.resume(sentence_or_end)

    def _end_thought(self) -> None:
        """What was said of the picture is remembered."""
        exchange = self._beside.end_thought(self.now)
        if exchange is not None:
            self.session = self.session.talked(exchange)
