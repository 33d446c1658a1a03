"""What the page may do to a simulated device: break parts of it and mend them, show it another picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Workbench:
    """faults: by name what brings one about (True) and ends it (False). once: faults that end by themselves.
    next_picture: None where the camera shows what it shows. Used by one thread; each may take some tenths of a
    second."""

    def __init__(
        self,
        faults: Mapping[str, Callable[[bool], None]],
        once: Mapping[str, Callable[[], None]],
        next_picture: Callable[[], None] | None = None,
    ) -> None:
        self._faults, self._once, self._next = faults, once, next_picture
        self._broken: set[str] = set()

    def state(self) -> dict[str, Any]:
        """Plain data for the page."""
        return {
            "faults": {name: name in self._broken for name in self._faults},
            "once": list(self._once),
            "pictures": self._next is not None,
        }

    def set(self, name: str, broken: bool) -> None:
        """KeyError for a fault there is not."""
        if name in self._once:
            self._once[name]()
            return
        self._faults[name](broken)
        (self._broken.add if broken else self._broken.discard)(name)

    def show_next(self) -> None:
        if self._next is not None:
            self._next()
