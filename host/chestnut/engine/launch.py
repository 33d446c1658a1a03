"""Starts the engine's process, carries messages to and from it without ever blocking, and ends it."""

from __future__ import annotations

import os
import select
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Mapping

from chestnut.engine.death import Death, LastWords, oom_kills
from chestnut.engine.framing import Deframer, framed
from chestnut.engine.messages import BadMessage, Load, Message

# -P: a file of the folder somebody stands in is not taken for a library. faulthandler tells where a crash was.
COMMAND = (sys.executable, "-P", "-X", "faulthandler", "-m", "chestnut.engine.child")
READ = 64 * 1024  # bytes
PASSED_ON = (
    *("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "XDG_CACHE_HOME", "LD_LIBRARY_PATH"),
    *("PYTHONPATH", "PYTHONHOME", "PYTHONDONTWRITEBYTECODE"),
)
# Measured with two threads beside a busy process: by default decoding falls four- to tenfold, for libgomp's threads
# spin at every barrier; passive and without a spin it never does. Whoever gives the model cores of its own may set
# GOMP_SPINCOUNT=1000 for the runtime.
OPENMP = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0"}


class Gone(Exception):
    """The process ended, or says what is no message."""


def environment(threads: int, given: Mapping[str, str]) -> dict[str, str]:
    """All that the process finds; given: the runtime's own. OpenMP and OpenBLAS read theirs when they are loaded,
    later is too late."""
    return {
        **{name: given[name] for name in PASSED_ON if name in given},
        **{name: given.get(name, value) for name, value in OPENMP.items()},
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": "1",
    }


class Child:
    """A started process. All of it is called by one thread, which must live as long: the kernel ends the process with
    the thread that started it. OSError when it cannot be started."""

    def __init__(self, load: Load, command: tuple[str, ...] = COMMAND) -> None:
        self._oom_kills = oom_kills()
        ours, theirs = socket.socketpair()
        words, error = os.pipe()
        try:
            # No session of its own: there the kernel would schedule it as a group of its own (autogroup), within
            # which niceness protects nobody.
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno())],
                env=environment(load.threads, os.environ),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=error,
                pass_fds=(theirs.fileno(),),
            )
        except BaseException:
            ours.close()
            os.close(words)
            raise
        finally:
            theirs.close()
            os.close(error)
        self._line, self._words = ours, words
        self._line.setblocking(False)
        os.set_blocking(words, False)
        self._last_words = LastWords()
        self._deframer = Deframer()
        self._out: deque[memoryview] = deque()
        self._speaks = True  # its error stream is open
        self.send(load)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, message: Message, pixels: memoryview | None = None) -> None:
        """Goes out as the process takes it. ValueError when it is too long."""
        self._out += framed(message, pixels)

    def watch(self, poll: select.poll) -> None:
        """What to wait for."""
        poll.register(self._line, select.POLLIN | (select.POLLOUT if self._out else 0))
        if self._speaks:
            poll.register(self._words, select.POLLIN)

    def transfer(self) -> list[Message]:
        """Sends and takes what is possible now. Gone, when nothing more will come."""
        self._hear_words()
        try:
            while self._out:
                sent = self._line.send(self._out[0])
                self._out[0] = self._out[0][sent:]
                if not self._out[0]:
                    self._out.popleft()
        except BlockingIOError:
            pass
        except OSError:
            self._out.clear()  # what it said before it went is heard first
        try:
            data = self._line.recv(READ)
        except BlockingIOError:
            return []
        except OSError as error:
            raise Gone from error
        if not data:
            raise Gone
        try:
            return [message for message, _ in self._deframer.feed(data)]
        except BadMessage as error:
            raise Gone from error

    def _hear_words(self) -> None:
        try:
            data = os.read(self._words, READ)
        except BlockingIOError:
            return
        self._last_words.feed(data)
        self._speaks = bool(data)

    def end(self) -> Death:
        """Ends it, if it lives. It may be called once."""
        self._process.kill()
        status = self._process.wait()
        self._hear_words()
        self._line.close()
        os.close(self._words)
        return self._last_words.death(status, oom_kills() > self._oom_kills)
