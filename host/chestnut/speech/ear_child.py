"""The ear's process, started by speech/ear.py: python -m chestnut.speech.ear_child FILES (JSON, path by name).

A second thread takes what is heard and tells as soon as somebody speaks; the main thread loads the weights and then
understands. It ends with the runtime. Nothing of what is heard is written anywhere.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import math
import os
import queue
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from chestnut.speech.ear_wire import BEGIN, END, SOUND, BadFrame, next_frame
from chestnut.speech.voiced import Voiced

NICENESS = 10
PR_SET_DUMPABLE = 4  # linux/prctl.h
MOST_TOKENS = 96  # of what is said in fifteen seconds; whoever repeats himself without end is stopped
LEAST_LIKELY = -1.2  # mean log probability of a piece: less is noise, not words
MOST_REPEATED = 2.6  # how much the text shrinks when packed: more is one word again and again
BEAM = 5
THREADS = 4


@dataclass(slots=True)
class Heard:
    """Since a begin."""

    turn: int
    language: str
    voiced: Voiced = field(default_factory=Voiced)


class Ears:
    def __init__(self, files: Mapping[str, Path]) -> None:
        self._wanted: queue.SimpleQueue[Heard | None] = queue.SimpleQueue()
        self._files = files
        self._out = threading.Lock()
        self._turn = 0

    def run(self) -> None:
        threading.Thread(target=self._take, name="take", daemon=True).start()
        try:
            model = load(self._files)
        except Exception as error:  # noqa: BLE001 - whatever it is, the files are no model
            self._tell({"failed": "ear_missing", "why": type(error).__name__})
            return
        while (heard := self._wanted.get()) is not None:
            if heard.turn == self._turn:
                self._tell({"turn": heard.turn, **understood(model, heard)})

    def _take(self) -> None:
        heard = Heard(0, "en")
        noticed = False
        try:
            while (frame := next_frame(sys.stdin.buffer)) is not None:
                kind, data = frame
                if kind == BEGIN:
                    begun = json.loads(data)
                    heard, noticed = Heard(begun["turn"], begun["language"]), False
                    self._turn = heard.turn
                elif kind == SOUND:
                    heard.voiced.feed(np.frombuffer(data, "<i2"))
                    if heard.voiced.speaks and not noticed:
                        noticed = True
                        self._tell({"turn": heard.turn, "voice": True})
                elif kind == END:
                    self._wanted.put(heard)
        except (BadFrame, ValueError, KeyError):
            pass
        os._exit(0)  # the runtime has ended, or talks nonsense: in the midst of anything

    def _tell(self, told: Mapping[str, Any]) -> None:
        with self._out:
            sys.stdout.write(json.dumps(told, ensure_ascii=True) + "\n")
            sys.stdout.flush()


def load(files: Mapping[str, Path]) -> Any:
    """faster_whisper.WhisperModel, which wants a folder in which its files have names of its own."""
    from faster_whisper import WhisperModel  # type: ignore[import-untyped]

    with tempfile.TemporaryDirectory(prefix="chestnut-ear-") as folder:
        for name, file in files.items():
            Path(folder, name).symlink_to(file)
        threads = min(THREADS, os.cpu_count() or 1)
        return WhisperModel(
            folder, device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True
        )


def understood(model: Any, heard: Heard) -> dict[str, Any]:
    """text, voiced, sure: as core.ports.Spoken."""
    samples = heard.voiced.trimmed()
    if samples is None:
        return {"text": "", "voiced": False, "sure": 0.0}
    segments, _ = model.transcribe(
        samples.astype(np.float32) / 32768,
        language=heard.language,
        beam_size=BEAM,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
        max_new_tokens=MOST_TOKENS,
    )
    kept = [
        segment
        for segment in segments
        if segment.avg_logprob > LEAST_LIKELY and segment.compression_ratio < MOST_REPEATED
    ]
    text = " ".join(" ".join(segment.text for segment in kept).split())
    sure = math.exp(min(segment.avg_logprob for segment in kept)) if kept else 0.0
    return {"text": text, "voiced": True, "sure": round(sure, 3)}


def confine() -> None:
    """Low priority; first to go when memory is short; what was said is in no core file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is for the runtime, which ends this one
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # a container may forbid it
        Path("/proc/self/oom_score_adj").write_text("500")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)  # a core that is piped to a program knows no limit


def main() -> None:
    confine()
    Ears({name: Path(file) for name, file in json.loads(sys.argv[1]).items()}).run()


if __name__ == "__main__":
    main()
    os._exit(0)
