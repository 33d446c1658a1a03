"""The real device: all parts together."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from chestnut.core.events import BatteryMeasured, Updated
from chestnut.core.memory import Moment
from chestnut.core.ports import Clock, Pad, Post
from chestnut.core.reach import MIDDLE
from chestnut.core.session import Session
from chestnut.devices.camera import Source, ThreadedCamera
from chestnut.devices.link import SerialPod
from chestnut.devices.machine_clock import MachineClock, local_zone
from chestnut.devices.told import default_path as told_path
from chestnut.devices.wall_clock import WallClock
from chestnut.engine.process import EngineProcess
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.perception.acquaintances import Acquaintances
from chestnut.perception.lessons import Lessons
from chestnut.perception.light import judge
from chestnut.perception.own import Own
from chestnut.perception.settle import Settle
from chestnut.perception.watcher import Watcher
from chestnut.runtime.assemble.body import Body, open_body
from chestnut.runtime.assemble.camera import camera_source, hands_reach
from chestnut.runtime.assemble.checks import CHECKS
from chestnut.runtime.assemble.companion import open_reminders, take_in
from chestnut.runtime.assemble.desks import open_desks
from chestnut.runtime.assemble.ear import open_warm_hearing
from chestnut.runtime.assemble.eyes import close_detectors, merge, open_detectors
from chestnut.runtime.assemble.pad import open_pad, open_pairing
from chestnut.runtime.assemble.signs import open_lesson, open_shown_signs, open_sign_lesson, open_signs
from chestnut.runtime.assemble.voice import open_microphone, open_voice
from chestnut.runtime.attending import Attending
from chestnut.runtime.checking import Place
from chestnut.runtime.checkup import Checkup
from chestnut.runtime.choice import Choice, choose
from chestnut.runtime.clock import HostClock
from chestnut.runtime.condition import ConditionFile
from chestnut.runtime.condition import default_path as condition_path
from chestnut.runtime.enrolling import Enrolling
from chestnut.runtime.hearing import Hearing
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.keepsake import default_path as kept_path
from chestnut.runtime.latency.book import default_path as latency_path
from chestnut.runtime.latency.meter import Meter
from chestnut.runtime.memory import NoMemory, open_memory
from chestnut.runtime.pack_notes import PackNotes
from chestnut.runtime.pack_notes import default_path as notes_path
from chestnut.runtime.pairing import Pairing
from chestnut.runtime.panel import Panel
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.remembering import Remembering
from chestnut.runtime.reminder_setting import ReminderSetting
from chestnut.runtime.reminding import Reminding
from chestnut.runtime.settings import CameraSettings, Settings
from chestnut.runtime.signing import Reads, Signing
from chestnut.runtime.teaching import Teaching
from chestnut.runtime.thinking import NoEngine, Thinker
from chestnut.runtime.updated import news as update_news
from chestnut.runtime.watching import Watching
from chestnut.speech.voice import SpokenVoice

log = logging.getLogger(__name__)

Opened = TypeVar("Opened")


def open_thinker(post: Post, clock: Clock, choice: Choice | NoEngine, grammar: str = "") -> Thinker:
    """The model begins to load in a process of its own, if there is one; nobody waits for it."""
    if isinstance(choice, NoEngine):
        wanted = choice.reason not in ("gemma_missing", "engine_off")  # it is there, and cannot be used
        log.log(logging.WARNING if wanted else logging.INFO, "no language model: %s", choice.why)
        return Thinker(post, clock, choice)
    return Thinker(post, clock, lambda post: EngineProcess(choice.load, post, clock), grammar)


async def assemble(settings: Settings, post: Post, keepsake: Keepsake) -> Parts:
    """The real device: pod, camera and loudspeaker may be missing and are sought until they are there.
    BadSource, BadPicture or VoiceMissing name what to change; nothing is left open then."""
    source = camera_source(settings.camera)
    port = None if settings.pod.port == "auto" else settings.pod.port
    voice = open_voice(post, settings.voice.wanted, caps=settings.voice.caps)
    wall = WallClock(MachineClock(), kept_path().with_name("clock.json"))
    if updated := update_news():
        post(Updated(at=HostClock().now(), reason=updated))
    body = open_body(settings.power.gauge, post, HostClock())
    return await join(
        voice,
        port,
        source,
        post,
        keepsake,
        settings,
        (wall.close,),
        told=told_path(),
        wall=wall.moment,
        reminds=wall,
        condition=condition_path(),
        body=body,
        pad=open_pad(settings.pad, post, HostClock()),
        pairing=open_pairing(settings.pad, post, HostClock()),
        hearing=open_warm_hearing(post, lambda post: open_microphone(post, settings.voice.microphones)),
        measured=latency_path(),
        notes=notes_path(),
    )


async def join(
    voice: SpokenVoice,
    port: str | None,
    source: Source,
    post: Post,
    keepsake: Keepsake,
    settings: Settings,
    others: tuple[Callable[[], None], ...] = (),
    told: Path | None = None,
    *,
    wall: Callable[[], Moment],
    memory_key: KeyFile | None = None,
    reminds: WallClock | None = None,
    open_reads: Callable[[], Reads] | None = None,
    condition: Path | None = None,
    body: Body | None = None,
    pad: Pad | None = None,
    pairing: Pairing | None = None,
    hearing: Hearing | None = None,
    measured: Path | None = None,
    notes: Path | None = None,
) -> Parts:
    """All parts together. When that fails or is cancelled on the way, what is open is closed. memory_key: as in
    open_memory. reminds: the clock reminders go by; None reminds of nothing. open_reads: other eyes for signs.
    condition: where the device tells other processes how it is; None tells none. body: the machine's own parts,
    closed with the others; None for none. pad: not started, pairing and hearing, closed with the others.
    measured: where the times of presses are kept; None keeps them in memory alone. notes:
    the folder of what skill packs keep, likewise."""
    clock = HostClock()
    body = body or Body()
    pod = SerialPod(
        port,
        post if settings.power.gauge == "pod" else _without_battery(post),
        clock,
        load_pins().names,
        strength=round(settings.pod.strength * 255 / 100),
        battery_cells=settings.pod.battery_cells,
        told=told,
    )
    camera = ThreadedCamera(source, post)
    parts = Parts(pod, camera, None, voice, clock, keepsake, others=others)
    parts.board, parts.power, parts.switch = body.board, body.power, body.switch
    parts.pad, parts.pairing, parts.hearing = pad, pairing, hearing
    parts.meter = Meter(measured, voice.chimed)
    parts.notes = PackNotes(notes, post, clock)
    parts.pulses = {"pod": pod.turns, "camera": camera.turns, "voice": voice.turns}
    try:
        await pod.start()
        if pad is not None:
            await pad.start()
        loop = asyncio.get_running_loop()
        if body.board is not None:
            parts.panel = Panel(body.board, camera.small)  # for which every picture is good enough
            parts.panel.start()
        # Beside the detectors, so that it takes no time from "ready".
        choosing = loop.run_in_executor(None, choose, settings.engine, settings.voice.language)
        detectors = await _opened(lambda: open_detectors(post, clock), close_detectors)
        if detectors:
            small, sharp = camera.small, camera.sharp
            parts.sight = Watcher(
                camera, detectors, judge, merge, post, attention=Settle, small=small, sharp=sharp
            )
            parts.reads = "text" in detectors
        alphabet = settings.signs.alphabet
        parts.signing = Signing(camera.small, open_reads or (lambda: open_signs(alphabet)), post, clock)
        parts.letters = open_lesson(alphabet, camera.small, post, clock)
        shows = open_reads or open_shown_signs
        names = settings.signs.names
        parts.sign_lesson = open_sign_lesson(alphabet, names, shows, camera.small, post, clock)
        parts.thinker = open_thinker(post, clock, await choosing)
        memory = await _opened(lambda: open_memory(settings.memory, wall, memory_key), _close_memory)
        if isinstance(memory, Store):
            parts.others += (memory.close,)
        own = detectors.get("own")
        know = own.know if isinstance(own, Own) else None
        parts.remembering = Remembering(memory, post, clock, wall, settings.memory.keep_s, know)
        parts.teaching = Teaching(
            memory,
            Lessons(own) if isinstance(own, Own) else None,
            lambda number: parts.sight.picture(number) if parts.sight else None,
            post,
            clock,
            settings.things.names,
            settings.places.names,
            parts.remembering.forget,
        )
        if parts.sight is not None:
            note = parts.remembering.note
            parts.watching = Watching(parts.sight, note, clock, wall, settings.watch)
            parts.remembering.forgotten = parts.watching.forget
        reminders = None
        if reminds is not None:
            reminders, doubts = await loop.run_in_executor(None, open_reminders, memory, wall)
            if isinstance(memory, Store) and memory.doubt is not None:
                doubts = (memory.doubt.reason, *doubts)
            insistence = settings.reminders.insistence
            parts.reminding = Reminding(reminders, reminds, local_zone, post, clock, insistence, doubts)
            parts.reminding.start()
        rights = memory.carers if isinstance(memory, Store) else memory.reason
        told_in = None if condition is None else ConditionFile(condition)
        folder, changed = settings.carers.inbox, parts.remembering.refresh
        known = own if isinstance(own, Own) else None
        begin = (lambda: take_in(folder, memory, wall, known, changed)) if folder else None
        parts.attending = Attending(rights, post, clock, wall, local_zone, told_in, begin)
        seen_in = condition or condition_path()
        parts.desks = open_desks(memory, reminders, parts.reminding, wall, seen_in, alphabet)
        if parts.desks.reminders is not None:
            look_again = partial(loop.call_soon_threadsafe, parts.desks.reminded)
            parts.reminder_setting = ReminderSetting(parts.desks.reminders, look_again, post, clock)
        parts.checkup = Checkup(
            CHECKS,
            Place(settings, quick=True),
            post,
            clock,
            lambda: parts.reminding.doubt if parts.reminding else "",
        )
        faces = detectors.get("people")
        if isinstance(faces, Acquaintances):
            book = memory.people if isinstance(memory, Store) else memory.reason
            parts.people = Enrolling(book, faces, post, clock, settings.people.names)
    except BaseException:
        await parts.close()
        raise
    return parts


async def _opened(opening: Callable[[], Opened], close: Callable[[Opened], None]) -> Opened:
    """What is opened in a thread. A thread cannot be ended: whoever is cancelled meanwhile waits for it, and what it
    opened is closed."""
    working = asyncio.get_running_loop().run_in_executor(None, opening)
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        with contextlib.suppress(Exception):  # being cancelled is what counts
            close(await working)
        raise


def _without_battery(post: Post) -> Post:
    """Another gauge was chosen: what the pod measures of the battery is not wanted."""
    return lambda event: None if isinstance(event, BatteryMeasured) else post(event)


def _close_memory(memory: Store | NoMemory) -> None:
    if isinstance(memory, Store):
        memory.close()


def first_session(
    settings: Settings, language: str | None = None, *, seen_through: CameraSettings | None = None
) -> Session:
    """What a device begins with before anything was changed by key. seen_through: None for the
    simulator's pictures, which no camera takes."""
    voice = settings.voice
    unwatched = "" if settings.watch.enabled else "watch_off"
    return Session(
        language=language or voice.language,
        rate_wpm=voice.rate_wpm,
        volume=voice.volume,
        unwatched=unwatched if settings.memory.enabled else "memory_off",
        speaks_letters=settings.signs.speak_letters,
        reach_down=hands_reach(seen_through) if seen_through else MIDDLE,
    )
