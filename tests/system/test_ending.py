"""A service manager ends a program with SIGTERM, and a shell begins one in the background with SIGINT ignored: every
command that lasts ends in order all the same."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest
import skimage.data
from PIL import Image

CHESTNUT = Path(sys.executable).parent / "chestnut"
IN_BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")  # as a shell without job control does it
TIMEOUT_S = 60

Begun = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def begun(tmp_path: Path) -> Iterator[Begun]:
    """Begins a command in the background. What it keeps is under tmp_path, what it leaves lying in tmp_path/tmp."""
    commands: list[subprocess.Popen[str]] = []
    (tmp_path / "tmp").mkdir()
    folders = {name: str(tmp_path / name) for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME")}

    def begin(*arguments: str | Path, stderr: int = subprocess.PIPE) -> subprocess.Popen[str]:
        command = subprocess.Popen(
            [*IN_BACKGROUND, CHESTNUT, *arguments],
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            env={**os.environ, **folders, "TMPDIR": str(tmp_path / "tmp")},
        )
        commands.append(command)
        return command

    yield begin
    for command in commands:
        command.kill()  # nothing, when it has ended
        command.communicate()


def ended(command: subprocess.Popen[str]) -> tuple[int, str]:
    """Its status after one SIGTERM, and the rest of what it printed."""
    command.send_signal(signal.SIGTERM)
    out, _ = command.communicate(timeout=TIMEOUT_S)
    return command.returncode, out


def wait_for(words: str, output: IO[str] | None) -> None:
    assert output is not None
    assert any(words in line for line in output), "it ended before"


def test_the_tour_ends(begun: Begun, tmp_path: Path) -> None:
    tour = begun("tour")
    wait_for("ready", tour.stdout)
    assert ended(tour)[0] == 130
    assert not list((tmp_path / "tmp").glob("chestnut-*")), "the pod's folder is gone"


def test_the_device_ends(begun: Begun, tmp_path: Path) -> None:
    device = begun("run", "--sim")
    wait_for("ready", device.stdout)
    assert ended(device)[0] == 0
    assert not list((tmp_path / "tmp").glob("chestnut-*")), "the pod's folder is gone"


def test_watching_pictures_ends_and_keeps_what_was_seen(begun: Begun, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.fromarray(skimage.data.coffee()).save(pictures / "a.png")
    for number in range(400):
        (pictures / f"b{number:03}.png").symlink_to(pictures / "a.png")
    terminal, its_end = pty.openpty()  # how far it is is shown to a terminal alone
    with closing(os.fdopen(terminal, "rb", buffering=0)) as shown:
        watching = begun("watch", pictures, "--every", "60", "--db", tmp_path / "memory.db", stderr=its_end)
        os.close(its_end)
        heard = b""
        while heard.count(b"of 401 pictures") < 2:  # at its beginning, and after some looks
            heard += shown.read(1000)
        status, out = ended(watching)
    assert status == 130
    assert "Stopped. What was seen until now is kept." in out
