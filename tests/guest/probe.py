"""Tries, inside the unit's sandbox, what the device must be able to do and what it must not."""

from __future__ import annotations

import glob
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path


def probe(name: str, wanted: bool, action: Callable[[], object]) -> None:
    try:
        result, worked = str(action()), True
    except (OSError, subprocess.SubprocessError, IndexError, StopIteration) as error:
        result, worked = f"{type(error).__name__}: {error}", False
    print(f"{'as wanted' if worked == wanted else 'UNEXPECTED'}: {name}: {result}", flush=True)


def opened(pattern: str, flags: int) -> Callable[[], str]:
    def action() -> str:
        path = sorted(glob.glob(pattern))[0]  # noqa: PTH207 - a pattern of device nodes
        os.close(os.open(path, flags | os.O_NONBLOCK | os.O_NOCTTY))
        return path

    return action


def wrote(path: str) -> Callable[[], str]:
    def action() -> str:
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        return path

    return action


def spoke() -> str:
    sound = subprocess.run(
        ["espeak-ng", "-v", "ru", "--stdout", "готово"], capture_output=True, check=True
    ).stdout
    return f"{len(sound)} bytes"


def only_loopback() -> list[str]:
    names = [link.name for link in Path("/sys/class/net").iterdir()]
    if names != ["lo"]:
        raise OSError(f"there are {names}")
    return names


probe("internet socket", False, lambda: socket.socket(socket.AF_INET))
probe("internet socket, version 6", False, lambda: socket.socket(socket.AF_INET6))
probe("packet socket", False, lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
probe("local socket", True, lambda: socket.socket(socket.AF_UNIX))
probe(
    "only the loopback interface",
    True,
    only_loopback,
)
probe("eSpeak NG", True, spoke)
probe("sound", True, opened("/dev/snd/controlC*", os.O_RDWR))
probe("the pod's cable", True, opened("/dev/ttyACM*", os.O_RDWR))
probe("keys of a pad", True, opened("/dev/input/event*", os.O_RDONLY))
probe("making input devices", False, opened("/dev/uinput", os.O_RDWR))
probe("the disk", False, opened("/dev/vda", os.O_RDONLY))
probe("write to /etc", False, wrote("/etc/chestnut-was-here"))
probe("write to the program", False, wrote("/opt/chestnut/current/host/chestnut/was_here"))
probe("read /home", False, lambda: next(Path("/home").iterdir()))
