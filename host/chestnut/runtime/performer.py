"""Carries out the conductor's orders with the parts there are."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from chestnut.core import effects, events
from chestnut.core.ports import (
    Board,
    Camera,
    Clock,
    MachineSwitch,
    Pad,
    Pod,
    Post,
    Power,
    Sight,
    Speech,
    Voice,
)
from chestnut.core.scene import Frame
from chestnut.core.session import LANGUAGES, RATES_WPM, Session
from chestnut.locale import Phrases
from chestnut.runtime.attending import Attending
from chestnut.runtime.beacon import Beacon
from chestnut.runtime.checkup import Checkup
from chestnut.runtime.desks import Desks
from chestnut.runtime.enrolling import Enrolling
from chestnut.runtime.hearing import Hearing
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.latency.meter import Meter
from chestnut.runtime.letter_lesson import LetterLesson
from chestnut.runtime.lifesigns import Pulse
from chestnut.runtime.pack_notes import PackNotes
from chestnut.runtime.pairing import Pairing
from chestnut.runtime.panel import Panel
from chestnut.runtime.remembering import Remembering
from chestnut.runtime.reminder_setting import ReminderSetting
from chestnut.runtime.reminding import Reminding
from chestnut.runtime.sign_lesson import SignLesson
from chestnut.runtime.signing import Signing
from chestnut.runtime.teaching import Asked as Teachable
from chestnut.runtime.teaching import Teaching
from chestnut.runtime.thinking import Thinker
from chestnut.runtime.watching import Watching
from chestnut.speech.script import split

log = logging.getLogger(__name__)

SLOWLY = 2 / 3


@dataclass(slots=True)
class Parts:
    """Every part of a running device. sight is None while a model file is missing; reads is False while the text
    reader is. thinker: None where no deep lane is wanted; remembering: where no memory is. others: what else is
    closed at the end."""

    pod: Pod
    camera: Camera
    sight: Sight | None
    voice: Voice
    clock: Clock
    keepsake: Keepsake
    reads: bool = True
    thinker: Thinker | None = None
    remembering: Remembering | None = None
    people: Enrolling | None = None  # None where people cannot be told apart
    teaching: Teaching | None = None  # None where no memory is
    reminding: Reminding | None = None  # None where nobody is reminded, as in the tour
    reminder_setting: ReminderSetting | None = None  # likewise
    attending: Attending | None = None  # None where no carer is attended to
    watching: Watching | None = None  # None where nothing is seen
    signing: Signing | None = None  # None where no signs are read
    letters: LetterLesson | None = None  # None where no letters are shown
    sign_lesson: SignLesson | None = None  # None where no signs are taught
    desks: Desks = field(default_factory=Desks)  # what may be asked and set from outside
    checkup: Checkup | None = None  # None where nothing is checked
    board: Board | None = None  # None where there are no pins
    panel: Panel | None = None  # as board
    power: Power | None = None  # None where nothing of the machine is measured
    pad: Pad | None = None  # None where none is wanted
    pairing: Pairing | None = None  # None where no pad can be paired
    hearing: Hearing | None = None  # None where nothing listens
    meter: Meter | None = None  # None where nothing measures the device
    notes: PackNotes | None = None  # None where skill packs keep nothing
    switch: MachineSwitch | None = None  # None where only this program can end
    others: tuple[Callable[[], None], ...] = ()
    pulses: Mapping[str, Pulse] = field(default_factory=dict)  # of the threads that must move

    async def close(self) -> None:
        """The camera goes before what looks through it, which would else wait for a picture. A part that fails to
        close keeps none of the others open."""
        async with contextlib.AsyncExitStack() as last_first:
            for close in self.others:
                last_first.callback(close)
            if self.meter is not None:
                last_first.callback(self.meter.close)
            if self.notes is not None:
                last_first.callback(self.notes.close)
            if self.board is not None:
                last_first.callback(self.board.close)
            last_first.callback(self.voice.close)
            if self.power is not None:
                last_first.callback(self.power.close)
            if self.hearing is not None:
                last_first.callback(self.hearing.close)
            if self.panel is not None:
                last_first.push_async_callback(self.panel.close)
            if self.checkup is not None:
                last_first.callback(self.checkup.close)
            if self.reminding is not None:
                last_first.push_async_callback(self.reminding.close)
            if self.reminder_setting is not None:
                last_first.callback(self.reminder_setting.close)
            if self.attending is not None:
                last_first.callback(self.attending.close)
            if self.people is not None:
                last_first.callback(self.people.close)
            if self.teaching is not None:
                last_first.callback(self.teaching.close)
            if self.sight is not None:
                last_first.callback(self.sight.close)
            if self.signing is not None:
                last_first.callback(self.signing.close)
            if self.letters is not None:
                last_first.callback(self.letters.close)
            if self.sign_lesson is not None:
                last_first.callback(self.sign_lesson.close)
            last_first.callback(self.camera.close)
            if self.thinker is not None:
                last_first.callback(self.thinker.close)
            if self.remembering is not None:
                last_first.callback(self.remembering.close)
            if self.pairing is not None:
                last_first.push_async_callback(self.pairing.close)
            if self.pad is not None:
                last_first.push_async_callback(self.pad.close)
            last_first.push_async_callback(self.pod.close)


def spoken(effect: effects.Say | effects.Recite, session: Session) -> str:
    """The words of an effect in the session's language."""
    if isinstance(effect, effects.Recite):
        return spell_digits(effect.text) if effect.spelled else effect.text
    return Phrases.of(session.language).render(effect.key, effect.args)


def spell_digits(text: str) -> str:
    """ "12.08" becomes "1 2 . 0 8", so that every digit is spoken."""
    return re.sub(r"(?<=\d)(?=\d)", " ", text)


class Performer:
    """Every order returns at once; answers come through `post` under the job's number. switch_off: ends the
    device."""

    def __init__(
        self,
        parts: Parts,
        post: Post,
        loop: asyncio.AbstractEventLoop,
        switch_off: Callable[[], None] = lambda: None,
    ) -> None:
        self._parts = parts
        self._post = post
        self._loop = loop
        self._switch_off = switch_off
        self._beacon = Beacon(parts.pod, parts.voice, loop)
        self._undo: dict[int, Callable[[], None]] = {}
        for language in LANGUAGES:
            Phrases.of(language)  # read now, not under the first press

    def perform(self, order: effects.Order, session: Session) -> None:
        match order:
            case effects.Cancel(job=job):
                if undo := self._undo.pop(job, None):
                    undo()
            case effects.Start(job=job, effect=effect):
                try:
                    self._start(job, effect, session)
                except Exception:  # a part that fails must leave nobody waiting
                    log.exception("%s could not be begun", type(effect).__name__)
                    if isinstance(effect, effects.Think) or not isinstance(effect, effects.Brief):
                        self._fail(job, "fault")

    def close(self) -> None:
        """Nothing is begun by itself any more."""
        self._beacon.end()

    def finished(self, job: int) -> None:
        """The job has answered: there is nothing left to cancel."""
        self._undo.pop(job, None)

    def _start(self, job: int, effect: effects.Effect, session: Session) -> None:
        parts = self._parts
        match effect:
            case effects.Say() | effects.Recite():
                self._undo[job] = lambda: parts.voice.hush(job)
                parts.voice.say(job, self._speech(effect, session))
            case effects.Wait(seconds=seconds):
                timer = self._loop.call_later(seconds, self._deadline, job)
                self._undo[job] = timer.cancel
            case effects.Look() | effects.Read() | effects.Recognise() if parts.sight is None:
                self._fail(job, "eyes_lost")
            case effects.Read() if not parts.reads:
                self._fail(job, "reader_missing")
            case effects.Look(fresh=fresh, own=own):
                assert parts.sight is not None
                self._undo[job] = lambda: parts.sight.cancel(job) if parts.sight else None
                if own and parts.remembering is not None:
                    parts.remembering.refresh()  # another process may have taught or forgotten something
                parts.sight.look(job, fresh=fresh, own=own)
            case effects.Read():
                assert parts.sight is not None
                self._undo[job] = lambda: parts.sight.cancel(job) if parts.sight else None
                parts.sight.read(job)
            case effects.Recognise() | effects.ListPeople() | effects.Enrol() | effects.ForgetPerson():
                self._people(job, effect, session)
            case (
                effects.ListTaught()
                | effects.Take()
                | effects.Teach()
                | effects.NamePlace()
                | effects.ForgetThing()
                | effects.ForgetPlace()
            ):
                self._teach(job, effect, session)
            case effects.TakeBack(word=word):
                if parts.signing is None:
                    self._fail(job, "signs_lost")
                else:
                    parts.signing.take_back(job, word=word)
            case (
                effects.ListLetters() | effects.AwaitSample() | effects.DropSample() | effects.ForgetLetters()
            ) as shown:
                if parts.letters is None:
                    self._fail(job, "signs_lost")
                    return
                letters = parts.letters
                self._undo[job] = lambda: letters.cancel(job)
                letters.perform(job, shown)
            case (
                effects.ListSigns()
                | effects.AwaitTake()
                | effects.TeachSign()
                | effects.ForgetSign()
                | effects.ListVocabulary()
            ) as signed:
                if parts.sign_lesson is None:
                    self._fail(job, "signs_lost")
                    return
                sign_lesson = parts.sign_lesson
                self._undo[job] = lambda: sign_lesson.cancel(job)
                sign_lesson.perform(job, signed, session.language)
            case effects.Think() if parts.thinker is None:
                self._fail(job, "gemma_missing")
            case effects.Think():
                assert parts.thinker is not None
                self._undo[job] = lambda: parts.thinker.cancel(job) if parts.thinker else None
                parts.thinker.think(job, effect, session.language, self._picture(effect))
            case (
                effects.Recall()
                | effects.LookBack()
                | effects.Remember()
                | effects.Tell()
                | effects.Pin()
                | effects.Forget() as asked
            ):
                if parts.remembering is None:
                    self._fail(job, "memory_off")
                    return
                remembering = parts.remembering
                self._undo[job] = lambda: remembering.cancel(job)
                remembering.perform(job, asked)
            case (
                effects.SeekPads() | effects.PairPad() | effects.ListPads() | effects.ForgetPad()
            ) as wanted if parts.pairing is not None:
                pairing = parts.pairing
                self._undo[job] = lambda: pairing.cancel(job)
                pairing.perform(job, wanted)
            case effects.SeekPads() | effects.PairPad() | effects.ListPads() | effects.ForgetPad():
                self._fail(job, "bluetooth_missing")
            case effects.Listen() | effects.Understand() if parts.hearing is None:
                self._fail(job, "microphone_off")
            case effects.Listen() | effects.Understand() as heard:
                assert parts.hearing is not None
                hearing = parts.hearing
                self._undo[job] = lambda: hearing.cancel(job)
                hearing.perform(job, heard, session.language)
            case effects.ReadNotes() | effects.KeepNotes() if parts.notes is None:
                self._fail(job, "pack_notes_lost")
            case effects.ReadNotes() | effects.KeepNotes() as noted:
                assert parts.notes is not None
                notes = parts.notes
                self._undo[job] = lambda: notes.cancel(job)
                notes.perform(job, noted)
            case effects.Deafen():
                if parts.hearing is not None:
                    parts.hearing.deafen()
            case effects.CheckStatus():
                reminding = parts.reminding
                self._post(
                    events.StatusChecked(
                        at=parts.clock.now(),
                        job=job,
                        time_of_day=parts.clock.time_of_day(),
                        battery=session.care.battery,
                        clock_doubt=reminding.doubt if reminding else "",
                        missed=reminding.missed if reminding else 0,
                        acts=parts.attending.untold if parts.attending else (),
                    )
                )
            case effects.CheckParts() if parts.checkup is not None:
                checkup = parts.checkup
                self._undo[job] = lambda: checkup.cancel(job)
                checkup.perform(job)
            case effects.CheckParts():
                self._post(events.PartsChecked(at=parts.clock.now(), job=job))
            case effects.CheckOff():
                machine = parts.switch is not None and parts.switch.possible()
                self._post(events.OffChecked(at=parts.clock.now(), job=job, machine=machine))
            case effects.SwitchOff(within_s=seconds):
                self._undo[job] = self._loop.call_later(seconds, self._switch_off).cancel
            case effects.Alarm(seconds=seconds):
                self._undo[job] = self._loop.call_later(seconds, self._ring, job).cancel
            case effects.MarkDone(reminder=reminder, due=due) if parts.reminding is not None:
                parts.reminding.mark_done(job, reminder, due)
            case effects.SetReminder() as wished if parts.reminder_setting is not None:
                setting = parts.reminder_setting
                self._undo[job] = lambda: setting.cancel(job)
                setting.perform(job, wished)
            case effects.SetReminder():
                self._fail(job, "reminders_off")
            case effects.CheckReminders() if parts.reminding is not None:
                parts.reminding.check(job)
            case effects.CheckReminders():
                self._post(events.RemindersChecked(at=parts.clock.now(), job=job))
            case (
                effects.CheckCarers() | effects.LetSee() | effects.CloseToCarers() | effects.MarkHeard()
            ) as chosen if parts.attending is not None:
                attending = parts.attending
                self._undo[job] = lambda: attending.cancel(job)
                attending.perform(job, chosen)
            case effects.CheckCarers() | effects.LetSee() | effects.CloseToCarers():
                self._fail(job, "memory_off")
            case effects.MarkHeard():
                pass
            case effects.Glance():
                if parts.sight is not None:
                    parts.sight.glance()
            case effects.Buzz(pattern=pattern):
                parts.pod.buzz(pattern)
            case effects.Chime(sound=sound):
                parts.voice.chime(sound, session.volume)
            case effects.Guide(closeness=closeness):
                self._undo[job] = self._beacon.end
                self._beacon.lead(closeness, session.volume)
            case effects.Change():
                parts.keepsake.keep(session)
            case _:
                raise TypeError(f"no part performs {type(effect).__name__}")

    def _people(
        self,
        job: int,
        effect: effects.Recognise | effects.ListPeople | effects.Enrol | effects.ForgetPerson,
        session: Session,
    ) -> None:
        people, sight = self._parts.people, self._parts.sight
        if people is None or sight is None:
            self._fail(job, "people_missing")
        elif not isinstance(effect, effects.Recognise):
            self._undo[job] = lambda: people.cancel(job)
            people.perform(job, effect, session.language)
        elif people.lack:
            self._fail(job, people.lack)
        else:
            self._undo[job] = lambda: sight.cancel(job)
            people.look(effect.keep)
            sight.recognise(job)

    def _teach(self, job: int, effect: Teachable, session: Session) -> None:
        teaching = self._parts.teaching
        if teaching is None:
            self._fail(job, "memory_off")
            return
        self._undo[job] = lambda: teaching.cancel(job)
        teaching.perform(job, effect, session.language)

    def _picture(self, effect: effects.Think) -> Frame | None:
        """The frame the thought is about, while it is still kept."""
        if effect.scene is None or self._parts.sight is None:
            return None
        return self._parts.sight.picture(effect.scene.frame)

    def _speech(self, effect: effects.Say | effects.Recite, session: Session) -> Speech:
        segments = split(spoken(effect, session), session.language)
        slow = isinstance(effect, effects.Recite) and effect.slowly
        rate_wpm = max(RATES_WPM[0], round(session.rate_wpm * SLOWLY)) if slow else session.rate_wpm
        return Speech(segments, rate_wpm, session.volume)

    def _deadline(self, job: int) -> None:
        self._post(events.DeadlinePassed(at=self._parts.clock.now(), job=job))

    def _ring(self, job: int) -> None:
        self._undo.pop(job, None)
        self._post(events.AlarmRang(at=self._parts.clock.now(), job=job))

    def _fail(self, job: int, reason: str) -> None:
        self._post(events.EffectFailed(at=self._parts.clock.now(), job=job, reason=reason))
