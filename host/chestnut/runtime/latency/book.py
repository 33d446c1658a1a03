"""What was measured, by skill and stage, and its file: numbers alone, no words, no times of day."""

from __future__ import annotations

import json
import logging
import os
import threading
from collections import deque
from pathlib import Path
from typing import Any

from chestnut.runtime import keepsake
from chestnut.runtime.latency.histogram import Histogram
from chestnut.runtime.latency.stopwatch import STAGES, Sample

log = logging.getLogger(__name__)

VERSION = 1
MOST_SKILLS = 120
MOST_WAITING = 1000  # samples that nobody has counted yet; of more, the oldest go
KEEP_S = 300.0  # a card is not written more often while the device is used
LONGEST_FILE = 1 << 20

Counted = dict[str, dict[str, Histogram]]


def default_path() -> Path:
    return keepsake.default_path().with_name("latency.json")


class Book:
    """put() from the device's loop: one reference into a bounded queue. A thread of its own counts and writes, at
    most every KEEP_S and at the end. path None keeps nothing. A disk that cannot be written costs the numbers,
    nothing else: the log tells it once."""

    def __init__(self, path: Path | None, keep_s: float = KEEP_S) -> None:
        self._path, self._keep_s = path, keep_s
        self._waiting: deque[Sample] = deque(maxlen=MOST_WAITING)
        self._came, self._closing = threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._told = self._dirty = False
        self._counted: Counted = read(path) if path is not None else {}
        self._thread = threading.Thread(target=self._keep, name="latency", daemon=True)
        self._thread.start()

    def put(self, sample: Sample) -> None:
        self._waiting.append(sample)
        if not self._came.is_set():
            self._came.set()

    def report(self) -> list[dict[str, Any]]:
        """As told(), of now. From any thread."""
        with self._lock:
            self._count()
            return told(self._counted)

    def close(self) -> None:
        """Everything is on the card. May be called twice."""
        self._closing.set()
        self._came.set()
        self._thread.join()

    def _keep(self) -> None:
        while not self._closing.is_set():
            self._came.wait()
            self._closing.wait(self._keep_s)
            self._came.clear()
            self._write()
        self._write()

    def _count(self) -> bool:
        """With the lock held. True when the file does not hold it yet."""
        while self._waiting:
            self._dirty = True
            skill, stage, ms = self._waiting.popleft()
            if skill in self._counted or len(self._counted) < MOST_SKILLS:
                self._counted.setdefault(skill, {}).setdefault(stage, Histogram()).add(ms)
        return self._dirty

    def _write(self) -> None:
        """Whole or not at all."""
        with self._lock:
            if not self._count() or self._path is None:
                return
            data = plain(self._counted)
            self._dirty = False
        half = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "w", encoding="utf-8") as opened:
                json.dump(data, opened, separators=(",", ":"))
            half.replace(self._path)
        except OSError as error:
            self._dirty = True
            if not self._told:
                log.warning("what was measured is not kept over a restart: %s", error)
            self._told = True


def read(path: Path) -> Counted:
    """What a file holds; of what is no such file, nothing."""
    try:
        with path.open(encoding="utf-8") as file:
            data = json.loads(file.read(LONGEST_FILE))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("what was measured before is lost: %s", error)
        return {}
    skills = data.get("skills") if isinstance(data, dict) and data.get("chestnut") == VERSION else None
    found: Counted = {}
    for skill, stages in skills.items() if isinstance(skills, dict) else ():
        if not skill.isidentifier() or not isinstance(stages, dict) or len(found) >= MOST_SKILLS:
            continue
        kept = {stage: Histogram.read(stages.get(stage)) for stage in STAGES}
        kept = {stage: histogram for stage, histogram in kept.items() if histogram.total}
        if kept:
            found[skill] = kept
    return found


def plain(counted: Counted) -> dict[str, Any]:
    skills = {
        skill: {
            stage: {str(place): count for place, count in histogram.counts.items()}
            for stage, histogram in stages.items()
        }
        for skill, stages in counted.items()
    }
    return {"chestnut": VERSION, "skills": skills}


def told(counted: Counted) -> list[dict[str, Any]]:
    """For each skill, the most used first: {"skill", "stages": {stage: {"count", "p50_ms", "p95_ms"}}}."""
    found = [
        {
            "skill": skill,
            "stages": {
                stage: {
                    "count": stages[stage].total,
                    "p50_ms": round(stages[stage].quantile(0.5), 1),
                    "p95_ms": round(stages[stage].quantile(0.95), 1),
                }
                for stage in STAGES
                if stage in stages
            },
        }
        for skill, stages in counted.items()
    ]
    return sorted(found, key=lambda row: (-_uses(row), row["skill"]))


def _uses(row: dict[str, Any]) -> int:
    return max(int(stage["count"]) for stage in row["stages"].values())
