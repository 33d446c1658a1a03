"""What skill packs keep over a restart: for each one small file that a person can read, NAME.json."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chestnut.core.effects import KeepNotes, ReadNotes
from chestnut.core.events import EffectFailed, NotesRead
from chestnut.core.ports import Clock, Post

log = logging.getLogger(__name__)

LONGEST = 1 << 14  # characters of a file
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


class NotesUnkept(OSError):
    """They cannot be kept or read; the message names the remedy."""


def default_path() -> Path:
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "chestnut" / "packs"


class PackNotes:
    """folder None keeps them in memory alone. Every perform() is answered by NotesRead or by EffectFailed, in a
    thread of its own, unless it was cancelled; what is being written then is written."""

    def __init__(self, folder: Path | None, post: Post, clock: Clock) -> None:
        self._folder, self._post, self._clock = folder, post, clock
        self._unkept: dict[str, Mapping[str, Any]] = {}
        self._work = ThreadPoolExecutor(1, "pack notes")
        self._wanted = 0

    def perform(self, job: int, asked: KeepNotes | ReadNotes) -> None:
        self._wanted = job
        self._work.submit(self._answer, job, asked)

    def cancel(self, job: int) -> None:
        if self._wanted == job:
            self._wanted = 0

    def close(self) -> None:
        """After what is being written."""
        self._work.shutdown()

    def _answer(self, job: int, asked: KeepNotes | ReadNotes) -> None:
        work: Callable[[], Mapping[str, Any]] = (
            (lambda: self._keep(asked)) if isinstance(asked, KeepNotes) else (lambda: self._read(asked.pack))
        )
        try:
            notes = work()
        except OSError as error:
            log.warning("the notes of a pack: %s", error)
            if self._wanted == job:
                self._post(EffectFailed(at=self._clock.now(), job=job, reason="pack_notes_lost"))
            return
        if self._wanted == job:
            self._post(NotesRead(at=self._clock.now(), job=job, notes=notes))

    def _keep(self, asked: KeepNotes) -> Mapping[str, Any]:
        path = self._path(asked.pack)
        try:
            text = json.dumps(dict(asked.notes), ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise NotesUnkept(f"{asked.pack} would keep what is no plain data: {error}") from error
        if len(text) > LONGEST:
            raise NotesUnkept(f"{asked.pack} would keep {len(text)} characters: {LONGEST} at most")
        if path is None:
            self._unkept[asked.pack] = json.loads(text)
            return asked.notes
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".new")
        with os.fdopen(
            os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        return asked.notes

    def _read(self, pack: str) -> Mapping[str, Any]:
        """Nothing where nothing was kept."""
        path = self._path(pack)
        if path is None:
            return self._unkept.get(pack, {})
        try:
            with path.open(encoding="utf-8") as file:
                notes = json.loads(file.read(LONGEST + 1))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError) as error:
            raise NotesUnkept(f"{path} cannot be read: {error}; correct it, or remove it") from error
        if not isinstance(notes, dict):
            raise NotesUnkept(f"{path} holds no object: correct it, or remove it")
        return notes

    def _path(self, pack: str) -> Path | None:
        if not NAME.fullmatch(pack):
            raise NotesUnkept(f"{pack!r} is no pack's name")
        return None if self._folder is None else self._folder / f"{pack}.json"
