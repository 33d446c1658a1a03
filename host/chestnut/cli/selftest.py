"""Is every part there? Each answer names its remedy. Nothing is changed, nothing is spoken."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chestnut.core.ports import Segment
from chestnut.memory.faults import MemoryFault
from chestnut.memory.keys import KeyFile
from chestnut.memory.store import Store
from chestnut.runtime import settings
from chestnut.runtime.assemble.eyes import EyesMissing, open_eyes, open_reader
from chestnut.runtime.assemble.voice import VoiceMissing, has_loudspeaker, open_voice
from chestnut.runtime.choice import LIBRARIES, choose
from chestnut.runtime.clock import HostClock
from chestnut.runtime.memory import key_of, memory_path
from chestnut.runtime.thinking import NoEngine


@dataclass(frozen=True, slots=True)
class Result:
    """state: "ok", "missing" (must be mended) or "absent" (optional, or hardware this machine does not have)."""

    part: str
    state: str
    found: str
    remedy: str = ""


def self_test(settings_path: Path | None = None) -> list[Result]:
    results = []
    for part, test in (
        ("settings", lambda: _settings(settings_path)),
        ("models", _models),
        ("eyes", _eyes),
        ("reader", _reader),
        ("voice", _voice),
        ("phonemes", _phonemes),
        ("loudspeaker", _loudspeaker),
        ("pod", _pod),
        ("simulated pod", _simulated_pod),
        ("camera", _camera),
        ("language model", lambda: _language_model(settings_path)),
        ("memory", lambda: _memory(settings_path)),
    ):
        results.append(_guarded(part, test))
    return results


def _guarded(part: str, test: Callable[[], Result]) -> Result:
    try:
        return test()
    except Exception as error:  # noqa: BLE001 - a self-test reports whatever breaks, and goes on
        return Result(
            part, "missing", f"{type(error).__name__}: {error}".splitlines()[0], "report this as a fault"
        )


def _settings(path: Path | None) -> Result:
    try:
        settings.load(path)
    except settings.BadSettings as error:
        return Result("settings", "missing", str(error), "correct the file")
    return Result("settings", "ok", str(path or settings.default_path()))


def _models() -> Result:
    from chestnut_models.library import verify

    wrong = [f"{model.name} {model.state}" for model in verify() if model.state != "present"]
    if wrong:
        return Result("models", "missing", ", ".join(wrong), "make models")
    return Result("models", "ok", "every file present, every byte checked")


def _eyes() -> Result:
    try:
        eyes = open_eyes()
    except EyesMissing as error:
        return Result("eyes", "missing", str(error), "make models")
    eyes.close()
    return Result("eyes", "ok", ", ".join(eyes.detectors))


def _reader() -> Result:
    try:
        open_reader().close()
    except EyesMissing as error:
        return Result(
            "reader",
            "missing",
            str(error),
            "sudo apt install tesseract-ocr-eng tesseract-ocr-rus",
        )
    return Result("reader", "ok", "Tesseract with English and Russian")


def _voice() -> Result:
    try:
        voice = open_voice(lambda event: None, "none")
    except VoiceMissing as error:
        return Result("voice", "missing", str(error), "sudo apt install espeak-ng")
    voice.close()
    return Result("voice", "ok", "eSpeak NG with English and Russian")


def _phonemes() -> Result:
    from chestnut.speech.prerender import phonemes

    return Result("phonemes", "ok", phonemes(Segment("chestnut", "en")))


def _loudspeaker() -> Result:
    if has_loudspeaker():
        return Result("loudspeaker", "ok", "PortAudio has a device")
    return Result("loudspeaker", "absent", "no sound device", "plug one in; without it the device is silent")


def _pod() -> Result:
    from chestnut.devices.link import LinkLost, find_port

    try:
        return Result("pod", "ok", find_port())
    except LinkLost as error:
        return Result("pod", "absent", str(error), "plug it in, or use chestnut run --sim")


def _simulated_pod() -> Result:
    from chestnut.sim.pod import PodNotSimulated, find_micropython

    try:
        return Result("simulated pod", "ok", Path(find_micropython()).name)
    except PodNotSimulated as error:
        return Result("simulated pod", "absent", str(error), "make setup")


def _language_model(path: Path | None) -> Result:
    """Optional. It is not loaded here: that takes seconds and gigabytes."""
    try:
        chosen = settings.load(path).engine
    except settings.BadSettings:  # told at its own place
        chosen = settings.EngineSettings()
    choice = choose(chosen)
    if isinstance(choice, NoEngine):
        optional = choice.reason in ("gemma_missing", "engine_off") and chosen.model == "auto"
        return Result("language model", "absent" if optional else "missing", choice.why, choice.remedy)
    model = choice.model
    sight = "sees pictures" if model.sees else "sees no pictures"
    found = f"{model.name} with {LIBRARIES[model.engine]}, {sight}, {model.fit.verdict}: {model.fit.why}"
    return Result(
        "language model", "ok", found, "" if model.sees else "for one that sees: make gemma MODEL=gemma-4"
    )


def _memory(path: Path | None) -> Result:
    """A new memory is begun and thrown away, which proves that a wrong key opens nothing; then the device's own is
    opened, if there is one."""
    try:
        chosen = settings.load(path).memory
    except settings.BadSettings:  # told at its own place
        chosen = settings.MemorySettings()
    if not chosen.enabled:
        return Result("memory", "absent", "switched off in the settings", "set memory.enabled to true")
    own = memory_path(chosen)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "memory.db"
        files = [(trial, KeyFile(Path(folder) / "memory.key"))]
        if own.exists():
            files.append((own, key_of(own, own)))
        for file, key in files:
            try:
                Store(file, key, HostClock().wall).close()
            except MemoryFault as fault:
                message, _, remedy = str(fault).partition(": ")
                return Result("memory", "missing", message, remedy or "report this as a fault")
    found = str(own) if own.exists() else "nothing remembered yet"
    return Result("memory", "ok", f"encrypted, a wrong key opens nothing; {found}")


def _camera() -> Result:
    import importlib.util

    if importlib.util.find_spec("picamera2"):
        return Result("camera", "ok", "picamera2 is installed")
    if list(Path("/dev").glob("video*")) and sys.platform == "linux":
        return Result("camera", "ok", "a webcam")
    return Result("camera", "absent", "no camera", "connect one, or name pictures: --camera folder:PATH")
