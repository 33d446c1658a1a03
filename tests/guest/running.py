"""What all checks of the guest use: the running service, what it told, and a wait that ends."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
PROGRAM = Path("/opt/chestnut/current")
PYTHON = PROGRAM / "venv" / "bin" / "python"
STATE = Path("/var/lib/chestnut")
SERVICE = "chestnut.service"
TOLD = Path("/run/chestnut/guest-told.jsonl")  # on no disk; a drop-in has the device record its events there
# An emulated machine is ten to thirty times slower than a real one, and may share its processor.
START_S, WORD_S = 600.0, 180.0


class Failed(AssertionError):
    """What was promised is not so."""


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WORD_S)
    return (done.stdout + done.stderr).strip()


def show(name: str, unit: str = SERVICE) -> str:
    return run("systemctl", "show", "--property", name, "--value", unit)


def is_ready() -> bool:
    return show("ActiveState") == "active"


def environment() -> dict[str, str]:
    """As the service's, for a program of the device's own."""
    lines = (PROGRAM / "host/system/environment").read_text(encoding="utf-8").splitlines()
    kept = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    kept |= {
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        "LANG": "C.UTF-8",
        "MICROPYTHON": str(HERE / "micropython.py"),
    }
    path = [*(PROGRAM / part for part in ("host", "models", "shared")), HERE / "packages", HERE]
    return {**kept, "PYTHONPATH": ":".join(map(str, path))}


def wait(what: str, limit_s: float, true: Callable[[], object], pause_s: float = 0.2) -> float:
    """Seconds it took; Failed after the limit. pause_s: longer where asking is dear and the answer is far away."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > limit_s:
            raise Failed(f"{what}: not within {limit_s:.0f} s")
        time.sleep(pause_s)
    return time.monotonic() - began


@contextlib.contextmanager
def step(name: str, failed: list[str]) -> Iterator[Callable[[str], None]]:
    """Tells the verdict, and what the body has found."""
    print(f"== {name}")
    found: list[str] = []
    try:
        yield found.append
    except Exception as error:  # noqa: BLE001 - whatever breaks, the next step is still worth a look
        failed.append(name)
        kind = "" if isinstance(error, Failed) else f"{type(error).__name__}: "
        print(f"-- {name} FAILED: {kind}{error}")
        print("\n".join(found))
        units = ("-u", SERVICE, "-u", "chestnut-trouble.service")
        print(run("journalctl", "-b", *units, "-o", "cat", "-n", "40"))
    else:
        print(f"-- {name} ok: {'; '.join(found)}")


class Told:
    """What the device has told from here on, or since its begin: each event that came, and what was begun because of
    it. A device that started anew needs a new one."""

    def __init__(self, path: Path = TOLD, *, begin: bool = False) -> None:
        self._path = path
        self._place = path.stat().st_size if path.exists() and not begin else 0
        self._lines: list[dict[str, Any]] = []

    def lines(self) -> list[dict[str, Any]]:
        if self._path.stat().st_size < self._place:
            raise Failed("the device has started anew")
        with self._path.open("rb") as file:
            file.seek(self._place)
            for line in file:
                if not line.endswith(b"\n"):  # it is being written
                    break
                self._place += len(line)
                self._lines.append(json.loads(line))
        return self._lines

    def events(self, kind: str, **wanted: object) -> list[dict[str, Any]]:
        events = [line["event"] for line in self.lines() if "event" in line]
        return [
            event
            for event in events
            if event["is"] == kind and all(event.get(name) == value for name, value in wanted.items())
        ]

    def said(self, key: str) -> list[int]:
        """The jobs that spoke this phrase."""
        orders = [order for line in self.lines() for order in line.get("orders", ())]
        starts = [order for order in orders if order["is"] == "Start"]
        return [
            order["job"]
            for order in starts
            if order["effect"]["is"] == "Say" and order["effect"]["key"] == key
        ]

    def spoken(self, key: str) -> bool:
        """It was said to its end."""
        jobs = self.said(key)
        return bool(jobs) and any(event["job"] in jobs for event in self.events("SpeechEnded"))

    def silent(self) -> bool:
        """Whatever was begun to be said has ended."""
        orders = [order for line in self.lines() for order in line.get("orders", ())]
        speech = ("Say", "Recite")
        begun = {
            order["job"] for order in orders if order["is"] == "Start" and order["effect"]["is"] in speech
        }
        ended = {event["job"] for event in self.events("SpeechEnded")}
        ended |= {order["job"] for order in orders if order["is"] == "Cancel"}
        return begun <= ended

    def once(self, *keys: str) -> None:
        """Each of these was said, and no more than once."""
        for key in keys:
            if (count := len(self.said(key))) != 1:
                raise Failed(f"{key} was told {count} times")


def phrase(key: str, language: str = "en") -> str:
    """A phrase of the locale files that has no gaps to fill."""
    text = (PROGRAM / "host/chestnut/locale" / f"{language}.toml").read_text(encoding="utf-8")
    found = re.search(rf'(?m)^{key} = "(.*)"$', text)
    if found is None:
        raise Failed(f"there is no phrase {key}")
    return found[1]
