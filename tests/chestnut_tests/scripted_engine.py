"""An engine's process whose model does what it is told: the real process, with a backend that follows a script.

Started by path, as engine/launch.py does: python scripted_engine.py SOCKET. Load.model is how loading goes, see
LOADING; the last turn of a prompt is what is thought, one step a line:

    reach STAGE, say TEXT, wait (to be stopped), deaf (to being stopped), abort, die, raise, refuse REASON, stop,
    memory, babble, chatter, look (at the picture), call (out, into the network)
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from chestnut.core.thought import Effort, Stage
from chestnut.engine.backend import Refused, Stopped, Unloadable
from chestnut.engine.child import confine, serve
from chestnut.engine.messages import Load, Think

COMMAND = (sys.executable, "-P", "-X", "faulthandler", str(Path(__file__).resolve()))
SECRET = "what the wearer said"


def script(*steps: str) -> str:
    return "\n".join(steps)


class ScriptedBackend:
    facts: dict[str, Any]
    whole = True

    def __init__(self, order: Load) -> None:
        how, _, path = order.model.partition(" ")
        self.sees = how != "blind"
        self.facts = {"how": how, "nice": os.nice(0)}
        self.effort = Effort()
        self._stopped = threading.Event()
        LOADING[how](Path(path))

    def warm(self) -> None: ...

    def think(self, order: Think, rgb: Any, reached: Callable[[Stage], None]) -> Iterator[str]:
        self._stopped.clear()
        pieces = 0
        for line in order.turns[-1].splitlines():
            step, _, rest = line.partition(" ")
            match step:
                case "reach":
                    reached(Stage(rest))
                case "say":
                    pieces += 1
                    yield rest
                case "wait":
                    self._stopped.wait()
                    raise Stopped
                case "deaf":
                    threading.Event().wait()
                case "refuse":
                    raise Refused(rest, "as the script says")
                case "stop":
                    raise Stopped
                case "look":
                    yield f"{rgb.shape} {rgb.dtype} {int(rgb.sum())} {order.key}."
                case "call":
                    yield _call()
                case _:
                    ENDS[step]()
        self.effort = Effort(written_tokens=pieces)

    def stop(self) -> None:
        self._stopped.set()

    def close(self) -> None: ...


def _damaged(_: Path) -> None:
    raise Unloadable("model_damaged", "the file is no model: run make gemma")


def _missing(_: Path) -> None:
    raise ImportError("no such library")


def _raise(_: Path = Path()) -> None:
    raise ValueError(SECRET)


def _memory(_: Path = Path()) -> None:
    hoard = []
    while True:
        hoard.append(bytearray(1 << 20))


def _abort(_: Path = Path()) -> None:
    print(f"/llama.cpp/ggml.c:7: GGML_ASSERT(a == b) failed\nprompt: {SECRET}", file=sys.stderr, flush=True)
    os.abort()


def _abort_unless(path: Path) -> None:
    if not path.exists():
        _abort()


def _damaged_unless(path: Path) -> None:
    if not path.exists():
        _damaged(path)


def _gate(path: Path) -> None:
    """Loads until somebody opens the pipe to write."""
    path.read_bytes()


def _allocator(_: Path) -> None:
    print("ggml_backend_cpu: failed to allocate buffer of size 835000000", file=sys.stderr, flush=True)
    os.abort()


LOADING: dict[str, Callable[[Path], None]] = {
    "fine": lambda _: None,
    "blind": lambda _: None,
    "damaged": _damaged,
    "missing": _missing,
    "raise": _raise,
    "memory": _memory,
    "abort": _abort,
    "allocator": _allocator,
    "abort_unless": _abort_unless,
    "damaged_unless": _damaged_unless,
    "gate": _gate,
    "illegal": lambda _: os.kill(os.getpid(), signal.SIGILL),
}


def _call() -> str:
    try:
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()
    except OSError as error:
        return f"{error.strerror}."
    return "Hello?"


def _chatter() -> None:
    """More than any pipe holds, twice."""
    for stream in (sys.stdout, sys.stderr):
        stream.write("noise\n" * 100_000)
        stream.flush()


ENDS: dict[str, Callable[[], Any]] = {
    "abort": _abort,
    "die": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "raise": _raise,
    "memory": _memory,
    "babble": lambda: LINE.sendall(b"\0\0\0\7babbles"),
    "chatter": _chatter,
}

if __name__ == "__main__":
    confine()
    LINE = socket.socket(fileno=int(sys.argv[1]))
    serve(LINE, ScriptedBackend)
    os._exit(0)
