"""Why the engine's process died, as far as it can be told from outside."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from pathlib import Path

VMSTAT = Path("/proc/vmstat")
KEPT = 16 * 1024  # bytes of what the process wrote last
MEMORY = re.compile(
    rb"failed to allocate|out of memory|bad_alloc|MemoryError|cannot allocate memory|not enough (memory|space)",
    re.IGNORECASE,
)
# Native libraries quote the prompt and the grammar when they complain, so only these shapes are ever logged: the
# place of a failed assertion, an allocation's size, the stack that faulthandler writes.
TOLD = re.compile(
    r"^\S+:\d+: GGML_ASSERT\([^\n\"]{1,120}\) failed"
    r"|failed to allocate [\w ]{1,60} of size \d+"
    r"|^terminate called after throwing an instance of '[\w:]{1,80}'"
    r"|^Fatal Python error: [\w ]{1,60}"
    r"|^  File \"[^\"\n]{1,200}\", line \d+ in \w{1,60}"
    r"|^MemoryError",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Death:
    """status: of the exit, negative for a signal. memory: there was too little of it. words: lines for the log."""

    status: int
    memory: bool = False
    words: tuple[str, ...] = ()

    @property
    def reason(self) -> str:
        """The phrase key when it will not be tried again."""
        # No file makes a process kill itself, and on a device others kill it for its memory only (systemd-oomd does,
        # without the kernel's count).
        if self.memory or self.status == -signal.SIGKILL:
            return "model_memory"
        # An instruction that this processor does not know: the library was built for another one.
        return "engine_missing" if self.status == -signal.SIGILL else "model_damaged"


def oom_kills(vmstat: Path = VMSTAT) -> int:
    """How many processes the kernel has ended for lack of memory since it started, in containers too."""
    try:
        found = re.search(r"^oom_kill (\d+)$", vmstat.read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) if found else 0


class LastWords:
    """What the process writes to its error stream; only the end is kept, and little of it is told."""

    def __init__(self) -> None:
        self._text = bytearray()

    def feed(self, data: bytes) -> None:
        self._text += data
        del self._text[:-KEPT]

    def death(self, status: int, killed_for_memory: bool) -> Death:
        """killed_for_memory: the kernel ended some process for lack of memory while this one lived."""
        memory = MEMORY.search(self._text) is not None or (status == -signal.SIGKILL and killed_for_memory)
        told = TOLD.finditer(self._text.decode(errors="replace"))
        return Death(status, memory, tuple(found[0].strip() for found in told))
