"""A camera whose lens can be covered and whose cable can be pulled, around a source that works."""

from __future__ import annotations

from typing import Any

import numpy as np


class Cover:
    """A source of pictures. `covered`: they are black. `pulled`: there are none, and `lost` is raised instead. Both
    may be set from any thread."""

    def __init__(self, source: Any, lost: type[Exception]) -> None:
        self._source, self._lost = source, lost
        self.covered = self.pulled = False

    def open(self) -> None:
        self._plugged()
        self._source.open()

    def read(self) -> Any:
        self._plugged()
        picture = self._source.read()
        return np.zeros_like(picture) if self.covered else picture

    def close(self) -> None:
        self._source.close()

    def _plugged(self) -> None:
        if self.pulled:
            raise self._lost("the simulated camera's cable is pulled; plug it in again")
