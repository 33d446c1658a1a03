"""chestnut run, chestnut tour: the whole device, real or simulated."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from chestnut.cli.answer import FAULT, INTERRUPTED, Answer, WrongUse
from chestnut.cli.common import settings_of
from chestnut.cli.window import PageAhead, opened_page
from chestnut.core.effects import Order, Recite, Say, Start
from chestnut.core.events import DoubtArose, Event
from chestnut.core.ports import Post
from chestnut.core.session import Session
from chestnut.devices.camera_folder import FolderSource
from chestnut.devices.camera_sources import BadSource
from chestnut.devices.pictures import BadPicture
from chestnut.runtime import keepsake
from chestnut.runtime.assemble.camera import camera_source
from chestnut.runtime.assemble.device import assemble, first_session
from chestnut.runtime.assemble.simulation import NoPlaceForPictures, Simulation
from chestnut.runtime.assemble.voice import VoiceMissing, open_microphone
from chestnut.runtime.keymap import keymap
from chestnut.runtime.lifesigns import Lateness, Lifesigns
from chestnut.runtime.loop import Runtime, Tap
from chestnut.runtime.notify import ServiceManager
from chestnut.runtime.packs.loading import open_packs, skills_with, spoken
from chestnut.runtime.pads import PadsError, load_pads
from chestnut.runtime.performer import Parts
from chestnut.runtime.performer import spoken as words_of
from chestnut.runtime.pins import PinsError, load_pins
from chestnut.runtime.recording import Recorder
from chestnut.runtime.settings import BadSettings, Settings
from chestnut.runtime.tour import Tour, TourFailed
from chestnut.sim.keyboard import Keyboard
from chestnut.sim.pod import PodNotSimulated
from chestnut.window.listening import handed

# The simulated pad's keys on the computer's: figures, and what stands beside them.
PAD_KEYS = {
    **dict(zip("1234", ("pad_x", "pad_a", "pad_y", "pad_b"), strict=True)),
    **dict(zip("5678", ("pad_up", "pad_down", "pad_left", "pad_right"), strict=True)),
    **dict(zip("90[]", ("pad_l1", "pad_r1", "pad_l2", "pad_r2"), strict=True)),
    **dict(zip(",.-", ("pad_select", "pad_start", "pad_home"), strict=True)),
}


def add_commands(commands: Any, spoken: argparse.ArgumentParser) -> None:
    command = commands.add_parser("run", parents=[spoken], help="the device, until it is stopped")
    command.add_argument(
        "--sim", action="store_true", help="without hardware: real firmware, pictures, voice"
    )
    command.add_argument("--camera", metavar="SOURCE", help="folder:PATH, video:PATH, webcam:0 or picamera2")
    command.add_argument(
        "--record", metavar="F", help="write every event and order to this file (no pictures)"
    )
    command.add_argument(
        "--window", action="store_true", help="with the maker's page in a browser; prints its address"
    )
    command.set_defaults(run=run)
    command = commands.add_parser(
        "tour", parents=[spoken], help="a guided session in the simulator; ends by itself"
    )
    command.add_argument(
        "--record", metavar="F", help="write every event and order to this file (no pictures)"
    )
    command.set_defaults(run=tour)


def run(options: argparse.Namespace) -> Answer:
    settings = settings_of(options)
    if options.camera:
        settings = replace(settings, camera=replace(settings.camera, source=options.camera))
    answer = Answer(options.lang or settings.voice.language)
    show: Callable[[str], None] = (lambda line: None) if options.json else print
    with _errors_told(), contextlib.ExitStack() as opened:
        page = None
        if options.window or settings.window.enabled or handed():
            page = PageAhead.open(settings.window.port, show)
            if page is not None:
                opened.callback(page.close)
        options.close_network()
        asyncio.run(_run(options, settings, answer, show, page))
    return answer


async def _run(
    options: argparse.Namespace,
    settings: Settings,
    answer: Answer,
    show: Callable[[str], None],
    ahead: PageAhead | None,
) -> None:
    packs = open_packs(settings.packs.folders)
    for refused in packs.refused:
        show(f"the pack {refused.name} is not used: {refused.why}")
    skills = skills_with(packs)
    keys = keymap(load_pins(), settings.keys, load_pads().keys, skills)
    drawn = options.sim and not options.camera
    session = first_session(settings, seen_through=None if drawn else settings.camera)
    simulation = None
    if options.sim:
        camera = camera_source(settings.camera) if options.camera else None
        hears = partial(open_microphone, wanted=settings.voice.microphones)
        simulation = Simulation(settings, camera, reminds=True, microphone=hears)
    else:
        kept = keepsake.Keepsake(keepsake.default_path())
        session = kept.restore(session)
    if options.lang:
        session = session.changed("language", options.lang)

    async def parts(post: Post) -> Parts:
        if simulation is not None:
            return await simulation.assemble(post)
        return await assemble(settings, post, kept)

    with spoken(packs), _recorder(options.record, session, keys) as taps:
        device = Runtime(parts, keys, session, taps, skills)
        if options.json or simulation is not None or sys.stdout.isatty():  # else it would stand in a log
            device.taps.append(_transcript(device, answer if options.json else None, show))
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, device.stop)
        signs = Lifesigns(ServiceManager.of(), loop)
        device.taps.append(signs.hear)
        async with device:
            assert device.parts is not None
            signs.begin(Lateness(device.parts.pulses))
            if packs.refused:
                device.post(DoubtArose(at=device.parts.clock.now(), reason="packs_refused"))
            try:
                async with contextlib.AsyncExitStack() as beside:
                    if ahead is not None:
                        # In a log tokens must not stand.
                        seen = simulation is not None or sys.stdout.isatty()
                        tell = show if seen else (lambda line: None)
                        bench = simulation.workbench(device.parts) if simulation is not None else None
                        page = opened_page(device, keys, ahead, tell, bench)
                        await beside.enter_async_context(page)
                    if simulation is not None and sys.stdin.isatty():
                        beside.enter_context(_keyboard(simulation, device, show))
                    await device.stopped()
            finally:
                signs.end()


def _keyboard(simulation: Simulation, device: Runtime, show: Callable[[str], None]) -> Keyboard:
    names = load_pins().names
    show("keys: " + ", ".join(f"{name[0]} {name}" for name in names))
    show("a capital letter holds the key, twice quickly is a double press; n next picture, q quit")
    show("x the machine's own service button, X holds it: switches off")
    show("the pad, once it is pressed: " + ", ".join(f"{sign} {name[4:]}" for sign, name in PAD_KEYS.items()))

    def next_picture() -> None:
        if isinstance(simulation.camera, FolderSource):
            simulation.camera.advance()
            show(f"the camera sees {simulation.camera.showing.name}")

    others = {
        "n": next_picture,
        "q": device.stop,
        "x": simulation.press_service,
        "X": lambda: simulation.press_service(held=True),
    }
    others |= {sign: partial(simulation.press_pad, name) for sign, name in PAD_KEYS.items()}
    return Keyboard(names, simulation.press, others)


def tour(options: argparse.Namespace) -> Answer:
    settings = settings_of(options)
    answer = Answer(options.lang or settings.voice.language)
    show: Callable[[str], None] = (lambda line: None) if options.json else print
    with _errors_told():
        try:
            asyncio.run(_tour(options, settings, answer, show))
        except TourFailed as error:
            answer.status = FAULT
            answer.facts["failed"] = str(error)
            show(f"\nThe tour failed: {error}")
        except KeyboardInterrupt:
            answer.status, answer.refused = INTERRUPTED, "interrupted"
        else:
            show("\nThe tour is complete.")
    if not options.json:
        answer.said = []  # the transcript has told it
    return answer


async def _tour(
    options: argparse.Namespace, settings: Settings, answer: Answer, show: Callable[[str], None]
) -> None:
    simulation = Simulation(settings)
    keys = keymap(load_pins(), {})
    session = first_session(settings, answer.lang)
    show(f"Chestnut, simulated, in {answer.lang}: real pod firmware, real detectors, real voice.")
    with _recorder(options.record, session, keys) as taps:
        device = Runtime(simulation.assemble, keys, session, taps)
        guide = Tour(device, simulation, show)
        try:
            async with device:
                await guide.run()
        finally:
            answer.said = [sentence for step in guide.steps for sentence in step.said]
            answer.facts["steps"] = [
                {"title": step.title, "said": step.said, "timings_ms": step.timings_ms}
                for step in guide.steps
            ]


def _transcript(device: Runtime, answer: Answer | None, show: Callable[[str], None]) -> Tap:
    """Shows what is said; answer: gathers it too."""

    def tap(event: Event, orders: tuple[Order, ...]) -> None:
        for order in orders:
            if isinstance(order, Start) and isinstance(order.effect, (Say, Recite)):
                text = words_of(order.effect, device.conductor.session)
                if answer is not None:
                    answer.said.append(text)
                show(f"“{text}”")

    return tap


@contextlib.contextmanager
def _recorder(path: str | None, session: Session, keys: Any) -> Iterator[tuple[Recorder, ...]]:
    if path is None:
        yield ()
        return
    with contextlib.ExitStack() as opened:
        try:
            file = Path(path).open("w", encoding="utf-8")  # noqa: SIM115 - closed by the line below
            opened.callback(_close, file)
            recorder = Recorder(file, session, keys)
        except OSError as error:
            raise WrongUse(f"cannot record to {path}: {error.strerror}; choose another file") from error
        yield (recorder,)


def _close(file: TextIO) -> None:
    with contextlib.suppress(OSError):  # a full disk was told of when it refused a line
        file.close()


@contextlib.contextmanager
def _errors_told() -> Iterator[None]:
    """What the owner can mend is one line with its remedy."""
    try:
        yield
    except (
        BadSettings,
        BadSource,
        BadPicture,
        PadsError,
        PinsError,
        PodNotSimulated,
        NoPlaceForPictures,
        VoiceMissing,
    ) as error:
        raise WrongUse(str(error)) from error
