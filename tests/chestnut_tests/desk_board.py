"""A board with MicroPython's real prompt and a real littlefs, to be flashed: mcu/sim/desk_board.py on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import threading
import tty
from pathlib import Path

from chestnut.sim.pod import find_micropython

PROJECT = Path(__file__).resolve().parents[2]
BLOCKS = 352


class DeskBoard:
    """port: the path of its serial port. flash: the file that is its memory; erased at first unless it exists."""

    def __init__(self, flash: Path) -> None:
        self.flash = flash
        self.resets = 0
        if not flash.exists():
            flash.write_bytes(b"\xff" * BLOCKS * 4096)
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._ended = False
        self._process = self._run()
        self._keeper = threading.Thread(target=self._keep, name="desk-board", daemon=True)
        self._keeper.start()

    def close(self) -> None:
        self._ended = True
        self._process.kill()
        self._keeper.join(5)
        os.close(self._slave)
        os.close(self._master)

    def __enter__(self) -> DeskBoard:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> subprocess.Popen[bytes]:
        sim = PROJECT / "mcu" / "sim"
        path = f"{sim}:{PROJECT / 'mcu'}:{PROJECT / 'shared'}:.frozen"
        return subprocess.Popen(
            [
                find_micropython(),
                "-X",
                "heapsize=192k",
                "-i",
                str(sim / "desk_board.py"),
                str(self.flash),
                str(BLOCKS),
            ],
            stdin=self._master,
            stdout=self._master,
            stderr=self._master,
            env={**os.environ, "MICROPYPATH": path, "CHESTNUT_SIM": "{}"},
            start_new_session=True,
        )

    def _keep(self) -> None:
        asked = Path(f"{self.flash}.reset")
        while True:
            self._process.wait()
            if self._ended:
                return
            if asked.exists():
                asked.unlink()
                self.resets += 1
            self._process = self._run()  # without the file it was Ctrl-D, which starts a board anew too
