"""A device without hardware."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chestnut_models.cache import cache_folder

from chestnut.core.ports import Ear, Microphone, Post
from chestnut.devices.camera import ChoosySource, Source, SourceLost
from chestnut.devices.camera_folder import FolderSource
from chestnut.devices.machine_clock import MachineClock
from chestnut.devices.wall_clock import WallClock
from chestnut.engine.process import EngineProcess
from chestnut.memory.keys import KeyFile
from chestnut.runtime.assemble.body import Body
from chestnut.runtime.assemble.device import join
from chestnut.runtime.assemble.ear import open_hearing
from chestnut.runtime.assemble.pad import hold_of_pad
from chestnut.runtime.assemble.voice import has_loudspeaker, open_voice
from chestnut.runtime.clock import HostClock
from chestnut.runtime.keepsake import Keepsake
from chestnut.runtime.performer import Parts
from chestnut.runtime.pins import load_pins
from chestnut.runtime.settings import Settings
from chestnut.runtime.signing import Reads
from chestnut.runtime.workbench import Workbench
from chestnut.sim.board import SimulatedBoard
from chestnut.sim.cover import Cover
from chestnut.sim.folder import temporary_folder
from chestnut.sim.pad import SimulatedPad
from chestnut.sim.pictures import demonstration
from chestnut.sim.pod import SimulatedPod
from chestnut.speech.ear import EarProcess

# The simulated pod has a cell at 3.9 V behind its divider, so that there is a battery to speak of.
WITH_BATTERY: dict[str, Any] = {"board": {"BATTERY_SENSOR": "adc"}, "adc": {"26": 38_725}}


class NoPlaceForPictures(OSError):
    """The simulated camera's pictures cannot be written; the message names the remedy."""


class Simulation:
    """A device without hardware: the real firmware under MicroPython, real pictures, detectors and voice.

    camera: where pictures come from; the demonstration's by default. speaker: "auto" plays where there is a
    loudspeaker and is silent, in real time, where there is none. open_reads: what signs are read with instead of the
    detectors. remembered: fills the file of its memory, whose key lies beside it, before it starts. reminds: of what
    is set while it runs, and of what stands in the file of reminders. microphone, ear: open what listens and
    understands; no microphone where nothing does. NoPlaceForPictures: the cache cannot be written.
    """

    def __init__(
        self,
        settings: Settings,
        camera: Source | None = None,
        speaker: str | None = None,
        open_reads: Callable[[], Reads] | None = None,
        remembered: Callable[[Path], object] = lambda path: None,
        reminds: bool = False,
        microphone: Callable[[Post], Microphone | None] | None = None,
        ear: Callable[[], Ear] = EarProcess,
    ) -> None:
        self._reminds = reminds
        self._microphone, self._ear = microphone, ear
        self._open_reads, self._remembered = open_reads, remembered
        self._speakers = (speaker,) if speaker else settings.voice.wanted
        self._settings = settings
        self.shown: dict[str, Path] = {}
        self.camera: Source = camera or self._demonstration()
        self.cover: Cover | None = (
            None if isinstance(self.camera, ChoosySource) else Cover(self.camera, SourceLost)
        )
        self.pod: SimulatedPod | None = None
        self.board: SimulatedBoard | None = None
        self.pad: SimulatedPad | None = None

    def _demonstration(self) -> FolderSource:
        folder = cache_folder() / "pictures"
        try:
            self.shown = demonstration(folder)
        except OSError as error:
            raise NoPlaceForPictures(
                f"cannot write pictures to {folder}: {error.strerror}; set CHESTNUT_CACHE to a folder of yours"
            ) from error
        return FolderSource(folder)

    async def assemble(self, post: Post) -> Parts:
        """What it remembers is forgotten with it."""
        with contextlib.ExitStack() as opened:
            path = Path(opened.enter_context(temporary_folder("memory"))) / "memory.db"
            self._remembered(path)
            self.pod = pod = opened.enter_context(
                SimulatedPod({button.name: button.gpio for button in load_pins().buttons}, **WITH_BATTERY)
            )
            silent = self._speakers == ("auto",) and not has_loudspeaker()
            speakers = ("none",) if silent else self._speakers
            voice = open_voice(post, speakers, caps=self._settings.voice.caps)
            close = opened.pop_all().close
        memory = replace(self._settings.memory, path=str(path))
        settings = replace(self._settings, memory=memory)
        key = KeyFile(path.with_name(path.name + ".key"))
        self.board = SimulatedBoard(post, HostClock())
        self.pad = SimulatedPad(post, HostClock(), hold_of_pad(), here=False)
        return await join(
            voice,
            pod.port,
            self.cover or self.camera,
            post,
            Keepsake(None),
            settings,
            (close,),
            wall=HostClock().wall,
            memory_key=key,
            open_reads=self._open_reads,
            body=Body(self.board),
            hearing=None if self._microphone is None else open_hearing(post, self._microphone, self._ear),
            pad=self.pad,
            reminds=WallClock(MachineClock(), None) if self._reminds else None,
            condition=path.with_name("condition.json") if self._reminds else None,
        )

    def workbench(self, parts: Parts) -> Workbench:
        """What may be broken in it, once it is assembled."""
        pod, cover = self.pod, self.cover
        assert pod is not None, "assemble first"
        faults: dict[str, Callable[[bool], None]] = {"pod": lambda out: pod.unplug() if out else pod.plug()}
        if cover is not None:
            faults["lens"] = partial(setattr, cover, "covered")
            faults["camera"] = partial(setattr, cover, "pulled")
        engine = parts.thinker.engine if parts.thinker is not None else None
        once = {"model": partial(_end, engine)} if isinstance(engine, EngineProcess) else {}
        shows = self.camera.advance if isinstance(self.camera, FolderSource) else None
        return Workbench(faults, once, shows)

    def press(self, button: str, hold_s: float = 0.08) -> None:
        assert self.pod is not None, "assemble first"
        self.pod.press(button, hold_s)

    def press_twice(self, button: str) -> None:
        assert self.pod is not None, "assemble first"
        self.pod.press_twice(button)

    def press_pad(self, button: str, down_s: float = 0.08) -> None:
        """A key of the pad, which the first one wakes, as it does a real one."""
        assert self.pad is not None, "assemble first"
        if not self.pad.awake:
            self.pad.come()
        self.pad.press(button, down_s)

    def press_service(self, *, held: bool = False) -> None:
        """The button of the machine itself."""
        assert self.board is not None, "assemble first"
        self.board.press(held=held)

    def show(self, picture: str) -> None:
        """Hold one of the demonstration's pictures before the camera."""
        assert isinstance(self.camera, FolderSource), "only the demonstration's pictures have names"
        while self.camera.showing != self.shown[picture]:
            self.camera.advance()


def _end(engine: EngineProcess) -> None:
    """As a full memory ends it."""
    if (pid := engine.pid) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
