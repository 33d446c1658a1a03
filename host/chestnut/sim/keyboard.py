"""The computer's keyboard as the finger on the simulated pod: a letter is a press, its capital a hold."""

from __future__ import annotations

import asyncio
import os
import sys
import termios
import tty
from collections.abc import Callable, Mapping
from types import TracebackType

HOLD_S = 0.9
PRESS_S = 0.08


class Keyboard:
    """Reads single keys from a terminal while it is open, and gives the terminal back as it was.

    press: called with the button and the seconds it stays down. others: what further keys do, by their character.
    """

    def __init__(
        self,
        buttons: tuple[str, ...],
        press: Callable[[str, float], None],
        others: Mapping[str, Callable[[], None]],
    ) -> None:
        self.keys = {name[0]: name for name in buttons}
        if len(self.keys) != len(buttons):
            raise ValueError("two buttons begin with the same letter")
        self._press = press
        self._others = others
        self._before: list[object] | None = None

    def __enter__(self) -> Keyboard:
        self._before = termios.tcgetattr(sys.stdin)
        tty.setcbreak(sys.stdin)
        asyncio.get_running_loop().add_reader(sys.stdin, self._read)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.get_running_loop().remove_reader(sys.stdin)
        if self._before is not None:
            termios.tcsetattr(sys.stdin, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]

    def _read(self) -> None:
        """All that was typed: what sys.stdin kept back would wait for the next key. Nothing: the terminal is gone."""
        try:
            typed = os.read(sys.stdin.fileno(), 1024)
        except OSError:
            typed = b""
        if not typed:
            asyncio.get_running_loop().remove_reader(sys.stdin)
        for character in typed.decode(errors="ignore"):
            self.typed(character)

    def typed(self, character: str) -> None:
        if character in self._others:
            self._others[character]()
        elif name := self.keys.get(character.lower()):
            self._press(name, HOLD_S if character.isupper() else PRESS_S)
