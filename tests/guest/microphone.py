"""The device's own microphone port in the guest, with its loss and return. Prints each event's name as it comes, and
with each line on standard input the loudest sample heard since the last; "end" ends it."""

from __future__ import annotations

import sys
import threading
from typing import Any

import numpy as np
from chestnut.core.events import Event, PartFound, PartLost
from chestnut.speech.microphone import PortAudioMicrophone


class Listener:
    """Takes what the port gives, in a thread of its own. sound: all of it, in order."""

    def __init__(self, name: str) -> None:
        self._ended = threading.Event()
        self.sound: list[Any] = []
        self._port = PortAudioMicrophone((name,), self._post)
        self._port.start()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._port.close()

    def take(self) -> int:
        """The loudest sample since the last call."""
        sound, self.sound = self.sound, []
        return max((int(np.abs(samples.astype(int)).max()) for samples in sound), default=0)

    def _listen(self) -> None:
        while not self._ended.is_set():
            block = self._port.next(0.2)
            if block is not None:
                self.sound.append(block.samples)

    def _post(self, event: Event) -> None:
        match event:
            case PartLost(reason=reason):
                print("lost", reason, flush=True)
            case PartFound():
                print("found", flush=True)


def main() -> None:
    listener = Listener(sys.argv[1])
    print("listening", flush=True)
    for line in sys.stdin:
        if line.strip() == "end":
            break
        print("loudest", listener.take(), flush=True)
    listener.close()


if __name__ == "__main__":
    main()
