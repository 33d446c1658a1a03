"""An ear that knows beforehand what will be said: sound is somebody who speaks, silence is nobody."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from chestnut.core.ports import Spoken

LOUD = 500  # of 32767


class ScriptedEar:
    """core.ports.Ear. texts: what is understood, one after the other; the last again and again. fed: samples since
    begin(). waits: words() takes until it is set, or until drop()."""

    def __init__(self, *texts: str) -> None:
        self.lack = ""
        self.language = ""
        self.fed = 0
        self.waits = threading.Event()
        self.waits.set()
        self._texts = list(texts) or [""]
        self._voiced = False
        self._dropped = False
        self._changed = threading.Condition()

    def begin(self, language: str) -> None:
        with self._changed:
            self.language, self.fed = language, 0
            self._voiced = self._dropped = False

    def feed(self, samples: Any) -> bool:
        self.fed += len(samples)
        self._voiced = self._voiced or bool(len(samples) and np.abs(samples.astype(int)).max() > LOUD)
        return self._voiced

    def words(self, timeout_s: float) -> Spoken:
        with self._changed:
            self._changed.wait_for(lambda: self.waits.is_set() or self._dropped, timeout_s)
            if self._dropped or not self._voiced:
                return Spoken()
            text = self._texts.pop(0) if self._texts[1:] else self._texts[0]
        return Spoken(text, voiced=True, sure=1.0)

    def drop(self) -> None:
        with self._changed:
            self._dropped = True
            self._changed.notify_all()

    def close(self) -> None:
        self.drop()
