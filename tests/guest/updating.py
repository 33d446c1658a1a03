"""Two signed updates, taken offline while the device runs. The first expects a model this device does not have: its
self-test fails, and it is left again by itself. The second is sound and stays. What is remembered stays whole."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

from running import HERE, START_S, Failed, Told, is_ready, run, show, wait

Tell = Callable[[str], None]

ROOT = Path("/opt/chestnut")
UPDATES = HERE / "updates"
BAD, GOOD = "0.1.1", "0.1.2"
# Three starts of a version that does not work, on an emulated processor.
RETURN_S = 900.0
REMINDER = "guest reminder"


def version() -> str:
    return (ROOT / "current").readlink().name


def outcome() -> str:
    path = ROOT / "outcome"
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def chestnut(*words: str) -> dict[str, object]:
    """A command of the device's that must succeed."""
    command = ["chestnut", *words, "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=START_S)
    if done.returncode != 0:
        raise Failed(f"chestnut {' '.join(words)}: status {done.returncode}, {done.stdout} {done.stderr}")
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def memory() -> str:
    """Every page of it is looked at, and what was remembered before the updates is there."""
    chestnut("check", "--part", "memory")
    if REMINDER not in json.dumps(chestnut("reminders", "list"), ensure_ascii=False):
        raise Failed("the reminder that was set before the update is gone")
    return "the memory is whole, with what was set before"


def remember() -> None:
    chestnut("remind", REMINDER, "--at", "tomorrow 8:00")


def take(number: str) -> None:
    chestnut("update", str(UPDATES / number))
    if version() != number:
        raise Failed(f"{version()} is current, not {number}")
    print(f"   {number} is in place")  # the long part follows


def failing(tell: Tell) -> None:
    """Taken, tried, and left again for the version before."""
    remember()
    before = version()
    take(BAD)
    took_s = wait("the version before to come back", RETURN_S, lambda: version() == before)
    wait("ready again", START_S, is_ready, pause_s=1.0)
    log = run("journalctl", "-b", "-u", "chestnut.service", "-o", "cat")
    starts = len(re.findall(r"nanodet\.onnx", log))
    tell(f"{BAD} was left {took_s:.0f} s after it was in place; its log names the model {starts} times")
    if outcome() != f"update_returned {BAD}" or (ROOT / "trial").exists():
        raise Failed(f"outcome {outcome()!r}, trial {(ROOT / 'trial').exists()}")
    if f"version {BAD} did not prove itself in 3 starts; back to {before}" not in log:
        raise Failed(log[-3000:])
    wait("what became of it to be told", START_S, lambda: Told(begin=True).spoken("update_returned"))
    tell(f"it says so; {memory()}")


def staying(tell: Tell) -> None:
    """Taken, tried, confirmed. That it stays is seen after the watchdog has restarted the device."""
    before = version()
    take(GOOD)
    took_s = wait("the update to be confirmed", START_S, lambda: outcome() == f"update_done {GOOD}")
    wait("ready", START_S, is_ready, pause_s=1.0)
    if version() != GOOD or (ROOT / "trial").exists() or (ROOT / "previous").readlink().name != before:
        raise Failed(f"{version()}, trial {(ROOT / 'trial').exists()}")
    tell(f"{GOOD} proved itself {took_s:.0f} s after it was in place; {memory()}")
    tell(f"root is {run('findmnt', '-no', 'OPTIONS', '/').split(',')[0]} again, by {show('ExecMainPID')}")


STEPS: dict[str, Callable[[Tell], None]] = {
    "an update that fails its self-test is left again": failing,
    "a sound update stays": staying,
}
