"""Each part is taken from the running device and given back: camera, pod, pad, loudspeaker, microphone, model. Each
loss and each return is told once, and none ends the device."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from ear import Ear
from running import (
    HERE,
    PYTHON,
    SERVICE,
    STATE,
    WORD_S,
    Failed,
    Told,
    environment,
    run,
    show,
    wait,
)

Tell = Callable[[str], None]

DRIVERS = Path("/sys/bus/platform/drivers")
PART_S = 150.0  # the device may look for a lost part only every 16 s, and Python starts in 10 in here
MODEL = STATE / "models" / "nanodet.onnx"


class Program:
    """A program of this folder that takes orders, one a line, and answers each with a line."""

    def __init__(self, *command: str | Path) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
        )
        self.answers: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def order(self, line: str) -> str:
        """Its answer."""
        before = len(self.answers)
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        wait(f"{line!r} to be obeyed", PART_S, lambda: len(self.answers) > before)
        return self.answers[-1]

    def wait(self, what: str) -> float:
        """Until it has said this line."""
        return wait(what, PART_S, lambda: what in self.answers or self._ended())

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        for end in (self._process.stdin, self._process.stdout):
            if end is not None:
                with contextlib.suppress(BrokenPipeError):
                    end.close()

    def _ended(self) -> bool:
        if self._process.poll() is not None:
            raise Failed(f"it ended with status {self._process.returncode}; it had said {self.answers}")
        return False

    def _read(self) -> None:
        output: IO[str] | None = self._process.stdout
        assert output is not None
        with contextlib.suppress(ValueError):  # closed
            for line in output:
                self.answers.append(line.strip())


class Parts:
    """What is in the tester's hands: the sound card's other side, a pad, and a pod once it was plugged in."""

    def __init__(self, ear: Ear) -> None:
        self.ear = ear
        self.pad = Program(sys.executable, HERE / "uhid_pad.py")
        self.pod: Program | None = None

    def close(self) -> None:
        for program in (self.pad, self.pod):
            if program is not None:
                program.close()


def bound(driver: str, device: str, *, there: bool) -> None:
    """The kernel's driver lets go of its device, or takes it. Letting go waits for whoever has it open."""
    order = DRIVERS / driver / ("bind" if there else "unbind")
    run("timeout", "60", "sh", "-c", f"echo {device} > {order}")
    if (DRIVERS / driver / device).exists() is not there:
        raise Failed(f"{order} did not do it")


@contextlib.contextmanager
def unharmed() -> Iterator[None]:
    """The device is the same process afterwards."""
    process = show("MainPID")
    yield
    if show("MainPID") != process or show("ActiveState") != "active":
        raise Failed(f"{SERVICE} did not outlive it: {show('ActiveState')}, {show('Result')}")


def lost_and_back(
    ear: Ear,
    tell: Tell,
    part: str,
    take: Callable[[], object],
    give: Callable[[], object],
    back: str = "",
    *,
    heard_lost: bool = True,
) -> None:
    """heard_lost: its loss can be heard; the loudspeaker's own cannot."""
    lost, back = f"{part}_lost", back or f"{part}_back"
    with unharmed():
        wait("silence", WORD_S, Told().silent)
        ear.silence()
        told, begin = Told(), ear.place()
        take()
        noticed_s = wait(f"{part} to be missed", PART_S, lambda: told.events("PartLost", part=part))
        if heard_lost:
            ear.hear(told, lost, begin)
        else:
            wait(f"{lost} to be said", WORD_S, lambda: told.spoken(lost))
        begin = ear.place()
        give()
        found_s = wait(f"{part} to be found", PART_S, lambda: told.events("PartFound", part=part))
        ear.hear(told, back, begin)
        told.once(lost, back)
    tell(f"missed after {noticed_s:.1f} s, found again after {found_s:.1f} s, each told once")


def camera(parts: Parts, tell: Tell) -> None:
    """The kernel's own virtual camera (vivid), unplugged as a webcam is."""
    lost_and_back(
        parts.ear,
        tell,
        "camera",
        lambda: bound("vivid", "vivid.0", there=False),
        lambda: bound("vivid", "vivid.0", there=True),
    )


def pod(parts: Parts, tell: Tell) -> None:
    """The firmware on a USB gadget of the kernel's: found when it is first plugged in, then pulled and returned."""
    ear = parts.ear
    parts.pod = pod = Program(PYTHON, "-P", HERE / "pod.py")
    pod.wait("ready")
    with unharmed():
        told = Told()
        pod.order("plug")
        wait("the pod to be found", PART_S, lambda: told.events("PartFound", part="pod"))
        wait("silence", WORD_S, told.silent)
        pressed(pod, "stop", "pod")
    lost_and_back(ear, tell, "pod", lambda: pod.order("unplug"), lambda: pod.order("plug"))
    tell(f"a key of it came through after {pressed(pod, 'stop', 'pod'):.1f} s")
    # It stays out: one that an emulator runs falls silent now and then, and would talk into the other steps.
    told = Told()
    pod.order("unplug")
    wait("the pod to be missed", WORD_S, lambda: told.spoken("pod_lost"))


def pad(parts: Parts, tell: Tell) -> None:
    pad = parts.pad
    lost_and_back(parts.ear, tell, "pad", lambda: pad.order("lose"), lambda: pad.order("come"))
    tell(f"a key of it came through after {pressed(pad, 'start', 'pad'):.1f} s")


def pressed(program: Program, key: str, source: str) -> float:
    told = Told()
    program.order(f"press {key}")
    return wait(
        f"{key} of the {source}", PART_S, lambda: len(told.events("ButtonChanged", source=source)) >= 2
    )


def loudspeaker(parts: Parts, tell: Tell) -> None:
    """The sound card goes with all that is open on it; nothing is heard until it is back."""
    ear = parts.ear

    def give() -> None:
        bound("snd_aloop", "snd_aloop.0", there=True)
        ear.listen()

    lost_and_back(
        ear,
        tell,
        "speaker",
        lambda: bound("snd_aloop", "snd_aloop.0", there=False),
        give,
        heard_lost=False,
    )


def microphone(parts: Parts, tell: Tell) -> None:
    """The card that the device holds a stream of, at rest until somebody asks by voice."""
    lost_and_back(
        parts.ear,
        tell,
        "microphone",
        lambda: bound("snd_aloop", "snd_aloop.1", there=False),
        lambda: bound("snd_aloop", "snd_aloop.1", there=True),
    )


def model(parts: Parts, tell: Tell) -> None:
    """A model's file is gone: what is loaded sees on; the self-test, begun by a key, names the remedy until it is
    back."""
    away = MODEL.with_suffix(".away")
    with unharmed():
        MODEL.rename(away)
        try:
            command = ["chestnut", "check", "--part", "models"]
            asked = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PART_S)
            if asked.returncode != 1 or "make models" not in asked.stdout:
                raise Failed(f"chestnut check: status {asked.returncode}, {asked.stdout} {asked.stderr}")
            told = self_test(parts, "eyes_lost")
            told.once("eyes_lost")
        finally:
            away.rename(MODEL)
        told = self_test(parts)
        if told.said("eyes_lost"):
            raise Failed("a model file that is back is still told missing")
    tell("named by the self-test with its remedy, and no more when it is back")


def self_test(parts: Parts, heard: str = "") -> Told:
    """Begun by the pad's Home key, as the settings have it; heard: a phrase it must say."""
    wait("silence", WORD_S, Told().silent)
    parts.ear.silence()
    told, begin = Told(), parts.ear.place()
    parts.pad.order("press home")
    wait("the self-test", WORD_S, lambda: told.events("PartsChecked"))
    if heard:
        parts.ear.hear(told, heard, begin)
    time.sleep(1.0)  # what follows is begun
    wait("the end of the self-test", WORD_S, told.silent)
    return told


STEPS: dict[str, Callable[[Parts, Tell], None]] = {
    "the camera taken and returned": camera,
    "the pod plugged in, taken and returned": pod,
    "the pad taken and returned": pad,
    "the loudspeaker taken and returned": loudspeaker,
    "the microphone taken and returned": microphone,
    "a model's file taken and returned": model,
}
