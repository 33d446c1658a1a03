"""A folder of pictures, or one picture, as a camera that looks at each of them in turn."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from chestnut.devices.camera import SourceLost
from chestnut.devices.pictures import BadPicture, load_picture, pictures_in

log = logging.getLogger(__name__)


class FolderSource:
    """Shows the same picture until advance(), or for `each_s` seconds; after the last one comes the first.

    A picture is decoded once while it is shown. One that cannot be read is passed over with a warning.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        *,
        each_s: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """path: a folder or a single picture. Raises BadPicture for one that is no picture and holds none."""
        place = Path(path)
        self.files = pictures_in(place) if place.is_dir() else [place]
        self._each_s = each_s
        self._clock = clock
        self._lock = threading.Lock()
        self._position = 0
        self._since = clock()
        self._shown: tuple[int, np.ndarray] | None = None
        if len(self.files) == 1:
            self._shown = 0, load_picture(self.files[0])

    @property
    def showing(self) -> Path:
        """The file that is shown now."""
        with self._lock:
            return self.files[self._position]

    def advance(self) -> None:
        """Show the next picture from now on. Safe from any thread."""
        with self._lock:
            self._step(1)

    def open(self) -> None:
        pass

    def read(self) -> np.ndarray:
        with self._lock:
            if self._each_s is not None:
                steps = int((self._clock() - self._since) / self._each_s)
                if steps:
                    self._step(steps)
            for _ in self.files:
                if self._shown is not None and self._shown[0] == self._position:
                    return self._shown[1]
                try:
                    self._shown = self._position, load_picture(self.files[self._position])
                except BadPicture as error:
                    log.warning("passed over: %s", error)
                    self._step(1)
            if self._shown is not None and self._shown[0] == self._position:
                return self._shown[1]
        raise SourceLost("none of the folder's pictures can be read; replace them")

    def close(self) -> None:
        pass

    def _step(self, steps: int) -> None:
        self._position = (self._position + steps) % len(self.files)
        self._since = self._clock()
