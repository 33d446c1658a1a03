"""Loudspeakers without a sound card: a private PulseAudio with null sinks, played in real time and listened to. What
is played into one can be heard by a microphone, too: its monitor is a source.

Needs the packages pulseaudio, pulseaudio-utils and libasound2-plugins; no desktop, works as root. Clients find it by
`environment`: ALSA's "default" device becomes PulseAudio (ALSA_CONFIG_PATH) and PulseAudio this very server
(PULSE_SERVER), so it must be in os.environ before PortAudio is initialised.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from chestnut.sim.folder import temporary_folder

RATE_HZ = 22050
AUDIBLE = 200  # of 32767
NEEDED = ("pulseaudio", "pactl", "parec")
REMEDY = "sudo apt install pulseaudio pulseaudio-utils libasound2-plugins"
_ALSA = Path("/usr/share/alsa/alsa.conf")
_START_S = 10.0
_ORPHAN_S = 20  # the server ends itself so long after its last client, should this process be killed


class LoudspeakerError(RuntimeError):
    """PulseAudio is missing or does not start; the message names the remedy."""


def missing() -> list[str]:
    """The programs that are not installed."""
    return [program for program in NEEDED if shutil.which(program) is None]


def _null_sink(name: str) -> list[str]:
    described = f"sink_properties=device.description={name}"
    return ["module-null-sink", f"sink_name={name}", described, f"rate={RATE_HZ}", "channels=1"]


class Loudspeaker:
    """A context manager. environment: what a client needs in os.environ. One sink, "ear", is plugged in."""

    def __init__(self) -> None:
        if missing():
            raise LoudspeakerError(f"no {', '.join(missing())}: {REMEDY}")
        self._folder = temporary_folder("loudspeaker")
        self._playing: list[subprocess.Popen[bytes]] = []
        folder = Path(self._folder.name)
        socket = folder / "pulse.sock"
        (folder / "server.pa").write_text(
            f"load-module {' '.join(_null_sink('ear'))}\n"
            f"load-module module-native-protocol-unix auth-anonymous=1 socket={socket}\n"
        )
        (folder / "asound.conf").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        self.environment = {
            "PULSE_SERVER": f"unix:{socket}",
            "PULSE_COOKIE": str(folder / "cookie"),
            "ALSA_CONFIG_PATH": f"{_ALSA}:{folder / 'asound.conf'}",
        }
        self._all = {**os.environ, **self.environment, "HOME": str(folder), "XDG_RUNTIME_DIR": str(folder)}
        self._server = subprocess.Popen(
            [
                *("pulseaudio", "-n", "-F", str(folder / "server.pa"), "--daemonize=no", "--use-pid-file=no"),
                f"--exit-idle-time={_ORPHAN_S}",
            ],
            env=self._all,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_S
        while not socket.exists():
            if self._server.poll() is not None or time.monotonic() > until:
                self.close()
                raise LoudspeakerError(f"pulseaudio did not start: {REMEDY}")
            time.sleep(0.02)

    def unplug(self, name: str = "ear") -> None:
        """The sink is gone, as if its cable was pulled; whoever plays into it gets an error."""
        listed = self._pactl("list", "short", "modules").splitlines()
        module = next(line.split("\t")[0] for line in listed if f"sink_name={name} " in line)
        self._pactl("unload-module", module)

    def plug(self, name: str = "ear") -> None:
        """name: of the sink, one word; its monitor is NAME.monitor."""
        self._pactl("load-module", *_null_sink(name))

    def listen(self, name: str = "ear") -> Ear:
        """What comes out of it; returns when the sink has settled to short latency, up to 2 s after it was made."""
        return Ear(self._all, name)

    def play(self, samples: NDArray[np.int16], name: str = "ear") -> None:
        """Somebody else's sound, 16 kHz, as if it came through the air."""
        file = Path(self._folder.name, "played.raw")
        file.write_bytes(samples.astype("<i2").tobytes())
        kind = ("--raw", "--format=s16le", "--rate=16000", "--channels=1")
        command = ["pacat", "-p", "-d", name, *kind, str(file)]
        self._playing.append(subprocess.Popen(command, env=self._all, stderr=subprocess.DEVNULL))

    def _pactl(self, *words: str) -> str:
        command = ["pactl", *words]
        return subprocess.run(command, env=self._all, check=True, capture_output=True, text=True).stdout

    def close(self) -> None:
        for player in self._playing:
            player.terminate()
            player.wait()
        self._server.terminate()
        self._server.wait()
        self._folder.cleanup()

    def __enter__(self) -> Loudspeaker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Ear:
    """Everything heard since it was made, each block with the time it came (monotonic seconds)."""

    def __init__(self, environment: dict[str, str], name: str) -> None:
        self._changed = threading.Condition()
        self._blocks: list[tuple[float, NDArray[np.int16]]] = []
        self._process = subprocess.Popen(
            [
                *("parec", "-d", f"{name}.monitor", "--latency-msec=5"),
                *("--raw", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1"),
            ],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._thread = threading.Thread(target=self._read, name="ear", daemon=True)
        self._thread.start()
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._blocks) > 2, _START_S):
                self.close()
                raise LoudspeakerError("nothing comes from the null sink's monitor")

    def _read(self) -> None:
        assert self._process.stdout is not None
        while block := self._process.stdout.read1(1024):  # type: ignore[attr-defined]
            with self._changed:
                self._blocks.append((time.monotonic(), np.frombuffer(block[: len(block) // 2 * 2], "<i2")))
                self._changed.notify_all()

    def heard(self, since: float = 0.0) -> NDArray[np.int16]:
        """The samples of all blocks that came after `since`."""
        with self._changed:
            blocks = [samples for at, samples in self._blocks if at > since]
        return np.concatenate(blocks) if blocks else np.zeros(0, np.int16)

    def wait_sound(self, since: float, timeout_s: float = 10.0) -> float | None:
        """When the first audible block after `since` came."""

        def first() -> float | None:
            return next((at for at, samples in self._blocks if at > since and _audible(samples)), None)

        with self._changed:
            return self._changed.wait_for(first, timeout_s)

    def wait_silence(self, quiet_s: float = 0.4, timeout_s: float = 10.0) -> float | None:
        """When the last audible block before `quiet_s` of silence came; None if it does not get silent."""
        begun = time.monotonic()

        def last() -> float | None:
            newest = self._blocks[-1][0]
            loud = next((at for at, samples in reversed(self._blocks) if _audible(samples)), begun)
            return loud if newest - max(loud, begun) > quiet_s else None

        with self._changed:
            return self._changed.wait_for(last, timeout_s)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        assert self._process.stdout is not None
        self._process.stdout.close()


def _audible(samples: NDArray[np.int16]) -> bool:
    return bool(len(samples)) and int(np.abs(samples.astype(np.int32)).max()) > AUDIBLE
